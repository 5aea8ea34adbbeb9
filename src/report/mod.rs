//! Report output: text, JSON, CSV, one row per session, and the findings of `dwell check`.
//!
//! Takes views (`query`) and settings (`config`), writes text. Must not know the screen, the tracker, the store, the
//! formats or the inputs, nor read a clock. Each output format is a file; [`write()`] dispatches.

mod alerts;
mod annotations;
pub mod check;
mod csv;
mod excerpt;
#[cfg(test)]
mod fixture;
mod ink;
mod json;
mod paths;
mod sessions;
#[cfg(test)]
mod tests;
mod text;
mod text_writer;
mod visits;

use std::io::{self, Write};

pub use alerts::write_alerts;
pub use ink::Paint;
use paths::{NextStep, next_steps, paths};
pub use sessions::SessionWriter;

use crate::alert::board::FiredAlert;
use crate::config::Settings;
use crate::query::analysis::ask::{Analysis, Breakdown, ExperimentAsk, FunnelAsk, GoalsAsk, NextStepsAsk};
use crate::query::annotation::Annotations;
use crate::query::comparison::CompareWith;
use crate::query::definitions::Funnel;
use crate::query::question::{
    CloseupAsk, Grouping, Measures, Order, Population, Question, SeriesAsk, SessionSort, SessionsAsk,
    TableAsk, TableSort, TrafficAsk,
};
use crate::query::view::{
    AnalysisView, BotCounts, ExperimentView, FunnelView, GoalsView, Point, Rate, Series, Table, TrafficView,
    View,
};
use crate::time::{Millis, Span};

/// The output format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum OutputFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON document, schema 1.
    Json,
    /// One table as CSV.
    Csv(CsvTable),
    /// One row per session.
    Sessions(RowFormat),
}

/// The table to write as CSV.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum CsvTable {
    /// Channels (R10).
    Channels,
    /// Sources (R9).
    #[default]
    Sources,
    /// Pages.
    Pages,
    /// Sessions over time.
    Series,
    /// Goals (R13).
    Goals,
    /// Steps of funnels (R13).
    Funnels,
    /// Actions.
    Actions,
    /// What came after the most viewed pages (R13).
    Paths,
    /// Experiments (R14).
    Experiments,
    /// Bounces and goals by load times (R13).
    Slowness,
    /// Who came back (R13).
    Returning,
    /// The most frequent ways over three pages (R13).
    WholePaths,
    /// All hits over time (R12).
    Traffic,
    /// What failed (R12).
    Errors,
    /// Who sent hits (R12).
    Clients,
    /// What stands out at the end (R15).
    Findings,
}

/// The format of session rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RowFormat {
    /// One JSON object per line.
    JsonLines,
    /// CSV with a header.
    Csv,
}

/// What is to be told of alerts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Backtest {
    /// Nothing.
    Nothing,
    /// When they would have fired.
    Alerts,
}

/// Metadata of a report.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The settings of the run.
    pub settings: &'a Settings,
    /// Wall-clock time of generation.
    pub generated: Millis,
    /// Whether text output is coloured.
    pub paint: Paint,
    /// When alerts would have fired, if that was asked for.
    pub alerts: Option<&'a [FiredAlert]>,
    /// What people and their scripts say happened.
    pub annotations: &'a Annotations,
    /// The span that it is compared with, if that was asked for.
    pub earlier: Option<Earlier<'a>>,
}

/// The answer over the span that a report is compared with (R17).
#[derive(Debug, Clone, Copy)]
pub struct Earlier<'a> {
    /// Which one it is.
    pub with: CompareWith,
    /// The answer.
    pub view: &'a View,
}

/// The report is forbidden by `--privacy strict` (R11). Usage error: exit status 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "--privacy strict shows no single visitors, and a list of sessions does; use --privacy standard, or print tables"
)]
pub struct Refused;

/// Row limit per table in JSON and CSV, so that a long tail of rare pages does not bloat the file.
const ROWS: usize = 1000;

/// Bucket limit of a series: a year of days fits.
const BUCKETS: usize = 400;

const CHANNELS: usize = 0;
const SOURCES: usize = 1;
const PAGES: usize = 2;
const ACTIONS: usize = 3;

/// Builds the question for a report. It covers all input; `--window` applies to the live monitor only. The session
/// list is unlimited; an engine that streams sessions as they close uses a [`SessionWriter`] instead.
///
/// # Errors
/// A session list under `--privacy strict`.
pub fn question(settings: &Settings, output: OutputFormat) -> Result<Question, Refused> {
    let rows = matches!(output, OutputFormat::Sessions(_));
    if rows && !settings.privacy.shows_visitors() {
        return Err(Refused);
    }
    Ok(Question {
        bounce: settings.rules.bounce,
        bots: settings.bots,
        tables: if rows {
            Vec::new()
        } else {
            [Grouping::Channel, Grouping::Source, Grouping::Page, Grouping::Action].map(ranked).to_vec()
        },
        sessions: rows.then_some(EVERY_SESSION),
        series: (!rows).then_some(SeriesAsk { buckets: BUCKETS }),
        analyses: analyses(settings, output),
        traffic: traffic_ask(output),
        closeup: shows_findings(output).then_some(CloseupAsk::Changes),
        ..Question::about(settings.filter.clone())
    })
}

