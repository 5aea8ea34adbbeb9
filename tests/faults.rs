//! An hour of traffic in minutes, through the program itself, while its log is rotated, packed, cut, denied, on a disk
//! that is full, and while the program is stopped and its clock is bent: what is counted is what an undisturbed run
//! counts, less what dwell itself says that it dropped.
//!
//! `cargo test --test faults -- --ignored --nocapture` prints what was done and what was counted. As root it denies and
//! fills, with libfaketime (Debian: `libfaketime`) it bends the clock; what cannot be done is skipped, and that is said.
#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, clippy::panic, reason = "what helps a test fails as the test would")]

mod support;

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use dwell::clock;
use dwell::time::Span;
use serde_json::Value;
use support::{DWELL, now};

/// Lines of a little more than an hour of simulated traffic.
const LINES: usize = 12_000;
/// The seed of the simulation: any, but the same each time.
const SEED: &str = "7";
/// How long after a fault the program has to notice it: it looks once a second.
const NOTICED: Duration = Duration::from_secs(3);
/// How long nothing may come before it is over.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is done to the log and to the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Nothing,
    Rename,
    CopyAndTruncate,
    RenameAndPack,
    CutShort,
    Deny,
    Fill,
    StopAndRotate,
    ClockAhead,
    ClockBehind,
    Replace,
}

const FAULTS: [Fault; 11] = [
    Fault::Nothing,
    Fault::Rename,
    Fault::CopyAndTruncate,
    Fault::RenameAndPack,
    Fault::CutShort,
    Fault::Deny,
    Fault::Fill,
    Fault::StopAndRotate,
    Fault::ClockAhead,
    Fault::ClockBehind,
    Fault::Replace,
];

impl Fault {
    fn name(self) -> &'static str {
        match self {
            Fault::Nothing => "nothing",
            Fault::Rename => "renamed, writer reopens later",
            Fault::CopyAndTruncate => "copied and truncated",
            Fault::RenameAndPack => "renamed and packed at once",
            Fault::CutShort => "cut to half its length",
            Fault::Deny => "renamed, the new one denied",
            Fault::Fill => "disk full within a line",
            Fault::StopAndRotate => "stopped, renamed twice",
            Fault::ClockAhead => "clock an hour ahead",
            Fault::ClockBehind => "clock an hour behind",
            Fault::Replace => "a folder in its place",
        }
    }
}

/// An hour of traffic that ends now.
fn traffic() -> Vec<String> {
    let printed = Command::new(DWELL).args(["demo", "--print", &LINES.to_string(), "--seed", SEED]).output();
    let printed = String::from_utf8(printed.expect("dwell runs").stdout).expect("text");
    let first = clock::wall() - Span::minutes(70);
    let shifted = |line: &str| {
        let (before, rest) = line.split_once('[').expect("a time");
        let (stamp, after) = rest.split_once(']').expect("its end");
        // 02/Nov/2026:00:12:34 +0000
        let part = |at: usize| stamp[at..at + 2].parse::<u64>().expect("a number");
        let at = first + Span::seconds(part(12) * 3600 + part(15) * 60 + part(18));
        format!("{before}[{}]{after}\n", at.utc().format("%d/%b/%Y:%H:%M:%S +0000"))
    };
    printed.lines().map(shifted).collect()
}

/// A folder for the log, on a small disk of its own where that can be had.
struct Place {
    folder: tempfile::TempDir,
    is_disk: bool,
}

impl Place {
    fn new() -> Place {
        let folder = tempfile::tempdir().expect("a folder");
        let options = ["-t", "tmpfs", "-o", "size=24m,mode=755", "tmpfs"];
        let is_disk = run(Command::new("mount").args(options).arg(folder.path()));
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("a mode");
        Place { folder, is_disk }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.is_disk {
            run(Command::new("umount").arg(self.folder.path()));
        }
    }
}

