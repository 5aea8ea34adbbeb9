use clap::error::ErrorKind;

use super::*;
use crate::config::{RunKind, Settings};
use crate::time::Millis;

fn parsed(line: &str) -> Result<Mode, clap::Error> {
    parse(words(line))
}

/// Splits a command line; an underscore stands for a space within an argument.
fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(|word| word.replace('_', " ")).collect()
}

fn command_line(mode: Mode) -> CommandLine {
    match mode {
        Mode::Live(command_line)
        | Mode::Check(command_line)
        | Mode::Report { command_line, .. }
        | Mode::Demo { command_line, .. } => command_line,
        other => panic!("{other:?} takes no options"),
    }
}

fn settings(line: &str) -> Settings {
    let CommandLine { inputs, flags, .. } = command_line(parsed(line).expect(line));
    Settings::resolve(RunKind::Live, flags, inputs, Millis(1_795_510_800_000)).expect(line)
}

fn help(line: &str) -> String {
    let mut command = command().term_width(100);
    command.try_get_matches_from_mut(words(line)).expect_err("help is asked for").to_string()
}

#[test]
fn each_word_picks_its_mode() {
    assert!(matches!(parsed("dwell access.log"), Ok(Mode::Live(_))));
    assert!(matches!(parsed("dwell"), Ok(Mode::Live(_))));
    assert!(matches!(parsed("dwell check access.log"), Ok(Mode::Check(_))));
    let demo = |line: &str| match parsed(line) {
        Ok(Mode::Demo { print, traffic, .. }) => Some((print, traffic)),
        _ => None,
    };
    let usual = DemoTraffic::default();
    assert_eq!(demo("dwell demo --seed 7"), Some((None, DemoTraffic { seed: Some(7), ..usual })));
    assert_eq!(demo("dwell demo --print 200"), Some((Some(200), usual)));
    let outage = DemoTraffic { incident: Some(Incident::Outage), ..usual };
    assert_eq!(demo("dwell demo --incident outage"), Some((None, outage)));
    assert!(matches!(parsed("dwell demo --print-config"), Ok(Mode::DemoConfig)));
    assert!(matches!(parsed("dwell completions zsh"), Ok(Mode::Completions(Shell::Zsh))));
    assert!(matches!(parsed("dwell man"), Ok(Mode::Man)));
}

#[test]
fn a_report_takes_its_shape_from_one_flag() {
    for (line, wanted) in [
        ("dwell report a.log", OutputFormat::Text),
        ("dwell report --json a.log", OutputFormat::Json),
        ("dwell report --csv a.log", OutputFormat::Csv(CsvTable::Sources)),
        ("dwell report --csv=pages a.log", OutputFormat::Csv(CsvTable::Pages)),
        ("dwell report --csv=series a.log", OutputFormat::Csv(CsvTable::Series)),
        ("dwell report --csv=channels a.log", OutputFormat::Csv(CsvTable::Channels)),
        ("dwell report --csv=sessions a.log", OutputFormat::Sessions(RowFormat::Csv)),
        ("dwell report --sessions a.log", OutputFormat::Sessions(RowFormat::JsonLines)),
    ] {
        match parsed(line) {
            Ok(Mode::Report { output, command_line, stop_after: None, .. }) => {
                assert_eq!((output, command_line.inputs), (wanted, vec!["a.log".into()]), "{line}");
            }
            other => panic!("{line}: {other:?}"),
        }
    }
}

#[test]
fn an_endless_input_is_left_after_a_while() {
    let mode = parsed("dwell report --for 30s -");
    assert!(matches!(mode, Ok(Mode::Report { stop_after: Some(after), .. }) if after == Span::seconds(30)));
}

#[test]
fn options_count_before_and_after_the_subcommand_and_the_later_ones_win() {
    let command_line = command_line(parsed("dwell --gap 5m --utc report --gap 10m a.log").expect("a report"));
    assert_eq!((command_line.flags.gap, command_line.flags.utc), (Some(Span::minutes(10)), Some(true)));
}

#[test]
fn a_file_called_like_a_subcommand_can_be_read() {
    assert_eq!(command_line(parsed("dwell ./report").expect("live")).inputs, ["./report"]);
    assert_eq!(command_line(parsed("dwell report report").expect("a report")).inputs, ["report"]);
    assert_eq!(command_line(parsed("dwell a.log report").expect("live")).inputs, ["a.log", "report"]);
}

#[test]
fn every_default_that_the_help_states_is_the_default() {
    let plain = settings("dwell");
    let mut checked = 0;
    for argument in command().get_arguments() {
        let text = argument.get_help().map(ToString::to_string).unwrap_or_default();
        let stated = text.split_once("[default: ").map(|(_, rest)| rest.trim_end_matches(']'));
        let (Some(name), Some(stated)) = (argument.get_long(), stated) else { continue };
        let value = stated.split([';', ',']).next().unwrap_or_default();
        if value.contains(' ') || value == "all" || value.contains('/') || value == "nowhere" {
            continue; // said in words: nothing, everything, wherever the log says
        }
        assert_eq!(settings(&format!("dwell --{name}={value}")), plain, "--{name}={value}");
        checked += 1;
    }
    assert_eq!(checked, 17);
}