/// The analyses that the output shows: of all that is defined, and the paths, which cost the most.
fn analyses(settings: &Settings, output: OutputFormat) -> Vec<Analysis> {
    let shows = |table| match output {
        OutputFormat::Text | OutputFormat::Json => true,
        OutputFormat::Csv(one) => one == table,
        OutputFormat::Sessions(_) => false,
    };
    let definitions = &settings.additions.definitions;
    let goals = (shows(CsvTable::Goals) && !definitions.goals.is_empty())
        .then(|| Analysis::Goals(GoalsAsk::default()));
    let experiments = definitions.experiments.iter().filter(|_| shows(CsvTable::Experiments)).cloned();
    let experiments = experiments.map(|experiment| Analysis::Experiment(ExperimentAsk { experiment }));
    let paths = Analysis::NextSteps(NextStepsAsk { pages: paths::PAGES });
    let paths = shows(CsvTable::Paths).then_some(paths);
    let breakdown = Some(Breakdown::Channel);
    let funnel = |funnel: &Funnel| Analysis::Funnel(FunnelAsk { funnel: funnel.clone(), breakdown });
    let funnels = definitions.funnels.iter().filter(|_| shows(CsvTable::Funnels)).map(funnel);
    let visits = [
        (CsvTable::Slowness, Analysis::Slowness),
        (CsvTable::Returning, visits::RETURNING),
        (CsvTable::WholePaths, visits::WHOLE_PATHS),
    ];
    let visits = visits.into_iter().filter(|(table, _)| shows(*table)).map(|(_, analysis)| analysis);
    goals.into_iter().chain(funnels).chain(paths).chain(experiments).chain(visits).collect()
}

/// Traffic, where the output shows it.
fn traffic_ask(output: OutputFormat) -> Option<TrafficAsk> {
    let is_shown = match output {
        OutputFormat::Text | OutputFormat::Json => true,
        OutputFormat::Csv(table) => matches!(table, CsvTable::Traffic | CsvTable::Errors | CsvTable::Clients),
        OutputFormat::Sessions(_) => false,
    };
    is_shown.then_some(TrafficAsk { rows: ROWS, buckets: BUCKETS, clients: true })
}

fn shows_findings(output: OutputFormat) -> bool {
    matches!(output, OutputFormat::Text | OutputFormat::Json | OutputFormat::Csv(CsvTable::Findings))
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

/// Writes the answer to [`question`].
///
/// # Errors
/// Write errors, including a broken pipe.
pub fn write(output: OutputFormat, view: &View, about: About, out: &mut dyn Write) -> io::Result<()> {
    match output {
        OutputFormat::Text => text::write(view, about, out),
        OutputFormat::Json => json::write(view, about, out),
        OutputFormat::Csv(table) => csv::write(table, view, about, out),
        OutputFormat::Sessions(format) => sessions::write(format, view, about, out),
    }
}

/// A standard score: more digits would say nothing.
fn two_digits(score: f64) -> f64 {
    (score * 100.0).round() / 100.0
}

/// The view's table at an index of the question's `tables`; `None` if it was not requested.
fn ranking(view: &View, place: usize) -> Option<&Table> {
    view.tables.get(place)
}

/// The goals, where any are defined.
fn goals(view: &View) -> Option<&GoalsView> {
    view.analyses.iter().find_map(|analysis| match analysis {
        AnalysisView::Goals(goals) => Some(goals),
        _ => None,
    })
}

/// The experiments that are defined.
fn experiments(view: &View) -> impl Iterator<Item = &ExperimentView> {
    view.analyses.iter().filter_map(|analysis| match analysis {
        AnalysisView::Experiment(experiment) => Some(&**experiment),
        _ => None,
    })
}

/// The funnels that are defined, in their order.
fn funnels(view: &View) -> impl Iterator<Item = &FunnelView> {
    view.analyses.iter().filter_map(|analysis| match analysis {
        AnalysisView::Funnel(funnel) => Some(funnel),
        _ => None,
    })
}

/// All hits, if they were asked for.
fn traffic(view: &View) -> Option<&TrafficView> {
    view.traffic.as_deref()
}

/// Hits a second in the busiest 10 s.
fn peak_per_s(hits: Option<u64>) -> Option<f64> {
    hits.map(|hits| hits as f64 / 10.0)
}

/// A share with at most six digits; `None` of nothing.
fn share(part: u64, of: u64) -> Option<f64> {
    (of > 0).then(|| rounded(part as f64 / of as f64))
}

/// A number with at most six digits after its point.
fn rounded(number: f64) -> f64 {
    (number * 1e6).round() / 1e6
}

/// A duration in seconds for exports; `None` if no session had one.
fn seconds(measured: u64, span: Span) -> Option<f64> {
    (measured > 0).then(|| span.as_seconds())
}

/// One end of the time range as RFC 3339; `None` if there were no hits.
fn bound(view: &View, at: Millis) -> Option<String> {
    let known = view.intake.hits > 0 && at > Millis::MIN && at < Millis::MAX;
    known.then(|| at.rfc3339())
}

/// Bot sessions by reason (R3), with the names used in exports.
fn bot_reasons(counts: BotCounts) -> [(&'static str, u64); 5] {
    [
        ("agent", counts.agent),
        ("no agent", counts.no_agent),
        ("robots.txt", counts.robots_txt),
        ("rate", counts.rate),
        ("spam", counts.spam),
    ]
}

/// The points of a series with the start and end of their buckets.
fn buckets(series: &Series) -> impl Iterator<Item = (Millis, Millis, &Point)> {
    let start = |index: u64| series.from + Span(series.bucket.0.saturating_mul(index));
    (0..).zip(&series.points).map(move |(index, point)| (start(index), start(index + 1), point))
}

/// The settled bounce rate of a bucket; `None` if no session with a pageview closed in it.
fn point_rate(point: &Point) -> Option<f64> {
    Rate { bounced: point.bounced as f64, of: point.closed }.share()
}

/// Settled rates count whole sessions; only the live rate has fractions.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of sessions, never negative"
)]
fn whole(bounced: f64) -> u64 {
    bounced.round() as u64
}
