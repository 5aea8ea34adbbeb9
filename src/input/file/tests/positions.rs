//! Positions: where another run goes on.

use super::*;

/// What is there now, from a position of an earlier run on.
fn resumed(log: &Log, position: &Position) -> Option<String> {
    let mut file = log.follow();
    file.resume(position).expect("a file").then(|| drain(&mut file))
}

#[test]
fn a_position_parts_the_lines_that_were_given_from_those_that_come() {
    let log = Log::new();
    log.append("one\ntwo\nthr");
    let mut file = log.follow();
    assert_eq!(drain(&mut file), "one\ntwo\n");
    let [position] = file.positions()[..] else { panic!("one file has one position") };
    log.append("ee\nfour\n");
    assert_eq!(resumed(&log, &position).as_deref(), Some("three\nfour\n"));
}

#[test]
fn a_position_is_of_one_content_of_one_file() {
    let log = Log::new();
    log.append("one\ntwo\n");
    let mut file = log.follow();
    drain(&mut file);
    let [position] = file.positions()[..] else { panic!("one file has one position") };
    std::fs::write(log.path(), "another\nlog\nof the same name\n").expect("write");
    assert_eq!(resumed(&log, &position), None, "the same file, written anew");
    log.rotate();
    log.append("one\ntwo\nthree\n");
    assert_eq!(resumed(&log, &position), None, "another file that begins alike");
}

#[test]
fn while_a_rotation_goes_on_each_file_has_its_position() {
    let log = Log::new();
    log.append("one\n");
    let mut file = log.follow();
    drain(&mut file);
    log.rotate();
    log.append("three\n");
    log.append_to("access.log.1", "two\n");
    assert_eq!(drain(&mut file), "two\nthree\n");
    let offsets: Vec<_> = file.positions().iter().map(|position| position.offset).collect();
    assert_eq!(offsets, [8, 6]);
}
