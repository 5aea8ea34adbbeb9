//! Alerts from a log's lines to a command: a backtest of a planted outage, and a watch under a service manager (R16).

#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]

use std::fmt::Write as _;
use std::io::Read as _;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use dwell::clock;
use dwell::time::{Millis, Span};

/// Two hits a second, by as many visitors as there are hits in a minute; those in an outage are answered 503.
fn log(from: Millis, seconds: u64, outage: std::ops::Range<u64>) -> String {
    let mut lines = String::new();
    for half in 0..seconds * 2 {
        let at = from + Span(half * 500);
        let status = if outage.contains(&(half / 2)) { 503 } else { 200 };
        let stamp = at.utc().format("%d/%b/%Y:%H:%M:%S +0000");
        let host = half % 120;
        writeln!(
            lines,
            "192.0.2.{host} - - [{stamp}] \"GET /page HTTP/1.1\" {status} 512 \"-\" \"Mozilla/5.0 Firefox/140.0\""
        )
        .expect("text");
    }
    lines
}

fn dwell() -> Command {
    let mut dwell = Command::new(env!("CARGO_BIN_EXE_dwell"));
    dwell.env("XDG_CONFIG_HOME", "/nonexistent").env("TZ", "UTC").env_remove("NOTIFY_SOCKET");
    dwell
}

const NOON: Millis = Millis(1_795_521_600_000); // 2026-11-24T12:00:00Z

#[test]
fn r16_a_backtest_says_when_an_alert_would_have_fired() {
    let folder = tempfile::tempdir().expect("a folder");
    let (file, config) = (folder.path().join("access.log"), folder.path().join("dwell.toml"));
    std::fs::write(&file, log(NOON, 1800, 600..780)).expect("a log");
    let alert = "[[alert]]\nname = \"down\"\nwhen = \"errors.5xx > 50 % and hits > 100\"\nover = \"1m\"\n\
                 for = \"30s\"\nkeep-firing-for = \"1m\"\n\n\
                 [[alert]]\nname = \"calm\"\nwhen = \"hits > 200\"\nover = \"1m\"\n\n\
                 [[alert]]\nname = \"drop\"\nwhen = \"hits < 50 % of before\"\nover = \"1m\"\n";
    std::fs::write(&config, alert).expect("a config");
    let mut report = dwell();
    report.args(["report", "--alerts", "--json", "--config"]).args([&config, &file]);
    let output = report.output().expect("dwell runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let expected = serde_json::json!([{
        "alert": "down",
        "severity": "warn",
        "state": "resolved",
        // Half of the last minute failed first at 12:10:40, of 12:10:00 to 12:13:00.
        "value": 1.0,
        "threshold": 0.5,
        "since": "2026-11-24T12:10:40.000Z",
        "fired": "2026-11-24T12:11:10.000Z",
        // At 12:13:30 it is just half, and a minute later it is over.
        "resolved": "2026-11-24T12:14:30.000Z",
    }]);
    assert_eq!(report["alerts"], expected);
    let mut text = dwell();
    text.args(["report", "--alerts", "--config"]).args([&config, &file]);
    let text = String::from_utf8(text.output().expect("dwell runs").stdout).expect("UTF-8");
    assert!(text.contains("down                 2026-11-24 12:11:10 2026-11-24 12:14:30"), "{text}");
    assert!(text.contains("calm: 0 times.") && text.contains("drop: 0 times."), "{text}");
}

#[test]
fn r16_without_alerts_a_backtest_says_so() {
    let output = dwell().args(["report", "--alerts", "-"]).output().expect("dwell runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("defines no [[alert]]"));
}

/// Long enough for a slow machine; what is waited for comes at once.
const DEADLINE: Duration = Duration::from_secs(60);

fn wait_for(what: &str, mut is_there: impl FnMut() -> bool) {
    let deadline: Instant = clock::monotonic() + DEADLINE;
    while !is_there() {
        assert!(clock::monotonic() < deadline, "{what} does not come");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A running watch, ended with the test.
struct Watch(Child);

impl Watch {
    fn signal(&self, signal: rustix::process::Signal) {
        let pid =
            i32::try_from(self.0.id()).ok().and_then(rustix::process::Pid::from_raw).expect("a process");
        rustix::process::kill_process(pid, signal).expect("it runs");
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        drop(self.0.kill());
    }
}

fn watch(folder: &Path) -> Watch {
    let mut watch = dwell();
    watch.args(["watch", "--config", "dwell.toml", "access.log"]).current_dir(folder);
    watch.env("NOTIFY_SOCKET", folder.join("notify")).stderr(Stdio::piped());
    Watch(watch.spawn().expect("dwell runs"))
}

#[test]
fn r16_a_watch_tells_what_fires_and_obeys_its_service_manager() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    let manager = UnixDatagram::bind(path.join("notify")).expect("a socket");
    manager.set_read_timeout(Some(DEADLINE)).expect("a timeout");
    let told = path.join("told");
    let config = format!(
        "[[alert]]\nname = \"down\"\nwhen = \"errors.5xx > 5 %\"\nover = \"2m\"\nfor = \"30s\"\n\
         run = [\"sh\", \"-c\", \"cat > {0}.new; mv {0}.new {0}\"]\n",
        told.display()
    );
    std::fs::write(path.join("dwell.toml"), &config).expect("a config");
    // All of the last ten minutes failed: that still fires once the log is caught up with.
    std::fs::write(path.join("access.log"), log(clock::wall() - Span::minutes(10), 600, 0..600))
        .expect("a log");
    let mut watch = watch(path);
    let said = || {
        let mut said = [0; 64];
        let count = manager.recv(&mut said).expect("a message");
        String::from_utf8_lossy(&said[..count]).into_owned()
    };
    assert_eq!(said(), "READY=1");
    wait_for("the command", || told.exists());
    let message: serde_json::Value =
        serde_json::from_slice(&std::fs::read(&told).expect("a message")).expect("JSON");
    assert_eq!((&message["version"], &message["status"]), (&"4".into(), &"firing".into()));
    assert_eq!(message["alerts"][0]["labels"]["alertname"], "down");
    std::fs::write(path.join("dwell.toml"), "[[alert]]\nname = \"down\"\nwhen = \"hitz > 5\"\n")
        .expect("a config");
    watch.signal(rustix::process::Signal::HUP);
    // Both may wait: the one with the smaller number is obeyed first.
    watch.signal(rustix::process::Signal::TERM);
    assert_eq!(said(), "STOPPING=1");
    assert!(watch.0.wait().expect("it ends").success());
    let mut errors = String::new();
    let pipe = watch.0.stderr.as_mut().expect("a pipe");
    pipe.read_to_string(&mut errors).expect("text");
    assert!(errors.contains("alert down fires (warn): 100 %"), "{errors}");
    assert!(errors.contains("the config is refused") && errors.contains("did you mean `hits`?"), "{errors}");
}
