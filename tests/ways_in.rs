//! End-to-end tests of every kind of input.

#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]

use std::io::Write;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use dwell::clock;
use serde_json::Value;
use tempfile::TempDir;

/// Timeout.
const PATIENCE: Duration = Duration::from_secs(60);

struct Folder(TempDir);

impl Folder {
    fn new() -> Folder {
        Folder(tempfile::tempdir().expect("a temporary folder"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).expect("a file");
    }

    /// `dwell report --json` in this folder, without the config of whoever runs the test.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("dwell"));
        command.current_dir(self.0.path()).env("HOME", self.0.path()).env_remove("XDG_CONFIG_HOME");
        command.args(["report", "--json"]).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// `dwell MODE` in this folder.
    fn program(&self, mode: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("dwell"));
        command.current_dir(self.0.path()).env("HOME", self.0.path()).env_remove("XDG_CONFIG_HOME");
        command.arg(mode).args(arguments).output().expect("an end")
    }

    fn report(&self, arguments: &[&str]) -> Said {
        Said::of(self.command(arguments).output().expect("an end"))
    }
}

#[derive(Debug)]
struct Said {
    report: Value,
    notices: String,
    status: Option<i32>,
}

impl Said {
    fn of(output: Output) -> Said {
        Said {
            report: serde_json::from_slice(&output.stdout).unwrap_or_default(),
            notices: String::from_utf8(output.stderr).expect("text"),
            status: output.status.code(),
        }
    }

    #[track_caller]
    fn has_lines(&self, lines: u64) {
        assert_eq!(self.report["input"]["lines"], lines, "{}\n{}", self.report, self.notices);
        assert_eq!(self.report["input"]["hits"], lines, "{}", self.report);
    }
}

/// A line of one day at an hour.
fn line(day: u32, hour: u32) -> String {
    format!(
        "192.0.2.{hour} - - [{day:02}/Nov/2026:{hour:02}:00:00 +0000] \"GET /{day} HTTP/1.1\" 200 512 \"-\" \"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\"\n"
    )
}

fn day(day: u32) -> String {
    (0..24).map(|hour| line(day, hour)).collect()
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(text.as_bytes()).expect("pack");
    encoder.finish().expect("pack")
}

fn with_history() -> Folder {
    let folder = Folder::new();
    folder.write("access.log.3.zst", zstd::bulk::compress(day(1).as_bytes(), 0).expect("pack"));
    folder.write("access.log.2.gz", gzip(&day(2)));
    folder.write("access.log.1", day(3));
    folder.write("access.log", day(4));
    folder
}

#[test]
fn history_reads_what_was_rotated_away_each_line_once_and_in_order() {
    let folder = with_history();
    folder.report(&["access.log"]).has_lines(24);
    let all = folder.report(&["--history", "access.log"]);
    all.has_lines(4 * 24);
    assert_eq!((&all.report["input"]["late"], all.status), (&Value::from(0), Some(0)), "{}", all.notices);
    assert_eq!(all.report["from"], "2026-11-01T00:00:00.000Z");
    folder.report(&["--history", "access.log*"]).has_lines(4 * 24);
}

#[test]
fn history_begins_where_it_is_told_to() {
    let folder = with_history();
    let since = folder.report(&["--history", "--since", "2026-11-02T12:00:00Z", "access.log"]);
    assert_eq!(since.report["from"], "2026-11-02T12:00:00.000Z", "{}", since.report);
    let lately = folder.report(&["--history", "--since", "36h", "access.log"]);
    assert_eq!(lately.report["from"], "2026-11-03T11:00:00.000Z", "{}", lately.report);
}

#[test]
fn a_compressed_log_is_read_like_any_other() {
    let folder = with_history();
    folder.report(&["access.log.2.gz"]).has_lines(24);
    folder.report(&["access.log.2.gz", "access.log.3.zst"]).has_lines(48);
    folder.write("cut.gz", &gzip(&day(2))[..300]);
    let cut = folder.report(&["cut.gz"]);
    assert_eq!(cut.status, Some(1));
    assert!(cut.notices.contains("cut.gz is damaged or cut short"), "{}", cut.notices);
}

