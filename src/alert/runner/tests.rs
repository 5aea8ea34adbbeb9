//! Commands that hang, flood or fail harm nothing (design.md R16).

use super::*;

fn shell(script: &str, input: &str) -> Run {
    let argv = ["sh", "-c", script].map(str::to_owned).to_vec();
    Run { title: "test".to_owned(), argv, input: input.to_owned() }
}

/// Much longer than any command here needs that is not to hang.
const LONG: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(300);

#[test]
fn r16_a_command_reads_its_message() {
    let ran = run_now(&shell("cat; echo done >&2", "{\"a\":1}"), LONG);
    assert_eq!(ran, Ran { title: "test".to_owned(), trouble: None, output: "{\"a\":1}done".to_owned() });
}

#[test]
fn r16_no_shell_reads_a_commands_arguments() {
    let argv = ["echo", "$HOME; false", "`id`"].map(str::to_owned).to_vec();
    let ran = run_now(&Run { title: String::new(), argv, input: String::new() }, LONG);
    assert_eq!(ran.output, "$HOME; false `id`");
}

#[test]
fn r16_a_command_that_fails_is_told() {
    for (script, trouble) in [("exit 3", "sh failed: exit status 3"), ("kill -KILL $$", "a signal ended it")]
    {
        let ran = run_now(&shell(script, ""), LONG);
        assert!(ran.trouble.as_ref().is_some_and(|said| said.contains(trouble)), "{ran:?}");
    }
    let argv = vec!["/no/such/program".to_owned()];
    let ran = run_now(&Run { title: String::new(), argv, input: String::new() }, LONG);
    assert!(ran.trouble.is_some_and(|said| said.starts_with("/no/such/program cannot be started")));
}

#[test]
fn r16_a_command_that_hangs_is_killed_with_its_children() {
    let began = clock::monotonic();
    let ran = run_now(&shell("trap '' TERM; sleep 600 & sleep 600", ""), SHORT);
    assert_eq!(ran.trouble.as_deref(), Some("sh was killed after 0.3 s"));
    // Were a child alive, it would hold the pipe.
    assert!(clock::monotonic() - began < LONG);
}

#[test]
fn r16_a_command_that_leaves_a_child_behind_holds_up_nobody() {
    let began = clock::monotonic();
    let ran = run_now(&shell("sleep 600 & echo ok", ""), LONG);
    assert_eq!((ran.trouble, ran.output.as_str()), (None, "ok"));
    assert!(clock::monotonic() - began < LONG);
}

#[test]
fn r16_of_a_flood_the_beginning_is_kept_and_a_message_unread_is_no_failure() {
    let ran = run_now(&shell("exec <&-; head -c 3000000 /dev/zero | tr '\\0' x", &"y".repeat(1 << 20)), LONG);
    assert_eq!((ran.trouble, ran.output.len()), (None, KEPT));
}

#[test]
fn r16_at_most_four_run_at_once_and_too_many_are_dropped_and_counted() {
    let folder = tempfile::tempdir().expect("a folder");
    let gate = folder.path().join("gate");
    let script = format!("until [ -e {} ]; do sleep 0.01; done", gate.display());
    let mut runner = Runner::with_limit(LONG);
    for _ in 0..AT_ONCE + WAITING + 3 {
        runner.run(shell(&script, ""));
    }
    assert_eq!(runner.running.load(Ordering::Acquire), AT_ONCE);
    assert_eq!((runner.waiting.len(), runner.dropped()), (WAITING, 3));
    runner.waiting.truncate(2);
    std::fs::write(gate, "").expect("opened");
    let ran = runner.finish();
    assert_eq!(ran.len(), AT_ONCE + 2);
    assert!(ran.iter().all(|ran| ran.trouble.is_none()), "{ran:?}");
}
