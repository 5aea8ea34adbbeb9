//! The command line: its modes, and the options of single modes. The shared options are in [`crate::config::options`].
//!
//! Takes the arguments, gives a [`Mode`]. Must not know the engine, the inputs or the screen, nor touch a file.

mod guess;
mod help;
mod pages;
#[cfg(test)]
mod tests;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueHint};
use clap_complete::Shell;

pub use pages::{completions, man};

use crate::config::choices::parser;
use crate::config::from_text::FromText;
use crate::config::moment::TimeText;
use crate::config::{CommandLine, Options};
use crate::demo::{DemoTraffic, Incident};
use crate::query::annotation::AnnotationKind;
use crate::report::{Backtest, CsvTable, OutputFormat, RowFormat};
use crate::time::Span;

/// What the command line asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Mode {
    /// The live monitor.
    Live(CommandLine),
    /// Read to the end and print a report.
    Report {
        /// Inputs and options.
        command_line: CommandLine,
        /// The output format.
        output: OutputFormat,
        /// Whether it tells when alerts would have fired.
        backtest: Backtest,
        /// Stop reading after this time even if the input has no end.
        stop_after: Option<Span>,
    },
    /// Read and raise alerts, without a screen.
    Watch(CommandLine),
    /// Run the commands of an alert, as a test.
    AlertTest {
        /// The alert.
        name: String,
        /// The config file, if it is not the usual one.
        config: Option<PathBuf>,
    },
    /// Silence an alert for a time.
    AlertSilence {
        /// The alert.
        name: String,
        /// For how long.
        span: Span,
        /// The config file, if it is not the usual one.
        config: Option<PathBuf>,
    },
    /// Say what happened, for charts and reports.
    Annotate {
        /// What happened.
        text: String,
        /// What kind of thing it is, if the text does not say.
        kind: Option<AnnotationKind>,
        /// When, if not now.
        at: Option<TimeText>,
        /// The config file, if it is not the usual one.
        config: Option<PathBuf>,
    },
    /// Print how lines are parsed.
    Check(CommandLine),
    /// The live monitor on simulated traffic.
    Demo {
        /// The options; there are no inputs.
        command_line: CommandLine,
        /// Print this many log lines instead of showing the monitor.
        print: Option<u64>,
        /// The simulation.
        traffic: DemoTraffic,
    },
    /// Print the config that the simulated shop is watched with.
    DemoConfig,
    /// Print shell completions: see [`completions`].
    Completions(Shell),
    /// Print the manual page: see [`man`].
    Man,
}

/// Who is on your web site right now, from its access log
///
/// Shows live sessions rather than hits: who is active, how many bounce, how long they stay, where they come from
/// and where they leave. Without INPUT, dwell looks for the usual logs of nginx, Apache, Caddy and HAProxy.
#[derive(Debug, Parser)]
#[expect(clippy::doc_markdown, reason = "this comment is a help text")]
#[command(name = "dwell", version, after_help = help::EXAMPLES, after_long_help = help::EXAMPLES_AND_FILES)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    shared: SharedArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read to the end and print a report
    #[command(after_help = help::REPORT_EXAMPLES)]
    Report(ReportArgs),
    /// Read and raise the alerts of the config, without a screen: for a service manager
    #[command(after_help = help::WATCH_EXAMPLES)]
    Watch(WatchArgs),
    /// Try the command of an alert, or silence an alert
    #[command(after_help = help::ALERT_EXAMPLES)]
    Alert(AlertArgs),
    /// Mark a time: a deploy, a campaign, an incident, a note; charts and reports show it
    #[command(after_help = help::ANNOTATE_EXAMPLES)]
    Annotate(AnnotateArgs),
    /// Show how lines are read: format, kinds of hits, and examples of lines that could not be read
    #[command(after_help = help::CHECK_EXAMPLES)]
    Check(CheckArgs),
    /// Show the live monitor on simulated traffic
    #[command(after_help = help::DEMO_EXAMPLES)]
    Demo(DemoArgs),
    /// Print the completions of a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page
    Man,
}

/// The inputs.
#[derive(Debug, Default, Args)]
#[expect(clippy::doc_markdown, reason = "this comment is a help text")]
struct Inputs {
    /// Logs: a path or glob, -, tcp://ADDR, udp://ADDR, unix:PATH, unix-dgram:PATH or exec:COMMAND
    #[arg(value_name = "INPUT", value_hint = ValueHint::FilePath)]
    inputs: Vec<OsString>,
}

/// The options shared by all modes.
#[derive(Debug, Default, Args)]
struct SharedArgs {
    #[command(flatten)]
    options: Options,

