//! The report as JSON, schema 1 (design.md section 4): keys may be added, never changed. Rates are fractions, times
//! RFC 3339 in UTC with milliseconds, durations in seconds, unknown figures null.

mod compared;
mod doubt_row;
mod duration;
mod experiments;
mod findings;
mod funnels;
mod goals;
mod pages;
mod paths;
mod traffic;
mod visits;

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::{Serialize, Serializer};

use super::alerts::AlertEntry;
use super::annotations::AnnotationEntry;
use super::{
    ACTIONS, About, CHANNELS, PAGES, SOURCES, bot_reasons, bound, buckets, point_rate, ranking, whole,
};
use crate::classify::agent::AiPurpose;
use crate::config::choices::Keyword;
use crate::query::view::{
    self, BotCounts, Count, InputStatus, Intake, KIND_NAMES, Point, Series, Table, TableRow, View,
};
use crate::text::harmless_json;
use crate::time::{Millis, Span};
use compared::Compared;
use doubt_row::DoubtRow;
use duration::Duration;
use experiments::ExperimentEntry;
use findings::FindingEntry;
use funnels::FunnelRow;
use goals::{ActionRow, GoalRow};
use pages::PageEntry;
use paths::PathEntry;
use traffic::{ClientEntry, ErrorEntry, Traffic};
use visits::{Returning, Slowness, WholePaths};

/// Writes the document.
pub(super) fn write(view: &View, about: About, out: &mut dyn Write) -> io::Result<()> {
    let document = serde_json::to_string_pretty(&Report::of(view, about))?;
    writeln!(out, "{}", harmless_json(&document))
}

#[derive(Serialize)]
struct Report<'a> {
    schema: u32,
    dwell: &'static str,
    privacy: &'static str,
    generated: String,
    from: Option<String>,
    to: Option<String>,
    filter: String,
    input: Input<'a>,
    sessions: SessionTotals,
    duration: Duration,
    channels: Vec<ChannelEntry<'a>>,
    sources: Vec<SourceEntry<'a>>,
    pages: Vec<PageEntry<'a>>,
    series: Vec<Bucket>,
    actions: Vec<ActionRow<'a>>,
    goals: Vec<GoalRow<'a>>,
    funnels: Vec<FunnelRow<'a>>,
    paths: Vec<PathEntry<'a>>,
    experiments: Vec<ExperimentEntry<'a>>,
    slowness: Option<Slowness>,
    returning: Option<Returning>,
    whole_paths: Option<WholePaths<'a>>,
    traffic: Option<Traffic<'a>>,
    errors: Vec<ErrorEntry<'a>>,
    clients: Vec<ClientEntry<'a>>,
    findings: Vec<FindingEntry<'a>>,
    annotations: Vec<AnnotationEntry<'a>>,
    /// Only where it was asked for: it takes a reading of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    compare: Option<Compared<'a>>,
    /// Only where they were asked for: it takes a reading of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    alerts: Option<Vec<AlertEntry<'a>>>,
}

#[derive(Serialize)]
struct Input<'a> {
    inputs: Vec<OneInput<'a>>,
    lines: u64,
    hits: u64,
    malformed: u64,
    late: u64,
    overflow: u64,
    kinds: NamedCounts,
    consentless: u64,
    ahead: u64,
    doubts: Vec<DoubtRow<'a>>,
    own_hosts: &'a [String],
    own_hosts_from: &'static str,
}

#[derive(Serialize)]
struct OneInput<'a> {
    name: &'a str,
    format: Option<&'a str>,
    lines: u64,
    bytes: u64,
    also: Vec<Also<'a>>,
}

#[derive(Serialize)]
struct Also<'a> {
    format: &'a str,
    from_line: u64,
}

