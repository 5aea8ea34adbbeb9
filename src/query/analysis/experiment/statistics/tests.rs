use super::*;

fn outcome(units: u64, converted: u64) -> Outcome {
    Outcome { units, converted }
}

fn near(found: f64, right: f64, by: f64) {
    assert!((found - right).abs() <= by, "{found} is not {right}");
}

#[test]
fn r14_rho_is_that_of_the_vector() {
    near(Sequence::new(0.05, 5000, 1).rho_squared.sqrt(), 0.039_840_1, 5e-8);
}

#[test]
fn r14_the_vector_of_620_against_500_of_10000() {
    let sequence = Sequence::new(0.05, 5000, 1);
    let compared = sequence.compare(outcome(10_000, 500), outcome(10_000, 620)).expect("both pass the gate");
    near(compared.uplift, 0.24, 1e-12);
    near(compared.interval.0, 0.0330, 5e-5);
    near(compared.interval.1, 0.4885, 5e-5);
    near(compared.p, 0.008_00, 5e-6);
    assert_eq!(sequence.difference(outcome(10_000, 500), outcome(10_000, 620)), Some(Direction::Better));
    assert_eq!(sequence.difference(outcome(10_000, 620), outcome(10_000, 500)), Some(Direction::Worse));
}

#[test]
fn r14_more_comparisons_ask_for_more_evidence() {
    let (control, variant) = (outcome(10_000, 500), outcome(10_000, 620));
    let p = |comparisons| Sequence::new(0.05, 5000, comparisons).compare(control, variant).map(|one| one.p);
    let (one, three) = (p(1).expect("a p-value"), p(3).expect("a p-value"));
    near(three, 3.0 * one, 1e-12);
}

#[test]
fn r14_a_difference_is_called_exactly_where_p_reaches_alpha() {
    let sequence = Sequence::new(0.05, 5000, 2);
    let control = outcome(4000, 400);
    for converted in 5..1500 {
        let compared = sequence.compare(control, outcome(4000, converted)).expect("both pass the gate");
        let is_called = sequence.difference(control, outcome(4000, converted)).is_some();
        assert_eq!(is_called, compared.p <= 0.05, "{converted}");
        let (low, high) = compared.interval;
        assert_eq!(is_called, low >= 0.0 || high <= 0.0, "{converted}");
    }
}

#[test]
fn r14_nothing_is_said_before_five_have_converted_and_five_have_not() {
    let sequence = Sequence::new(0.05, 5000, 1);
    let enough = outcome(100, 50);
    for few in [outcome(100, 4), outcome(100, 96), outcome(0, 0)] {
        assert_eq!(sequence.compare(enough, few), None, "{few:?}");
        assert_eq!(sequence.compare(few, enough), None, "{few:?}");
        assert_eq!(chance_to_win(enough, few), None, "{few:?}");
    }
    assert!(sequence.compare(enough, outcome(10, 5)).is_some());
}

#[test]
fn r14_the_chance_to_win_is_that_of_two_posteriors() {
    near(chance_to_win(outcome(1000, 100), outcome(1000, 100)).expect("a chance"), 0.5, 1e-12);
    // Beta(121, 881) above Beta(101, 901), summed up exactly: 0.92293.
    near(chance_to_win(outcome(1000, 100), outcome(1000, 120)).expect("a chance"), 0.9229, 2e-3);
}

#[test]
fn r14_a_split_as_it_should_be_is_evidence_for_itself() {
    assert!(evidence_of_mismatch(&[5000, 5000], &[0.5, 0.5]) < 1.0);
    assert!(evidence_of_mismatch(&[9000, 1000], &[0.9, 0.1]) < 1.0);
    assert!(evidence_of_mismatch(&[5500, 4500], &[0.5, 0.5]) > MISMATCH);
    near(evidence_of_mismatch(&[0, 0], &[0.5, 0.5]), 1.0, 1e-9);
    // One unit says nothing: whichever variant it saw was as likely under the prior.
    near(evidence_of_mismatch(&[1, 0], &[0.5, 0.5]), 1.0, 1e-9);
}

/// Chance, the same every time: `SplitMix64`.
struct Chance(u64);

