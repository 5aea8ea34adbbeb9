mod positions;
mod replaced;
mod unseen;

use std::io::Write;

use proptest::prelude::*;

use super::*;

struct Log {
    folder: tempfile::TempDir,
}

impl Log {
    fn new() -> Log {
        Log { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("access.log")
    }

    fn append(&self, text: &str) {
        self.append_to("access.log", text);
    }

    fn append_to(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        let mut file = File::options().append(true).create(true).open(path).expect("open");
        file.write_all(text.as_bytes()).expect("write");
    }

    /// Names move on by one, as with logrotate, and a new file is created.
    fn rotate(&self) {
        let name = |number: usize| self.folder.path().join(format!("access.log.{number}"));
        let oldest = (1..1000).find(|&number| !name(number).exists()).expect("a free name");
        for number in (1..oldest).rev() {
            std::fs::rename(name(number), name(number + 1)).expect("rename");
        }
        std::fs::rename(self.path(), name(1)).expect("rename");
        self.append("");
    }

    fn copy_and_truncate(&self) {
        let log = std::fs::read(self.path()).expect("read");
        self.rotate();
        // The log stays the same file; its copy bears the rotated name.
        std::fs::rename(self.folder.path().join("access.log.1"), self.path()).expect("rename");
        std::fs::write(self.folder.path().join("access.log.1"), log).expect("write");
        File::options().write(true).open(self.path()).expect("open").set_len(0).expect("truncate");
    }

    fn follow(&self) -> LogFile {
        LogFile::open(&self.path(), AtEnd::Follow).expect("open")
    }
}

/// All that is there now.
fn drain(file: &mut LogFile) -> String {
    let (mut all, mut block) = (Vec::new(), Vec::new());
    while file.read(&mut block, 7).expect("read") == Read::Lines {
        all.append(&mut block);
    }
    all.append(&mut block);
    String::from_utf8(all).expect("text")
}

#[test]
fn whole_lines_are_given_and_the_last_one_too_at_the_end() {
    let log = Log::new();
    log.append("one\ntwo\na longer line\nlast without end");
    let mut file = LogFile::open(&log.path(), AtEnd::Stop).expect("open");
    assert_eq!(drain(&mut file), "one\ntwo\na longer line\nlast without end");
}

#[test]
fn a_line_written_in_halves_comes_once_and_whole() {
    let log = Log::new();
    log.append("one\ntw");
    let mut file = log.follow();
    assert_eq!(drain(&mut file), "one\n");
    log.append("o\n");
    assert_eq!(drain(&mut file), "two\n");
}

#[test]
fn a_rename_is_drained_and_then_followed() {
    let log = Log::new();
    log.append("one\n");
    let mut file = log.follow();
    assert_eq!(drain(&mut file), "one\n");
    log.append("tail\n");
    std::fs::rename(log.path(), log.folder.path().join("access.log.1")).expect("rename");
    log.append("new\n");
    assert_eq!(drain(&mut file), "tail\nnew\n");
}

#[test]
fn a_truncated_file_begins_anew() {
    let log = Log::new();
    log.append("one\ntwo\n");
    let mut file = log.follow();
    assert_eq!(drain(&mut file), "one\ntwo\n");
    File::create(log.path()).expect("truncate");
    drain(&mut file);
    log.append("x\n");
    assert_eq!(drain(&mut file), "x\n");
}

#[test]
fn reading_starts_at_a_line() {
    let log = Log::new();
    log.append("one\ntwo\nthree\n");
    for (offset, rest) in
        [(0, "one\ntwo\nthree\n"), (1, "two\nthree\n"), (4, "two\nthree\n"), (9, ""), (99, "")]
    {
        let mut file = LogFile::open(&log.path(), AtEnd::Stop).expect("open");
        file.start_at(offset).expect("seek");
        assert_eq!(drain(&mut file), rest, "{offset}");
    }
}

#[test]
fn what_cannot_be_read_says_what_to_do() {
    let log = Log::new();
    let missing = LogFile::open(&log.path(), AtEnd::Stop).err().expect("missing").to_string();
    assert!(missing.contains("check the name"), "{missing}");
    let folder = LogFile::open(log.folder.path(), AtEnd::Stop).err().expect("folder").to_string();
    assert!(folder.contains("is a folder; name a log file in it"), "{folder}");
}

#[test]
fn an_old_file_is_read_on_while_its_writer_has_not_moved_on() {
    let log = Log::new();
    log.append("one\n");
    let mut file = log.follow();
    drain(&mut file);
    log.rotate();
    log.append("new\n");
    assert_eq!(drain(&mut file), "new\n");
    log.append_to("access.log.1", "straggler\n");
    log.append("newer\n");
    assert_eq!(drain(&mut file), "straggler\nnewer\n");
}

#[test]
fn several_rotations_between_two_looks_lose_nothing() {
    let log = Log::new();
    log.append("one\n");
    let mut file = log.follow();
    for line in ["two\n", "three\n", "four\n"] {
        log.rotate();
        log.append(line);
    }
    assert_eq!(drain(&mut file), "one\ntwo\nthree\nfour\n");
}

#[test]
fn what_was_copied_before_the_truncation_is_read_in_the_copy() {
    let log = Log::new();
    log.append("one\n");
    let mut file = log.follow();
    assert_eq!(drain(&mut file), "one\n");
    log.append("unread\nlo");
    log.copy_and_truncate();
    log.append("x\n");
    assert_eq!(drain(&mut file), "unread\nx\n");
}

#[test]
fn a_copy_that_is_still_empty_when_it_is_found_brings_nothing_twice() {
    let log = Log::new();
    log.append("one\n");
    let mut file = log.follow();
    assert_eq!(drain(&mut file), "one\n");
    log.copy_and_truncate();
    log.append("two\n");
    log.append_to("access.log.0", "");
    assert_eq!(drain(&mut file), "two\n");
    log.append_to("access.log.0", "two\n");
    assert_eq!(drain(&mut file), "");
    File::options().write(true).open(log.path()).expect("open").set_len(0).expect("truncate");
    log.append("three\n");
    assert_eq!(drain(&mut file), "three\n");
}

#[test]
fn a_sibling_that_was_empty_when_it_was_found_is_read_once_it_is_written_to() {
    let log = Log::new();
    log.append("one\n");
    let mut file = log.follow();
    assert_eq!(drain(&mut file), "one\n");
    log.rotate();
    log.append_to("access.log.0", "");
    assert_eq!(drain(&mut file), "");
    log.append_to("access.log.0", "two\n");
    assert_eq!(drain(&mut file), "two\n");
}

#[test]
fn another_content_of_the_same_size_or_longer_is_told_from_its_first_bytes() {
    let log = Log::new();
    log.append("one\n");
    let mut file = log.follow();
    assert_eq!(drain(&mut file), "one\n");
    std::fs::write(log.path(), "two\n").expect("write");
    assert_eq!(drain(&mut file), "two\n");
    std::fs::write(log.path(), "three\nfour\n").expect("write");
    assert_eq!(drain(&mut file), "three\nfour\n");
}

#[test]
fn the_hole_that_a_writer_leaves_after_a_truncation_is_no_line() {
    let log = Log::new();
    log.append("one\n");
    let mut file = log.follow();
    drain(&mut file);
    std::fs::write(log.path(), "\0\0\0\0two\n").expect("write");
    assert_eq!(drain(&mut file), "two\n");
}

#[test]
fn a_file_that_is_deleted_is_read_on_and_followed_when_it_returns() {
    let log = Log::new();
    log.append("one\n");
    let mut file = log.follow();
    std::fs::remove_file(log.path()).expect("remove");
    assert_eq!(drain(&mut file), "one\n");
    log.append("two\n");
    assert_eq!(drain(&mut file), "two\n");
}

#[test]
fn a_link_that_moves_is_followed() {
    let log = Log::new();
    log.append_to("monday.log", "one\n");
    log.append_to("tuesday.log", "two\n");
    let link = |to: &str| std::os::unix::fs::symlink(log.folder.path().join(to), log.path()).expect("link");
    link("monday.log");
    let mut file = log.follow();
    assert_eq!(drain(&mut file), "one\n");
    log.append_to("monday.log", "late\n");
    std::fs::remove_file(log.path()).expect("remove");
    link("tuesday.log");
    assert_eq!(drain(&mut file), "late\ntwo\n");
}

#[test]
fn a_file_that_is_not_there_yet_is_waited_for_and_that_is_said() {
    let log = Log::new();
    let mut file = LogFile::open(&log.path(), AtEnd::Persist).expect("a folder to wait in");
    assert_eq!(drain(&mut file), "");
    assert!(matches!(file.aside(), Some(Aside::Trouble(said)) if said.contains("waiting for it")));
    assert_eq!(file.aside(), None);
    log.append("one\n");
    assert_eq!(drain(&mut file), "one\n");
    assert_eq!(file.aside(), Some(Aside::Trouble(String::new())));
}

#[test]
fn a_file_in_a_folder_that_is_not_there_is_a_mistake() {
    let log = Log::new();
    let missing = log.folder.path().join("no/access.log");
    assert!(LogFile::open(&missing, AtEnd::Persist).is_err());
}

/// What happens to a log.
#[derive(Debug, Clone)]
enum Act {
    Append(usize),
    /// Half a line; the next append ends it.
    Half,
    Rotate,
    CopyAndTruncate,
    /// All is read before, because what nobody has open is gone.
    TruncateWhatIsRead,
    DeleteWhatIsRead,
    /// A writer that has not moved on yet.
    AppendToRotated,
    Read,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (1usize..40).prop_map(Act::Append),
        2 => Just(Act::Half),
        2 => Just(Act::Rotate),
        1 => Just(Act::CopyAndTruncate),
        1 => Just(Act::TruncateWhatIsRead),
        1 => Just(Act::DeleteWhatIsRead),
        1 => Just(Act::AppendToRotated),
        3 => Just(Act::Read),
    ]
}

