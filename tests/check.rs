//! End-to-end tests of `dwell check`.

#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Output;

use assert_cmd::Command;
use tempfile::TempDir;

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

    /// Runs `dwell check` in this folder, without the user's own config.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("dwell").expect("the program");
        command.current_dir(self.0.path()).env("HOME", self.0.path()).env_remove("XDG_CONFIG_HOME");
        command.arg("check").args(arguments);
        command
    }

    fn check(&self, arguments: &[&str]) -> Said {
        Said::of(self.command(arguments).output().expect("an end"))
    }
}

/// Output and exit status of a run.
struct Said {
    out: String,
    notices: String,
    status: Option<i32>,
}

impl Said {
    fn of(output: Output) -> Said {
        let text = |bytes| String::from_utf8(bytes).expect("text");
        Said { out: text(output.stdout), notices: text(output.stderr), status: output.status.code() }
    }

    #[track_caller]
    fn has(&self, parts: &[&str]) {
        for part in parts {
            assert!(self.out.contains(part), "no {part:?} in:\n{}\n{}", self.out, self.notices);
        }
    }
}

const SITE: &str = "https://shop.example";

fn line(visitor: usize, second: usize, request: &str, status: u16, referrer: &str) -> String {
    format!(
        "192.0.{visitor}.7 - - [24/Nov/2026:14:{:02}:{:02} +0000] \"{request} HTTP/1.1\" {status} 512 \
         \"{referrer}\" \"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\"\n",
        second / 60,
        second % 60
    )
}

/// Five visitors from different networks view three pages each, with three images per page.
fn shop() -> String {
    let mut log = String::new();
    for visitor in 1..=5 {
        for page in 1..=3 {
            let second = visitor * 200 + page * 50;
            let from = if page == 1 { "-".to_owned() } else { format!("{SITE}/list/{}", page - 1) };
            log += &line(visitor, second, &format!("GET /list/{page}"), 200, &from);
            for image in 1..=3 {
                let request = format!("GET /image/{image}/200x200");
                log += &line(visitor, second + 1, &request, 200, &format!("{SITE}/list/{page}?sort=price"));
            }
        }
        log += &line(visitor, visitor * 200 + 170, "POST /cart", 303, &format!("{SITE}/list/3"));
    }
    log
}

#[test]
fn a_log_is_explained_and_its_images_are_found() {
    let folder = Folder::new();
    folder.write("access.log", shop());
    let said = folder.check(&["--site", "shop.example", "access.log"]);
    said.has(&[
        "combined, 65 lines; all of the first 65 lines fit",
        "GET /image/1/200x200 200",
        "POST /cart 303",
        "none: every line could be read",
        "shop.example",
        "# 45 of these 45 pageviews",
        "[[rule]]\npath = \"/image/**\"\nkind = \"asset\"\n",
    ]);
    assert_eq!((said.status, said.notices.as_str()), (Some(0), ""));
}

/// Twelve visitors view two pages each; each page sends a beacon.
fn with_beacons() -> String {
    let mut log = String::new();
    for visitor in 1..=12 {
        for page in 1..=2 {
            let second = visitor * 100 + page * 40;
            let referrer = format!("{SITE}/item/{page}");
            log += &line(visitor, second, &format!("GET /item/{page}"), 200, "-");
            log += &line(visitor, second, "GET /style.css", 200, &referrer);
            log += &line(visitor, second + 1, "POST /beat", 200, &referrer);
        }
    }
    log
}

#[test]
fn r2_what_every_page_sends_by_itself_is_found_and_a_rule_for_it_proposed() {
    let folder = Folder::new();
    folder.write("access.log", with_beacons());
    let proposal = folder.check(&["access.log"]);
    proposal.has(&["12 of 12 browsers", "[[rule]]\nmethod = \"POST\"\npath = \"/beat\"\nkind = \"api\"\n"]);
    let rule = proposal.out.split_once("--config FILE\n").expect("a proposal").1;
    folder.write("dwell.toml", rule);
    folder
        .check(&["--config", "dwell.toml", "--site", "shop.example", "access.log"])
        .has(&["api                    24", "Nothing to change"]);
}

