//! A watch serves its figures over HTTP, and stops serving when it ends.

#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use dwell::clock;
use dwell::time::Span;

/// A watch of a log that says where it listens.
struct Watch {
    process: Child,
    address: SocketAddr,
    _folder: tempfile::TempDir,
}

impl Watch {
    fn start() -> Watch {
        let folder = tempfile::tempdir().expect("a folder");
        let (log, config) = (folder.path().join("access.log"), folder.path().join("dwell.toml"));
        std::fs::write(&log, lines()).expect("a log");
        let alert = "[[alert]]\nname = \"busy\"\nwhen = \"hits > 10\"\nseverity = \"page\"\n";
        std::fs::write(&config, alert).expect("a config");
        let mut dwell = Command::new(env!("CARGO_BIN_EXE_dwell"));
        dwell.args(["watch", "--listen", "127.0.0.1:0", "--config"]).args([&config, &log]);
        dwell.env("XDG_CONFIG_HOME", "/nonexistent").env_remove("NOTIFY_SOCKET");
        let mut process = dwell.stderr(Stdio::piped()).spawn().expect("dwell runs");
        let said = BufReader::new(process.stderr.take().expect("its standard error")).lines();
        let mut said = said.map(|line| line.expect("text"));
        let place = said.find_map(|line| Some(line.split_once("serving http://")?.1.to_owned()));
        let place = place.expect("where it listens");
        let address = place.trim_end_matches("/metrics").parse().expect("an address");
        // What else it says is read, so that it never waits for that.
        std::thread::spawn(move || said.for_each(drop));
        Watch { process, address, _folder: folder }
    }

    fn ask(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(self.address).expect("a connection");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a socket");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .expect("a request");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("an answer");
        let (head, body) = text.split_once("\r\n\r\n").expect("a head");
        assert!(head.starts_with("HTTP/1.1 200"), "{path}: {text}");
        body.to_owned()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // It may have ended.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Twenty people who are here now.
fn lines() -> String {
    let stamp = (clock::wall() - Span::seconds(30)).utc().format("%d/%b/%Y:%H:%M:%S +0000").to_string();
    let line = |person| {
        format!(
            "192.0.2.{person} - - [{stamp}] \"GET / HTTP/1.1\" 200 512 \"-\" \"Mozilla/5.0 Firefox/140.0\"\n"
        )
    };
    (0..20).map(line).collect()
}

/// A wait for what comes at once, on a slow machine.
fn in_time(what: &str, mut is_there: impl FnMut() -> bool) {
    let deadline = clock::monotonic() + Duration::from_secs(60);
    while !is_there() {
        assert!(clock::monotonic() < deadline, "{what} does not come");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_watch_serves_metrics_its_report_and_its_health() {
    let watch = Watch::start();
    in_time("the log", || watch.ask("/metrics").contains("\ndwell_active_sessions 20\n"));
    assert_eq!(watch.ask("/healthz"), "ok\n");
    let report: serde_json::Value = serde_json::from_str(&watch.ask("/report.json")).expect("JSON");
    assert_eq!(report["sessions"]["total"], 20);
    in_time("the alert", || {
        watch.ask("/metrics").contains("\ndwell_alert_firing{alert=\"busy\",severity=\"page\"} 1\n")
    });
}

/// `promtool` comes with Prometheus: names, help and types are as its conventions want them.
#[test]
fn prometheus_finds_nothing_wrong_with_the_metrics() {
    let promtool = Command::new("promtool").args(["check", "metrics"]).stdin(Stdio::piped()).spawn();
    let Ok(mut promtool) = promtool else {
        eprintln!("skipped: promtool is not here; it is a part of Debian's package prometheus");
        return;
    };
    let watch = Watch::start();
    in_time("the log", || watch.ask("/metrics").contains("\ndwell_active_sessions 20\n"));
    let page = watch.ask("/metrics");
    promtool.stdin.take().expect("its input").write_all(page.as_bytes()).expect("a pipe");
    assert!(promtool.wait().expect("promtool ends").success(), "{page}");
}
