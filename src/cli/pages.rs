//! Pages generated from the command's definition: completions and the manual page.

use std::io::{self, Write};

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;

/// Writes the completions of a shell.
///
/// # Errors
/// Write errors, including a broken pipe.
pub fn completions(shell: Shell, out: &mut dyn Write) -> io::Result<()> {
    // clap_complete panics if its writer fails, so write to memory first: a broken pipe must not panic.
    let mut page = Vec::new();
    clap_complete::generate(shell, &mut super::command(), "dwell", &mut page);
    out.write_all(&page)
}

/// Writes the manual page: the shared options, then a section for each subcommand.
///
/// # Errors
/// Write errors, including a broken pipe.
pub fn man(out: &mut dyn Write) -> io::Result<()> {
    let whole = super::command().disable_help_subcommand(true);
    let page = Man::new(whole.clone());
    let mut text = Vec::new();
    page.render_title(&mut text)?;
    page.render_name_section(&mut text)?;
    page.render_synopsis_section(&mut text)?;
    page.render_description_section(&mut text)?;
    page.render_options_section(&mut text)?;
    for mode in whole.get_subcommands() {
        subcommand(&whole, mode, &mut text)?;
    }
    page.render_extra_section(&mut text)?;
    page.render_version_section(&mut text)?;
    out.write_all(named(&String::from_utf8_lossy(&text)).as_bytes())
}

/// A subcommand's own options; the shared ones were listed before.
fn subcommand(whole: &Command, mode: &Command, text: &mut Vec<u8>) -> io::Result<()> {
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
    if mode.get_after_help().is_some() {
        own.render_extra_section(&mut sections)?;
    }
    writeln!(text, ".SH \"DWELL {}\"", mode.get_name().to_uppercase())?;
    text.extend(below(&String::from_utf8_lossy(&sections)).bytes());
    Ok(())
}

/// Demotes sections to subsections.
fn below(sections: &str) -> String {
    with_lines(sections, |line| line.strip_prefix(".SH ").map(|title| format!(".SS {title}")))
}

/// Renames the text below the options to the usual section name of manual pages.
fn named(page: &str) -> String {
    with_lines(page, |line| line.strip_suffix(" EXTRA").map(|heading| format!("{heading} NOTES")))
}

/// Replaces some lines of a text.
fn with_lines(text: &str, replaced: impl Fn(&str) -> Option<String>) -> String {
    text.lines().map(|line| replaced(line).unwrap_or_else(|| line.to_owned()) + "\n").collect()
}
