//! The fuzz targets without libFuzzer: each on its kept inputs (`fuzz/regressions`), and on what a plain mutator makes of
//! them. `FUZZ_SECONDS=10` has each go on for that long; else it is a fixed number of inputs, the same each time.

#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]

#[path = "../fuzz/src/targets/mod.rs"]
#[allow(unreachable_pub, reason = "a library of its own for libFuzzer")]
mod targets;

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use dwell::clock;
use fastrand::Rng;
use targets::Target;

/// Inputs made where no time is given.
const FEW: usize = 500;
/// The longest input that is made: some lines.
const LONGEST: usize = 4096;
/// Bytes that parsers treat in a way of their own, so that mutations hit upon them.
const SPECIAL: &[u8] = b"\0\t\n\r \"#%&'()*+,-./0:;<=>?@[\\]^`{|}~\x1b\x7f\x80\xc2\xe2\xed\xf0\xff";

/// The kept inputs of a target, in the order of their names.
fn kept(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/regressions").join(name);
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).expect("kept inputs").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("an input")).collect()
}

/// Runs a target; an input that it fails on is written where it can be kept from.
fn check(name: &str, target: Target, input: &[u8]) {
    let is_read = catch_unwind(|| target(input)).is_ok();
    if !is_read {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-input"));
        fs::write(&path, input).expect("a file");
        assert!(
            is_read,
            "{name} fails on {}: mend it, and keep the input in fuzz/regressions",
            path.display()
        );
    }
}

/// Another input from the kept ones: two of them joined, and changed in a few places.
fn mutated(kept: &[Vec<u8>], random: &mut Rng) -> Vec<u8> {
    let mut input = random.choice(kept).cloned().unwrap_or_default();
    if random.u8(..4) == 0 {
        let other = random.choice(kept).map_or(&[][..], Vec::as_slice);
        input.truncate(random.usize(..=input.len()));
        input.extend_from_slice(&other[random.usize(..=other.len())..]);
    }
    (0..random.usize(1..=6)).for_each(|_| change(&mut input, random));
    input.truncate(LONGEST);
    input
}

fn change(input: &mut Vec<u8>, random: &mut Rng) {
    let at = random.usize(..=input.len());
    let end = (at + random.usize(..=16)).min(input.len());
    match random.u8(..7) {
        0 => input.truncate(at),
        1 => drop(input.drain(at..end)),
        2 => drop(input.splice(at..at, input[at..end].repeat(random.usize(1..=40)))),
        3 => input.insert(at, random.choice(SPECIAL).copied().unwrap_or_default()),
        4 => drop(input.splice(at..at, random.i64(..).to_string().into_bytes())),
        _ if at == end => input.push(random.u8(..)),
        5 => input[at] ^= 1 << random.u8(..8),
        _ => input[at] = random.choice(SPECIAL).copied().unwrap_or_default(),
    }
}

fn fuzz(name: &str, target: Target) {
    let kept = kept(name);
    for input in &kept {
        check(name, target, input);
    }
    let seconds = std::env::var("FUZZ_SECONDS").ok().map(|text| text.parse().expect("a number of seconds"));
    let end = seconds.map(|seconds| clock::monotonic() + Duration::from_secs(seconds));
    let mut random = Rng::with_seed(20_261_201);
    let mut made = 0_usize;
    while end.map_or(made < FEW, |end| clock::monotonic() < end) {
        check(name, target, &mutated(&kept, &mut random));
        made += 1;
    }
    println!("{name}: {} kept, {made} made", kept.len());
}

/// A test for each target.
macro_rules! fuzzed {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            fuzz(stringify!($name), targets::$name::run);
        })*

        const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

fuzzed! {
    archive aws classify combined config datagrams detect error_log events filter framing haproxy json keyed parcel pattern proposal server_config shown texts w3c wrapped
}

#[test]
fn a_target_that_fails_is_told_with_its_input() {
    let failed = catch_unwind(|| fuzz("combined", |data| assert!(!data.contains(&b'\x1b'))));
    let message = failed.expect_err("kept inputs have an escape").downcast::<String>().expect("a message");
    assert!(message.starts_with("combined fails on ") && message.contains("combined-input"), "{message}");
}

/// They are in the repository, and read by everyone.
#[test]
fn kept_inputs_stay_small() {
    let bytes: usize = NAMES.iter().flat_map(|name| kept(name)).map(|input| input.len()).sum();
    assert!(bytes < 200 << 10, "{bytes} bytes");
}

#[test]
fn every_target_is_here() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets");
    let files = fs::read_dir(folder).expect("targets").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<_> =
        files.map(|name| name.to_string_lossy().trim_end_matches(".rs").to_owned()).collect();
    names.sort();
    assert_eq!(names, NAMES);
}