fn xz(text: &str) -> Vec<u8> {
    let options = lzma_rust2::XzOptions::with_preset(0);
    let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), options).expect("an encoder");
    encoder.write_all(text.as_bytes()).expect("pack");
    encoder.finish().expect("pack")
}

fn bzip2(text: &str) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(text.as_bytes()).expect("pack");
    encoder.finish().expect("pack")
}

#[test]
fn xz_and_bzip2_are_read_by_themselves_and_as_history() {
    let folder = Folder::new();
    folder.write("access.log.3.xz", xz(&day(1)));
    folder.write("access.log.2.bz2", bzip2(&day(2)));
    folder.write("access.log.1", day(3));
    folder.write("access.log", day(4));
    folder.report(&["access.log.3.xz", "access.log.2.bz2"]).has_lines(48);
    folder.report(&["--history", "access.log"]).has_lines(4 * 24);
    folder.write("renamed", xz(&day(1)));
    folder.report(&["renamed"]).has_lines(24);
}

#[test]
fn an_archive_with_a_flipped_bit_says_so_in_report_and_check() {
    let folder = with_history();
    let mut packed = gzip(&day(2));
    let checksum = packed.len() - 6;
    packed[checksum] ^= 1;
    folder.write("access.log.2.gz", packed);
    let alone = folder.report(&["access.log.2.gz"]);
    alone.has_lines(24);
    for arguments in [&["access.log.2.gz"][..], &["--history", "access.log"], &["--history", "access.log*"]] {
        let said = folder.report(arguments);
        assert_eq!(said.status, Some(1), "{arguments:?}");
        assert!(said.notices.contains("access.log.2.gz is damaged or cut short"), "{}", said.notices);
        let check = folder.program("check", arguments);
        assert_eq!(check.status.code(), Some(1), "{arguments:?}");
        let notices = String::from_utf8(check.stderr).expect("text");
        assert!(notices.contains("access.log.2.gz is damaged or cut short"), "{notices}");
    }
}

#[test]
fn an_oldest_archive_that_cannot_be_begun_is_told_of_all_the_same() {
    let folder = with_history();
    folder.write("access.log.3.zst", b"\x28\xb5\x2f\xfd\xff\xff\xff\xff");
    let said = folder.report(&["--history", "access.log"]);
    said.has_lines(3 * 24);
    assert!(said.notices.contains("access.log.3.zst is damaged"), "{}", said.notices);
    assert_eq!(said.status, Some(1));
}

/// A W3C log of one hit, whose last line has no newline.
const ONE_HIT: &str = "#Version: 1.0\n\
    #Fields: date time c-ip cs-method cs-uri-stem sc-status cs(User-Agent)\n\
    2026-11-24 14:00:00 192.0.2.7 GET /only 200 Mozilla/5.0+(X11;+Linux+x86_64)+Firefox/140.0";

#[test]
fn a_last_line_needs_no_newline() {
    let folder = Folder::new();
    folder.write("w3c.log", ONE_HIT);
    folder.write("w3c.log.gz", gzip(ONE_HIT));
    // A log that is older than asked for is read for its own last hour: it must be known when it ended.
    for words in [&[][..], &["--since", "1h"], &["--format", "w3c"], &["--replay", "1000"]] {
        for input in ["w3c.log", "w3c.log.gz", "exec:cat w3c.log"] {
            let said = folder.report(&[words, &[input]].concat());
            let input = &said.report["input"];
            assert_eq!((&input["hits"], &input["lines"]), (&1.into(), &3.into()), "{words:?}: {input}");
            assert_eq!(input["inputs"][0]["format"], "W3C extended", "{words:?}: {input}");
        }
        let mut stream = assert_cmd::Command::from_std(folder.command(words));
        let said = Said::of(stream.arg("-").write_stdin(ONE_HIT).output().expect("an end"));
        assert_eq!(said.report["input"]["hits"], 1, "{words:?}: {}", said.report);
    }
}