fn run(command: &mut Command) -> bool {
    command.stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// libfaketime, where it is installed.
fn faketime() -> Option<PathBuf> {
    let folders = fs::read_dir("/usr/lib").ok()?.flatten().map(|entry| entry.path());
    folders.map(|folder| folder.join("faketime/libfaketime.so.1")).find(|library| library.exists())
}

/// dwell, which watches the log.
struct Watched {
    process: Child,
    address: SocketAddr,
    said: Arc<Mutex<Vec<String>>>,
}

impl Watched {
    /// Started as a user who may not read everything, where the test is root.
    fn start(place: &Place, is_root: bool) -> Watched {
        fs::write(place.path("offset"), "+0").expect("an offset");
        // The library comes last: what it makes as root is out of reach for others.
        let mut words: Vec<String> = Vec::new();
        if is_root {
            words.extend(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"].map(str::to_owned));
        }
        words.push("env".to_owned());
        if let Some(library) = faketime() {
            words.push(format!("LD_PRELOAD={}", library.display()));
            words.push(format!("FAKETIME_TIMESTAMP_FILE={}", place.path("offset").display()));
            words.extend(["FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1"].map(str::to_owned));
        }
        let mut dwell = Command::new(&words[0]);
        dwell
            .args(&words[1..])
            .args([DWELL, "watch", "--listen", "127.0.0.1:0"])
            .arg(place.path("access.log"));
        dwell.env("XDG_CONFIG_HOME", "/nonexistent").env_remove("NOTIFY_SOCKET");
        let mut process = dwell.stderr(Stdio::piped()).spawn().expect("dwell runs");
        let mut lines = BufReader::new(process.stderr.take().expect("its standard error")).lines();
        let mut before = Vec::new();
        let serving = lines.by_ref().map_while(Result::ok).find_map(|line| {
            before.push(line.clone());
            Some(line.split_once("serving http://")?.1.to_owned())
        });
        let serving = serving.unwrap_or_else(|| panic!("it does not listen: {before:?}"));
        let address = serving.trim_end_matches("/metrics").parse();
        let said = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&said);
        thread::spawn(move || {
            lines.map_while(Result::ok).for_each(|line| told.lock().expect("a list").push(line));
        });
        Watched { process, address: address.expect("an address"), said }
    }

    fn signal(&self, name: &str) {
        assert!(run(Command::new("kill").args(["-s", name, &self.process.id().to_string()])));
    }

    fn counts(&self) -> Counts {
        loop {
            if let Some(report) = self.report() {
                return Counts::of(&report);
            }
            thread::sleep(Duration::from_millis(200));
        }
    }

    /// Whether its clock is far from that of the test.
    fn clock_is_off(&self) -> bool {
        let report = self.report().unwrap_or_default();
        let generated = report["generated"].as_str().unwrap_or_default();
        let generated = chrono::DateTime::parse_from_rfc3339(generated).expect("a time");
        (generated.to_utc() - clock::wall().utc()).num_minutes().abs() > 30
    }

    /// None while the engine is too busy to answer.
    fn report(&self) -> Option<Value> {
        let mut stream = TcpStream::connect(self.address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a socket");
        write!(stream, "GET /report.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .expect("a request");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("an answer");
        serde_json::from_str(text.split_once("\r\n\r\n")?.1).ok()
    }

    /// The counts once so many lines were read, or once nothing comes any more.
    fn counts_after(&self, lines: u64) -> Counts {
        let (mut last, mut since) = (self.counts(), now());
        while last.lines < lines && since.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(200));
            let counts = self.counts();
            if counts != last {
                (last, since) = (counts, now());
            }
        }
        last
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Counts {
    lines: u64,
    hits: u64,
    pageviews: u64,
    sessions: u64,
    /// What dwell says that it dropped or could not read.
    dropped: u64,
}

impl Counts {
    fn of(report: &Value) -> Counts {
        let number = |value: &Value| value.as_u64().unwrap_or_default();
        let (input, sessions) = (&report["input"], &report["sessions"]);
        Counts {
            lines: number(&input["lines"]),
            hits: number(&input["hits"]),
            pageviews: number(&sessions["pageviews"]),
            sessions: number(&sessions["total"]),
            dropped: number(&input["malformed"]) + number(&input["late"]) + number(&input["overflow"]),
        }
    }
}

/// A server that writes its log.
struct Server<'a> {
    place: &'a Place,
    file: File,
    rotations: u32,
    written: u64,
}

impl Server<'_> {
    fn new(place: &Place) -> Server<'_> {
        Server { place, file: open_log(place, 0o644), rotations: 0, written: 0 }
    }

    /// In bursts, some of which end within a line.
    fn write(&mut self, lines: &[String]) {
        for burst in lines.chunks(50) {
            let text = burst.concat();
            let (first, second) = text.as_bytes().split_at(text.len() - 40);
            self.file.write_all(first).expect("write");
            thread::sleep(Duration::from_millis(20));
            self.file.write_all(second).expect("write");
        }
        self.written += lines.len() as u64;
    }

    fn log(&self) -> PathBuf {
        self.place.path("access.log")
    }

    fn rotated(&mut self) -> PathBuf {
        self.rotations += 1;
        self.place.path(&format!("access.log-20261201{:02}", self.rotations))
    }

    fn rename(&mut self) -> PathBuf {
        let rotated = self.rotated();
        fs::rename(self.log(), &rotated).expect("rename");
        rotated
    }

    fn reopen(&mut self, mode: u32) {
        self.file = open_log(self.place, mode);
    }
}

