//! Pieces of any size give the same lines, whatever zeros and long lines are among them.

use proptest::prelude::*;

use super::*;

/// A limit that tests can reach.
const LONGEST: usize = 12;

fn cut(pieces: &[&[u8]]) -> (Vec<u8>, Skipped) {
    let (mut unfinished, mut skipped) = (Unfinished::of_at_most(LONGEST), Skipped::default());
    let mut all = Vec::new();
    for piece in pieces {
        let mut block = Vec::new();
        unfinished.add(piece, &mut block, &mut skipped);
        all.extend_from_slice(&block);
    }
    unfinished.finish(&mut all, &mut skipped);
    (all, skipped)
}

fn lines_of(log: &[u8]) -> String {
    String::from_utf8(cut(&[log]).0).expect("text")
}

#[test]
fn zeros_at_a_lines_head_or_end_cost_nothing() {
    assert_eq!(lines_of(b"\0\0\0\0\0\0one\ntwo\0\0\0\0\0\n\0three\0\r\n\0"), "one\ntwo\nthree\r\n");
}

#[test]
fn zeros_within_a_line_end_it() {
    assert_eq!(lines_of(b"one\0\0\0\0two\n"), "one\ntwo\n");
}

#[test]
fn a_zero_that_is_a_character_stays() {
    assert_eq!(lines_of(b"o\0n\0\0e\n"), "o\0n\0\0e\n");
}

#[test]
fn a_line_longer_than_any_logs_is_counted_and_the_next_one_is_read() {
    let (lines, skipped) = cut(&[b"one\n0123456789", b"012", b"3456789\ntwo\n", b"0123456789012\nthree"]);
    assert_eq!(String::from_utf8_lossy(&lines), "one\ntwo\nthree\n");
    assert_eq!(skipped, Skipped { lines: 2, bytes: 21 + 14 });
}

#[test]
fn what_follows_a_long_line_is_given_at_once() {
    let (mut unfinished, mut skipped) = (Unfinished::of_at_most(LONGEST), Skipped::default());
    let mut block = Vec::new();
    for piece in ["0123456789", "012\ntwo\nthree"] {
        unfinished.add(piece.as_bytes(), &mut block, &mut skipped);
    }
    assert_eq!(String::from_utf8_lossy(&block), "two\n");
    assert_eq!(skipped, Skipped { lines: 1, bytes: 14 });
}

#[test]
fn a_line_without_end_takes_no_memory() {
    let (mut unfinished, mut skipped) = (Unfinished::default(), Skipped::default());
    let piece = vec![b'x'; 1 << 20];
    for _ in 0..64 {
        unfinished.add(&piece, &mut Vec::new(), &mut skipped);
        assert!(unfinished.bytes.capacity() <= 3 * LONGEST_LINE);
    }
    unfinished.finish(&mut Vec::new(), &mut skipped);
    assert_eq!(skipped, Skipped { lines: 1, bytes: 64 << 20 });
}

/// Were it searched again with every piece, or copied, a long line in small pieces would take quadratic time.
#[test]
fn what_was_searched_of_a_long_line_is_neither_searched_nor_copied_again() {
    let (mut unfinished, mut skipped) = (Unfinished::default(), Skipped::default());
    for used in [Vec::new(), b"a line\n".to_vec()] {
        let (mut block, lines) = (used.clone(), used.len());
        unfinished.add(&vec![b'x'; LONG], &mut block, &mut skipped);
        unfinished.bytes.reserve(1 << 10);
        let place = unfinished.bytes.as_ptr();
        // Whoever looks there again stumbles.
        (unfinished.bytes[7], unfinished.bytes[8]) = (b'\n', 0);
        for _ in 0..100 {
            unfinished.add(b"xxx", &mut block, &mut skipped);
        }
        assert_eq!((block.len(), unfinished.bytes.as_ptr()), (lines, place));
        (unfinished.bytes[7], unfinished.bytes[8]) = (b'x', b'x');
        unfinished.add(b"\n", &mut block, &mut skipped);
        assert_eq!((block.len(), unfinished.bytes.len()), (lines + LONG + 301, 0));
    }
    assert_eq!(skipped, Skipped::default());
}

fn log() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        "[a-z]{0,9}\r?\n".prop_map(String::into_bytes),
        "[a-z]{0,20}".prop_map(String::into_bytes),
        (0_usize..9).prop_map(|zeros| vec![0; zeros]),
    ];
    proptest::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn lines_are_the_same_however_the_log_is_split(
        log in log(), cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..8)
    ) {
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(log.len() + 1)).collect();
        cuts.extend([0, log.len()]);
        cuts.sort_unstable();
        let pieces: Vec<_> = cuts.windows(2).map(|cut| &log[cut[0]..cut[1]]).collect();
        let bytes: Vec<_> = log.chunks(1).collect();
        let whole = cut(&[&log]);
        prop_assert_eq!(&cut(&pieces).0, &whole.0);
        prop_assert_eq!(&cut(&bytes).0, &whole.0);
        prop_assert_eq!(cut(&bytes).1.lines, whole.1.lines);
    }

    #[test]
    fn every_byte_is_given_or_counted(log in log()) {
        let (lines, skipped) = cut(&[&log]);
        let given = lines.len() as u64 + skipped.bytes;
        // The last line may have been given an end.
        prop_assert!(given == log.len() as u64 || given == log.len() as u64 + 1, "{} {}", given, log.len());
    }
}
