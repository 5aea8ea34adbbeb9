//! Annotations of the span, as JSON and as text (R17).

use std::io;

use serde::Serialize;

use super::About;
use super::text_writer::TextWriter;
use crate::query::annotation::{Annotation, AnnotationKind};
use crate::query::view::View;
use crate::text::harmless;

/// One annotation.
#[derive(Debug, Serialize)]
pub(super) struct AnnotationEntry<'a> {
    at: String,
    kind: &'static str,
    text: &'a str,
}

impl AnnotationEntry<'_> {
    /// Those of the view's span.
    pub(super) fn all<'a>(view: &View, about: About<'a>) -> Vec<AnnotationEntry<'a>> {
        within(view, about).iter().map(AnnotationEntry::of).collect()
    }

    fn of(annotation: &Annotation) -> AnnotationEntry<'_> {
        AnnotationEntry { at: annotation.at.rfc3339(), kind: annotation.kind.name(), text: &annotation.text }
    }
}

fn within<'a>(view: &View, about: About<'a>) -> &'a [Annotation] {
    if view.intake.hits == 0 { &[] } else { about.annotations.within(view.from, view.to) }
}

/// The latest of more are written.
const ROWS: usize = 20;

/// Writes each as a line; nothing where there are none.
pub(super) fn write(view: &View, about: About, out: &mut TextWriter) -> io::Result<()> {
    let all = within(view, about);
    if all.is_empty() {
        return Ok(());
    }
    let left_out = all.len().saturating_sub(ROWS);
    let note = match left_out {
        0 => "what was done when".to_owned(),
        _ => format!("what was done when, the last {ROWS} of {}", all.len()),
    };
    out.heading("Annotations", &note)?;
    all.iter().skip(left_out).try_for_each(|one| {
        let at = about.settings.zone.civil(one.at).format("%Y-%m-%d %H:%M");
        // A text often names its kind.
        let is_said = AnnotationKind::of_text(&one.text) == one.kind;
        let kind = if is_said { String::new() } else { format!("{}: ", one.kind.name()) };
        out.paragraph(&format!("{at} {kind}{}", harmless(&one.text)))
    })
}
