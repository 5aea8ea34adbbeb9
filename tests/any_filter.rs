//! Model test of queries (design.md section 3): every answer equals that of a naive scan over all sessions, whether in
//! sealed segments, the one being filled, or still open; on the first query and on cached ones, while lines arrive and
//! time passes.

#![allow(clippy::expect_used, clippy::panic, reason = "these are tests, helpers and all")]

mod naive;

use std::collections::{BTreeMap, BTreeSet};

use dwell::classify::address::AddressKeeping;
use dwell::classify::batch::InputId;
use dwell::engine::log_clock::{LogClock, Shift};
use dwell::engine::port::AskerId;
use dwell::query::analysis::ask::{
    Analysis, EventMatchesAsk, NextStepsAsk, PathStart, PathsAsk, ReturningAsk, ReturningBy, WholePathsAsk,
};
use dwell::query::event_filter::EventFilter;
use dwell::query::filter::Filter;
use dwell::query::question::{
    Bots, BounceRule, CloseupAsk, Grouping, Measures, Order, Population, Question, SeriesAsk, SessionSort,
    SessionsAsk, SmallGroups, TableAsk, TableSort, Window,
};
use dwell::query::view::{
    AnalysisView, Closeup, InputState, Intake, Loads, PageCloseup, PageLoads, PathColumn, PathStep,
    PathsView, Rate, SMALL_GROUPS, Stays, Table, TableRow, View, WholePathsView,
};
use dwell::time::{Millis, Span};
use naive::answers::{Answers, bucket_of, percentile};
use naive::closeups::with_small_groups_folded;
use naive::event_matches::FILTERS;
use naive::funnels::funnels;
use naive::paths::{GROUP, fold_small};
use naive::rig::{Instant, Rig, everything, expected};
use naive::traffic::{Ways, hits, hours, rules, ways};
use naive::{Deed, Hit, Rules, Session, bearing, sessions, sessions_where, visitor, watermark};
use proptest::prelude::*;
use proptest::sample::select;

/// Filter terms of every kind.
const TERMS: [&str; 78] = [
    "source:google",
    "source:\"Direct / None\",news*",
    "channel:direct",
    "channel:\"Organic Search\"",
    "channel:email,Referral",
    "campaign:spring",
    "campaign:*",
    "campaign:\"\"",
    "page:/a",
    "page:/A",
    "page:/a*,/pricing",
    "entry:/",
    "entry:/a",
    "exit:\"/a/b\"",
    "exit:/pr*ng",
    "country:DE",
    "country:(un*",
    "browser:firefox",
    "browser:*o*",
    "system:linux,ios",
    "device:desktop",
    "site:x*",
    "site:shop.example",
    "host:pay.*,www.shop.example",
    "site:*",
    "action:submit",
    "action:down*",
    "visitor:*-*",
    "visitor:*a*,*7*",
    "address:*/24",
    "address:192.0.2.0/24",
    "address:192.0.2.1,2001:db8:1:2::1",
    "address:*1*,\"\"",
    "duration>60s",
    "duration<=60s",
    "duration:10s",
    "duration>=30m",
    "pageviews>=2",
    "pageviews:1",
    "pageviews<2",
    "actions:0",
    "actions>0",
    "errors>=1",
    "bounced",
    "active",
    "open",
    "closed",
    "resumed",
    "new",
    "returning",
    "slow",
    "agent:google*",
    "status:404",
    "status:2xx,301",
    "method:post",
    "path:/a*",
    "path:/manual.pdf,/pricing",
    "kind:error",
    "kind:asset,action",
    "kind:api",
    "agent:\"\"",
    "bot:yes",
    "bot:no",
    "bot:any",
    "bot:agent,",
    "bot:\"no agent\"",
    "bot:robots.txt",
    "bot:rate",
    "assets:none",
    "assets:some",
    "oogle",
    "way:\"/a > /pricing\"",
    "way:\"^ > /a*\"",
    "way:\"@/a > * > $\"",
    "way:\"* > @submit\",\"/ > ...\"",
    "way:\"group:let* > /\"",
    "way:\"/ > @group:letters > $\"",
    "way:\"* > group:letters > /a/b\"",
];

