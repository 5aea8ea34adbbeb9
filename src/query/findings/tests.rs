use std::sync::Arc;

use super::bounces::more;
use super::funnels::steps as steps_of;
use super::pages::MeanAndError;
use super::sessions::{no_assets, sources, traffic};
use super::*;
use crate::classify::agent::{self, Agents};
use crate::classify::own_hosts::OwnHosts;
use crate::classify::source::{self, Sources};
use crate::ids::SourceId;
use crate::query::closeup::LogLoads;
use crate::query::counts::Bounces;
use crate::query::question::SmallGroups;
use crate::query::view::{FunnelBefore, FunnelStepRow, FunnelView, Point};

/// Two hours: a window of one hour, and the one before.
const FRAME: Frame =
    Frame { before: Millis(0), from: Millis(3_600_000), lately: Millis(0), to: Millis(7_200_000) };

fn windows(counts: &ChangeCounts) -> SpanComparison<'_> {
    SpanComparison { counts, frame: &FRAME, against: Against::Window }
}

fn pair(now: u64, before: u64) -> Pair {
    Pair { now, before }
}

#[test]
fn r15_a_higher_bounce_rate_is_sure_only_where_it_is_no_chance() {
    let sure = |here, other| {
        let bounces = |(bounced, of)| Bounces { bounced, of };
        more(bounces(here), bounces(other)).is_some_and(|score| score >= threshold(100))
    };
    assert!(sure((80, 100), (320, 900)), "80 % against 36 %");
    assert!(!sure((20, 25), (380, 975)), "too few to tell");
    assert!(!sure((24, 50), (376, 950)), "8 points on 50 sessions are chance");
    assert!(!sure((10, 100), (390, 900)), "fewer bounces are no bad news");
    assert!(!sure((400, 1_000), (0, 0)), "one page is the whole site");
}

#[test]
fn a_part_that_moves_along_with_the_rest_has_not_moved() {
    let sure = threshold(100);
    let (grown, shrunk) = moved(pair(200, 100), pair(2_000, 1_000));
    assert!(grown < 0.1 && shrunk < 0.1);
    assert!(moved(pair(200, 100), pair(1_000, 1_000)).0 >= sure);
    assert!(moved(pair(20, 100), pair(1_000, 1_000)).1 >= sure);
    assert!(moved(pair(12, 8), pair(1_000, 1_000)).0 < sure);
    assert_eq!(moved(pair(0, 0), pair(0, 0)), (0.0, 0.0));
}

/// R11.
#[test]
fn a_source_of_which_few_are_left_is_a_finding_only_where_small_groups_are_shown() {
    let agents = Arc::new(Agents::new(&agent::AgentAdditions::default()));
    let tables = Arc::new(Sources::new(&source::SourceAdditions::default()));
    let known = Dictionaries::new(1 << 20, agents, tables, OwnHosts::given([""; 0]));
    let found = |left, small_groups| {
        let mut counts = ChangeCounts { started: pair(1_000, 1_000), ..ChangeCounts::default() };
        counts.sources.insert(SourceId::OTHER, pair(left, 100));
        sources(&windows(&counts), &known, small_groups).candidates.len()
    };
    assert_eq!([4, 5].map(|left| found(left, SmallGroups::Shown)), [1, 1]);
    assert_eq!([4, 5].map(|left| found(left, SmallGroups::Folded)), [0, 1]);
}

#[test]
fn the_traffic_of_the_bucket_that_is_not_finished_counts_in_neither_window() {
    let series = |now: &[u64], before: &[u64]| Series {
        points: now.iter().map(|&started| Point { started, ..Point::default() }).collect(),
        before: before.to_vec(),
        ..Series::default()
    };
    let counts = ChangeCounts::default();
    let found = |series: &Series| {
        let mut found =
            best(traffic(&windows(&counts), Some(series)), Sure { threshold: threshold(1), tests: 1 });
        found.next().map(|finding| finding.what)
    };
    assert_eq!(
        found(&series(&[100, 100, 0], &[50, 50, 900])),
        Some(Anomaly::Traffic { sessions: 200, before: 100 })
    );
    assert_eq!(found(&series(&[100, 100, 0], &[90, 90, 0])), None);
    assert_eq!(found(&series(&[20, 10, 0], &[5, 5, 0])), None, "too few");
    assert_eq!(found(&series(&[100, 100, 0], &[])), None, "the window before is not known");
    assert_eq!(found(&Series::default()), None);
}

