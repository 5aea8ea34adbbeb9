//! Logs that are cut short, or replaced by something that is no file.

use super::*;

/// What a hand with an editor does, or a disk that is made room on.
#[test]
fn what_is_left_of_a_log_that_was_cut_short_does_not_come_twice() {
    let log = Log::new();
    log.append("one\ntwo\nthree\n");
    let mut file = log.follow();
    assert_eq!(drain(&mut file), "one\ntwo\nthree\n");
    // At the end of a line, and within one.
    for length in [8, 6] {
        File::options().write(true).open(log.path()).expect("open").set_len(length).expect("cut");
        assert_eq!(drain(&mut file), "");
        let said = std::iter::from_fn(|| file.aside()).collect::<Vec<_>>();
        assert!(
            matches!(&said[..], [Aside::Remark(said)] if said.contains("was cut to a shorter length")),
            "{said:?}"
        );
    }
    log.append("four\n");
    assert_eq!(drain(&mut file), "four\n");
}

#[test]
fn a_log_that_something_else_replaces_is_waited_for_and_that_is_said() {
    let log = Log::new();
    log.append("one\n");
    let mut file = log.follow();
    assert_eq!(drain(&mut file), "one\n");
    let make = |program: &str, arguments: &[&str]| {
        let made = std::process::Command::new(program).arg(log.path()).args(arguments).status();
        made.is_ok_and(|made| made.success())
    };
    for (what, is_made) in [
        ("a folder", Box::new(|| make("mkdir", &[])) as Box<dyn Fn() -> bool>),
        ("a pipe", Box::new(|| make("mkfifo", &[]))),
        ("a device", Box::new(|| std::os::unix::fs::symlink("/dev/zero", log.path()).is_ok())),
    ] {
        std::fs::rename(log.path(), log.folder.path().join("away")).expect("rename");
        assert!(is_made(), "{what}");
        assert_eq!(drain(&mut file), "");
        let said = std::iter::from_fn(|| file.aside()).collect::<Vec<_>>();
        assert_eq!(said, [Aside::Trouble(format!("{what} has the name now; waiting for a file to have it"))]);
        let _ = std::fs::remove_dir(log.path()).or_else(|_| std::fs::remove_file(log.path()));
        std::fs::rename(log.folder.path().join("away"), log.path()).expect("rename");
        log.append("more\n");
        assert_eq!(drain(&mut file), "more\n");
        drain(&mut file);
        assert_eq!(file.aside(), Some(Aside::Trouble(String::new())), "{what} is gone");
    }
}
