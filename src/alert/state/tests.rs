//! A table of state against time for every option, as Prometheus and Grafana would have it (design.md R16).
//!
//! A letter a look, 10 s apart. Observed: `#` holds, `.` does not, `?` is not known, `-` no data; with `until`, `~` is
//! between the two. States: `.` inactive, `p` pending, `F` firing, `r` recovering, `R` resolved.

use super::*;

fn observation(letter: char, has_until: bool) -> Observation {
    let until = |truth| has_until.then_some(truth);
    let (when, until, has_data) = match letter {
        '#' => (Truth::Yes, until(Truth::No), true),
        '~' => (Truth::No, until(Truth::No), true),
        '.' => (Truth::No, until(Truth::Yes), true),
        '-' => (Truth::Unknown, until(Truth::Unknown), false),
        _ => (Truth::Unknown, until(Truth::Unknown), true),
    };
    Observation { when, until, has_data, value: None }
}

fn letter(state: State) -> char {
    match state {
        State::Inactive => '.',
        State::Pending { .. } => 'p',
        State::Firing { .. } => 'F',
        State::Recovering { .. } => 'r',
        State::Resolved { .. } => 'R',
    }
}

fn states(timing: &Timing, has_until: bool, seen: &str) -> String {
    let mut state = State::Inactive;
    let looks = seen.chars().zip(1..);
    let after = |(seen, at): (char, i64)| {
        state = state.next(timing, Millis(at * 10_000), &observation(seen, has_until));
        letter(state)
    };
    looks.map(after).collect()
}

#[test]
fn r16_states_against_time() {
    let timing = |hold, keep_firing, no_data| Timing {
        hold: Span::seconds(hold),
        keep_firing: Span::seconds(keep_firing),
        no_data,
    };
    let keep = NoData::Keep;
    for (what, timing, has_until, seen, expected) in [
        ("no option", timing(0, 0, keep), false, ".##..#", ".FFRRF"),
        ("for 30 s", timing(30, 0, keep), false, ".##.####.", ".pp.pppFR"),
        ("for 5 s is less than a look", timing(5, 0, keep), false, ".##.", ".pFR"),
        ("for starts again", timing(20, 0, keep), false, "#.#.###.##", "p.p.ppFRpp"),
        ("keep-firing-for 20 s", timing(0, 20, keep), false, "#.....", "FrrRRR"),
        ("it came back while kept", timing(0, 30, keep), false, "#..#....", "FrrFrrrR"),
        ("for and keep-firing-for", timing(20, 20, keep), false, "####....#", "ppFFrrRRp"),
        ("until holds it", timing(0, 0, keep), true, "~#~~~.~#", ".FFFFRRF"),
        ("until and keep-firing-for", timing(0, 20, keep), true, "#~..~...", "FFrrFrrR"),
        ("for with until", timing(20, 0, keep), true, "#~###~.", "p.ppFFR"),
        ("not known keeps the state", timing(20, 0, keep), false, "?#??.?###?.?", ".ppp..ppFFRR"),
        ("unknown while it is kept", timing(0, 20, keep), false, "#.???.", "FrrrrR"),
        ("no data keeps", timing(0, 0, keep), false, "#--.--", "FFFRRR"),
        ("no data is ok", timing(0, 0, NoData::Ok), false, "#--#.-", "FRRFRR"),
        ("no data while pending is ok", timing(20, 0, NoData::Ok), false, "#-###", "p.ppF"),
        ("no data alerts", timing(0, 0, NoData::Alert), false, ".--.", ".FFR"),
        ("no data alerts after for", timing(20, 0, NoData::Alert), false, ".---.", ".ppFR"),
        ("no data alerts whatever until", timing(0, 0, NoData::Alert), true, ".--~.", ".FFFR"),
    ] {
        assert_eq!(states(&timing, has_until, seen), expected, "{what}: {seen}");
    }
}

#[test]
fn r16_an_alert_knows_since_when_and_when_it_fired() {
    let timing = Timing { hold: Span::seconds(20), keep_firing: Span::seconds(10), ..Timing::default() };
    let mut state = State::Inactive;
    for (at, seen) in [(10, '#'), (20, '#'), (30, '#'), (40, '.'), (50, '.')] {
        state = state.next(&timing, Millis(at * 1000), &observation(seen, false));
    }
    let at = |seconds: i64| Millis(seconds * 1000);
    assert_eq!(state, State::Resolved { since: at(10), fired: at(30), resolved: at(50) });
}
