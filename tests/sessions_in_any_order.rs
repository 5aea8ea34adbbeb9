//! R3 to R8: in whatever order lines arrive within the lateness, and however they are split into inputs, batches and
//! workers, sessions equal those of the sorted log.

#![allow(clippy::expect_used, clippy::panic, reason = "these are tests, helpers and all")]

mod naive;

use dwell::engine::log_clock::LogClock;
use dwell::time::Millis;
use naive::rig::{Instant, Rig, everything, expected, late};
use naive::traffic::{Ways, hits, rules, ways};
use naive::{Hit, Rules, sessions, watermark};
use proptest::prelude::*;

const WORKERS: usize = 3;

fn cases() -> impl Strategy<Value = (Rules, u16, Vec<Hit>, Ways)> {
    (rules(), 1..4_u16)
        .prop_flat_map(|(rules, inputs)| (Just(rules), Just(inputs), hits(rules.gap, inputs), ways()))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn r6_no_order_of_lines_leaves_a_trace((rules, inputs, hits, ways) in cases()) {
        let mut rig = Rig::new(rules, inputs, WORKERS, LogClock::Newest);
        let mut come = vec![false; hits.len()];
        for block in ways.blocks(&hits, inputs, WORKERS, rules.lateness) {
            block.read(&mut rig, &hits);
            block.hits.iter().for_each(|&at| come[at] = true);
            // Check after each batch, not only at the end.
            let so_far: Vec<_> = hits.iter().zip(&come).filter(|(_, come)| **come).map(|(hit, _)| hit.clone()).collect();
            let now = so_far.iter().map(|hit| hit.time).max().expect("a block has lines");
            let moment = Instant { now, watermark: watermark(&so_far, inputs), rules };
            prop_assert_eq!(rig.told(now), expected(&sessions(&so_far, rules), moment));
        }
        rig.engine.finish();
        let now = hits.iter().map(|hit| hit.time).max().unwrap_or(Millis::MIN);
        let moment = Instant { now, watermark: Millis::MAX, rules };
        prop_assert_eq!(rig.told(now), expected(&sessions(&hits, rules), moment));
        let view = rig.engine.answer(&everything(), now);
        prop_assert_eq!((late(&view), view.intake.hits), (0, hits.len() as u64));
    }
}