/// A writer that knows what it wrote.
struct Writer {
    log: Log,
    written: Vec<String>,
    half: Option<String>,
    read: String,
}

impl Writer {
    fn next_line(&self) -> String {
        format!("line {} of this log\n", self.written.len())
    }

    fn append_line(&mut self) {
        let line = self.next_line();
        self.log.append(&line);
        self.written.push(line);
    }

    fn end_half(&mut self) {
        if let Some(rest) = self.half.take() {
            self.log.append(&rest);
        }
    }

    fn begin_half(&mut self) {
        self.end_half();
        let line = self.next_line();
        let (half, rest) = line.split_at(9);
        self.log.append(half);
        self.half = Some(rest.to_owned());
        self.written.push(line);
    }

    fn act(&mut self, act: &Act, file: &mut LogFile) {
        if !matches!(act, Act::Read | Act::Half) {
            self.end_half();
        }
        match act {
            Act::Append(lines) => (0..*lines).for_each(|_| self.append_line()),
            Act::Half => self.begin_half(),
            Act::Rotate => self.log.rotate(),
            Act::CopyAndTruncate => {
                // Between two truncations it is looked once; otherwise nothing tells of the first.
                self.append_line();
                self.read += &drain(file);
                self.append_line();
                self.log.copy_and_truncate();
            }
            Act::TruncateWhatIsRead => {
                self.read += &drain(file);
                drop(File::create(self.log.path()).expect("truncate"));
            }
            Act::DeleteWhatIsRead => {
                self.read += &drain(file);
                drop(std::fs::remove_file(self.log.path()));
                self.append_line();
                self.read += &drain(file);
            }
            Act::AppendToRotated => {
                self.read += &drain(file);
                self.log.rotate();
                let line = self.next_line();
                self.log.append_to("access.log.1", &line);
                self.written.push(line);
            }
            Act::Read => self.read += &drain(file),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_and_nothing_comes_twice(acts in proptest::collection::vec(act(), 1..25)) {
        let log = Log::new();
        log.append("");
        let mut file = log.follow();
        let mut writer = Writer { log, written: Vec::new(), half: None, read: String::new() };
        for act in &acts {
            writer.act(act, &mut file);
        }
        writer.end_half();
        let read = format!("{}{}", writer.read, drain(&mut file));
        prop_assert_eq!(read, writer.written.concat());
    }
}