fn filter() -> impl Strategy<Value = Filter> {
    let term = (select(TERMS.to_vec()), prop::bool::weighted(0.3));
    prop::collection::vec(term, 0..3).prop_map(|terms| {
        let terms = terms.iter().map(|(term, negated)| {
            format!("{}{}", if *negated { "-" } else { "" }, term.trim_end_matches(','))
        });
        let text = terms.collect::<Vec<_>>().join(" ");
        Filter::parse(&text).expect("terms of the language")
    })
}

fn window() -> impl Strategy<Value = Window> {
    let lengths = [60, 300, 1800, 3600, 21_600].map(|seconds| Window::Last(Span::seconds(seconds)));
    prop_oneof![1 => Just(Window::All), 4 => select(lengths.to_vec())]
}

fn table() -> impl Strategy<Value = TableAsk> {
    use Grouping::{
        Action, Bot, Browser, Campaign, Channel, Country, Device, Entry, Exit, Newness, Page, Site, Source,
        System,
    };
    use TableSort::{BounceRate, Count, Entries, Exits, Load, Name, Pageviews, Time};
    let groupings = vec![
        Channel, Source, Campaign, Page, Page, Page, Entry, Exit, Country, Browser, System, Device, Site,
        Action, Bot, Newness,
    ];
    let sorts = select(vec![Count, BounceRate, Pageviews, Entries, Exits, Time, Load, Name]);
    let measures = select(vec![Measures::Counts, Measures::CountsAndTimes, Measures::CountsAndTimes]);
    (select(groupings), sorts, order(), prop_oneof![Just(100), 0..3_usize], measures).prop_map(
        |(grouping, sort, order, rows, measures)| TableAsk { grouping, sort, order, rows, measures },
    )
}

fn order() -> impl Strategy<Value = Order> {
    select(vec![Order::Ascending, Order::Descending])
}

fn list() -> impl Strategy<Value = SessionsAsk> {
    use SessionSort::{Actions, Duration, LastEvent, Pageviews, Start};
    let populations = select(vec![Population::Active, Population::Open, Population::Seen, Population::Seen]);
    let sorts = select(vec![Actions, Duration, LastEvent, Pageviews, Start]);
    (populations, sorts, order(), prop_oneof![Just(100), 0..4_usize])
        .prop_map(|(population, sort, order, rows)| SessionsAsk { population, sort, order, rows })
}

fn closeup() -> impl Strategy<Value = CloseupAsk> {
    let page = select(vec!["/", "/a", "/a/b", "/pricing", "/nowhere"]);
    let action = select(vec!["submit", "download", "nothing"]);
    prop_oneof![
        page.prop_map(|page| CloseupAsk::Page(page.to_owned())),
        action.prop_map(|action| CloseupAsk::Action(action.to_owned())),
        Just(CloseupAsk::Changes),
    ]
}

fn analysis() -> impl Strategy<Value = Analysis> {
    let rows = select(vec![1, 2, 100]);
    prop_oneof![
        3 => paths().prop_map(Analysis::Paths),
        1 => (rows.clone(), any::<bool>())
            .prop_map(|(rows, folded)| Analysis::WholePaths(WholePathsAsk { rows, folded })),
        1 => Just(Analysis::Slowness),
        1 => (rows.clone(), select(ReturningBy::ALL.to_vec()))
            .prop_map(|(rows, by)| Analysis::Returning(ReturningAsk { by, rows })),
        1 => (event_filters(), rows.clone())
            .prop_map(|(filters, examples)| Analysis::EventMatches(EventMatchesAsk { filters, examples })),
        1 => rows.prop_map(|pages| Analysis::NextSteps(NextStepsAsk { pages })),
        3 => funnels().prop_map(Analysis::Funnel),
    ]
}

fn event_filters() -> impl Strategy<Value = Vec<EventFilter>> {
    let parsed = |(text, _)| EventFilter::parse(text).expect("a filter on an event");
    prop::collection::vec(select(FILTERS.to_vec()).prop_map(parsed), 0..4)
}

