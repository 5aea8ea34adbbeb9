//! Conditions as they are written, and what is wrong with others.

use super::*;

fn read(text: &str) -> Result<String, (String, String)> {
    let written = |error: ConditionError| (error.message, text[error.at].to_owned());
    Condition::parse(text).map(|condition| condition.to_string()).map_err(written)
}

#[test]
fn r16_conditions_are_written_as_they_are_read() {
    for (text, written) in [
        ("errors.5xx > 5 % and hits > 100", "errors.5xx > 5 % and hits > 100"),
        ("errors.5xx>5% and hits>100", "errors.5xx > 5 % and hits > 100"),
        ("bounce_rate >= 70 %", "bounce_rate >= 70 %"),
        ("started < 50 % of usual", "started < 50 % of usual"),
        ("hits > 300 % of before", "hits > 300 % of before"),
        ("load_p75 > 1.5 s or load_p75>800ms", "load_p75 > 1500 ms or load_p75 > 800 ms"),
        ("hits > 20 /s or errors.404 > 30/min", "hits > 20 /s or errors.404 > 30 /min"),
        ("errors > 1_000", "errors > 1,000"),
        ("finding:errors,slower,funnel", "finding:errors,slower,funnel"),
        ("goal.signup.rate < 2 % or goal.order < 1", "goal.signup.rate < 2 % or goal.order < 1"),
        (
            "goal.\"sign up\" < 3 and funnel.\"the way\".rate <= 10 %",
            "goal.\"sign up\" < 3 and funnel.\"the way\".rate <= 10 %",
        ),
        (
            "hits > 1 and (active < 2 or lines < 3) or bytes > 4",
            "(hits > 1 and (active < 2 or lines < 3)) or bytes > 4",
        ),
    ] {
        assert_eq!(read(text), Ok(written.to_owned()), "{text}");
        // What is written is read again as the same.
        assert_eq!(
            Condition::parse(&written.replace(',', if text.contains("finding") { "," } else { "" })),
            Condition::parse(text),
            "{text}"
        );
    }
}

#[test]
fn r16_an_error_says_where_and_what_would_fit() {
    for (text, at, message) in [
        ("", "", "write a comparison"),
        ("hits", "", "write >, >=, < or <= after it"),
        ("hits = 5", "=", "write >, >=, < or <= after it"),
        ("hits >", "", "write a number here"),
        ("hits > many", "many", "write a number here"),
        ("hitz > 5", "hitz", "did you mean `hits`?"),
        ("visitors > 5", "visitors", "there are: hits, bytes, lines"),
        ("errors.6xx > 5", "errors.6xx", "errors.5xx or errors.404"),
        ("errors.302 > 5", "errors.302", "is no failure"),
        ("bounce_rate > 70", "70", "write 70 %"),
        ("load_p75 > 300", "300", "write 300 ms"),
        ("load_p75 > 3 %", "%", "takes ms or s"),
        ("hits > 5 %", "%", "takes /s, /min, nothing"),
        ("active > 5 /s", "/s", "takes nothing"),
        ("started < 50 of usual", "50", "50 % of usual"),
        ("started < 50 /s of usual", "/s", "50 % of usual"),
        ("started < 50 % of yesterday", "yesterday", "`usual`"),
        ("hits > 5 hits < 3", "hits", "does not fit"),
        ("hits > 5 and", "", "write a comparison"),
        ("(hits > 5", "(", "is not closed"),
        ("hits > 5)", ")", "closes nothing"),
        ("finding:erors", "finding:erors", "did you mean `errors`?"),
        ("finding:errors, slower", "finding:errors,", "without blanks"),
        ("goal. > 3", "goal.", "write goal.NAME"),
        ("funnel.checkout > 3", "funnel.checkout", "funnel.NAME.rate"),
    ] {
        let (said, place) = read(text).expect_err(text);
        assert!(said.contains(message), "{text}: {said}");
        assert_eq!(place, at, "{text}: {said}");
    }
}

#[test]
fn parentheses_without_end_are_refused() {
    let (said, _) = read(&"(".repeat(5000)).expect_err("too deep");
    assert!(said.contains("at most 16"), "{said}");
}

#[test]
fn and_binds_stronger_than_or() {
    let Ok(Condition::Or(parts)) = Condition::parse("hits > 1 or hits > 2 and hits > 3") else {
        panic!("or is on the outside");
    };
    assert!(matches!(parts.as_slice(), [Condition::Compare(_), Condition::And(_)]), "{parts:?}");
}
