//! The faces that are written once and read elsewhere: a text, JSON, CSV, sessions line by line, and what
//! `dwell check` found.
//!
//! Takes views (`query`) and settings (`config`), gives text. Must not know the screen, the tracker, the store, the
//! formats or the inputs, nor read a clock. Each face is a file; [`write()`] picks one.

pub mod check;
mod csv;
mod excerpt;
#[cfg(test)]
mod fixture;
mod ink;
mod json;
mod sessions;
mod sheet;
#[cfg(test)]
mod tests;
mod text;

use std::io::{self, Write};

pub use ink::Paint;
pub use sessions::SessionWriter;

use crate::config::Settings;
use crate::query::question::{
    Grouping, Measures, Order, Population, Question, SeriesAsk, SessionSort, SessionsAsk, TableAsk, TableSort,
};
use crate::query::view::{BotCounts, Point, Rate, Series, Table as Ranking, View};
use crate::time::{Millis, Span};

/// What a report looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Shape {
    /// To be read by people.
    #[default]
    Text,
    /// One JSON document, schema 1.
    Json,
    /// One table.
    Csv(Table),
    /// A row for each session.
    Sessions(RowFormat),
}

/// A table of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Table {
    /// Channels (R10).
    Channels,
    /// Sources (R9).
    #[default]
    Sources,
    /// Pages.
    Pages,
    /// Sessions over time.
    Series,
}

/// How sessions are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RowFormat {
    /// A JSON object on a line.
    JsonLines,
    /// A line of CSV.
    Csv,
}

/// What a report says about itself.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The settings that it was made with.
    pub settings: &'a Settings,
    /// The wall clock when it was made.
    pub generated: Millis,
    /// Whether texts are coloured.
    pub paint: Paint,
}

/// A report that `--privacy strict` forbids (R11). Wrong usage: exit status 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "--privacy strict shows no single visitors, and a list of sessions does; use --privacy standard, or print tables"
)]
pub struct Refused;

/// How many rows of each table JSON and CSV list.
const ROWS: usize = 1000;

/// How many buckets a series has at most: a year in days.
const BUCKETS: usize = 400;

const CHANNELS: usize = 0;
const SOURCES: usize = 1;
const PAGES: usize = 2;

/// The question that a report asks: everything that was read, whatever the window of the live monitor. The list of
/// sessions is asked for in full; an engine that hands sessions out as they close feeds a [`SessionWriter`] instead.
///
/// # Errors
/// A list of sessions under `--privacy strict`.
pub fn question(settings: &Settings, shape: Shape) -> Result<Question, Refused> {
    let rows = matches!(shape, Shape::Sessions(_));
    if rows && !settings.privacy.shows_visitors() {
        return Err(Refused);
    }
    Ok(Question {
        bounce: settings.rules.bounce,
        bots: settings.bots,
        tables: if rows {
            Vec::new()
        } else {
            [Grouping::Channel, Grouping::Source, Grouping::Page].map(ranked).to_vec()
        },
        sessions: rows.then_some(EVERY_SESSION),
        series: (!rows).then_some(SeriesAsk { buckets: BUCKETS }),
        ..Question::about(settings.filter.clone())
    })
}

const EVERY_SESSION: SessionsAsk = SessionsAsk {
    population: Population::Seen,
    sort: SessionSort::Start,
    order: Order::Ascending,
    rows: usize::MAX,
};

fn ranked(grouping: Grouping) -> TableAsk {
    TableAsk {
        grouping,
        sort: TableSort::Count,
        order: Order::Descending,
        rows: ROWS,
        measures: Measures::CountsAndTimes,
    }
}

/// Writes the answer to [`question`] in a shape.
///
/// # Errors
/// What the writer says, a closed pipe included.
pub fn write(shape: Shape, view: &View, about: About, out: &mut dyn Write) -> io::Result<()> {
    match shape {
        Shape::Text => text::write(view, about, out),
        Shape::Json => json::write(view, about, out),
        Shape::Csv(table) => csv::write(table, view, about, out),
        Shape::Sessions(format) => sessions::write(format, view, about, out),
    }
}

/// The table that a view has at a place of the question; `None` where it was not asked for.
fn ranking(view: &View, place: usize) -> Option<&Ranking> {
    view.tables.get(place)
}

/// A duration in seconds, as exports write it; `None` where nothing was measured.
fn seconds(measured: u64, span: Span) -> Option<f64> {
    (measured > 0).then(|| span.as_seconds())
}

/// An end of the window, as exports write times; `None` where nothing was read that could set it.
fn bound(view: &View, at: Millis) -> Option<String> {
    let known = view.intake.hits > 0 && at > Millis::MIN && at < Millis::MAX;
    known.then(|| at.rfc3339())
}

/// Reasons for leaving sessions out as bots (R3), as exports name them.
fn bot_reasons(counts: BotCounts) -> [(&'static str, u64); 5] {
    [
        ("agent", counts.agent),
        ("no agent", counts.no_agent),
        ("robots.txt", counts.robots_txt),
        ("rate", counts.rate),
        ("spam", counts.spam),
    ]
}

/// The buckets of a series, each with where it begins and ends.
fn buckets(series: &Series) -> impl Iterator<Item = (Millis, Millis, &Point)> {
    let start = |index: u64| series.from + Span(series.bucket.0.saturating_mul(index));
    (0..).zip(&series.points).map(move |(index, point)| (start(index), start(index + 1), point))
}

/// The settled bounce rate of a bucket; `None` where nothing that could bounce closed in it.
fn point_rate(point: &Point) -> Option<f64> {
    Rate { bounced: point.bounced as f64, of: point.closed }.share()
}

/// The settled rate counts whole sessions: only the rate of now counts fractions.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of sessions, never negative"
)]
fn whole(bounced: f64) -> u64 {
    bounced.round() as u64
}