#[test]
fn a_line_longer_than_any_logs_is_counted_and_reading_goes_on() {
    let folder = Folder::new();
    let long = "x".repeat(dwell::input::LONGEST_LINE + 1);
    let text = format!("{}{long}\n{}", line(1, 0), line(1, 1));
    folder.write("access.log", &text);
    folder.write("access.log.gz", gzip(&text));
    for input in ["access.log", "access.log.gz", "exec:cat access.log"] {
        let said = folder.report(&[input]);
        let intake = &said.report["input"];
        assert_eq!((&intake["lines"], &intake["hits"]), (&3.into(), &2.into()), "{input}: {}", said.notices);
        assert_eq!(
            (&intake["malformed"], &intake["inputs"][0]["bytes"]),
            (&1.into(), &text.len().into()),
            "{input}"
        );
        assert_eq!(said.status, Some(0), "{input}: {}", said.notices);
    }
    let text = String::from_utf8(folder.program("check", &["access.log"]).stdout).expect("text");
    assert!(text.contains("a line of at most 16 MiB"), "{text}");
}

#[test]
fn zeros_anywhere_cost_the_lines_that_they_stand_in_and_no_others() {
    let folder = Folder::new();
    let zeros = "\0".repeat(5000);
    let (one, other) = (line(1, 0), line(1, 1));
    let cut = one.len() / 3;
    // At the head of a line, instead of a line's end, and at the end of the file.
    let log = format!("{zeros}{one}{zeros}{other}{}{zeros}{other}{zeros}", &one[..cut]);
    folder.write("access.log", &log);
    folder.write("access.log.gz", gzip(&log));
    for input in ["access.log", "access.log.gz", "exec:cat access.log"] {
        let said = folder.report(&[input]);
        let intake = &said.report["input"];
        assert_eq!(
            (&intake["hits"], &intake["malformed"]),
            (&3.into(), &1.into()),
            "{input}: {}",
            said.notices
        );
        assert_eq!(
            (&intake["inputs"][0]["bytes"], said.status),
            (&log.len().into(), Some(0)),
            "{input}: {}",
            said.notices
        );
    }
    let check = folder.program("check", &["access.log"]);
    assert_eq!(check.status.code(), Some(0), "{}", String::from_utf8_lossy(&check.stderr));
}

/// A writer that does not append leaves such a hole behind a truncation. Read byte by byte it would take a minute.
#[test]
fn a_hole_of_any_size_is_left_out() {
    let folder = Folder::new();
    let file = std::fs::File::create(folder.path("access.log")).expect("a file");
    let hole = 1 << 40;
    std::os::unix::fs::FileExt::write_all_at(&file, day(1).as_bytes(), 0).expect("write");
    if file.set_len(hole).is_err() {
        eprintln!("skipped: no file may be as long here");
        return;
    }
    std::os::unix::fs::FileExt::write_all_at(&file, day(2).as_bytes(), hole).expect("write");
    folder.report(&["access.log"]).has_lines(48);
    folder.report(&["--since", "2026-11-02T12:00:00Z", "access.log"]);
    folder.report(&["--since", "12h", "access.log"]);
}

#[test]
fn utf16_is_called_so_and_how_to_convert_it() {
    let folder = Folder::new();
    let text = format!("\u{feff}{}", day(1));
    folder.write("access.log", text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
    let said = folder.report(&["access.log"]);
    assert_eq!(said.status, Some(1), "{}", said.notices);
    assert!(
        said.notices.contains("iconv -f UTF-16 -t UTF-8 access.log | dwell report -"),
        "{}",
        said.notices
    );
    let check = folder.program("check", &["access.log"]);
    assert_eq!(check.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&check.stdout).contains("iconv -f UTF-16 -t UTF-8"));
}

