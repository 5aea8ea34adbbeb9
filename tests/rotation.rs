//! Following a log through rotation under load: no line lost, none read twice (design.md section 5).

#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use dwell::clock;
use dwell::input::file::LogFile;
use dwell::input::watch::Watch;
use dwell::input::{Aside, AtEnd, Read, Source};

/// Timeout.
const PATIENCE: Duration = Duration::from_secs(60);

/// How the log is rotated.
#[derive(Clone, Copy)]
enum Method {
    RenameAndCreate,
    CopyAndTruncate,
}

/// What rotated files are called.
#[derive(Clone, Copy)]
enum Naming {
    /// `access.log-2000000007`: once and for all.
    Dated,
    /// `access.log.1`: with each rotation another number.
    Numbered,
}

/// A log with a writer.
struct Storm {
    folder: tempfile::TempDir,
    naming: Naming,
    /// How many rotated files are kept.
    keep: usize,
    /// How many lines have been read.
    read: Arc<AtomicU64>,
}

/// What has come of the lines.
struct Outcome {
    written: u64,
    lost: Vec<u64>,
    twice: Vec<u64>,
    /// Whether the operator was told that lines may be missing.
    is_said: bool,
}

impl Storm {
    fn keeping(keep: usize, naming: Naming) -> Storm {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let storm = Storm { folder, naming, keep, read: Arc::default() };
        File::create(storm.path()).expect("create");
        storm
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("access.log")
    }

    /// Follows the log until it is told that all is written and every line has come, or nothing comes any more.
    fn follow(&self, written: Arc<AtomicU64>, is_over: Arc<AtomicBool>) -> JoinHandle<(Vec<u64>, bool)> {
        let mut file = LogFile::open(&self.path(), AtEnd::Follow).expect("open");
        let watch = Watch::folders_of(&[self.path()]);
        let read = Arc::clone(&self.read);
        thread::spawn(move || {
            let (mut numbers, mut block) = (Vec::new(), Vec::new());
            let (mut brought, mut is_said) = (clock::monotonic(), false);
            loop {
                match file.read(&mut block, 256 << 10).expect("read") {
                    Read::Lines => {
                        numbers.extend(block.split(|&byte| byte == b'\n').filter_map(number_of));
                        block.clear();
                        read.store(numbers.len() as u64, Ordering::Release);
                        brought = clock::monotonic();
                    }
                    Read::NothingNow | Read::End => {
                        let is_over = is_over.load(Ordering::Acquire);
                        let is_all = numbers.len() as u64 >= written.load(Ordering::Acquire);
                        if is_over && (is_all || brought.elapsed() > Duration::from_secs(5)) {
                            return (numbers, is_said);
                        }
                        watch.wait(Duration::from_millis(50));
                    }
                }
                is_said |=
                    matches!(file.aside(), Some(Aside::Trouble(said)) if said.contains("may be missing"));
            }
        })
    }