/// Named counts, serialized as an object in this order (a map would sort the keys).
struct NamedCounts(Vec<(&'static str, u64)>);

#[derive(Serialize)]
struct SessionTotals {
    total: u64,
    open: u64,
    active: u64,
    closed: u64,
    with_pageview: u64,
    bounced: u64,
    bounce_rate: Option<f64>,
    bounce: &'static str,
    pageviews: u64,
    actions: u64,
    pages_per_session: Option<f64>,
    visitors: u64,
    /// Whether `visitors` is an estimate, which varies slightly between runs.
    visitors_estimated: bool,
    bots: BotTotals,
}

#[derive(Serialize)]
struct BotTotals {
    sessions: u64,
    by_reason: NamedCounts,
    ai_by_purpose: BTreeMap<&'static str, AiTotals>,
}

/// Sessions and pageviews of AI crawlers of one purpose.
#[derive(Serialize)]
struct AiTotals {
    sessions: u64,
    pageviews: u64,
}

#[derive(Serialize)]
struct ChannelEntry<'a> {
    channel: &'a str,
    #[serde(flatten)]
    figures: SessionFigures,
}

#[derive(Serialize)]
struct SourceEntry<'a> {
    source: &'a str,
    channel: &'a str,
    #[serde(flatten)]
    figures: SessionFigures,
}

#[derive(Serialize)]
struct SessionFigures {
    sessions: u64,
    with_pageview: u64,
    bounced: u64,
    bounce_rate: Option<f64>,
    pageviews: u64,
    p50_s: Option<f64>,
}

#[derive(Serialize)]
struct Bucket {
    from: String,
    to: String,
    started: u64,
    closed: u64,
    with_pageview: u64,
    bounced: u64,
    bounce_rate: Option<f64>,
}

impl<'a> Report<'a> {
    fn of(view: &'a View, about: About<'a>) -> Report<'a> {
        Report {
            schema: 1,
            dwell: env!("CARGO_PKG_VERSION"),
            privacy: about.settings.privacy.name(),
            generated: about.generated.rfc3339(),
            from: bound(view, view.from),
            to: bound(view, view.to),
            filter: about.settings.filter.to_string(),
            input: Input::of(&view.intake),
            sessions: SessionTotals::of(view),
            duration: Duration::of(&view.durations),
            channels: rows(ranking(view, CHANNELS), ChannelEntry::of),
            sources: rows(ranking(view, SOURCES), SourceEntry::of),
            pages: rows(ranking(view, PAGES), PageEntry::of),
            series: view.series.as_ref().map(Bucket::all).unwrap_or_default(),
            actions: actions(view),
            goals: super::goals(view).map(GoalRow::all).unwrap_or_default(),
            funnels: FunnelRow::all(view),
            paths: super::paths(view).map(PathEntry::all).unwrap_or_default(),
            experiments: ExperimentEntry::all(view),
            slowness: super::visits::slowness(view).map(Slowness::of),
            returning: super::visits::returning(view).map(Returning::of),
            whole_paths: super::visits::whole_paths(view).map(WholePaths::of),
            traffic: Traffic::of(view),
            errors: ErrorEntry::all(view),
            clients: ClientEntry::all(view),
            findings: FindingEntry::all(view),
            annotations: AnnotationEntry::all(view, about),
            compare: about.earlier.map(|earlier| Compared::of(view, earlier)),
            alerts: about.alerts.map(|fired| fired.iter().map(AlertEntry::of).collect()),
        }
    }
}

fn rows<'a, T>(table: Option<&'a Table>, of: fn(&'a TableRow) -> T) -> Vec<T> {
    table.map(|table| table.rows.iter().map(of).collect()).unwrap_or_default()
}

fn actions(view: &View) -> Vec<ActionRow<'_>> {
    let table = ranking(view, ACTIONS).into_iter();
    table.flat_map(|table| &table.rows).map(|row| ActionRow::of(row, view)).collect()
}

