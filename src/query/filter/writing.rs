//! Writing filters, so that they read back the same.

use std::fmt;

use crate::glob::Glob;

use super::{BotTest, Compare, Filter, Flag, NumberField, Term, Test};

impl fmt::Display for Filter {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, term) in self.terms.iter().enumerate() {
            let space = if index == 0 { "" } else { " " };
            write!(out, "{space}{term}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Term {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negated {
            out.write_str("-")?;
        }
        match &self.test {
            Test::Text(field, globs) => {
                let values: Vec<_> = globs.iter().map(value_text).collect();
                write!(out, "{}:{}", field.name(), values.join(","))
            }
            Test::Number(NumberField::Duration, compare, value) => {
                write!(out, "duration{}{}", compare.sign(), exact_span(*value))
            }
            Test::Number(field, compare, value) => write!(out, "{}{}{value}", field.name(), compare.sign()),
            Test::Flag(flag) => out.write_str(flag.name()),
            Test::Bot(BotTest::NoAgent) => out.write_str("bot:\"no agent\""),
            Test::Bot(test) => write!(out, "bot:{}", test.name()),
            Test::Assets(test) => write!(out, "assets:{}", test.name()),
            Test::Way(ways) => {
                let ways: Vec<_> = ways.iter().map(|way| quote(&way.to_string())).collect();
                write!(out, "way:{}", ways.join(","))
            }
            Test::Word(glob) => out.write_str(&word_text(glob)),
        }
    }
}

/// A value, quoted if it would be split otherwise or contains a literal star.
pub(in crate::query) fn value_text(glob: &Glob) -> String {
    let text = glob.pattern();
    let cut = text.contains(|c: char| c.is_whitespace() || ",*".contains(c)) || text.starts_with('"');
    // A pattern with stars was written without quotes.
    if glob.is_literal() && (cut || text.is_empty()) { quote(&text) } else { text }
}

/// A bare word, quoted if it would be a field, a flag or a negation otherwise.
fn word_text(glob: &Glob) -> String {
    let pattern = glob.pattern();
    let word = pattern.strip_prefix('*').and_then(|rest| rest.strip_suffix('*')).unwrap_or(&pattern);
    let cut = word.contains(|c: char| c.is_whitespace() || "\":=<>\\".contains(c)) || word.starts_with('-');
    let flag = Flag::named(&word.to_ascii_lowercase()).is_some();
    if cut || flag || word.is_empty() { quote(word) } else { word.to_owned() }
}

fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A span without loss of precision.
fn exact_span(millis: u64) -> String {
    match millis {
        0 => "0s".to_owned(),
        _ if millis.is_multiple_of(3_600_000) => format!("{}h", millis / 3_600_000),
        _ if millis.is_multiple_of(60_000) => format!("{}m", millis / 60_000),
        _ if millis.is_multiple_of(1000) => format!("{}s", millis / 1000),
        _ => format!("{millis}ms"),
    }
}

impl Compare {
    pub(in crate::query) fn sign(self) -> &'static str {
        match self {
            Compare::Less => "<",
            Compare::AtMost => "<=",
            Compare::Equal => ":",
            Compare::AtLeast => ">=",
            Compare::Greater => ">",
        }
    }
}
