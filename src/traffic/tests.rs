//! What bounds traffic, and what stays exact past the bounds (design.md R12).

use super::*;

/// A flood: each hit from another client for another path, most of them failing, some with a host of their own.
fn flood(traffic: &mut Traffic, hits: u32) {
    for at in 0..hits {
        let client = traffic.client(Visitor(u64::from(at) << 8), KeptAddress::default(), AgentId(at));
        let fails = at % 4 != 0;
        traffic.count(&TrafficHit {
            time: Millis(i64::from(at) * 20),
            kind: if fails { Kind::Error } else { Kind::Pageview },
            status: if fails { 404 } else { 200 },
            method: Method::Get,
            host: HostId(at % 50_000),
            bot: false,
            client,
            path: Some(PathId(at + 1)),
            bytes: 10,
            load: Some(at % 1000),
            link: fails.then_some(Link { arrival: ArrivalId(at), path: None }),
        });
        if at % 1000 == 0 {
            let now = Millis(i64::from(at) * 20);
            traffic.advance(now, now - Span::minutes(5), None);
            traffic.bound_bytes(MOST);
        }
    }
}

const MOST: usize = 4 << 20;

#[test]
fn r12_a_flood_stays_bounded_and_its_sums_exact() {
    let mut traffic = Traffic::new(MOST);
    flood(&mut traffic, 200_000);
    traffic.bound_bytes(MOST);
    // The slot in use is not folded.
    assert!(traffic.bytes() < MOST + MOST / 2, "{} bytes", traffic.bytes());
    let (mut all, mut failures) = (Count::default(), 0);
    for (_, class, count) in traffic.slots(Millis::MIN, Millis::MAX).flat_map(|(_, _, slot)| slot.clients()) {
        all.add(count);
        failures += if traffic.class(class).is_failure() { count.hits } else { 0 };
    }
    assert_eq!((all, failures), (Count { hits: 200_000, bytes: 2_000_000 }, 150_000));
}

#[test]
fn r12_slots_are_dropped_once_they_are_older_than_what_is_kept() {
    let mut traffic = Traffic::new(MOST);
    flood(&mut traffic, 200_000);
    let end = Millis(4_000_000);
    let keep = Span::minutes(10);
    traffic.advance(end + Span::hours(1), end, Some(Span::hours(1) + keep));
    let first = traffic.slots(Millis::MIN, Millis::MAX).map(|(start, ..)| start).min();
    assert_eq!(first, Some((end - keep).floor_to(Span::minutes(1))));
}

#[test]
fn r6_hits_that_turn_out_to_be_ahead_are_forgotten() {
    let mut traffic = Traffic::new(MOST);
    flood(&mut traffic, 1000);
    traffic.forget_from(Millis(10_000));
    let hits: u64 = traffic
        .slots(Millis::MIN, Millis::MAX)
        .flat_map(|(_, _, slot)| slot.clients())
        .map(|(_, _, count)| count.hits)
        .sum();
    assert_eq!(hits, 500);
}