impl<'a> Input<'a> {
    fn of(intake: &'a Intake) -> Input<'a> {
        Input {
            inputs: intake.inputs.iter().map(OneInput::of).collect(),
            lines: intake.lines,
            hits: intake.hits,
            malformed: intake.malformed,
            late: intake.late,
            overflow: intake.overflow,
            kinds: NamedCounts(KIND_NAMES.into_iter().zip(intake.kinds).collect()),
            consentless: intake.consentless,
            ahead: intake.ahead,
            doubts: intake.doubts.iter().map(DoubtRow::of).collect(),
            own_hosts: &intake.own_hosts,
            own_hosts_from: intake.own_hosts_from.name(),
        }
    }
}

impl<'a> OneInput<'a> {
    fn of(input: &'a InputStatus) -> OneInput<'a> {
        let format = (!input.format.is_empty()).then_some(input.format.as_str());
        let also = input.also.iter().map(|also| Also { format: &also.format, from_line: also.from_line });
        let also = also.collect();
        OneInput { name: &input.name, format, lines: input.lines, bytes: input.bytes, also }
    }
}

impl Serialize for NamedCounts {
    fn serialize<S: Serializer>(&self, into: S) -> Result<S::Ok, S::Error> {
        into.collect_map(self.0.iter().copied())
    }
}

impl SessionTotals {
    fn of(view: &View) -> SessionTotals {
        let totals = &view.totals;
        let settled = view.bounce.settled;
        SessionTotals {
            total: totals.sessions,
            open: totals.open,
            active: totals.active,
            closed: totals.closed,
            with_pageview: totals.with_pageview,
            bounced: whole(settled.bounced),
            bounce_rate: settled.share(),
            bounce: view.bounce_rule.name(),
            pageviews: totals.pageviews,
            actions: totals.actions,
            pages_per_session: (totals.sessions > 0)
                .then(|| totals.pageviews as f64 / totals.sessions as f64),
            visitors: totals.visitors.value(),
            visitors_estimated: matches!(totals.visitors, Count::About(_)),
            bots: BotTotals::of(totals.bots),
        }
    }
}

impl BotTotals {
    fn of(counts: BotCounts) -> BotTotals {
        let reasons = bot_reasons(counts).into_iter().filter(|(_, count)| *count > 0);
        let taken = AiPurpose::ALL.iter().zip(counts.ai).filter(|(_, taken)| taken.sessions > 0);
        let taken = taken.map(|(purpose, view::Taken { sessions, pageviews })| {
            (purpose.name(), AiTotals { sessions, pageviews })
        });
        BotTotals {
            sessions: counts.total(),
            by_reason: NamedCounts(reasons.collect()),
            ai_by_purpose: taken.collect(),
        }
    }
}

impl<'a> ChannelEntry<'a> {
    fn of(row: &'a TableRow) -> ChannelEntry<'a> {
        ChannelEntry { channel: &row.key, figures: SessionFigures::of(row) }
    }
}

impl<'a> SourceEntry<'a> {
    fn of(row: &'a TableRow) -> SourceEntry<'a> {
        SourceEntry { source: &row.key, channel: &row.channel, figures: SessionFigures::of(row) }
    }
}

impl SessionFigures {
    fn of(row: &TableRow) -> SessionFigures {
        SessionFigures {
            sessions: row.sessions,
            with_pageview: row.settled,
            bounced: row.bounced,
            bounce_rate: row.bounce().share(),
            pageviews: row.pageviews,
            p50_s: row.p50.map(Span::as_seconds),
        }
    }
}

impl Bucket {
    fn all(series: &Series) -> Vec<Bucket> {
        buckets(series).map(Bucket::of).collect()
    }

    fn of((from, to, point): (Millis, Millis, &Point)) -> Bucket {
        Bucket {
            from: from.rfc3339(),
            to: to.rfc3339(),
            started: point.started,
            closed: point.closed,
            with_pageview: point.closed,
            bounced: point.bounced,
            bounce_rate: point_rate(point),
        }
    }
}
