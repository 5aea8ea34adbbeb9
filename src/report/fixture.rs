//! A hand-written view for the tests of every output format.

mod findings;
mod funnel;
mod sessions;
mod traffic;
mod visits;

use std::sync::Arc;

use crate::config::{Settings, Zone};
use crate::query::definitions::{Guard, Unit};
use crate::query::filter::Filter;
use crate::query::question::{BounceRule, Grouping};
use crate::query::view::*;
use crate::time::{Millis, Span};
use findings::findings;
use funnel::funnel;
use sessions::bot;
pub(super) use sessions::session;
use visits::{returning, slowness, whole_paths};

/// 2026-11-24T09:00:00Z
pub(super) const NOW: Millis = Millis(1_795_510_800_000);

pub(super) fn settings() -> Settings {
    Settings { zone: Zone::Utc, inputs: vec!["access.log".into()], ..Settings::default() }
}

/// A day of a small shop.
pub(super) fn view() -> View {
    View {
        now: NOW,
        clock: ClockState::default(),
        from: NOW - Span::hours(8),
        to: NOW,
        bounce_rule: BounceRule::Single,
        totals: totals(),
        bounce: BounceRates { settled: Rate { bounced: 1623.0, of: 2286 }, ..BounceRates::default() },
        durations: durations(),
        series: Some(series()),
        tables: vec![channels(), sources(), pages(), actions()],
        analyses: vec![
            AnalysisView::Goals(goals()),
            AnalysisView::Funnel(funnel()),
            AnalysisView::NextSteps(next_steps()),
            AnalysisView::Experiment(Box::new(experiment())),
            AnalysisView::Slowness(slowness()),
            AnalysisView::Returning(returning()),
            AnalysisView::WholePaths(whole_paths()),
        ],
        sessions: Some(SessionList { rows: vec![session().into(), bot().into()], total: 2 }),
        traffic: Some(Box::new(traffic::traffic())),
        findings: findings(NOW),
        intake: intake(),
        ..View::default()
    }
}

/// Text with escape sequences and a bidirectional override.
pub(super) const STEERING: &str = "\u{1b}[31mred, \u{202e}gnol\u{9b}2J";

/// The shop with malicious text in its log.
pub(super) fn attacked() -> View {
    let mut view = view();
    for row in view.tables.iter_mut().flat_map(|table| &mut table.rows) {
        STEERING.clone_into(&mut row.key);
        STEERING.clone_into(&mut row.channel);
    }
    for row in view.sessions.iter_mut().flat_map(|list| &mut list.rows) {
        let row = Arc::make_mut(row);
        row.entry = Some(STEERING.to_owned());
        STEERING.clone_into(&mut row.source);
        STEERING.clone_into(&mut row.channel);
    }
    for analysis in &mut view.analyses {
        if let AnalysisView::Experiment(experiment) = analysis {
            experiment.variants.iter_mut().for_each(|row| STEERING.clone_into(&mut row.variant));
            experiment.verdict = Verdict::OneVariant { variant: STEERING.to_owned() };
        }
    }
    for row in view.traffic.iter_mut().flat_map(|traffic| &mut traffic.failures) {
        STEERING.clone_into(&mut row.path);
        row.linked_from = vec![(STEERING.to_owned(), 3)];
    }
    for row in view.traffic.iter_mut().flat_map(|traffic| &mut traffic.clients) {
        STEERING.clone_into(&mut row.network);
        STEERING.clone_into(&mut row.agent);
    }
    for example in &mut view.intake.malformed_examples {
        STEERING.clone_into(&mut example.text);
        STEERING.clone_into(&mut example.reason);
    }
    let hosts = &mut view.intake.own_hosts;
    hosts.push(STEERING.to_owned());
    view
}

/// The same shop before its first visitor.
pub(super) fn empty() -> View {
    View {
        now: NOW,
        clock: ClockState::default(),
        from: Millis::MIN,
        to: Millis::MAX,
        bounce_rule: BounceRule::Engaged,
        totals: Totals::default(),
        bounce: BounceRates::default(),
        durations: Durations::default(),
        series: None,
        tables: Vec::new(),
        sessions: None,
        intake: Intake::default(),
        ..View::default()
    }
}