#[test]
fn with_the_proposed_rule_nothing_is_left_to_change() {
    let folder = Folder::new();
    folder.write("access.log", shop());
    let proposal = folder.check(&["access.log"]).out;
    let rule = proposal.split_once("--config FILE\n").expect("a proposal").1;
    folder.write("dwell.toml", rule);
    folder
        .check(&["--config", "dwell.toml", "--site", "shop.example", "access.log"])
        .has(&["asset                  45", "Nothing to change"]);
}

#[test]
fn a_mapping_is_named_and_what_it_misses_is_said() {
    let folder = Folder::new();
    let line = |path: &str| {
        let head =
            "{\"ts\":1795528953,\"client\":{\"ip\":\"192.0.2.7\"},\"headers\":{\"user-agent\":\"Agent/1.0\"}";
        format!("{head},\"path\":\"{path}\",\"res\":{{\"outcome\":200}}}}\n")
    };
    folder.write("app.log", line("/a") + &line("/b") + "{\"ts\":1795528953,\"path\":\"/c\"}\n");
    let paths =
        "[format]\ntime = \"ts\"\nstatus = \"res.outcome\"\ntarget = \"path\"\naddress = \"client.ip\"\n";
    folder.write("dwell.toml", format!("{paths}agent = \"headers.User-Agent\"\nhost = \"host\"\n"));
    let said = folder.check(&["--config", "dwell.toml", "app.log"]);
    said.has(&[
        "JSON as mapped by [format], 3 lines; 2 of the first 3 lines fit",
        "GET /a 200",
        "1 line where a status of three digits was expected",
        "agent at headers.User-Agent,",
        "host at host.",
    ]);
    assert!(!said.out.contains("address at"), "{}", said.out);
    folder.write("dwell.toml", format!("{paths}agent = \"headers.user-agent\"\n"));
    let said = folder.check(&["--config", "dwell.toml", "app.log"]);
    assert!(!said.out.contains("[format] maps"), "{}", said.out);
    // Flags override the file.
    let said = folder.check(&["--config", "dwell.toml", "--format", "json", "app.log"]);
    said.has(&["tried JSON, as asked for,"]);
}

#[test]
fn a_named_format_takes_note_of_directives() {
    let folder = Folder::new();
    let log = "#Version: 1.0\n#Fields: date time c-ip cs-method cs-uri-stem sc-status\n\
        2026-11-24 14:00:00 192.0.2.7 GET /only 200";
    for log in [log.to_owned(), format!("{log}\n")] {
        folder.write("w3c.log", &log);
        let stream =
            Said::of(folder.command(&["--format", "w3c", "-"]).write_stdin(log).output().expect("an end"));
        for said in [folder.check(&["w3c.log"]), folder.check(&["--format", "w3c", "w3c.log"]), stream] {
            said.has(&["W3C extended, 3 lines; its first line fits", "GET /only 200"]);
        }
    }
}

#[test]
fn a_stream_is_looked_at_like_a_file() {
    let folder = Folder::new();
    folder.write("access.log", shop());
    let file = folder.check(&["access.log"]).out;
    let stream = Said::of(folder.command(&["-"]).write_stdin(shop()).output().expect("an end")).out;
    assert_eq!(stream, file.replace("access.log", "standard input"));
}

#[test]
fn lines_that_a_report_reads_among_many_others_are_in_a_format() {
    let folder = Folder::new();
    let start = "a worker is starting\n".repeat(30);
    folder.write("app.log", start + &line(1, 0, "GET /a", 200, "-") + &line(1, 9, "GET /b", 200, "-"));
    let said = folder.check(&["app.log"]);
    said.has(&[
        "combined, 32 lines; 2 of the first 32 lines fit",
        "GET /a 200",
        "30 lines could not be read",
    ]);
    assert_eq!(said.status, Some(0));
}

