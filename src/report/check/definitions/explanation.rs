//! One definition of the config, explained: its words, its figures, and what is odd about them.

use std::io;

use crate::report::ink::Inked;
use crate::report::text_writer::{TextWriter, WIDTH, wrapped};
use crate::text::harmless;

/// Two levels below the margin.
const INDENT: usize = 4;

/// A definition in plain words.
pub(in crate::report::check) struct Explanation {
    /// What it is: `goal`.
    pub(in crate::report::check) kind: &'static str,
    /// Its name.
    pub(in crate::report::check) name: String,
    /// What it says.
    pub(in crate::report::check) words: String,
    /// What it matched, as lines of a table …
    pub(in crate::report::check) table: Vec<String>,
    /// … and in words.
    pub(in crate::report::check) matched: Vec<String>,
    /// What is odd about that.
    pub(in crate::report::check) remarks: Vec<String>,
}

impl Explanation {
    /// Words only.
    pub(in crate::report::check) fn new(kind: &'static str, name: &str, words: String) -> Explanation {
        let (table, matched, remarks) = (Vec::new(), Vec::new(), Vec::new());
        Explanation { kind, name: name.to_owned(), words, table, matched, remarks }
    }

    /// How sentences call it: `goal signup`.
    pub(super) fn title(&self) -> String {
        format!("{} {}", self.kind, harmless(&self.name))
    }

    pub(super) fn write(&self, out: &mut TextWriter) -> io::Result<()> {
        let name = out.paint.strong(&harmless(&self.name));
        out.line(Inked::from("  ") + name)?;
        paragraph(&self.words, out, |_, line| Inked::from(line))?;
        self.table.iter().try_for_each(|line| out.line(format!("{:INDENT$}{line}", "")))?;
        self.matched.iter().try_for_each(|text| paragraph(text, out, |_, line| Inked::from(line)))?;
        self.remarks.iter().try_for_each(|text| paragraph(text, out, |out, line| out.paint.bad(line)))
    }
}

fn paragraph(
    text: &str,
    out: &mut TextWriter,
    painted: impl Fn(&TextWriter, &str) -> Inked,
) -> io::Result<()> {
    wrapped(&harmless(text), WIDTH - INDENT).iter().try_for_each(|line| {
        let line = painted(out, line);
        out.line(Inked::from(" ".repeat(INDENT)) + line)
    })
}