#[test]
fn the_days_before_are_the_history_of_a_log_that_bears_its_date() {
    let folder = Folder::new();
    for (name, of) in [("22", 1), ("23", 2), ("24", 3), ("25", 4)] {
        folder.write(&format!("localhost_access_log.2026-11-{name}.txt"), day(of));
    }
    folder.report(&["localhost_access_log.2026-11-24.txt"]).has_lines(24);
    folder.report(&["--history", "localhost_access_log.2026-11-24.txt"]).has_lines(3 * 24);
    folder.report(&["--history", "localhost_access_log.*.txt"]).has_lines(4 * 24);
}

#[test]
fn who_follows_the_latest_of_dated_logs_follows_the_next_days() {
    let folder = Folder::new();
    folder.write("u_ex261124.log", day(1));
    let follow = ["--for", "3s", "u_ex261124.log", "exec:echo > reads; sleep 100"];
    let running = folder.command(&follow).spawn().expect("start");
    let deadline = clock::monotonic() + PATIENCE;
    while !folder.path("reads").exists() {
        assert!(clock::monotonic() < deadline, "it does not start");
        std::thread::yield_now();
    }
    folder.write("u_ex261125.log", day(2));
    let said = ended(running);
    assert_eq!(said.report["input"]["hits"], 48, "{}", said.report);
}

const ERRORS: &str =
    "2026/11/24 14:00:00 [error] 123#0: *1 open() \"/x\" failed (2: No such file or directory)\n";

#[test]
fn a_pattern_leaves_error_logs_out_and_says_so() {
    let folder = with_history();
    folder.write("error.log", ERRORS);
    folder.write("error.log.1.gz", gzip(ERRORS));
    for arguments in [&["*.log"][..], &["--for", "1s", "*.log"]] {
        let said = folder.report(arguments);
        said.has_lines(24);
        assert_eq!(said.status, Some(0), "{}", said.notices);
        assert!(said.notices.contains("*.log: left out error.log (nginx's error log)"), "{}", said.notices);
    }
    let said = folder.report(&["--history", "*.log*"]);
    said.has_lines(4 * 24);
    assert!(said.notices.contains("error.log.1.gz (nginx's error log)"), "{}", said.notices);
    let check = folder.program("check", &["*.log"]);
    assert_eq!(check.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&check.stderr).contains("left out error.log"));
    let none = folder.report(&["error*"]);
    assert_eq!(none.status, Some(2));
    assert!(none.notices.contains("no access log is left"), "{}", none.notices);
}

#[test]
fn an_error_log_that_is_named_is_refused_with_the_access_log_beside_it() {
    let folder = with_history();
    folder.write("error.log", ERRORS);
    for mode in ["report", "check"] {
        let said = folder.program(mode, &["error.log"]);
        let notices = String::from_utf8_lossy(&said.stderr);
        assert!(notices.contains("error.log is nginx's error log, not an access log"), "{notices}");
        assert!(notices.contains("beside it: dwell access.log"), "{notices}");
        assert_eq!(said.status.code(), Some(1), "{mode}");
    }
    folder.report(&["access.log", "error.log"]).has_lines(24);
    // What a server says at its start stands before its hits in a container's log.
    folder.write("container.log", ERRORS.repeat(30) + &day(1));
    assert_eq!(folder.report(&["container.log"]).report["input"]["hits"], 24);
}

#[test]
fn the_output_of_commands_is_read() {
    let folder = with_history();
    let said = folder.report(&["exec:cat access.log", "exec:zcat access.log.2.gz; echo fine >&2"]);
    said.has_lines(48);
    assert_eq!((said.status, said.notices.as_str()), (Some(0), ""));
    let failed = folder.report(&["exec:cat access.log; cat missing.log"]);
    failed.has_lines(24);
    assert_eq!(failed.status, Some(1));
    assert!(
        failed.notices.contains("exec:cat access.log; cat missing.log: it ended with status 1"),
        "{}",
        failed.notices
    );
    assert!(failed.notices.contains("missing.log: No such file"), "{}", failed.notices);
}

