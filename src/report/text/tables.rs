//! The tables: channels, sources and pages, ten rows each.

use std::io;

use super::headline::UNKNOWN;
use super::name;
use crate::query::view::{Table, TableRow, View};
use crate::report::text_writer::{TextWriter, left, right};
use crate::report::{CHANNELS, PAGES, SOURCES, ranking};
use crate::text::{percent, readable_path, thousands};

const ROWS: usize = 10;

/// The layout of a table: heading, column names, and a function that formats a row.
struct Printed {
    title: &'static str,
    note: &'static str,
    columns: fn() -> String,
    row: fn(&TableRow, &Table) -> String,
}

/// Writes the tables of the view.
pub(super) fn write(view: &View, out: &mut TextWriter) -> io::Result<()> {
    let how = "share of sessions, bounce rate, median duration";
    let channels = Printed { title: "Channels", note: how, columns: channel_columns, row: channel };
    let sources = Printed { title: "Sources", note: how, columns: source_columns, row: source };
    let how = "bounce rate of entries, median time on the page";
    let pages = Printed { title: "Pages", note: how, columns: page_columns, row: page };
    for (place, printed) in [(CHANNELS, channels), (SOURCES, sources), (PAGES, pages)] {
        if let Some(table) = ranking(view, place).filter(|table| !table.rows.is_empty()) {
            printed.write(table, out)?;
        }
    }
    Ok(())
}

impl Printed {
    fn write(&self, table: &Table, out: &mut TextWriter) -> io::Result<()> {
        let shown = table.rows.len().min(ROWS);
        out.heading(self.title, &format!("{shown} of {} · {}", thousands(table.total_rows), self.note))?;
        let columns = out.paint.muted(&(self.columns)());
        out.line(columns)?;
        table.rows.iter().take(ROWS).try_for_each(|row| out.line((self.row)(row, table)))
    }
}

fn channel_columns() -> String {
    format!("{}{}", left("  channel", 45), figure_columns())
}

fn channel(row: &TableRow, table: &Table) -> String {
    format!("  {}{}", name(&row.key, 43), figures(row, table))
}

fn source_columns() -> String {
    format!("{}  {}{}", left("  source", 27), left("channel", 16), figure_columns())
}

fn source(row: &TableRow, table: &Table) -> String {
    format!("  {}  {}{}", name(&row.key, 25), name(&row.channel, 16), figures(row, table))
}

fn figure_columns() -> String {
    ["sessions", "share", "bounce", "median"]
        .iter()
        .zip([9, 9, 9, 8])
        .map(|(name, cells)| right(name, cells))
        .collect()
}

fn figures(row: &TableRow, table: &Table) -> String {
    let share = percent(row.count as f64 / table.sum.max(1) as f64);
    [right(&thousands(row.sessions), 9), right(&share, 9), right(&bounced(row), 9), right(&median(row), 8)]
        .concat()
}

fn page_columns() -> String {
    let names = ["views", "entries", "exits", "bounce", "median"];
    let names: String = names.iter().zip([9, 9, 9, 9, 8]).map(|(name, cells)| right(name, cells)).collect();
    format!("{}{names}", left("  page", 36))
}

fn page(row: &TableRow, _: &Table) -> String {
    let counts: String =
        [row.count, row.entries, row.exits].iter().map(|count| right(&thousands(*count), 9)).collect();
    let path = name(&readable_path(&row.key), 34);
    format!("  {path}{counts}{}{}", right(&bounced(row), 9), right(&median(row), 8))
}

fn bounced(row: &TableRow) -> String {
    row.bounce().share().map_or_else(|| UNKNOWN.to_owned(), percent)
}

fn median(row: &TableRow) -> String {
    row.p50.map_or_else(|| UNKNOWN.to_owned(), |span| span.to_string())
}