fn totals() -> Totals {
    Totals {
        sessions: 2341,
        started: 2341,
        active: 3,
        active_before: 2,
        open: 12,
        closed: 2329,
        with_pageview: 2286,
        pageviews: 3937,
        actions: 74,
        visitors: Count::Exact(1700),
        bots: BotCounts { agent: 300, no_agent: 0, robots_txt: 45, rate: 1, ..BotCounts::default() },
    }
}

fn durations() -> Durations {
    Durations {
        measured: 665,
        unmeasured: 1664,
        sum: Span(18_193_500),
        max: Span::seconds(59),
        p50: Span::seconds(28),
        p90: Span::seconds(50),
        p99: Span::seconds(58),
        histogram: [120, 310, 200, 30, 4, 1, 0],
    }
}

fn series() -> Series {
    let started = [4, 9, 30, 72, 100, 96, 41, 12];
    let points = started.map(|started| Point { started, closed: started / 2, bounced: started / 4 }).to_vec();
    Series { bucket: Span::hours(1), from: NOW - Span::hours(7), points, before: Vec::new() }
}

fn row(key: &str, channel: &str, sessions: u64, bounced: u64) -> TableRow {
    TableRow {
        key: key.to_owned(),
        channel: channel.to_owned(),
        count: sessions,
        sessions,
        settled: sessions,
        bounced,
        pageviews: sessions * 2,
        p50: (sessions > 10).then_some(Span(28_500)),
        ..TableRow::default()
    }
}

fn table(grouping: Grouping, rows: Vec<TableRow>) -> Table {
    let counts: Vec<u64> = rows.iter().map(|row| row.count).collect();
    Table {
        grouping: Some(grouping),
        total_rows: rows.len() as u64,
        largest: counts.iter().copied().max().unwrap_or(0),
        sum: counts.iter().sum(),
        rows,
    }
}

fn channels() -> Table {
    let rows =
        vec![row("Organic Search", "", 1404, 900), row("Direct", "", 900, 700), row("Referral", "", 37, 23)];
    table(Grouping::Channel, rows)
}

fn sources() -> Table {
    let mut rows = vec![
        row("Google", "Organic Search", 1404, 900),
        row("Direct / None", "Direct", 900, 700),
        row("=HYPERLINK(\"evil\")", "Referral", 20, 20),
        row("forum.example, \"the\" forum", "Referral", 0, 0),
    ];
    rows.extend((1..10).map(|number| row(&format!("site{number}.example"), "Referral", 10 - number, 1)));
    table(Grouping::Source, rows)
}

fn page(key: &str, views: u64, p50: Option<Span>) -> TableRow {
    TableRow {
        key: key.to_owned(),
        count: views,
        pageviews: views,
        sessions: views / 2,
        entries: views / 3,
        exits: views / 4,
        settled: views / 3,
        bounced: views / 6,
        p50,
        ..TableRow::default()
    }
}

fn pages() -> Table {
    let long = "/a/very/long/path/that/does/not/fit/into/its/column";
    let rows = vec![
        page("/", 1800, Some(Span::seconds(21))),
        page(long, 900, Some(Span::minutes(3))),
        page("/once", 1, None),
    ];
    table(Grouping::Page, rows)
}

fn actions() -> Table {
    let row =
        |key: &str, count, sessions| TableRow { key: key.to_owned(), count, sessions, ..TableRow::default() };
    table(Grouping::Action, vec![row("submit", 83, 61), row("download", 12, 11)])
}