impl Chance {
    fn share(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn happens(&mut self, rate: f64) -> bool {
        self.share() < rate
    }
}

/// After how many units an experiment with these rates is called, watched after every unit.
fn called_after(chance: &mut Chance, rates: [f64; 2], most: u64) -> Option<u64> {
    let sequence = Sequence::new(0.05, 5000, 1);
    let mut arms = [Outcome::default(); 2];
    (1..=most).find(|_| {
        let arm = usize::from(chance.happens(0.5));
        arms[arm].units += 1;
        arms[arm].converted += u64::from(chance.happens(rates[arm]));
        sequence.difference(arms[0], arms[1]).is_some()
    })
}

/// Of so many runs without a difference, those that call one.
fn false_calls(runs: u64, units: u64, rate: f64) -> usize {
    (0..runs).filter(|&run| called_after(&mut Chance(run << 32), [rate; 2], units).is_some()).count()
}

fn holds_alpha(runs: u64, units: u64) {
    for rate in [0.01, 0.05, 0.3] {
        let wrong = false_calls(runs, units, rate);
        println!("A/A at {rate}: {wrong} of {runs} runs of {units} units call a winner");
        assert!(wrong as f64 <= 0.05 * runs as f64, "{wrong} of {runs} at {rate}");
    }
}

#[test]
fn r14_watched_after_every_unit_one_in_twenty_at_most_calls_a_winner_where_there_is_none() {
    holds_alpha(300, 10_000);
}

#[test]
#[ignore = "2,000 runs of 20,000 units for each of three rates take minutes without optimization; the test above is its short form"]
fn r14_at_most_five_percent_of_2000_runs_ever_call_a_winner_where_there_is_none() {
    holds_alpha(2000, 20_000);
}

/// Half of the runs are called after so many units at most.
fn median_call(runs: u64, rates: [f64; 2], most: u64) -> (u64, usize) {
    let calls = (0..runs).map(|run| called_after(&mut Chance(run << 32 | 1), rates, most));
    let mut calls: Vec<_> = calls.map(|call| call.unwrap_or(u64::MAX)).collect();
    calls.sort_unstable();
    (calls[calls.len() / 2], calls.iter().filter(|&&call| call <= most).count())
}

#[test]
fn r14_a_true_uplift_is_called_in_time() {
    // Without watching, some 2,100 units would be set apart for this beforehand, for a power of 80 %.
    let (half, called) = median_call(40, [0.10, 0.14], 12_000);
    println!("10 % against 14 %: half of 40 runs called after {half} units, {called} within 12,000");
    assert!(half <= 6000, "{half}");
    assert!(called >= 36, "{called}");
}

#[test]
#[ignore = "measures after how many units true uplifts are called, beside a fixed horizon: minutes without optimization"]
fn r14_after_how_many_units_true_uplifts_are_called() {
    for (rates, fixed) in
        [([0.05, 0.06], 16_312), ([0.05, 0.065], 7_554), ([0.10, 0.12], 7_676), ([0.30, 0.36], 1_920)]
    {
        let (half, called) = median_call(400, rates, 4 * fixed);
        println!(
            "{rates:?}: half of 400 runs called after {half} units (fixed horizon: {fixed}), {called} within four times that"
        );
        assert!(half < 2 * fixed, "{half} at {rates:?}");
    }
}

/// After how many units a mismatch is found, watched after every unit.
fn mismatch_after(chance: &mut Chance, share: f64, most: u64) -> Option<u64> {
    let mut units = [0_u64; 2];
    (1..=most).find(|_| {
        units[usize::from(chance.happens(share))] += 1;
        evidence_of_mismatch(&units, &[0.5, 0.5]) > MISMATCH
    })
}

#[test]
fn r14_an_even_split_is_no_mismatch_however_often_one_looks() {
    let wrong = (0..300).filter(|&run| mismatch_after(&mut Chance(run << 32 | 2), 0.5, 3000).is_some());
    assert_eq!(wrong.count(), 0);
}

#[test]
fn r14_a_split_of_55_to_45_is_found_within_2500_units_in_the_median() {
    let found = (0..101).map(|run| mismatch_after(&mut Chance(run << 32 | 3), 0.55, 10_000));
    let mut found: Vec<_> = found.map(|units| units.unwrap_or(u64::MAX)).collect();
    found.sort_unstable();
    println!("55:45 found after {} units in the median", found[50]);
    assert!(found[50] <= 2500, "{}", found[50]);
}
