//! What was read, and what became of it.

use std::io;

use crate::query::view::{InputState, InputStatus, Intake, KIND_NAMES, OwnHostsFrom};
use crate::report::excerpt::excerpt;
use crate::report::sheet::{Sheet, WIDTH};
use crate::text::{fit, harmless, percent, thousands};

/// How many malformed lines are shown.
const EXAMPLES: usize = 3;

/// Writes the section.
pub(super) fn write(intake: &Intake, sheet: &mut Sheet) -> io::Result<()> {
    sheet.heading("Input", &format!("{} lines, {}", thousands(intake.lines), size(intake.bytes)))?;
    intake.inputs.iter().try_for_each(|input| one_input(input, sheet))?;
    for doubt in &intake.doubts {
        sheet.paragraph(&format!("  In doubt: {}", harmless(&doubt.sentence())))?;
    }
    if intake.hits > 0 {
        kinds(intake, sheet)?;
        sheet.figure("Own hosts", "", &own_hosts(intake))?;
    }
    left_out(intake, sheet)?;
    malformed(intake, sheet)
}

fn one_input(input: &InputStatus, sheet: &mut Sheet) -> io::Result<()> {
    let format = if input.format.is_empty() { "no format found" } else { &input.format };
    let line = format!("{} ({}), {} lines", harmless(&input.name), harmless(format), thousands(input.lines));
    sheet.line(&format!("  {}", fit(&line, WIDTH - 2)))?;
    input.also.iter().try_for_each(|also| {
        let line = format!("from line {} on also {}", thousands(also.from_line), harmless(&also.format));
        sheet.line(&format!("    {}", fit(&line, WIDTH - 4)))
    })?;
    for remark in &input.remarks {
        sheet.paragraph(&format!("  {}", harmless(remark)))?;
    }
    if input.trouble.is_empty() {
        return Ok(());
    }
    let trouble = harmless(&input.trouble);
    match input.state {
        InputState::Failed => sheet.paragraph(&format!("  failed: {trouble}")),
        _ => sheet.paragraph(&format!("  {trouble}")),
    }
}

fn kinds(intake: &Intake, sheet: &mut Sheet) -> io::Result<()> {
    sheet.figure("Hits", &thousands(intake.hits), "each line is a hit of one kind, bots included:")?;
    KIND_NAMES.iter().zip(intake.kinds).filter(|(_, count)| *count > 0).try_for_each(|(kind, count)| {
        let share = percent(count as f64 / intake.hits as f64);
        sheet.figure(&format!("  {kind}"), &thousands(count), &format!("{share} · {}", meaning(kind)))
    })
}

/// What hits of a kind do.
pub(in crate::report) fn meaning(kind: &str) -> &'static str {
    match kind {
        "pageview" => "makes sessions",
        "action" => "makes sessions: forms and downloads",
        "asset" => "images, styles, scripts: only counted",
        "api" => "calls by programs: only counted",
        "error" => "status 400 and above: noted on its session",
        "redirect" => "sent elsewhere: noted on its session",
        _ => "only counted",
    }
}

fn own_hosts(intake: &Intake) -> String {
    let hosts: Vec<_> = intake.own_hosts.iter().map(|host| harmless(host)).collect();
    let hosts = hosts.join(", ");
    match intake.own_hosts_from {
        OwnHostsFrom::Unknown => {
            "not known: name them with --site, or the site's own pages count as sources".to_owned()
        }
        OwnHostsFrom::Given => format!("{hosts} (as given)"),
        OwnHostsFrom::Log => format!("{hosts} (from the log)"),
        OwnHostsFrom::Inferred => format!("{hosts} (inferred from the log; --site says otherwise)"),
    }
}

/// What was not taken, or not kept: each with why.
fn left_out(intake: &Intake, sheet: &mut Sheet) -> io::Result<()> {
    let figures = [
        (
            "Late",
            intake.late,
            "hits too far out of order for --max-memory, and left out; name the files themselves",
        ),
        ("Ahead", intake.ahead, "hits from long after all others, and left out: a clock was wrong"),
        (
            "Left alone",
            intake.consentless,
            "hits with Sec-GPC, DNT or without consent: counted, in no session",
        ),
        ("Overflow", intake.overflow, "lines that came faster than they could be taken, and were dropped"),
        ("Folded", intake.folded, "texts counted as (other): there were too many different ones"),
        ("Cut short", intake.closed_early, "open sessions closed before their time; --max-memory keeps more"),
        ("Let go", intake.evicted, "sessions let go before their time; --max-memory keeps more"),
    ];
    let mut told = figures.into_iter().filter(|(_, count, _)| *count > 0);
    told.try_for_each(|(label, count, why)| sheet.figure(label, &thousands(count), why))
}

fn malformed(intake: &Intake, sheet: &mut Sheet) -> io::Result<()> {
    if intake.malformed == 0 {
        return Ok(());
    }
    let note = "lines that could not be read; `dwell check` says more";
    sheet.figure("Malformed", &thousands(intake.malformed), note)?;
    for (reason, count) in &intake.malformed_by_reason {
        sheet.figure("", &thousands(*count), &harmless(reason))?;
    }
    for example in intake.malformed_examples.iter().rev().take(EXAMPLES) {
        let place = format!("{}:{}:{}", harmless(&example.input), example.line, example.column);
        sheet.line(&fit(&format!("  {place}: {}", harmless(&example.reason)), WIDTH))?;
        excerpt(example, WIDTH - 4).iter().try_for_each(|line| sheet.line(&format!("    {line}")))?;
    }
    Ok(())
}

/// A number of bytes, to be read.
pub(super) fn size(bytes: u64) -> String {
    let [kib, mib, gib] = [1024.0, 1024.0 * 1024.0, 1024.0 * 1024.0 * 1024.0];
    let exact = bytes as f64;
    match exact {
        _ if exact < kib => format!("{bytes} bytes"),
        _ if exact < mib => format!("{:.1} KiB", exact / kib),
        _ if exact < gib => format!("{:.1} MiB", exact / mib),
        _ => format!("{:.1} GiB", exact / gib),
    }
}