#[test]
fn a_format_that_was_named_is_read_in_wrappers_whichever_way_they_come() {
    let folder = Folder::new();
    let combined =
        |log: &str| format!("{{\"log\":{log},\"stream\":\"stdout\",\"time\":\"2026-11-24T14:02:33Z\"}}\n");
    let in_docker = |line: &str| combined(&serde_json::to_string(&format!("{line}\n")).expect("a text"));
    let docker: String = day(24).lines().map(in_docker).collect();
    let syslog =
        day(24).lines().flat_map(|line| ["Nov 24 14:02:33 web1 nginx: ", line, "\n"]).collect::<String>();
    folder.write("plain.log", day(24));
    let truth = folder.report(&["--format", "combined", "plain.log"]).report["sessions"].clone();
    assert_ne!(truth["total"], 0);
    for (lines, name) in [(docker, "combined in JSON"), (syslog, "combined in syslog")] {
        let log = String::from("starting up\n") + &lines;
        folder.write("access.log", &log);
        folder.write("access.log.gz", gzip(&log));
        for input in ["access.log", "access.log.gz", "exec:cat access.log", "-"] {
            let mut command = folder.command(&["--format", "combined", input]);
            let mut running = command.stdin(Stdio::piped()).spawn().expect("dwell");
            // Who reads a file does not wait for what is typed.
            let _ = running.stdin.take().expect("a pipe").write_all(log.as_bytes());
            let said = ended(running);
            assert_eq!(said.report["sessions"], truth, "{name} by {input}: {}", said.notices);
            assert_eq!(said.report["input"]["inputs"][0]["format"], name, "{input}");
            assert_eq!(said.report["input"]["malformed"], 1);
        }
    }
}

#[test]
fn a_command_that_never_ends_is_left_after_a_while() {
    let said = with_history().report(&["--for", "1s", "exec:cat access.log; sleep 1000"]);
    said.has_lines(24);
    assert_eq!((said.status, said.notices.as_str()), (Some(0), ""));
}

#[test]
fn pipes_are_read_to_their_end() {
    let folder = with_history();
    let path = folder.path("pipe");
    assert!(Command::new("mkfifo").arg(&path).status().expect("a pipe").success());
    let running = folder.command(&["pipe"]).spawn().expect("start");
    std::fs::write(&path, day(5)).expect("write");
    ended(running).has_lines(24);
}

#[test]
fn a_socket_needs_an_end() {
    let said = Folder::new().report(&["tcp://:5140"]);
    assert_eq!(said.status, Some(2));
    assert!(
        said.notices.contains("tcp://:5140 has no end; say how long to read it, in a report with --for 30s")
    );
    let said = Folder::new().report(&["--for", "1s", "udp://5140:x"]);
    assert_eq!(said.status, Some(2));
    assert!(said.notices.contains("write it like udp://127.0.0.1:5140"), "{}", said.notices);
}

#[test]
fn what_comes_by_a_socket_is_reported() {
    let folder = Folder::new();
    let path = folder.path("dwell.sock");
    let running = folder.command(&["--for", "3s", "unix:dwell.sock"]).spawn().expect("start");
    let mut stream = connected(|| std::os::unix::net::UnixStream::connect(&path));
    for line in day(5).lines() {
        stream.write_all(format!("<190>Nov  5 00:00:00 web1 nginx: {line}\n").as_bytes()).expect("send");
    }
    drop(stream);
    ended(running).has_lines(24);
    assert!(!path.exists(), "the socket's file is left");
}

