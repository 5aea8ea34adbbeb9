//! Session rows as JSON lines or CSV, with the same keys (design.md section 4).
//!
//! Rows are independent, so an engine can stream sessions to a [`SessionWriter`] as they close and keep none.

use std::io::{self, Write};

use serde::Serialize;

use super::{About, RowFormat, csv};
use crate::config::Privacy;
use crate::config::choices::Keyword;
use crate::query::view::{SessionRow, View};
use crate::text::harmless_json;
use crate::time::Span;

/// Writes sessions, one per line.
pub struct SessionWriter<'a> {
    format: RowFormat,
    privacy: Privacy,
    out: &'a mut dyn Write,
}

/// The exported fields of a session.
#[derive(Serialize)]
struct SessionRecord<'a> {
    start: String,
    end: String,
    /// Null if the session has only one event (R8).
    duration_s: Option<f64>,
    pageviews: u32,
    actions: u32,
    bounced: bool,
    entry: Option<&'a str>,
    exit: Option<&'a str>,
    channel: &'a str,
    source: &'a str,
    visitor: &'a str,
    /// Only under `--privacy off` (R11).
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<&'a str>,
    bot: Option<&'a str>,
    privacy: &'static str,
    /// Whether it began before the range that was read (R6).
    cut: bool,
    /// Whether any page asset was fetched (R3).
    assets: bool,
}

/// CSV columns; `address` only under `--privacy off`.
const COLUMNS: [&str; 16] = [
    "start",
    "end",
    "duration_s",
    "pageviews",
    "actions",
    "bounced",
    "entry",
    "exit",
    "channel",
    "source",
    "visitor",
    "address",
    "bot",
    "privacy",
    "cut",
    "assets",
];

/// Writes the sessions of a view.
pub(super) fn write(format: RowFormat, view: &View, about: About, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = SessionWriter::new(format, about.settings.privacy, out)?;
    view.sessions.iter().flat_map(|list| &list.rows).try_for_each(|row| writer.row(row))
}

impl<'a> SessionWriter<'a> {
    /// Creates the writer, and writes the CSV header. The privacy level is only stated here; the rows were already made
    /// according to it (R11).
    ///
    /// # Errors
    /// Write errors, including a broken pipe.
    pub fn new(format: RowFormat, privacy: Privacy, out: &'a mut dyn Write) -> io::Result<SessionWriter<'a>> {
        if format == RowFormat::Csv {
            let columns = COLUMNS.into_iter().filter(|name| *name != "address" || privacy == Privacy::Off);
            csv::line(out, columns.map(str::to_owned))?;
        }
        Ok(SessionWriter { format, privacy, out })
    }

    /// Writes one session.
    ///
    /// # Errors
    /// Write errors, including a broken pipe.
    pub fn row(&mut self, session: &SessionRow) -> io::Result<()> {
        let row = SessionRecord::of(session, self.privacy);
        match self.format {
            RowFormat::JsonLines => writeln!(self.out, "{}", harmless_json(&serde_json::to_string(&row)?)),
            RowFormat::Csv => csv::line(self.out, row.cells()),
        }
    }
}

impl<'a> SessionRecord<'a> {
    fn of(session: &'a SessionRow, privacy: Privacy) -> SessionRecord<'a> {
        SessionRecord {
            start: session.start.rfc3339(),
            end: session.end.rfc3339(),
            duration_s: session.duration().map(Span::as_seconds),
            pageviews: session.pageviews,
            actions: session.actions,
            bounced: session.bounced,
            entry: session.entry.as_deref(),
            exit: session.exit.as_deref(),
            channel: &session.channel,
            source: &session.source,
            visitor: &session.alias,
            address: (privacy == Privacy::Off).then_some(&*session.address),
            bot: session.bot.as_deref(),
            privacy: privacy.name(),
            cut: session.cut,
            assets: session.has_assets,
        }
    }

    fn cells(self) -> Vec<String> {
        let optional = |value: Option<&str>| value.map(csv::text).unwrap_or_default();
        let facts = [
            self.start,
            self.end,
            csv::number(self.duration_s),
            self.pageviews.to_string(),
            self.actions.to_string(),
            self.bounced.to_string(),
            optional(self.entry),
            optional(self.exit),
            csv::text(self.channel),
            csv::text(self.source),
            csv::text(self.visitor),
        ];
        let marks = [self.cut, self.assets].map(|mark| mark.to_string());
        let last = [optional(self.bot), self.privacy.to_owned()].into_iter().chain(marks);
        facts.into_iter().chain(self.address.map(csv::text)).chain(last).collect()
    }
}