    /// The config file; options there use their long names [default: dwell/dwell.toml in the config folder]
    #[arg(long, value_name = "FILE", help_heading = "Program", value_hint = ValueHint::FilePath)]
    config: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct ReportArgs {
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    output: OutputArgs,

    /// Tell when the alerts of the config would have fired, instead of the report; with --json, beside it
    #[arg(long, conflicts_with_all = ["csv", "sessions"], help_heading = "Report")]
    alerts: bool,

    /// Stop reading after this time, even if the input has no end [default: read to the end]
    #[arg(long = "for", value_name = "SPAN", help_heading = "Report", value_parser = Span::from_text)]
    stop_after: Option<Span>,

    #[command(flatten)]
    shared: SharedArgs,
}

/// Output formats; text if none is given.
#[derive(Debug, Args)]
#[group(multiple = false)]
struct OutputArgs {
    /// Print JSON, schema 1 [default: text]
    #[arg(long, help_heading = "Report")]
    json: bool,

    /// Print a table as CSV: channels, sources (the default), pages, series, sessions, actions, goals, funnels, paths,
    /// whole-paths, experiments, slowness, returning, traffic, errors, clients, findings
    #[arg(long, value_name = "TABLE", help_heading = "Report", num_args = 0..=1, require_equals = true,
        default_missing_value = "sources", value_parser = parser::<CsvChoice>(), hide_possible_values = true)]
    csv: Option<CsvChoice>,

    /// Print one line of JSON per session
    #[arg(long, help_heading = "Report")]
    sessions: bool,
}

/// The value of `--csv`: a table of the report, or its sessions.
type CsvChoice = OutputFormat;

impl crate::config::choices::Keyword for CsvChoice {
    const WORDS: &'static [(&'static str, OutputFormat)] = &[
        ("sources", OutputFormat::Csv(CsvTable::Sources)),
        ("channels", OutputFormat::Csv(CsvTable::Channels)),
        ("pages", OutputFormat::Csv(CsvTable::Pages)),
        ("series", OutputFormat::Csv(CsvTable::Series)),
        ("goals", OutputFormat::Csv(CsvTable::Goals)),
        ("experiments", OutputFormat::Csv(CsvTable::Experiments)),
        ("traffic", OutputFormat::Csv(CsvTable::Traffic)),
        ("errors", OutputFormat::Csv(CsvTable::Errors)),
        ("clients", OutputFormat::Csv(CsvTable::Clients)),
        ("findings", OutputFormat::Csv(CsvTable::Findings)),
        ("funnels", OutputFormat::Csv(CsvTable::Funnels)),
        ("actions", OutputFormat::Csv(CsvTable::Actions)),
        ("paths", OutputFormat::Csv(CsvTable::Paths)),
        ("whole-paths", OutputFormat::Csv(CsvTable::WholePaths)),
        ("slowness", OutputFormat::Csv(CsvTable::Slowness)),
        ("returning", OutputFormat::Csv(CsvTable::Returning)),
        ("sessions", OutputFormat::Sessions(RowFormat::Csv)),
    ];
}

impl OutputArgs {
    fn output(&self) -> OutputFormat {
        match self.csv {
            Some(output) => output,
            None if self.json => OutputFormat::Json,
            None if self.sessions => OutputFormat::Sessions(RowFormat::JsonLines),
            None => OutputFormat::Text,
        }
    }
}

#[derive(Debug, Args)]
struct WatchArgs {
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    shared: SharedArgs,
}

#[derive(Debug, Args)]
struct AlertArgs {
    #[command(subcommand)]
    command: AlertCommand,
}

#[derive(Debug, Subcommand)]
enum AlertCommand {
    /// Run the commands of an alert once, with a message that says that it is a test
    Test {
        /// The name of the alert
        name: String,
        #[command(flatten)]
        config: ConfigArg,
    },
    /// Tell nobody of an alert for some time; 0s ends that
    Silence {
        /// The name of the alert
        name: String,
        /// For how long, such as 2h
        #[arg(value_parser = Span::from_text)]
        span: Span,
        #[command(flatten)]
        config: ConfigArg,
    },
}

#[derive(Debug, Args)]
struct ConfigArg {
    /// The config file [default: dwell/dwell.toml in the config folder]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    config: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct AnnotateArgs {
    /// What happened, such as "deploy v2.4.1"
    text: String,

    /// deploy, campaign, incident or note [default: the text's first word, if it is one of them; else note]
    #[arg(long, value_name = "KIND", help_heading = "Annotation", value_parser = AnnotationKind::from_text)]
    kind: Option<AnnotationKind>,