/// Signals, and errors after it was bound: however dwell ends, its socket is gone.
#[test]
fn a_sockets_file_does_not_outlive_dwell() {
    use signal_hook::consts::{SIGABRT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1};
    let folder = Folder::new();
    let path = folder.path("dwell.sock");
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGABRT, SIGUSR1] {
        let mut running = folder.command(&["--for", "10m", "unix:dwell.sock"]).spawn().expect("start");
        drop(connected(|| std::os::unix::net::UnixStream::connect(&path)));
        let process = rustix::process::Pid::from_child(&running);
        let signal_sent = rustix::process::Signal::from_named_raw(signal).expect("a signal");
        rustix::process::kill_process(process, signal_sent).expect("kill");
        let status = running.wait().expect("an end");
        assert_eq!(std::os::unix::process::ExitStatusExt::signal(&status), Some(signal));
        assert!(!path.exists(), "signal {signal} leaves the file");
    }
    let said = folder.report(&["--for", "10m", "--geoip", "missing.mmdb", "unix:dwell.sock"]);
    assert_eq!(said.status, Some(2), "{}", said.notices);
    assert!(!path.exists(), "an error leaves the file");
}

/// Two inputs name the same socket: the second is refused, and the file is the first one's.
#[test]
fn a_socket_that_is_taken_stays_its_owners() {
    let folder = Folder::new();
    let path = folder.path("dwell.sock");
    let owner = std::os::unix::net::UnixListener::bind(&path).expect("bind");
    let said = folder.report(&["--for", "1s", "unix:dwell.sock"]);
    assert!(said.notices.contains("another program listens there"), "{}", said.notices);
    assert!(path.exists());
    drop(owner);
}

#[test]
fn who_listens_for_other_machines_is_warned() {
    let folder = Folder::new();
    let said = folder.report(&["--for", "1s", "udp://0.0.0.0:0"]);
    let remarks = said.report["input"]["inputs"][0]["remarks"].to_string();
    assert!(
        format!("{}{remarks}", said.notices).contains("any machine that reaches it can send lines"),
        "{said:?}"
    );
    let said = folder.report(&["--for", "1s", "--allow", "10.0.0.0/8", "--allow", "x", "udp://0.0.0.0:0"]);
    assert!(said.notices.contains("`x` is not a network; write it like 10.0.0.0/8"), "{}", said.notices);
}

#[test]
fn what_comes_by_tcp_is_reported() {
    let folder = Folder::new();
    // A port that was free a moment ago.
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("a port");
    let running = folder.command(&["--for", "3s", &format!("tcp://{}", free.port())]).spawn().expect("start");
    let mut stream = connected(|| TcpStream::connect(free));
    stream.write_all(day(5).as_bytes()).expect("send");
    drop(stream);
    ended(running).has_lines(24);
}

#[test]
fn a_file_that_is_missing_is_an_error_of_a_report() {
    let said = Folder::new().report(&["--for", "1s", "missing.log"]);
    assert_eq!(said.status, Some(1));
    assert!(said.notices.contains("missing.log: No such file or directory"), "{}", said.notices);
}

/// A report that follows a pattern reads the files that it gains.
#[test]
fn files_that_a_glob_gains_are_read() {
    let folder = with_history();
    let log = folder.path("opened.log");
    std::fs::write(&log, day(6)).expect("a file");
    // The first line of its own log tells that it reads by now.
    let running =
        folder.command(&["--for", "3s", "*ed.log", "exec:echo > reads; sleep 100"]).spawn().expect("start");
    let deadline = clock::monotonic() + PATIENCE;
    while !folder.path("reads").exists() {
        assert!(clock::monotonic() < deadline, "it does not start");
        std::thread::yield_now();
    }
    folder.write("gained.log", day(7));
    let said = ended(running);
    assert_eq!(said.report["input"]["hits"], 48, "{}", said.report);
}

fn connected<S>(connect: impl Fn() -> std::io::Result<S>) -> S {
    let deadline = clock::monotonic() + PATIENCE;
    loop {
        match connect() {
            Ok(stream) => return stream,
            Err(error) => assert!(clock::monotonic() < deadline, "{error}"),
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn ended(running: Child) -> Said {
    Said::of(running.wait_with_output().expect("an end"))
}