fn open_log(place: &Place, mode: u32) -> File {
    let path = place.path("access.log");
    let file = OpenOptions::new().append(true).create(true).open(&path).expect("a log");
    fs::set_permissions(&path, Permissions::from_mode(mode)).expect("a mode");
    file
}

/// A fault, and the lines that are written meanwhile. Why it was skipped, if it was.
fn suffer(fault: Fault, server: &mut Server, dwell: &Watched, lines: &[String]) -> Result<(), &'static str> {
    let (some, rest) = lines.split_at(lines.len() / 2);
    match fault {
        Fault::Nothing => server.write(some),
        Fault::Rename => {
            server.rename();
            server.write(some);
            server.reopen(0o644);
        }
        Fault::CopyAndTruncate => {
            server.write(some);
            let rotated = server.rotated();
            fs::copy(server.log(), rotated).expect("copy");
            server.file.set_len(0).expect("truncate");
            thread::sleep(NOTICED);
        }
        Fault::RenameAndPack => {
            server.write(some);
            let rotated = server.rename();
            server.reopen(0o644);
            assert!(run(Command::new("gzip").arg(rotated)), "gzip packs");
        }
        Fault::CutShort => {
            server.write(some);
            // What was not read would be lost to anybody.
            dwell.counts_after(server.written);
            let length = server.file.metadata().expect("a length").len();
            server.file.set_len(length / 2).expect("cut");
            thread::sleep(NOTICED);
        }
        Fault::Deny => {
            server.rename();
            server.reopen(0);
            server.write(some);
            thread::sleep(NOTICED);
            fs::set_permissions(server.log(), Permissions::from_mode(0o644)).expect("a mode");
        }
        Fault::Fill if !server.place.is_disk => {
            server.write(lines);
            return Err("skipped: no disk can be mounted");
        }
        Fault::Fill => fill(server, some),
        Fault::StopAndRotate => {
            dwell.signal("STOP");
            server.write(some);
            for _ in 0..2 {
                server.rename();
                server.reopen(0o644);
                server.write(&rest[..1]);
                server.written -= 1;
            }
            dwell.signal("CONT");
            server.written += 2;
            server.write(&rest[2..]);
            return Ok(());
        }
        Fault::ClockAhead | Fault::ClockBehind if faketime().is_none() => {
            server.write(lines);
            return Err("skipped: libfaketime is not here");
        }
        Fault::ClockAhead | Fault::ClockBehind => {
            let offset = if fault == Fault::ClockAhead { "+1h" } else { "-1h" };
            fs::write(server.place.path("offset"), offset).expect("an offset");
            server.write(some);
            thread::sleep(NOTICED);
            assert!(dwell.clock_is_off(), "the clock is not bent");
            fs::write(server.place.path("offset"), "+0").expect("an offset");
        }
        Fault::Replace => {
            server.rename();
            fs::create_dir(server.log()).expect("a folder");
            server.write(some);
            thread::sleep(NOTICED);
            fs::remove_dir(server.log()).expect("remove");
            server.reopen(0o644);
        }
    }
    server.write(rest);
    Ok(())
}

