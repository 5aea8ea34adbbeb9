use proptest::prelude::*;

use super::*;

const START: Millis = Millis(1_795_510_800_000);

fn at(second: i64) -> Millis {
    Millis(START.0 + second * 1000)
}

/// What one session tells of its visitor: what it saw and when, and when it converted.
type Told = (u64, Vec<(i64, &'static str)>, Vec<i64>);

fn facts(told: &Told, names: &mut VariantNames) -> UnitFacts {
    let (_, seen, converted) = told;
    let mut facts = UnitFacts { exposed_sessions: u32::from(!seen.is_empty()), ..UnitFacts::default() };
    for (second, name) in seen {
        let variant = names.number(name);
        facts.exposures.take_in(Exposure { at: at(*second), variant }, names);
    }
    for second in converted {
        facts.convert(at(*second));
    }
    facts
}

fn units_of(all: &[Told], most: usize) -> Units {
    let mut units = Units::default();
    for told in all {
        let facts = facts(told, &mut units.names);
        units.add_below(UnitKey(told.0), facts, most);
    }
    units
}

/// What is known of each unit, with the names of its variants.
type Known = (Option<(Millis, String)>, Option<(Millis, String)>, Option<Millis>, u32);

fn known(units: &Units, most: usize) -> (Vec<Known>, u64) {
    let named = |one: Exposure| (one.at, units.names.text(one.variant).to_owned());
    let of = |unit: &UnitFacts| {
        let Exposures { first, other } = unit.exposures;
        (first.map(named), other.map(named), unit.converted_at(), unit.exposed_sessions)
    };
    let mut all: Vec<_> = units.kept_of(most).map(of).collect();
    all.sort_unstable();
    (all, units.beyond_of(most))
}

#[test]
fn r14_conversion_counts_from_the_exposure_on() {
    let mut units = units_of(&[(1, vec![(10, "a")], vec![5, 30, 40])], 9);
    assert_eq!(known(&units, 9).0[0].2, Some(at(30)));
    // An earlier exposure comes to light.
    units.merge(&units_of(&[(1, vec![(2, "a")], vec![])], 9));
    assert_eq!(known(&units, 9).0[0].2, Some(at(5)));
}

#[test]
fn r14_a_conversion_before_any_exposure_is_none() {
    let units = units_of(&[(1, vec![], vec![5]), (1, vec![(10, "a")], vec![])], 9);
    assert_eq!(known(&units, 9).0[0].2, None);
}

#[test]
fn r14_who_saw_two_variants_is_known_by_when_the_other_came() {
    let units = units_of(&[(1, vec![(9, "b"), (20, "c"), (12, "a"), (30, "b")], vec![])], 9);
    let (all, _) = known(&units, 9);
    assert_eq!((all[0].0.clone(), all[0].1.clone()), (Some((at(9), "b".into())), Some((at(12), "a".into()))));
}

#[test]
fn r14_of_more_units_than_are_kept_the_others_are_counted() {
    let all: Vec<Told> = (0..20).map(|key| (key, vec![(1, "a")], vec![])).collect();
    let (kept, beyond) = known(&units_of(&all, 8), 8);
    assert_eq!((kept.len(), beyond), (8, 12));
}

fn told() -> impl Strategy<Value = Told> {
    let seen = prop::collection::vec((0..50_i64, prop::sample::select(vec!["a", "b", "c"])), 0..3);
    (0..12_u64, seen, prop::collection::vec(0..50_i64, 0..4))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn r14_any_order_and_any_split_gives_the_same(
        all in prop::collection::vec(told(), 0..40),
        cut in any::<prop::sample::Index>(),
        most in 1..14_usize,
    ) {
        let right = known(&units_of(&all, most), most);
        let backward: Vec<_> = all.iter().rev().cloned().collect();
        prop_assert_eq!(&known(&units_of(&backward, most), most), &right);
        let (one, other) = all.split_at(if all.is_empty() { 0 } else { cut.index(all.len()) });
        for (one, other) in [(one, other), (other, one)] {
            let mut merged = units_of(one, most);
            merged.merge_below(&units_of(other, most), most);
            prop_assert_eq!(&known(&merged, most), &right);
        }
    }
}
