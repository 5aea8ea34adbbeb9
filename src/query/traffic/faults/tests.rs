use std::sync::Arc;

use super::*;
use crate::classify::address::KeptAddress;
use crate::classify::agent::{self, Agents};
use crate::classify::kind::Kind;
use crate::classify::method::Method;
use crate::classify::own_hosts::OwnHosts;
use crate::classify::source::{self, Sources};
use crate::classify::visitor::Visitor;
use crate::ids::{AddressId, AgentId, ArrivalId, HostId, PathId};
use crate::query::view::Anomaly;
use crate::traffic::{Link, TrafficHit};

/// The instant of all looks.
const NOW: Millis = Millis(1_795_528_950_000);

/// Some traffic, written as the rules speak of it.
struct Day {
    traffic: Traffic,
    known: Dictionaries,
}

impl Day {
    fn new() -> Day {
        let agents = Arc::new(Agents::new(&agent::AgentAdditions::default()));
        let sources = Arc::new(Sources::new(&source::SourceAdditions::default()));
        let known = Dictionaries::new(1 << 20, agents, sources, OwnHosts::given([""; 0]));
        Day { traffic: Traffic::new(1 << 24), known }
    }

    /// `people` clients ask for a path once each, so long ago; the first of them is number `first`.
    fn ask(&mut self, ago: Span, people: std::ops::Range<u64>, path: u32, status: u16) -> &mut Day {
        for person in people {
            self.hit(ago, person, path, status, false);
        }
        self
    }

    fn hit(&mut self, ago: Span, person: u64, path: u32, status: u16, bot: bool) {
        let address = KeptAddress::numbered(AddressId(1 + u32::try_from(person).expect("few people")));
        let client = self.traffic.client(Visitor(person), address, AgentId(0));
        let kind = if status < 400 { Kind::Pageview } else { Kind::Error };
        self.traffic.count(&TrafficHit {
            time: NOW - ago,
            kind,
            status,
            method: Method::Get,
            host: HostId(0),
            bot,
            client,
            path: Some(PathId(path)),
            bytes: 0,
            load: None,
            link: (status >= 400).then_some(Link { arrival: ArrivalId(0), path: None }),
        });
    }

    fn kinds(&self) -> Vec<&'static str> {
        self.found(true).iter().map(Finding::kind).collect()
    }

    fn found(&self, is_live: bool) -> Vec<Finding> {
        FaultScan { traffic: &self.traffic, known: &self.known, now: NOW, is_live }.find()
    }
}

const SECOND: Span = Span::seconds(1);

/// 150 people view a page, ten in each of the last minutes.
fn calm() -> Day {
    let mut day = Day::new();
    for minute in 0..15 {
        day.ask(Span::minutes(minute) + SECOND, minute * 10..minute * 10 + 10, 7, 200);
    }
    day
}

#[test]
fn r15_a_site_that_answers_has_no_fault() {
    assert!(calm().kinds().is_empty(), "{:?}", calm().found(true));
}

#[test]
fn r15_more_than_5_percent_of_5xx_in_2_minutes_is_an_outage() {
    // 20 of the hits of the last two minutes are answered 200.
    let mut day = calm();
    day.ask(Span::seconds(90), 0..5, 7, 502);
    assert_eq!(day.kinds(), ["outage", "failing"]);
    let Anomaly::Outage { failed, of, people, since } = day.found(true)[0].what else { panic!("an outage") };
    assert_eq!((failed, of, people, since), (5, 25, 5, NOW - Span::seconds(90)));

    let mut few = calm();
    few.ask(Span::seconds(90), 0..4, 7, 502);
    assert!(few.kinds().is_empty(), "four people may have made it up");

    let mut seldom = calm();
    seldom.ask(Span::seconds(60), 0..100, 7, 200).ask(Span::seconds(90), 0..5, 7, 502);
    assert_eq!(seldom.kinds(), ["failing"], "5 of 125 are 4 %");

    let mut over = calm();
    over.ask(Span::minutes(30), 0..50, 7, 502);
    assert!(over.kinds().is_empty(), "it is over");
}