    /// Writes and rotates, reads all the while, and tells what came.
    fn run(&self, method: Method, rotations: usize, lines_between: u64, pace: Pace) -> Outcome {
        let (written, is_over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let reader = self.follow(Arc::clone(&written), Arc::clone(&is_over));
        let mut writer = Writer::new(&self.path(), Arc::clone(&written), pace);
        writer.write(1);
        self.wait_until_read(1);
        for rotation in 0..rotations {
            writer.write(lines_between);
            match method {
                Method::RenameAndCreate => self.rename_and_create(&mut writer, rotation),
                Method::CopyAndTruncate => self.copy_and_truncate(rotation),
            }
            if matches!(method, Method::CopyAndTruncate) {
                // The method's own pause: between two truncations the log is looked at.
                writer.write(1);
                self.wait_until_read(written.load(Ordering::Acquire));
            }
        }
        writer.write(lines_between);
        is_over.store(true, Ordering::Release);
        outcome(reader.join().expect("the reader"), written.load(Ordering::Acquire))
    }

    /// As logrotate does with `create`: the writer goes on in the old file until it is told to open the new one.
    fn rename_and_create(&self, writer: &mut Writer, rotation: usize) {
        std::fs::rename(self.path(), self.make_room(rotation)).expect("rename");
        writer.write(3);
        File::create(self.path()).expect("create");
        writer.write(3);
        writer.reopen();
    }

    fn copy_and_truncate(&self, rotation: usize) {
        std::fs::copy(self.path(), self.make_room(rotation)).expect("copy");
        OpenOptions::new().write(true).open(self.path()).expect("open").set_len(0).expect("truncate");
    }

    /// The name for what is rotated away now; whatever is too old is removed.
    fn make_room(&self, rotation: usize) -> PathBuf {
        match self.naming {
            Naming::Dated => {
                if let Some(old) = rotation.checked_sub(self.keep) {
                    std::fs::remove_file(self.dated(old)).expect("remove");
                }
                self.dated(rotation)
            }
            Naming::Numbered => {
                for number in (1..=rotation.min(self.keep - 1)).rev() {
                    std::fs::rename(self.numbered(number), self.numbered(number + 1)).expect("rename");
                }
                self.numbered(1)
            }
        }
    }

    fn dated(&self, rotation: usize) -> PathBuf {
        self.path().with_file_name(format!("access.log-{:010}", 2_000_000_000 + rotation))
    }

    fn numbered(&self, number: usize) -> PathBuf {
        self.path().with_file_name(format!("access.log.{number}"))
    }

    /// The lines that are in the log and its copies at the end.
    fn kept(&self, rotations: usize) -> Vec<u64> {
        let files = (0..rotations).map(|rotation| self.dated(rotation)).chain([self.path()]);
        // Each file by itself: half a line at the end of one and half a line at the beginning of the next are none.
        let numbers = |file| {
            let bytes = std::fs::read(file).expect("read");
            bytes.split(|&byte| byte == b'\n').filter_map(number_of).collect::<Vec<_>>()
        };
        files.flat_map(numbers).collect()
    }

    fn wait_until_read(&self, lines: u64) {
        let deadline = clock::monotonic() + PATIENCE;
        while self.read.load(Ordering::Acquire) < lines {
            assert!(clock::monotonic() < deadline, "{lines} lines were not read in time");
            thread::yield_now();
        }
    }
}

/// How fast the writer is.
#[derive(Clone, Copy)]
enum Pace {
    AsFastAsPossible,
    PerSecond(u64),
}

struct Writer {
    path: PathBuf,
    file: File,
    written: Arc<AtomicU64>,
    pace: Pace,
    started: Instant,
}

impl Writer {
    fn new(path: &Path, written: Arc<AtomicU64>, pace: Pace) -> Writer {
        let file = append_to(path);
        Writer { path: path.to_owned(), file, written, pace, started: clock::monotonic() }
    }

    fn write(&mut self, lines: u64) {
        for _ in 0..lines {
            let number = self.written.load(Ordering::Relaxed);
            let line = format!("{number} {:80}\n", "a line of the log");
            // Some lines are written in halves.
            let half = if number.is_multiple_of(7) { line.len() / 2 } else { line.len() };
            self.file.write_all(&line.as_bytes()[..half]).expect("write");
            self.file.write_all(&line.as_bytes()[half..]).expect("write");
            self.written.store(number + 1, Ordering::Release);
            if number.is_multiple_of(100) {
                self.keep_pace(number);
            }
        }
    }

    fn keep_pace(&self, number: u64) {
        if let Pace::PerSecond(lines) = self.pace {
            let due = Duration::from_micros(number * 1_000_000 / lines);
            thread::sleep(due.saturating_sub(self.started.elapsed()));
        }
    }