fn paths() -> impl Strategy<Value = PathsAsk> {
    let page = || select(vec!["/", "/a", "/a/b", "/pricing"]).prop_map(str::to_owned);
    let start = prop_oneof![
        1 => Just(PathStart::Entry),
        1 => Just(PathStart::Exit),
        3 => page().prop_map(PathStart::Page),
        1 => Just(PathStart::Action("submit".to_owned())),
    ];
    let step = prop_oneof![
        4 => page().prop_map(PathStep::Page),
        1 => Just(PathStep::Group(GROUP.to_owned())),
        1 => Just(PathStep::Action("submit".to_owned())),
    ];
    let way = || prop::collection::vec(step.clone(), 0..6);
    (start, way(), way(), any::<bool>()).prop_map(|(start, before, after, folded)| PathsAsk {
        start,
        before,
        after,
        folded,
    })
}

fn question() -> impl Strategy<Value = Question> {
    let bounce = select(vec![BounceRule::Single, BounceRule::Single, BounceRule::Engaged]);
    let bots = select(vec![Bots::LeftOut, Bots::Included]);
    let series = prop::option::of((1..40_usize).prop_map(|buckets| SeriesAsk { buckets }));
    let tables = prop::collection::vec(table(), 0..3);
    let closeup = prop::option::of(closeup());
    let analyses = prop::collection::vec(analysis(), 0..3);
    let small_groups = select(vec![SmallGroups::Shown, SmallGroups::Folded]);
    let rows = (tables, prop::option::of(list()), closeup, analyses, small_groups);
    (filter(), window(), bounce, bots, rows, series).prop_map(
        |(filter, window, bounce, bots, (tables, sessions, closeup, analyses, small_groups), series)| {
            Question {
                filter,
                window,
                bounce,
                bots,
                tables,
                sessions,
                series,
                closeup,
                small_groups,
                analyses,
                traffic: None,
                definitions: std::sync::Arc::new(naive::paths::definitions()),
            }
        },
    )
}

/// Asks each question unfiltered first, so that the cached answer is reused.
fn with_those_of_all(questions: Vec<Question>) -> Vec<Question> {
    let both = |question: Question| [Question { filter: Filter::default(), ..question.clone() }, question];
    questions.into_iter().flat_map(both).collect()
}

/// More than there are visitors.
const SENDERS: usize = 64;
const WORKERS: usize = 2;

#[derive(Debug, Clone)]
struct Case {
    rules: Rules,
    inputs: u16,
    hits: Vec<Hit>,
    ways: Ways,
    questions: Vec<Question>,
    /// Block after which an instant is held, as when the screen is paused.
    held_after: usize,
    /// Pauses between repeated queries after all lines have arrived.
    pauses: Vec<u64>,
}

