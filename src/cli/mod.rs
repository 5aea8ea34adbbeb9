//! The command line: its modes, and the options of single modes. The shared options are in [`crate::config::layer`].
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
use crate::config::{Layer, Request};
use crate::report::{RowFormat, Shape, Table};
use crate::time::Span;

/// What the command line asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Mode {
    /// The live monitor.
    Live(Request),
    /// Read to the end, print the report, stop.
    Report {
        /// What to read, and how.
        request: Request,
        /// What to print.
        shape: Shape,
        /// Stop reading after so long, even where the input has no end.
        stop_after: Option<Span>,
    },
    /// Say how lines are read.
    Check(Request),
    /// The live monitor on simulated traffic.
    Demo {
        /// The options; it has no inputs.
        request: Request,
        /// Write so many log lines instead of showing the monitor.
        print: Option<u64>,
        /// The seed of the simulation; a random one where it is `None`.
        seed: Option<u64>,
    },
    /// Write a shell's completions: see [`completions`].
    Completions(Shell),
    /// Write the manual page: see [`man`].
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
    /// Read to the end, print a report, stop
    #[command(after_help = help::REPORT_EXAMPLES)]
    Report(ReportArgs),
    /// Say how lines are read: the format found, kinds, examples of what could not be read
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

/// What is read.
#[derive(Debug, Default, Args)]
#[expect(clippy::doc_markdown, reason = "this comment is a help text")]
struct Inputs {
    /// Logs: a path or glob, -, tcp://ADDR, udp://ADDR, unix:PATH, unix-dgram:PATH or exec:COMMAND
    #[arg(value_name = "INPUT", value_hint = ValueHint::FilePath)]
    inputs: Vec<OsString>,
}

/// The options that every mode has.
#[derive(Debug, Default, Args)]
struct SharedArgs {
    #[command(flatten)]
    layer: Layer,

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

    /// Stop reading after so long, even where the input has no end [default: read to the end]
    #[arg(long = "for", value_name = "SPAN", help_heading = "Report", value_parser = Span::from_text)]
    stop_after: Option<Span>,

    #[command(flatten)]
    shared: SharedArgs,
}

/// What a report prints: text, unless one of these is asked for.
#[derive(Debug, Args)]
#[group(multiple = false)]
struct OutputArgs {
    /// Print JSON, schema 1 [default: text]
    #[arg(long, help_heading = "Report")]
    json: bool,

    /// Print a table as CSV: channels, sources, pages, series or sessions [default table: sources]
    #[arg(long, value_name = "TABLE", help_heading = "Report", num_args = 0..=1, require_equals = true,
        default_missing_value = "sources", value_parser = parser::<CsvTable>(), hide_possible_values = true)]
    csv: Option<CsvTable>,

    /// Print one line of JSON per session
    #[arg(long, help_heading = "Report")]
    sessions: bool,
}

/// What `--csv` can name: a table of the report, or its sessions.
type CsvTable = Shape;

impl crate::config::choices::Choice for CsvTable {
    const WORDS: &'static [(&'static str, Shape)] = &[
        ("sources", Shape::Csv(Table::Sources)),
        ("channels", Shape::Csv(Table::Channels)),
        ("pages", Shape::Csv(Table::Pages)),
        ("series", Shape::Csv(Table::Series)),
        ("sessions", Shape::Sessions(RowFormat::Csv)),
    ];
}

impl OutputArgs {
    fn shape(&self) -> Shape {
        match self.csv {
            Some(shape) => shape,
            None if self.json => Shape::Json,
            None if self.sessions => Shape::Sessions(RowFormat::JsonLines),
            None => Shape::Text,
        }
    }
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
    /// Write so many log lines and stop, instead of showing the monitor
    #[arg(long, value_name = "N", help_heading = "Demo")]
    print: Option<u64>,

    /// Simulate the same visitors every time [default: others each time]
    #[arg(long, value_name = "NUMBER", help_heading = "Demo")]
    seed: Option<u64>,

    #[command(flatten)]
    shared: SharedArgs,
}

/// Reads the command line; the first argument is the program's name.
///
/// # Errors
/// Wrong usage, and the requests for help and version: clap's error prints each as it should be printed, and
/// knows its exit status (2 for wrong usage, else 0).
pub fn parse<I, T>(arguments: I) -> Result<Mode, clap::Error>
where
    I: IntoIterator<Item = T>,
    T: Into<OsString> + Clone,
{
    Cli::try_parse_from(arguments).map(Cli::mode).map_err(guess::name_the_nearest)
}

impl Cli {
    /// The mode. Options that stand before a subcommand count like those after it; an input cannot stand there,
    /// because what follows an input is an input too, even where it is called `report`.
    fn mode(self) -> Mode {
        let before = self.shared;
        match self.command {
            None => Mode::Live(before.request(self.inputs)),
            Some(Command::Report(args)) => Mode::Report {
                shape: args.output.shape(),
                request: args.shared.over(before).request(args.inputs),
                stop_after: args.stop_after,
            },
            Some(Command::Check(args)) => Mode::Check(args.shared.over(before).request(args.inputs)),
            Some(Command::Demo(args)) => {
                let request = args.shared.over(before).request(Inputs::default());
                Mode::Demo { request, print: args.print, seed: args.seed }
            }
            Some(Command::Completions { shell }) => Mode::Completions(shell),
            Some(Command::Man) => Mode::Man,
        }
    }
}

impl SharedArgs {
    fn over(self, lower: SharedArgs) -> SharedArgs {
        SharedArgs { layer: self.layer.over(lower.layer), config: self.config.or(lower.config) }
    }

    fn request(self, inputs: Inputs) -> Request {
        Request { inputs: inputs.inputs, flags: self.layer, config: self.config }
    }
}

/// The whole command, as completions and the manual page need it.
fn command() -> clap::Command {
    Cli::command()
}