#[test]
fn parts_of_pages_are_found_in_all_inputs_together() {
    let folder = Folder::new();
    // A visitor loads nine images: too few for a rule.
    let logs = [1, 2, 3, 4, 5].map(|visitor| format!("{visitor}.log"));
    for (visitor, log) in (1..).zip(&logs) {
        let shop = shop();
        let log_of_one = shop.lines().filter(|line| line.starts_with(&format!("192.0.{visitor}.")));
        folder.write(log, log_of_one.collect::<Vec<_>>().join("\n"));
    }
    let logs = logs.each_ref().map(String::as_str);
    assert!(!folder.check(&logs[..1]).out.contains("pageviews came"));
    folder.check(&logs).has(&["# 45 of these 45 pageviews"]);
}

#[test]
fn malformed_lines_are_shown_with_the_place_where_reading_stopped() {
    let folder = Folder::new();
    let bad = |address| format!("{address} - - [yesterday] \"GET / HTTP/1.1\" 200 12");
    folder.write("access.log", format!("{}{}\n", shop(), bad("192.0.2.9")));
    folder.check(&["access.log"]).has(&[
        "65 of the first 66 lines fit",
        "1 line could not be read",
        "1 line where a time such as [24/Nov/2026:14:02:33 +0000] was expected",
        &format!("access.log:66:16\n      {}\n      {:15}^\n", bad("192.0.2.x"), ""),
    ]);
}

#[test]
fn a_text_in_no_format_shows_its_first_lines_and_fails() {
    let folder = Folder::new();
    folder.write("notes.txt", "192.0.2.9 is our proxy\n\nand so on\n");
    let said = folder.check(&["notes.txt"]);
    said.has(&[
        "no format fits, 2 lines",
        "tried common, combined",
        &format!("line 1, column 14: expected a time such as [24/Nov/2026:14:02:33 +0000]\n      192.0.2.x is our proxy\n      {:13}^\n", ""),
        "line 3, column 8",
        "notes.txt: name an access log",
    ]);
    assert!(!said.out.contains("Own hosts"), "{}", said.out);
    assert_eq!(said.status, Some(1));
}

#[test]
fn a_given_format_that_fits_no_line_fails() {
    let folder = Folder::new();
    folder.write("access.log", shop());
    let said = folder.check(&["--format", "vhost_combined", "access.log"]);
    said.has(&["tried host + combined, as asked for, on the first 65 lines"]);
    assert_eq!(said.status, Some(1));
}

#[test]
fn binary_data_is_called_so() {
    let folder = Folder::new();
    folder.write("image", [0x7f, b'E', b'L', b'F', 0, b'\n', 0, 1, 2]);
    let said = folder.check(&["image"]);
    said.has(&["binary data, not lines of text"]);
    assert_eq!(said.status, Some(1));
}

#[test]
fn where_nothing_can_be_read_only_the_reason_is_told() {
    let folder = Folder::new();
    folder.write("empty.log", "");
    for (input, notice, status) in [
        ("empty.log", "nothing to read: the input is empty", 0),
        ("missing.log", "missing.log: No such file or directory", 1),
        (".", ". is a folder; name a log file in it", 1),
    ] {
        let said = folder.check(&[input]);
        assert!(said.notices.contains(notice), "{input}: {}", said.notices);
        assert_eq!((said.out.as_str(), said.status), ("", Some(status)), "{input}");
    }
}

#[test]
fn of_two_inputs_one_of_which_is_missing_the_other_is_explained() {
    let folder = Folder::new();
    folder.write("access.log", shop());
    let said = folder.check(&["access.log", "missing.log"]);
    said.has(&["all of the first 65 lines fit", "missing.log\n    could not be read", "/image/**"]);
    assert!(said.notices.contains("missing.log: No such file or directory"), "{}", said.notices);
    assert_eq!(said.status, Some(1));
}

#[test]
fn what_the_log_says_reaches_no_terminal_raw() {
    let folder = Folder::new();
    let mut log = shop();
    let _ = writeln!(log, "{}\x1b[2Jgarbage", line(6, 900, "GET /\x1b]0;owned\x07", 200, "-"));
    folder.write("access.log", log);
    let out = folder.check(&["--color", "never", "access.log"]).out;
    assert!(!out.contains(['\x1b', '\x07']), "{out:?}");
}