#[test]
fn r15_bots_that_fail_are_no_people() {
    let mut day = calm();
    (0..50).for_each(|person| day.hit(SECOND, person, 8, 500, true));
    assert!(!day.kinds().contains(&"outage") && !day.kinds().contains(&"failing"));
}

#[test]
fn r15_a_path_fails_where_it_did_not_in_the_55_minutes_before() {
    let mut day = calm();
    day.ask(SECOND, 0..200, 7, 200).ask(Span::minutes(3), 0..5, 8, 500);
    assert_eq!(day.kinds(), ["failing"]);
    day.ask(Span::minutes(20), 0..1, 8, 500);
    assert!(day.kinds().is_empty(), "it has failed for somebody before");
}

#[test]
fn r15_nothing_is_compared_with_a_time_that_was_not_read() {
    let mut day = Day::new();
    for minute in 0..8 {
        day.ask(Span::minutes(minute) + SECOND, minute * 50..minute * 50 + 50, 7, 200);
    }
    day.ask(SECOND, 0..5, 8, 500);
    assert!(day.kinds().is_empty(), "only three minutes were read before");
    day.ask(Span::minutes(11), 0..1, 7, 200);
    let failing = day.found(true).into_iter().map(|finding| finding.what).next();
    assert!(
        matches!(failing, Some(Anomaly::Failing { calm, .. }) if calm == Span::minutes(6)),
        "{failing:?}"
    );
}

#[test]
fn r15_silence_is_six_times_the_99th_percentile_of_pauses_and_a_minute_at_least() {
    let mut busy = Day::new();
    // Ten lines every ten seconds of an hour, and none for the last minutes.
    for slot in 12..360 {
        busy.ask(Span::seconds(slot * 10), 0..10, 7, 200);
    }
    let Some(Anomaly::Silence { lasted, bound, .. }) =
        busy.found(true).first().map(|finding| finding.what.clone())
    else {
        panic!("two minutes without a line")
    };
    assert_eq!((lasted, bound), (Span::seconds(110), Span::minutes(1)));
    assert!(busy.found(false).is_empty(), "a log that has ended is not silent");

    let mut quiet = Day::new();
    // One line every five minutes: pauses of 4 min 50 s between slots of 10 s.
    for line in 1..=10 {
        quiet.ask(Span::minutes(line * 5), 0..3, 7, 200);
    }
    assert!(quiet.kinds().is_empty(), "five minutes are nothing unusual here");
}

#[test]
fn r15_clients_that_are_refused_and_get_no_page_are_an_attack() {
    let mut day = calm();
    for second in 0..30 {
        day.ask(Span::seconds(second), 900..904, 9, 401);
    }
    let attack = day.found(true).into_iter().find(|finding| finding.kind() == "attack");
    let Some(Anomaly::OnlyFails { clients, hits, status, .. }) = attack.map(|attack| attack.what) else {
        panic!("an attack")
    };
    assert_eq!((clients, hits, status), (4, 120, 401));
    day.ask(SECOND, 900..904, 7, 200);
    assert!(!day.kinds().contains(&"attack"), "those who get pages may have forgotten a password");
}

#[test]
fn r15_a_client_with_a_quarter_of_all_hits_is_named() {
    let mut day = calm();
    (0..400).for_each(|_| day.hit(SECOND, 50, 7, 200, false));
    assert_eq!(day.kinds(), ["client"]);
}

#[test]
fn r15_crawlers_that_outweigh_people_are_named() {
    let mut day = calm();
    for bot in 500..540 {
        (0..10).for_each(|time| day.hit(Span::minutes(time), bot, 7, 200, true));
    }
    assert_eq!(day.kinds(), ["bots"]);
}