#[test]
fn r15_five_minutes_are_compared_with_an_eleventh_of_the_55_before() {
    let hour = FRAME.hour();
    let found = |now, before| {
        let counts = ChangeCounts { started: pair(now, before), ..ChangeCounts::default() };
        let compared = SpanComparison { counts: &counts, frame: &hour, against: Against::Hour };
        let sure = Sure { threshold: threshold(10), tests: 10 };
        best(traffic(&compared, None), sure).next()
    };
    let rise = found(110, 550).expect("twice as many as in each five minutes before");
    assert_eq!(rise.what, Anomaly::Traffic { sessions: 110, before: 50 });
    let Basis::Test(test) = rise.basis else { panic!("a test") };
    assert_eq!((test.against, test.since, test.tests), (Against::Hour, Millis(6_900_000), 10));
    assert!(found(50, 550).is_none());
    assert_eq!(found(10, 550).map(|fall| fall.rises()), Some(Some(false)));
}

/// R3 and R15.
#[test]
fn sessions_without_assets_stand_out_only_where_most_fetch_some() {
    let found = |without: Pair, all: Pair| {
        let counts =
            ChangeCounts { of_one_page: all, of_one_page_without_assets: without, ..ChangeCounts::default() };
        best(no_assets(&windows(&counts)), Sure { threshold: threshold(10), tests: 10 }).next()
    };
    let flood = found(pair(150, 20), pair(400, 300)).expect("38 % against 7 %");
    assert_eq!(flood.what, Anomaly::NoAssets { sessions: 150, of: 400, before: Some(20.0 / 300.0) });
    assert!(found(pair(400, 300), pair(400, 300)).is_none(), "a log without assets");
    assert!(found(pair(30, 20), pair(400, 300)).is_none(), "as many as before");
}

#[test]
fn the_typical_load_time_is_not_moved_by_one_long_one() {
    let mut loads = LogLoads::default();
    for milliseconds in [100, 110, 90, 100, 60_000] {
        let log = (f64::from(milliseconds).ln_1p() * 1000.0).round();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number")]
        let log = log as u64;
        loads.count.now += 1;
        loads.sum.now += log;
        loads.squares.now += log * log;
    }
    let spread = MeanAndError::of(loads.count.now, loads.sum.now, loads.squares.now);
    let typical = spread.typical().0;
    assert!((340..380).contains(&typical), "{typical} ms; the mean would be 12,080 ms");
}

#[test]
fn growth_needs_a_window_before_that_is_known() {
    let frame = Frame { before: Millis(0), from: Millis(1_000), lately: Millis(0), to: Millis(2_000) };
    let since = |first| {
        let mut changes = ChangesPartial::default();
        changes.earliest = Some(Millis(first));
        changes
    };
    assert!(is_known_before(&since(50), &frame));
    assert!(!is_known_before(&since(51), &frame));
    assert!(!is_known_before(&ChangesPartial::default(), &frame));
    let everything = Frame { before: Millis::MIN, from: Millis::MIN, ..frame };
    assert!(!is_known_before(&since(0), &everything));
}

/// Numbers that vary three times as much as by chance are told only from the square root of three further off.
#[test]
fn r15_where_sessions_come_in_clusters_more_of_them_are_no_finding() {
    let found = |before: &[u64], now: &[u64]| {
        let points = now.iter().map(|&started| Point { started, ..Point::default() }).collect();
        let series = Series { points, before: before.to_vec(), ..Series::default() };
        let sure = Sure { threshold: threshold(1), tests: 1 };
        best(traffic(&windows(&ChangeCounts::default()), Some(&series)), sure).next()
    };
    assert!(found(&[20; 9], &[32; 9]).is_some(), "256 against 160");
    let waves = |low, high| [low, high, low, high, low, high, low, high, 0];
    assert!(found(&waves(4, 36), &waves(12, 52)).is_none(), "as many, in bursts");
}

/// R13 and R15.
#[test]
fn a_step_that_fewer_take_than_before_is_told_with_those_who_dropped() {
    let step = |name: &str, reached, reached_before| FunnelStepRow {
        name: name.to_owned(),
        reached,
        reached_before,
        ..FunnelStepRow::default()
    };
    let found = |paid| {
        let steps = vec![step("cart", 400, 400), step("pay", paid, 200)];
        let before = Some(FunnelBefore { settled: 400, converted: 200, is_sure: false });
        let funnel = FunnelView { funnel: "checkout".to_owned(), steps, before, ..FunnelView::default() };
        let agents = Arc::new(Agents::new(&agent::AgentAdditions::default()));
        let tables = Arc::new(Sources::new(&source::SourceAdditions::default()));
        let scan = FindingScan {
            question: &Question::default(),
            whole: &Partial::default(),
            known: &Dictionaries::new(1 << 20, agents, tables, OwnHosts::given([""; 0])),
            frame: &FRAME,
            series: None,
            analyses: &[AnalysisView::Funnel(funnel)],
        };
        best(steps_of(&scan), Sure { threshold: threshold(10), tests: 10 }).next()
    };
    let worse = found(100).expect("25 % go on, 50 % before");
    assert_eq!(worse.kind(), "funnel");
    assert_eq!(worse.filter().to_string(), "dropped:checkout/1");
    assert!(found(190).is_none(), "hardly fewer");
    assert!(found(300).is_none(), "more");
}