fn cases() -> impl Strategy<Value = Case> {
    let pauses = prop::collection::vec(select(vec![0, 1, 30, 60, 61, 299, 600, 1800, 1801, 4000]), 1..8);
    (rules(), 1..3_u16).prop_flat_map(move |(rules, inputs)| {
        // Two more than are kept standing, at times.
        let questions = prop::collection::vec(question(), 1..4).prop_map(with_those_of_all);
        (hits(rules.gap, inputs), ways(), questions, 0..10_usize, pauses.clone()).prop_map(
            move |(hits, ways, questions, held_after, pauses)| Case {
                rules,
                inputs,
                hits,
                ways,
                questions,
                held_after,
                pauses,
            },
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_question_is_answered_as_by_looking_at_every_session(case in cases()) {
        let mut rig = Rig::new(case.rules, case.inputs, WORKERS, LogClock::Moving(Shift::Seen(0)));
        let (rules, hits) = (case.rules, &case.hits);
        let mut come = vec![false; hits.len()];
        let (mut held, mut bearing_when_held) = (None, None);
        for (turn, block) in case.ways.blocks(hits, case.inputs, WORKERS, rules.lateness).into_iter().enumerate() {
            block.read(&mut rig, hits);
            block.hits.iter().for_each(|&at| come[at] = true);
            let so_far: Vec<_> = hits.iter().zip(&come).filter(|(_, come)| **come).map(|(hit, _)| hit.clone()).collect();
            let now = newest(&so_far);
            let at = Instant { now, watermark: watermark(&so_far, case.inputs), rules };
            // While an instant is held, nobody turns out to be a bot.
            let known_to_bear = bearing_when_held.clone().unwrap_or_else(|| bearing(&so_far));
            let sessions = sessions_where(&known_to_bear, &so_far, rules);
            ask_all(&mut rig, &case.questions, &sessions, at);
            if turn == case.held_after {
                held = Some((sessions, at));
                bearing_when_held = Some(known_to_bear);
            }
            ask_held(&mut rig, &case.questions, held.as_ref(), now);
        }
        (0..case.inputs).for_each(|input| rig.engine.set_input(InputId(input), |status| status.state = InputState::Live));
        let all = sessions_where(&bearing_when_held.unwrap_or_else(|| bearing(hits)), hits, rules);
        let mut now = newest(hits);
        for pause in &case.pauses {
            now += Span::seconds(*pause);
            rig.engine.tick(now);
            ask_all(&mut rig, &case.questions, &all, Instant { now, watermark: now, rules });
            ask_held(&mut rig, &case.questions, held.as_ref(), now);
        }
        // At the end everything is closed, and time is that of the last line.
        rig.engine.finish();
        let at = Instant { now: newest(hits), watermark: Millis::MAX, rules };
        ask_all(&mut rig, &case.questions, &all, at);
        ask_held(&mut rig, &case.questions, held.as_ref(), now);
        rig.engine.release(AskerId::default());
        ask_held(&mut rig, &case.questions, Some(&(sessions(hits, rules), at)), now);
    }

    /// Over several hours most segments are answered from the unfiltered answer.
    #[test]
    fn what_does_not_match_is_taken_out_of_what_is_known_of_all(
        (rules, hits) in rules().prop_flat_map(|rules| (Just(rules), hours(rules.gap))),
        questions in prop::collection::vec(question(), 3..8).prop_map(with_those_of_all),
    ) {
        let mut rig = Rig::new(rules, 1, 1, LogClock::Newest);
        rig.read(0, 0, &hits.iter().map(Hit::line).collect::<String>());
        let (now, sessions) = (newest(&hits), sessions(&hits, rules));
        ask_all(&mut rig, &questions, &sessions, Instant { now, watermark: watermark(&hits, 1), rules });
        rig.engine.finish();
        ask_all(&mut rig, &questions, &sessions, Instant { now, watermark: Millis::MAX, rules });
    }

    #[test]
    fn a_filter_is_written_as_it_is_read(filter in filter(), value in "[a/ ,*\"\\\\:=<>-]{0,6}", field in select(vec!["page:", "site:", ""])) {
        prop_assert_eq!(&Filter::parse(&filter.to_string()).expect("what was written"), &filter);
        let quoted = format!("{field}\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""));
        for text in [format!("{field}{value}"), quoted] {
            if let Ok(filter) = Filter::parse(&text) {
                prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter), "{}", text);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 50, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whoever counted which visitors, and in whichever order their answers come in.
    #[test]
    fn answers_of_several_engines_merge_into_the_answer_of_one(
        (rules, hits) in rules().prop_flat_map(|rules| (Just(rules), hours(rules.gap))),
        questions in prop::collection::vec(question(), 1..4),
        members in prop::collection::vec(0..3_usize, SENDERS),
        is_finished in any::<bool>(),
    ) {
        // Without an agent nobody is told from a bot by an input in which none bears one.
        let hits: Vec<_> = hits.into_iter().filter(Hit::bears_agent).collect();
        let visitors: Vec<_> = hits.iter().map(visitor).collect::<BTreeSet<_>>().into_iter().collect();
        let member = |hit: &Hit| members[visitors.binary_search(&visitor(hit)).unwrap_or(0) % members.len()];
        // The last line is everybody's: it says what time it is.
        let newest = newest(&hits);
        let last = Hit { time: newest, deed: Deed::Api, ..Hit::of_anyone() }.line();
        let rig = |counts: &dyn Fn(&Hit) -> bool| {
            let mut rig = Rig::new(rules, 1, 1, LogClock::Newest);
            rig.read(0, 0, &hits.iter().filter(|hit| counts(hit)).map(Hit::line).collect::<String>());
            rig.read(0, 0, &last);
            if is_finished {
                rig.engine.finish();
            }
            rig
        };
        let mut whole = rig(&|_| true);
        let [mut first, mut second, mut third] = [0, 1, 2].map(|which| rig(&|hit| member(hit) == which));
        for question in &questions {
            let parcels = [third.engine.parcel(question, newest), first.engine.parcel(question, newest)];
            let merged = second.engine.answer_with(question, &parcels, newest).expect("parcels");
            prop_assert_eq!(figures(merged), figures(whole.engine.answer(question, newest)), "{:?}", question);
        }
    }
}

/// An answer without intake figures, and the live rate rounded so that the order of floating-point sums does not matter.
fn figures(view: View) -> View {
    let mut view = View { intake: Intake::default(), kept_from: None, ..view };
    view.bounce.now.bounced = (view.bounce.now.bounced * 1e9).round() / 1e9;
    view
}

/// Windows come from flags and files: none is too long, and there may be nothing to answer from yet.
#[test]
fn a_window_of_any_length_is_answered() {
    let rules = Rules {
        gap: Span::minutes(30),
        lateness: Span::minutes(5),
        active: Span::minutes(5),
        addresses: AddressKeeping::Masked,
    };
    let mut rig = Rig::new(rules, 1, 1, LogClock::Newest);
    for lines in ["", "192.0.2.1 - - [24/Nov/2026:12:00:00 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"-\" -\n"] {
        rig.read(0, 0, lines);
        for length in [Span::ZERO, Span::hours(24 * 365), Span(u64::MAX / 1000), Span(u64::MAX)] {
            let series = Some(SeriesAsk { buckets: 60 });
            let question = Question { window: Window::Last(length), series, ..everything() };
            let view = rig.engine.answer(&question, Millis(0));
            assert_eq!(view.totals.sessions, u64::from(!lines.is_empty()), "{length:?}");
            let points = view.series.expect("a series was asked for").points;
            let started: u64 = points.iter().map(|point| point.started).sum();
            assert_eq!(started, view.totals.sessions, "{length:?}");
            assert!(points.len() <= 61, "{length:?}: {} points", points.len());
        }
    }
}

fn newest(hits: &[Hit]) -> Millis {
    hits.iter().map(|hit| hit.time).max().unwrap_or(Millis::MIN)
}

fn ask_all(rig: &mut Rig, questions: &[Question], sessions: &[Session], at: Instant) {
    for question in questions {
        let view = rig.engine.answer(question, at.now);
        compare(&view, question, &Answers::new(sessions, question, at), at);
    }
}

/// Whatever came in since, questions and timelines are answered as of the instant that is held.
fn ask_held(rig: &mut Rig, questions: &[Question], held: Option<&(Vec<Session>, Instant)>, wall: Millis) {
    let Some((sessions, at)) = held else { return };
    for question in questions {
        let view = rig.engine.answer_from_snapshot(AskerId::default(), question, wall);
        compare(&view, question, &Answers::new(sessions, question, *at), *at);
    }
    assert_eq!(rig.told_held(wall), expected(sessions, *at));
}

fn compare(view: &View, question: &Question, answers: &Answers, at: Instant) {
    assert_eq!((view.now, view.to), (at.now, at.now));
    assert_eq!(view.totals, answers.totals(), "{question:?}");
    let rate = |(bounced, of): (u64, u64)| Rate { bounced: bounced as f64, of };
    assert_eq!(view.bounce.settled, rate(answers.settled()));
    assert_eq!(view.bounce.settled_before, rate(answers.settled_before()));
    // What the estimate learns from has three significant digits, as all durations have.
    let (low, of) = answers.rate_now(999);
    let (high, _) = answers.rate_now(1001);
    let now = view.bounce.now;
    assert!(
        now.of == of && now.bounced > low - 1e-6 && now.bounced < high + 1e-6,
        "{now:?}: {low} to {high}"
    );
    compare_durations(view, answers);
    compare_series(view, question, answers, at);
    let listed = view.sessions.as_ref().map(|list| {
        let names = list.rows.iter().map(|row| (row.session.visitor, row.session.start));
        (names.collect::<Vec<_>>(), list.total)
    });
    assert_eq!(listed, question.sessions.map(|ask| answers.list(ask)));
    match (&view.closeup, &question.closeup) {
        (None, None) => {}
        (Some(closeup), Some(ask)) => compare_closeup(closeup, ask, question.small_groups, answers),
        other => panic!("{other:?}"),
    }
    for (table, ask) in view.tables.iter().zip(&question.tables) {
        compare_table(table, ask, question.small_groups, answers);
    }
    assert_eq!(view.tables.len(), question.tables.len());
    assert_eq!(view.analyses.len(), question.analyses.len());
    for (analysis, ask) in view.analyses.iter().zip(&question.analyses) {
        compare_analysis(analysis, ask, question.small_groups, answers);
    }
}

fn compare_analysis(found: &AnalysisView, ask: &Analysis, small_groups: SmallGroups, answers: &Answers) {
    match (found, ask) {
        (AnalysisView::Paths(found), Analysis::Paths(ask)) => {
            let (mut wanted, loads) = answers.paths(ask);
            let columns = wanted.before.iter_mut().chain(&mut wanted.after);
            columns.for_each(|column| fold_small(column, small_groups));
            let p75 = percentile(&loads, 75).unwrap_or_default();
            assert!(is_about(found.load_p75, p75), "{:?}, not {p75:?}", found.load_p75);
            assert_eq!(found, &PathsView { load_p75: found.load_p75, ..wanted }, "{ask:?}");
            found.before.iter().chain(&found.after).for_each(adds_up);
        }
        (AnalysisView::Funnel(found), Analysis::Funnel(ask)) => {
            answers.compare_funnel(found, ask, small_groups);
        }
        (AnalysisView::WholePaths(found), Analysis::WholePaths(ask)) => {
            let wanted = answers.whole_paths(*ask);
            let sum = |view: &WholePathsView| {
                view.other.sessions + view.rows.iter().map(|row| row.sessions).sum::<u64>()
            };
            assert_eq!(sum(found), sum(&wanted));
            let is_shown = |sessions: u64| small_groups == SmallGroups::Shown || sessions >= 5;
            let rows: Vec<_> = wanted.rows.into_iter().filter(|row| is_shown(row.sessions)).collect();
            assert_eq!((found.sessions, &found.rows, found.beyond), (wanted.sessions, &rows, 0), "{ask:?}");
        }
        (AnalysisView::EventMatches(found), Analysis::EventMatches(ask)) => {
            let mut wanted = answers.event_matches(ask);
            let is_shown = |sessions: u64| small_groups == SmallGroups::Shown || sessions >= 5;
            wanted.rows.iter_mut().for_each(|row| row.examples.retain(|one| is_shown(one.sessions)));
            assert_eq!(found, &wanted, "{ask:?}");
        }
        (AnalysisView::Slowness(found), Analysis::Slowness) => assert_eq!(found, &answers.slowness()),
        (AnalysisView::Returning(found), Analysis::Returning(ask)) => {
            let mut wanted = answers.returning(*ask);
            let is_small = |new: u64| small_groups == SmallGroups::Folded && new < 5;
            let small = wanted.cohorts.extract_if(.., |cohort| is_small(cohort.new));
            wanted.unlisted += small.map(|cohort| cohort.new).sum::<u64>();
            assert_eq!(found, &wanted, "{ask:?}");
        }
        (AnalysisView::NextSteps(found), Analysis::NextSteps(ask)) => {
            let mut wanted = answers.next_steps(*ask);
            let columns = wanted.pages.iter_mut().flat_map(|page| &mut page.after);
            columns.for_each(|column| fold_small(column, small_groups));
            wanted.pages.retain(|page| small_groups == SmallGroups::Shown || page.sessions >= 5);
            assert_eq!(found, &wanted, "{ask:?}");
        }
        other => panic!("{other:?}"),
    }
}

/// Rows and what has none are all sessions of a column, and their shares are one.
fn adds_up(column: &PathColumn) {
    let rows: u64 = column.rows.iter().map(|row| row.sessions).sum();
    assert_eq!(rows + column.other.sessions, column.sessions);
    let shares = column.rows.iter().map(|row| column.share(row.sessions)).sum::<f64>()
        + column.share(column.other.sessions);
    assert!(column.sessions == 0 || (shares - 1.0).abs() < 1e-9, "{shares}");
}

fn compare_rows(found: Closeup, wanted: Closeup, small_groups: SmallGroups) {
    match small_groups {
        SmallGroups::Shown => assert_eq!(found, wanted),
        SmallGroups::Folded => assert_eq!(in_order(found), in_order(with_small_groups_folded(wanted))),
    }
}

/// Folded rows of several kinds stand in no order.
fn in_order(mut closeup: Closeup) -> Closeup {
    match &mut closeup {
        Closeup::Page(page) => {
            page.before.sort_by(|a, b| a.step.cmp(&b.step));
            page.after.sort_by(|a, b| a.step.cmp(&b.step));
        }
        Closeup::Changes(changes) => changes.bots.sort_by(|a, b| a.reason.cmp(&b.reason)),
        Closeup::Action(_) => {}
    }
    closeup
}

fn compare_closeup(closeup: &Closeup, ask: &CloseupAsk, small_groups: SmallGroups, answers: &Answers) {
    match (closeup, ask) {
        (Closeup::Page(found), CloseupAsk::Page(page)) => {
            let (stays, loads) = (answers.stays(page), answers.page_loads(page));
            let wanted = answers.page(page);
            let about = |found: Span, of: &[Span], hundredths| {
                assert!(is_about(found, percentile(of, hundredths).unwrap_or_default()), "{found:?}: {of:?}");
            };
            about(found.stays.p50, &stays, 50);
            about(found.stays.p90, &stays, 90);
            about(found.loads.p50, &loads, 50);
            about(found.loads.p90, &loads, 90);
            let exact = PageCloseup {
                stays: Stays { measured: found.stays.measured, ..Stays::default() },
                loads: Loads { p50: Span::ZERO, p90: Span::ZERO, ..found.loads },
                ..found.clone()
            };
            compare_rows(Closeup::Page(exact), Closeup::Page(wanted), small_groups);
        }
        (found @ Closeup::Action(_), CloseupAsk::Action(action)) => {
            compare_rows(found.clone(), Closeup::Action(answers.action(action)), small_groups);
        }
        (found @ Closeup::Changes(_), CloseupAsk::Changes) => {
            compare_rows(found.clone(), Closeup::Changes(answers.changes()), small_groups);
        }
        other => panic!("{other:?}"),
    }
}

fn compare_durations(view: &View, answers: &Answers) {
    let (durations, unmeasured) = answers.durations();
    let found = &view.durations;
    assert_eq!((found.measured, found.unmeasured), (durations.len() as u64, unmeasured));
    assert_eq!(found.histogram, answers.histogram());
    assert_eq!(found.sum, durations.iter().fold(Span::ZERO, |sum, &one| sum + one));
    assert_eq!(found.max, durations.last().copied().unwrap_or_default());
    for (hundredths, found) in [(50, found.p50), (90, found.p90), (99, found.p99)] {
        let wanted = percentile(&durations, hundredths).unwrap_or_default();
        assert!(is_about(found, wanted), "p{hundredths}: {found:?}, not {wanted:?}");
        assert!(found <= view.durations.max, "p{hundredths} is more than the longest");
    }
}

/// To three significant digits (R8).
fn is_about(found: Span, wanted: Span) -> bool {
    found.0.abs_diff(wanted.0) * 1000 <= wanted.0
}

fn compare_series(view: &View, question: &Question, answers: &Answers, at: Instant) {
    assert_eq!(view.series.is_some(), question.series.is_some());
    let (Some(series), Some(ask)) = (&view.series, question.series) else { return };
    assert_eq!(series.points, answers.points(series.bucket, series.from, series.points.len()));
    let Window::Last(length) = question.window else {
        let closed: u64 = series.points.iter().map(|point| point.closed).sum();
        assert_eq!(closed, answers.settled().1, "a series of everything has every session");
        assert!(series.before.is_empty());
        return;
    };
    assert_eq!(series.bucket, bucket_of(length, ask));
    assert_eq!(series.from, (at.now - length).floor_to(series.bucket));
    let last = series.from + Span(series.bucket.0 * (series.points.len() as u64 - 1));
    assert_eq!(last, at.now.floor_to(series.bucket), "the last bucket is the one that now falls into");
    let first = (at.now - length - length).floor_to(series.bucket);
    let before = answers.points(series.bucket, first, series.points.len());
    assert_eq!(series.before, before.iter().map(|point| point.started).collect::<Vec<_>>());
}

fn compare_table(table: &Table, ask: &TableAsk, small_groups: SmallGroups, answers: &Answers) {
    let wanted = answers.table(*ask, small_groups);
    assert_eq!((table.grouping, table.total_rows), (Some(ask.grouping), wanted.len() as u64));
    assert_eq!(table.largest, wanted.values().map(|row| row.count).max().unwrap_or(0));
    assert_eq!(table.sum, wanted.values().map(|row| row.count).sum::<u64>());
    let (rows, wanted) = without_folded(&table.rows, wanted);
    assert_eq!(rows.len(), ask.rows.min(wanted.len()));
    for row in rows {
        compare_row(row, &wanted[&row.key]);
    }
    // No row that is shown is worse than the one after it, or than one that is not shown.
    let shown: Vec<_> = rows.iter().map(|row| &wanted[&row.key]).collect();
    let hidden = wanted.values().filter(|row| !shown.contains(row));
    let in_turn = shown.windows(2).map(|pair| (pair[0], pair[1]));
    for (better, worse) in in_turn.chain(hidden.filter_map(|row| Some((*shown.last()?, row)))) {
        assert!(is_better(better, worse, ask), "{ask:?}: {better:?} before {worse:?}");
    }
}

/// The row that small groups fold into stands last, however many rows were asked for (R11).
fn without_folded(
    rows: &[TableRow],
    mut wanted: BTreeMap<String, TableRow>,
) -> (&[TableRow], BTreeMap<String, TableRow>) {
    let Some(folded) = wanted.remove(SMALL_GROUPS) else { return (rows, wanted) };
    let (last, rows) = rows.split_last().expect("the folded row");
    compare_row(last, &TableRow { key: SMALL_GROUPS.to_owned(), ..folded });
    (rows, wanted)
}

fn compare_row(row: &TableRow, wanted: &TableRow) {
    assert_eq!(row, &TableRow { p50: row.p50, loads: row.loads, ..wanted.clone() });
    compare_loads(row, wanted.loads);
    assert_eq!(row.p50.is_some(), wanted.p50.is_some());
    let (found, wanted) = (row.p50.unwrap_or_default(), wanted.p50.unwrap_or_default());
    assert!(is_about(found, wanted), "{}: {found:?}, not {wanted:?}", row.key);
}

/// Rows that several pages fold into are not counted once more here.
fn compare_loads(row: &TableRow, wanted: Option<PageLoads>) {
    let (Some(found), Some(wanted)) = (row.loads, wanted) else {
        assert_eq!(row.loads.is_some(), row.load.is_some(), "{row:?}");
        return;
    };
    let PageLoads { p50, p75, p95, .. } = found;
    assert_eq!(found, PageLoads { p50, p75, p95, ..wanted });
    for (found, wanted) in [(p50, wanted.p50), (p75, wanted.p75), (p95, wanted.p95)] {
        assert!(is_about(found, wanted), "{}: {found:?}, not {wanted:?}", row.key);
    }
}

/// Whether one row stands before another: by what is asked for, and by name where that is equal.
fn is_better(one: &TableRow, other: &TableRow, ask: &TableAsk) -> bool {
    let rate = |row: &TableRow| row.bounce().share().unwrap_or(-1.0);
    let by = match ask.sort {
        TableSort::Count => one.count.cmp(&other.count),
        TableSort::BounceRate => rate(one).total_cmp(&rate(other)),
        TableSort::Pageviews => one.pageviews.cmp(&other.pageviews),
        TableSort::Entries => one.entries.cmp(&other.entries),
        TableSort::Exits => one.exits.cmp(&other.exits),
        TableSort::Time if one.p50.zip(other.p50).is_some_and(|(one, other)| is_about(one, other)) => {
            return true;
        }
        TableSort::Time => one.p50.cmp(&other.p50),
        TableSort::Load => {
            let p75 = |row: &TableRow| row.loads.map(|loads| loads.p75);
            if p75(one).zip(p75(other)).is_some_and(|(one, other)| is_about(one, other)) {
                return true;
            }
            p75(one).cmp(&p75(other))
        }
        TableSort::Name => one.key.cmp(&other.key),
    };
    let by = if ask.order == Order::Descending { by.reverse() } else { by };
    by.then(one.key.cmp(&other.key)).is_lt()
}