#[test]
fn every_option_reaches_the_settings() {
    let plain = settings("dwell");
    for flag in [
        "--format=combined",
        "--gap=10m",
        "--active=1m",
        "--lateness=1m",
        "--since=all",
        "--until=2026-11-24T08:00:00Z",
        "--window=5m",
        "--compare=before",
        "--keep=1h",
        "--max-memory=1GiB",
        "--site=example.com",
        "--visitor=$cookie_sid",
        "--ids=per-site",
        "--bounce=engaged",
        "--include-bots",
        "--filter=bounced",
        "--geoip=places.mmdb",
        "--privacy=off",
        "--replay=60",
        "--history",
        "--utc",
        "--tz=Europe/Berlin",
        "--theme=dusk",
        "--color=never",
        "--log=dwell.log",
    ] {
        assert_ne!(settings(&format!("dwell {flag}")), plain, "{flag}");
    }
}

#[test]
fn flags_that_are_on_can_be_turned_off_again() {
    assert_eq!(settings("dwell --utc=false --include-bots=false"), settings("dwell"));
    assert_eq!(settings("dwell --site a.com,B.com --site c.com").sites, ["a.com", "b.com", "c.com"]);
}

#[test]
fn wrong_usage_says_what_is_wrong_and_what_to_write() {
    for (line, said) in [
        ("dwell --windw 5m", "--window"),
        ("dwell report --jsn", "--json"),
        ("dwell --privacy strct", "'strict'"),
        ("dwell report --csv=page", "'pages'"),
        ("dwell report --json --sessions", "cannot be used with"),
        ("dwell --gap 30", "write it like 90s, 30m, 24h or 7d"),
        ("dwell --max-memory 512", "write it like 512MiB, 128MB or 1GiB"),
        ("dwell --since tomorrow", "write all, a length of time such as 24h"),
        ("dwell --replay 0", "is not a speed"),
        ("dwell --site https://a.com/", "write just its name"),
        ("dwell --filter bounced_sorce:x", "\n    bounced sorce:x\n            ^^^^^^^\n"),
        ("dwell completions tcsh", "possible values"),
        ("dwell demo a.log", "unexpected argument 'a.log'"),
    ] {
        let error = parsed(line).expect_err(line);
        assert_eq!(error.exit_code(), 2, "{line}");
        assert!(error.to_string().contains(said), "{line}: {error}");
    }
}

#[test]
fn help_and_version_are_no_failure() {
    for (line, kind) in [
        ("dwell --help", ErrorKind::DisplayHelp),
        ("dwell report -h", ErrorKind::DisplayHelp),
        ("dwell -V", ErrorKind::DisplayVersion),
    ] {
        let error = parsed(line).expect_err(line);
        assert_eq!((error.kind(), error.exit_code()), (kind, 0), "{line}");
    }
}

#[test]
fn help_reads_well() {
    insta::assert_snapshot!("help", help("dwell --help"));
    insta::assert_snapshot!("help_short", help("dwell -h"));
    insta::assert_snapshot!("help_report", help("dwell report -h"));
    insta::assert_snapshot!("help_demo", help("dwell demo -h"));
}

#[test]
fn help_stays_within_its_width() {
    for line in ["dwell --help", "dwell -h", "dwell report -h", "dwell check -h", "dwell demo -h"] {
        let text = help(line);
        let wide = text.lines().find(|line| line.chars().count() > 100);
        assert_eq!(wide, None, "{line}");
    }
}

#[test]
fn the_manual_page_has_every_mode_and_its_own_options_once() {
    let mut page = Vec::new();
    man(&mut page).expect("a vector takes all");
    let page = String::from_utf8(page).expect("text");
    for heading in ["REPORT", "CHECK", "DEMO", "COMPLETIONS", "MAN"] {
        assert!(page.contains(&format!(".SH \"DWELL {heading}\"\n")), "{heading}");
    }
    for option in ["gap", "privacy", "json", "csv", "seed"] {
        assert_eq!(page.matches(&format!(".TP\n\\fB\\-\\-{option}\\fR")).count(), 1, "{option}");
    }
}

#[test]
fn completions_know_the_options() {
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        let mut script = Vec::new();
        completions(shell, &mut script).expect("a vector takes all");
        assert!(String::from_utf8_lossy(&script).contains("max-memory"), "{shell}");
    }
}

#[test]
fn the_command_is_sound() {
    command().debug_assert();
}

#[test]
fn errors_quote_arguments_as_they_may_be_shown() {
    for (arguments, quoted) in [
        (["dwell", "--\u{1b}]0;owned\u{7}"], "--␛]0;owned␇"),
        (["dwell", "--gap=1\u{9b}2J"], "1‹U+009B›2J"),
        (["dwell", "--privacy=\u{202e}ffo"], "‹U+202E›ffo"),
    ] {
        let error = parse(arguments).expect_err("no such thing").render().ansi().to_string();
        let plain = error.replace("\u{1b}[", "");
        assert!(
            error.contains(quoted) && !plain.contains(['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}']),
            "{error:?}"
        );
    }
}
