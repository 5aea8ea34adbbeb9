//! The input section: what was read, and what became of it.

use std::io;

use crate::query::view::{InputState, InputStatus, Intake, KIND_NAMES, OwnHostsFrom};
use crate::report::excerpt::excerpt;
use crate::report::text_writer::{TextWriter, WIDTH};
use crate::text::{fit, harmless, percent, thousands};

/// Malformed lines shown; `dwell check` shows more.
const EXAMPLES: usize = 3;

/// Writes the section.
pub(super) fn write(intake: &Intake, out: &mut TextWriter) -> io::Result<()> {
    out.heading("Input", &format!("{} lines, {}", thousands(intake.lines), size(intake.bytes)))?;
    intake.inputs.iter().try_for_each(|input| one_input(input, out))?;
    for doubt in &intake.doubts {
        out.paragraph(&format!("  In doubt: {}", harmless(&doubt.sentence())))?;
    }
    if intake.hits > 0 {
        kinds(intake, out)?;
        out.figure("Own hosts", "", &own_hosts(intake))?;
    }
    left_out(intake, out)?;
    malformed(intake, out)
}

fn one_input(input: &InputStatus, out: &mut TextWriter) -> io::Result<()> {
    let format = if input.format.is_empty() { "no format found" } else { &input.format };
    let line = format!("{} ({}), {} lines", harmless(&input.name), harmless(format), thousands(input.lines));
    out.line(format!("  {}", fit(&line, WIDTH - 2)))?;
    input.also.iter().try_for_each(|also| {
        let line = format!("from line {} on also {}", thousands(also.from_line), harmless(&also.format));
        out.line(format!("    {}", fit(&line, WIDTH - 4)))
    })?;
    for remark in &input.remarks {
        out.paragraph(&format!("  {}", harmless(remark)))?;
    }
    if input.trouble.is_empty() {
        return Ok(());
    }
    let trouble = harmless(&input.trouble);
    match input.state {
        InputState::Failed => out.paragraph(&format!("  failed: {trouble}")),
        _ => out.paragraph(&format!("  {trouble}")),
    }
}

fn kinds(intake: &Intake, out: &mut TextWriter) -> io::Result<()> {
    out.figure("Hits", &thousands(intake.hits), "each line is a hit of one kind, bots included:")?;
    KIND_NAMES.iter().zip(intake.kinds).filter(|(_, count)| *count > 0).try_for_each(|(kind, count)| {
        let share = percent(count as f64 / intake.hits as f64);
        out.figure(&format!("  {kind}"), &thousands(count), &format!("{share} · {}", meaning(kind)))
    })
}

/// What a hit of this kind counts for.
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

/// Hits and sessions that were dropped, each with the reason.
fn left_out(intake: &Intake, out: &mut TextWriter) -> io::Result<()> {
    let figures = [
        (
            "Late",
            intake.late,
            "hits dropped: too far out of order for --max-memory; name the files themselves",
        ),
        ("Ahead", intake.ahead, "hits dropped: stamped long after all others; a clock was wrong"),
        (
            "Opted out",
            intake.consentless,
            "hits with Sec-GPC or DNT, or without consent: counted, but in no session",
        ),
        ("Overflow", intake.overflow, "lines dropped because they came faster than they could be read"),
        ("Folded", intake.folded, "distinct strings counted as (other): too many for --max-memory"),
        (
            "Closed early",
            intake.closed_early,
            "open sessions closed early to save memory; raise --max-memory",
        ),
        ("Evicted", intake.evicted, "sessions dropped to save memory; raise --max-memory"),
    ];
    let mut told = figures.into_iter().filter(|(_, count, _)| *count > 0);
    told.try_for_each(|(label, count, why)| out.figure(label, &thousands(count), why))
}

fn malformed(intake: &Intake, out: &mut TextWriter) -> io::Result<()> {
    if intake.malformed == 0 {
        return Ok(());
    }
    let note = "lines that could not be read; `dwell check` says more";
    out.figure("Malformed", &thousands(intake.malformed), note)?;
    for (reason, count) in &intake.malformed_by_reason {
        out.figure("", &thousands(*count), &harmless(reason))?;
    }
    for example in intake.malformed_examples.iter().rev().take(EXAMPLES) {
        let place = format!("{}:{}:{}", harmless(&example.input), example.line, example.column);
        out.line(fit(&format!("  {place}: {}", harmless(&example.reason)), WIDTH))?;
        excerpt(example, WIDTH - 4).iter().try_for_each(|line| out.line(format!("    {line}")))?;
    }
    Ok(())
}

/// A human-readable size.
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