/// Writes until the disk is full, which is within a line; the rest follows once there is room.
fn fill(server: &mut Server, lines: &[String]) {
    let filler = server.place.path("filler");
    let mut file = File::create(&filler).expect("a filler");
    for size in [64 << 10, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
    // The log's last page has some room left.
    let (text, mut written, mut was_full) = (lines.concat().into_bytes(), 0, false);
    while written < text.len() {
        match server.file.write(&text[written..]) {
            Ok(some) => written += some,
            Err(error) if error.kind() == ErrorKind::StorageFull && !was_full => {
                was_full = true;
                thread::sleep(NOTICED);
                fs::remove_file(&filler).expect("remove");
                file.set_len(0).expect("room");
            }
            Err(error) => assert_eq!(error.kind(), ErrorKind::Interrupted, "{error}"),
        }
    }
    assert!(was_full, "the disk was never full");
    server.written += lines.len() as u64;
}

/// What an undisturbed run counts.
fn undisturbed(lines: &[String], is_root: bool) -> Counts {
    let place = Place::new();
    let mut server = Server::new(&place);
    let dwell = Watched::start(&place, is_root);
    server.write(lines);
    dwell.counts_after(lines.len() as u64)
}

#[test]
#[ignore = "takes some minutes"]
fn an_hour_of_faults_counts_what_an_undisturbed_hour_counts() {
    let is_root = rustix::process::geteuid().is_root() && Path::new("/usr/bin/setpriv").exists();
    let lines = traffic();
    let expected = undisturbed(&lines, is_root);
    let place = Place::new();
    let mut server = Server::new(&place);
    let dwell = Watched::start(&place, is_root);
    println!(
        "{:<30} {:>7} {:>7} {:>9} {:>8} {:>7}",
        "done", "lines", "hits", "pageviews", "sessions", "dropped"
    );
    let row = |done: &str, counts: Counts| {
        let Counts { lines, hits, pageviews, sessions, dropped } = counts;
        println!("{done:<30} {lines:>7} {hits:>7} {pageviews:>9} {sessions:>8} {dropped:>7}");
    };
    // Every fault twice, the second time after others than the first.
    let faults: Vec<_> = FAULTS.into_iter().chain(FAULTS.into_iter().rev()).collect();
    let size = lines.len().div_ceil(faults.len());
    for (fault, piece) in faults.into_iter().zip(lines.chunks(size)) {
        let suffered = suffer(fault, &mut server, &dwell, piece);
        let counts = dwell.counts_after(server.written);
        row(fault.name(), counts);
        if let Err(skipped) = suffered {
            println!("  {skipped}");
        }
    }
    let counts = dwell.counts_after(lines.len() as u64);
    row("an hour of faults", counts);
    row("undisturbed", expected);
    for said in dwell.said.lock().expect("a list").iter() {
        println!("  {said}");
    }
    assert_eq!(counts.hits + counts.dropped, expected.hits + expected.dropped);
    if counts.dropped == expected.dropped {
        assert_eq!(counts, expected);
    }
}