    /// When: 14:00, "2026-11-24 14:00" or RFC 3339 [default: now]
    #[arg(long, value_name = "TIME", help_heading = "Annotation", value_parser = TimeText::from_text)]
    at: Option<TimeText>,

    #[command(flatten)]
    config: ConfigArg,
}

#[derive(Debug, Args)]
struct CheckArgs {
    #[command(flatten)]
    inputs: Inputs,
    #[command(flatten)]
    shared: SharedArgs,
}

#[derive(Debug, Args)]
struct DemoArgs {
    /// Print N log lines and exit, instead of showing the monitor
    #[arg(long, value_name = "N", help_heading = "Demo")]
    print: Option<u64>,

    /// Print the shop's goals, funnel, experiment and page groups as a config file, and exit
    #[arg(long, conflicts_with_all = ["print", "seed"], help_heading = "Demo")]
    print_config: bool,

    /// Seed of the simulation: the same seed gives the same visitors [default: random]
    #[arg(long, value_name = "NUMBER", help_heading = "Demo")]
    seed: Option<u64>,

    /// Show a bad day: what goes wrong began 6 minutes ago; with --print, an hour after the first line
    #[arg(long, value_name = "NAME", value_parser = parser::<Incident>(), conflicts_with = "print_config", help_heading = "Demo")]
    incident: Option<Incident>,

    #[command(flatten)]
    shared: SharedArgs,
}

impl crate::config::choices::Keyword for Incident {
    const WORDS: &'static [(&'static str, Incident)] = &Incident::NAMED;
}

/// Parses the command line; the first argument is the program's name.
///
/// # Errors
/// Usage errors, and requests for help and version: clap's error knows how to print each, and its exit status (2 for
/// usage errors, else 0).
pub fn parse<I, T>(arguments: I) -> Result<Mode, clap::Error>
where
    I: IntoIterator<Item = T>,
    T: Into<OsString> + Clone,
{
    let arguments: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
    let mode = Cli::try_parse_from(&arguments).map(Cli::mode);
    mode.map_err(|error| guess::name_the_nearest(guess::about_shown(&arguments, error)))
}

impl Cli {
    /// The mode. Options before a subcommand count like those after it. Inputs cannot come before it: everything that
    /// follows an input is an input too, even if it is called `report`.
    fn mode(self) -> Mode {
        let before = self.shared;
        match self.command {
            None => Mode::Live(before.command_line(self.inputs)),
            Some(Command::Report(args)) => Mode::Report {
                output: args.output.output(),
                backtest: if args.alerts { Backtest::Alerts } else { Backtest::Nothing },
                command_line: args.shared.over(before).command_line(args.inputs),
                stop_after: args.stop_after,
            },
            Some(Command::Watch(args)) => Mode::Watch(args.shared.over(before).command_line(args.inputs)),
            Some(Command::Alert(args)) => args.command.mode(before.config),
            Some(Command::Annotate(AnnotateArgs { text, kind, at, config })) => {
                Mode::Annotate { text, kind, at, config: config.config.or(before.config) }
            }
            Some(Command::Check(args)) => Mode::Check(args.shared.over(before).command_line(args.inputs)),
            Some(Command::Demo(args)) if args.print_config => Mode::DemoConfig,
            Some(Command::Demo(args)) => {
                let command_line = args.shared.over(before).command_line(Inputs::default());
                Mode::Demo {
                    command_line,
                    print: args.print,
                    traffic: DemoTraffic { seed: args.seed, incident: args.incident },
                }
            }
            Some(Command::Completions { shell }) => Mode::Completions(shell),
            Some(Command::Man) => Mode::Man,
        }
    }
}

impl AlertCommand {
    fn mode(self, config_before: Option<PathBuf>) -> Mode {
        match self {
            AlertCommand::Test { name, config } => {
                Mode::AlertTest { name, config: config.config.or(config_before) }
            }
            AlertCommand::Silence { name, span, config } => {
                Mode::AlertSilence { name, span, config: config.config.or(config_before) }
            }
        }
    }
}

impl SharedArgs {
    fn over(self, lower: SharedArgs) -> SharedArgs {
        SharedArgs { options: self.options.over(lower.options), config: self.config.or(lower.config) }
    }

    fn command_line(self, inputs: Inputs) -> CommandLine {
        CommandLine { inputs: inputs.inputs, flags: self.options, config: self.config }
    }
}

/// The clap command, for completions and the manual page.
fn command() -> clap::Command {
    Cli::command()
}