/// An experiment that may say something in five days.
fn experiment() -> ExperimentView {
    let guard = |errors, load, bounce_rate| GuardFigures {
        errors: Some(errors),
        load_p75: Some(Span(load)),
        bounce_rate: Some(bounce_rate),
    };
    let control = VariantRow {
        variant: "control".to_owned(),
        control: true,
        units: 4871,
        converted: 243,
        guard: guard(0.02, 412, 0.412),
        ..VariantRow::default()
    };
    let short = VariantRow {
        variant: "short".to_owned(),
        units: 4815,
        converted: 311,
        comparison: Some(Comparison {
            uplift: 0.2947,
            low: 0.004,
            high: 0.67,
            p: 0.044,
            chance_to_win: 0.999,
        }),
        guard: guard(0.02, 421, 0.401),
        ..VariantRow::default()
    };
    let run_for = Some(Span::hours(7 * 24));
    ExperimentView {
        name: "pricing-headline".to_owned(),
        unit: Unit::Visitor,
        goal: "signup".to_owned(),
        alpha: 0.05,
        expect: 5000,
        run_for,
        since: Some(NOW - Span::hours(52)),
        now: NOW,
        mixed: 39,
        unlisted: 0,
        beyond: 0,
        split: SplitCheck { expected: vec![0.5, 0.5], configured: true, p: 1.0, mismatch: false },
        variants: vec![control, short],
        guards: Guard::ALL.to_vec(),
        verdict: Verdict::Differs {
            variant: "short".to_owned(),
            better: true,
            p: 0.044,
            to_be_called: run_for,
        },
    }
}

/// One goal of the shop that is worth something, and one that is not.
fn goals() -> GoalsView {
    let signup =
        GoalRow { goal: "signup".to_owned(), sessions: 147, events: 151, value: None, currency: None };
    let order = GoalRow {
        goal: "order".to_owned(),
        sessions: 23,
        events: 25,
        value: Some(1247.5),
        currency: Some("EUR".to_owned()),
    };
    GoalsView { seen: 2341, rows: vec![signup, order], detail: None }
}

/// What came after the price list.
fn next_steps() -> NextStepsView {
    let row = |step, sessions| PathRow { step, sessions, mark: None };
    let page = |page: &str| PathStep::Page(page.to_owned());
    let column = |rows, others| {
        let other = PathOther { rows: u64::from(others > 0), sessions: others };
        PathColumn { sessions: 188, rows, other }
    };
    let first = vec![row(PathStep::Left, 68), row(page("/signup"), 52), row(PathStep::StillHere, 2)];
    let second = vec![row(PathStep::Action("submit".to_owned()), 32), row(page("/terms"), 5)];
    let after = vec![column(first, 66), column(second, 0)];
    let pricing = NextSteps { page: "/pricing".to_owned(), sessions: 188, after };
    NextStepsView { pages: vec![pricing], beyond: 0 }
}

fn intake() -> Intake {
    Intake {
        inputs: vec![InputStatus {
            name: "access.log".to_owned(),
            format: "combined".to_owned(),
            also: Vec::new(),
            lines: 10_002,
            bytes: 2_370_789,
            bytes_at_start: Some(2_370_789),
            state: InputState::Ended,
            trouble: String::new(),
            proposal: Vec::new(),
            remarks: Vec::new(),
        }],
        lines: 10_002,
        bytes: 2_370_789,
        hits: 10_000,
        malformed: 2,
        malformed_by_reason: vec![("no time".to_owned(), 2)],
        doubts: Vec::new(),
        malformed_examples: vec![malformed()],
        late: 5,
        ahead: 0,
        consentless: 0,
        overflow: 0,
        folded: 0,
        evicted: 0,
        closed_early: 0,
        kinds: [3937, 74, 5638, 0, 163, 163, 25],
        own_hosts: vec!["shop.example".to_owned()],
        own_hosts_from: OwnHostsFrom::Inferred,
        memory: 4 << 20,
    }
}

pub(super) fn malformed() -> MalformedExample {
    MalformedExample {
        input: "access.log".to_owned(),
        line: 17,
        column: 18,
        reason: "expected [time]".to_owned(),
        text: "192.0.2.1 - - -- \"GET / HTTP/1.1\" 200 12".to_owned(),
    }
}

pub(super) fn filter(text: &str) -> Filter {
    Filter::parse(text).expect(text)
}
