//! Pages made from the command's own description: completions and the manual page.

use std::io::{self, Write};

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;

/// Writes the completions of a shell.
///
/// # Errors
/// What the writer says, a closed pipe included.
pub fn completions(shell: Shell, out: &mut dyn Write) -> io::Result<()> {
    // clap_complete panics when its writer fails, and a closed pipe is no reason to.
    let mut page = Vec::new();
    clap_complete::generate(shell, &mut super::command(), "dwell", &mut page);
    out.write_all(&page)
}

/// Writes the manual page, with a section for each subcommand after the one on the options they share.
///
/// # Errors
/// What the writer says, a closed pipe included.
pub fn man(out: &mut dyn Write) -> io::Result<()> {
    let whole = super::command().disable_help_subcommand(true);
    let page = Man::new(whole.clone());
    page.render_title(out)?;
    page.render_name_section(out)?;
    page.render_synopsis_section(out)?;
    page.render_description_section(out)?;
    page.render_options_section(out)?;
    page.render_subcommands_section(out)?;
    for mode in whole.get_subcommands() {
        subcommand(&whole, mode, out)?;
    }
    page.render_extra_section(out)?;
    page.render_version_section(out)
}

/// A subcommand's own options only: those that it shares with the live monitor stand there already.
fn subcommand(whole: &Command, mode: &Command, out: &mut dyn Write) -> io::Result<()> {
    let shared = |id: &str| whole.get_arguments().any(|arg| arg.get_id() == id && !arg.is_positional());
    let own = mode.clone().disable_help_flag(true).mut_args(|arg| {
        let hidden = shared(arg.get_id().as_str());
        arg.hide(hidden)
    });
    let own = Man::new(own.bin_name(format!("dwell {}", mode.get_name())));
    let mut sections = Vec::new();
    own.render_synopsis_section(&mut sections)?;
    own.render_description_section(&mut sections)?;
    own.render_options_section(&mut sections)?;
    own.render_extra_section(&mut sections)?;
    writeln!(out, ".SH \"DWELL {}\"", mode.get_name().to_uppercase())?;
    out.write_all(below(&String::from_utf8_lossy(&sections)).as_bytes())
}

/// Sections one level down, below the subcommand's own heading.
fn below(sections: &str) -> String {
    sections
        .lines()
        .map(|line| line.strip_prefix(".SH ").map_or(format!("{line}\n"), |rest| format!(".SS {rest}\n")))
        .collect()
}
