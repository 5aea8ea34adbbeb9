//! `exec:` inputs: lines are read, error output is reported, and the process ends with dwell.

#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]

use std::path::Path;
use std::time::Duration;

use crossbeam_channel::{Receiver, bounded};
use dwell::clock;
use dwell::input::command::CommandInput;
use dwell::input::{Aside, AtEnd, Read, Source};

/// Timeout.
const PATIENCE: Duration = Duration::from_secs(60);

/// Reads a command the way the feeder does.
struct Running {
    command: CommandInput,
    woken: Receiver<()>,
    output: String,
    said: Vec<String>,
    end: Option<Result<(), String>>,
}

impl Running {
    fn start(command: &str, at_end: AtEnd) -> Running {
        let (waker, woken) = bounded(1);
        let command = CommandInput::start(command, at_end, waker).expect("start");
        Running { command, woken, output: String::new(), said: Vec::new(), end: None }
    }

    fn look(&mut self) {
        let mut block = Vec::new();
        match self.command.read(&mut block, 1 << 16) {
            Ok(Read::End) => self.end = Some(Ok(())),
            Ok(_) => {}
            Err(trouble) => self.end = Some(Err(trouble.to_string())),
        }
        self.output += std::str::from_utf8(&block).expect("text");
        while let Some(Aside::Trouble(said)) = self.command.aside() {
            self.said.push(said);
        }
    }

    fn until(&mut self, is_enough: impl Fn(&Running) -> bool) {
        let deadline = clock::monotonic() + PATIENCE;
        while !is_enough(self) {
            assert!(clock::monotonic() < deadline, "{:?} {:?} {:?}", self.output, self.said, self.end);
            let _ = self.woken.recv_timeout(Duration::from_millis(20));
            self.look();
        }
    }
}

#[test]
fn what_a_command_prints_is_read_to_its_end() {
    let mut running = Running::start("printf 'one\\ntwo'; printf 'harmless\\n' >&2", AtEnd::Stop);
    running.until(|running| running.end.is_some());
    assert_eq!((running.output.as_str(), running.end), ("one\ntwo\n", Some(Ok(()))));
    assert_eq!(running.said, [""; 0], "a command that ends well may complain");
}

#[test]
fn a_command_that_fails_says_how_and_why() {
    let mut running = Running::start("echo one; echo 'no such host' >&2; exit 255", AtEnd::Follow);
    running.until(|running| running.end.is_some());
    let Some(Err(why)) = running.end else { panic!("{:?}", running.end) };
    assert_eq!(running.output, "one\n");
    assert!(
        why.contains("it ended with status 255, and said: no such host; run the command by itself"),
        "{why}"
    );
}

#[test]
fn a_command_that_ends_is_started_again() {
    let mut running = Running::start("echo again; echo 'connection lost' >&2; exit 1", AtEnd::Persist);
    running.until(|running| running.output.matches("again\n").count() == 2);
    let said = running.said.iter().any(|said| {
        said.contains("it ended with status 1, and said: connection lost; it is started again in 1 s")
    });
    assert!(said, "{:?}", running.said);
    assert_eq!(running.end, None);
}

#[test]
fn complaints_of_a_command_that_goes_on_are_told() {
    let mut running = Running::start("echo 'something is odd' >&2; cat", AtEnd::Persist);
    running.until(|running| !running.said.is_empty());
}

#[test]
fn a_command_and_all_that_it_started_end_with_dwell() {
    let mut running = Running::start("sleep 1000 & echo $! $$; sleep 1001; echo after", AtEnd::Persist);
    running.until(|running| running.output.contains('\n'));
    let processes: Vec<String> = running.output.split_whitespace().map(str::to_owned).collect();
    assert!(processes.iter().all(|process| is_running(process)));
    drop(running);
    let deadline = clock::monotonic() + PATIENCE;
    while processes.iter().any(|process| is_running(process)) {
        assert!(clock::monotonic() < deadline, "{processes:?} go on");
        std::thread::yield_now();
    }
}

#[test]
fn a_command_that_will_not_end_politely_is_ended_all_the_same() {
    let mut running = Running::start("trap '' TERM; echo $$; while :; do sleep 1; done", AtEnd::Persist);
    running.until(|running| running.output.contains('\n'));
    let process = running.output.trim().to_owned();
    drop(running);
    let deadline = clock::monotonic() + PATIENCE;
    while is_running(&process) {
        assert!(clock::monotonic() < deadline, "{process} goes on");
        std::thread::yield_now();
    }
}

#[test]
fn no_command_is_a_mistake() {
    assert!(CommandInput::start(" ", AtEnd::Stop, bounded(1).0).is_err());
}

/// Whether the process runs; a zombie does not.
fn is_running(process: &str) -> bool {
    let stat = std::fs::read_to_string(Path::new("/proc").join(process).join("stat"));
    stat.is_ok_and(|stat| !stat.rsplit(')').next().unwrap_or_default().starts_with(" Z"))
}