    fn reopen(&mut self) {
        self.file = append_to(&self.path);
    }
}

fn append_to(path: &Path) -> File {
    OpenOptions::new().append(true).create(true).open(path).expect("open")
}

/// The number of a line that is whole: a truncation may cut one.
fn number_of(line: &[u8]) -> Option<u64> {
    let (number, rest) = std::str::from_utf8(line).ok()?.split_once(' ')?;
    number.parse().ok().filter(|_| rest.len() == 80)
}

fn outcome((mut read, is_said): (Vec<u64>, bool), written: u64) -> Outcome {
    read.sort_unstable();
    let twice = read.windows(2).filter(|two| two[0] == two[1]).map(|two| two[0]).collect();
    read.dedup();
    let lost = (0..written).filter(|number| read.binary_search(number).is_err()).collect();
    Outcome { written, lost, twice, is_said }
}

impl Outcome {
    #[track_caller]
    fn is_clean(&self) {
        let (lost, twice) = (self.lost.len(), self.twice.len());
        let first = (self.lost.first(), self.twice.first());
        assert!(lost == 0 && twice == 0, "of {}: {lost} lost, {twice} twice, first {first:?}", self.written);
        println!("{} lines, 0 lost, 0 twice", self.written);
    }
}

#[test]
fn two_hundred_rotations_lose_nothing() {
    // Hundreds of rotations a second: whoever looks finds several at once.
    let storm = Storm::keeping(200, Naming::Dated);
    storm.run(Method::RenameAndCreate, 200, 100, Pace::AsFastAsPossible).is_clean();
}

#[test]
fn two_hundred_rotations_that_move_all_numbers_lose_nothing() {
    let storm = Storm::keeping(200, Naming::Numbered);
    storm.run(Method::RenameAndCreate, 200, 100, Pace::AsFastAsPossible).is_clean();
}

#[test]
fn what_is_deleted_before_it_can_be_read_is_told_of() {
    let storm = Storm::keeping(1, Naming::Numbered);
    let outcome = storm.run(Method::RenameAndCreate, 200, 100, Pace::AsFastAsPossible);
    println!(
        "{} of {} lines lost, and that is said: {}",
        outcome.lost.len(),
        outcome.written,
        outcome.is_said
    );
    assert!(outcome.lost.is_empty() || outcome.is_said, "{} lost in silence", outcome.lost.len());
    assert!(outcome.twice.is_empty(), "{:?}", outcome.twice);
}

#[test]
fn copies_and_truncations_with_pauses_lose_nothing() {
    let storm = Storm::keeping(10, Naming::Dated);
    storm.run(Method::CopyAndTruncate, 40, 100, Pace::AsFastAsPossible).is_clean();
}

#[test]
#[ignore = "a storm of about a minute"]
fn a_thousand_rotations_at_twenty_thousand_lines_a_second_lose_nothing() {
    let storm = Storm::keeping(10, Naming::Dated);
    storm.run(Method::RenameAndCreate, 1000, 1000, Pace::PerSecond(20_000)).is_clean();
}

#[test]
#[ignore = "a storm of about ten seconds"]
fn two_hundred_copies_and_truncations_lose_nothing() {
    let storm = Storm::keeping(10, Naming::Dated);
    storm.run(Method::CopyAndTruncate, 200, 1000, Pace::PerSecond(20_000)).is_clean();
}

/// What `copytruncate` loses by itself while lines are written all the time, and what is lost beyond that.
#[test]
#[ignore = "measures for ten seconds"]
fn copies_and_truncations_under_load_lose_what_the_method_loses() {
    const ROTATIONS: usize = 40;
    let storm = Storm::keeping(ROTATIONS, Naming::Dated);
    let (written, is_over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
    let reader = storm.follow(Arc::clone(&written), Arc::clone(&is_over));
    let mut writer = Writer::new(&storm.path(), Arc::clone(&written), Pace::PerSecond(20_000));
    let writing = thread::spawn(move || writer.write(200_000));
    for rotation in 0..ROTATIONS {
        let due = 5000 * (rotation as u64 + 1);
        while written.load(Ordering::Acquire) < due && !writing.is_finished() {
            thread::sleep(Duration::from_millis(1));
        }
        storm.copy_and_truncate(rotation);
    }
    writing.join().expect("the writer");
    is_over.store(true, Ordering::Release);
    let all = written.load(Ordering::Acquire);
    let read = outcome(reader.join().expect("the reader"), all);
    let kept = outcome((storm.kept(ROTATIONS), false), all);
    let beyond = read.lost.iter().filter(|number| kept.lost.binary_search(number).is_err()).count();
    let (lost, by_method, twice) = (read.lost.len(), kept.lost.len(), read.twice.len());
    println!(
        "of {all} lines in {ROTATIONS} rotations the files lack {by_method}, dwell {lost}: {beyond} of them are in the files; {twice} twice"
    );
    assert_eq!((beyond, twice), (0, 0));
}
