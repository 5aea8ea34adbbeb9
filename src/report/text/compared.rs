//! How the span differs from an earlier one (R17).

use std::cmp::Reverse;
use std::io;

use super::name;
use crate::query::comparison::{Comparison, Difference, RowBefore};
use crate::query::question::Grouping;
use crate::query::view::{Table, View};
use crate::report::ink::Inked;
use crate::report::text_writer::{TextWriter, left, right};
use crate::report::{About, CHANNELS, Earlier, PAGES, SOURCES, goals, ranking};
use crate::text::{change, change_in_points, percent, readable_path, thousands};
use crate::time::Millis;

/// The rows of each table whose sessions differ most.
const ROWS: usize = 5;
/// A row of fewer people does not matter (R15).
const PEOPLE: u64 = 5;

/// Writes figures and rows beside those of the earlier span; nothing where none was asked for.
pub(super) fn write(view: &View, about: About, out: &mut TextWriter) -> io::Result<()> {
    let Some(earlier) = about.earlier else { return Ok(()) };
    let compared = Comparison::new(view, earlier.view);
    heading(earlier, &compared, about, out)?;
    figures(view, &compared, out)?;
    for (place, grouping) in
        [(CHANNELS, Grouping::Channel), (SOURCES, Grouping::Source), (PAGES, Grouping::Page)]
    {
        if let Some(table) = ranking(view, place) {
            rows(&compared, (table, ranking(earlier.view, place)), grouping, out)?;
        }
    }
    write_goals(view, &compared, out)
}

fn heading(earlier: Earlier, compared: &Comparison, about: About, out: &mut TextWriter) -> io::Result<()> {
    let at = |at: Millis| about.settings.zone.civil(at).format("%Y-%m-%d %H:%M").to_string();
    let (from, to) = compared.period();
    out.heading(
        &format!("Compared with {}", earlier.with.in_words()),
        &format!("{} to {} · sure: beyond chance, and enough to matter", at(from), at(to)),
    )?;
    if !compared.is_known() {
        let since = earlier.view.kept_from.map_or_else(
            || "The log has nothing of that time".to_owned(),
            |since| format!("The log has nothing of that time before {}", at(since)),
        );
        out.paragraph(&format!(
            "{since}: the differences below are not like for like, and none is called sure."
        ))?;
    }
    let columns = [left("", 36), right("now", 9), right("then", 9), right("change", 12)].concat();
    let columns = out.paint.muted(&columns);
    out.line(columns)
}

/// A line: what it is, how much it is now and was then, the change.
fn line(name: &str, [now, then, change]: [&str; 3], is_sure: bool, out: &mut TextWriter) -> io::Result<()> {
    let figures = format!("  {}{}{}{}", left(name, 34), right(now, 9), right(then, 9), right(change, 12));
    let sure = out.paint.strong(if is_sure { "  sure" } else { "" });
    out.line(Inked::from(figures) + sure)
}

fn figures(view: &View, compared: &Comparison, out: &mut TextWriter) -> io::Result<()> {
    let was = &compared.earlier().totals;
    let (totals, known) = (&view.totals, compared.is_known());
    let people = |now, then| compared.people_of(now, then).is_sure && known;
    count("sessions", (totals.sessions, was.sessions), people(totals.sessions, was.sessions), out)?;
    let visitors = (totals.visitors.value(), was.visitors.value());
    count("visitors", visitors, people(visitors.0, visitors.1), out)?;
    count("pageviews", (totals.pageviews, was.pageviews), false, out)?;
    if let (Some(now), Some(difference)) = (view.bounce.settled.share(), compared.bounce()) {
        share("bounce rate", now, difference, known, out)?;
    }
    let (now, then) = (&view.durations, &compared.earlier().durations);
    if now.measured > 0 && then.measured > 0 {
        let change = change(now.p50.0, then.p50.0).map(|change| change.to_string()).unwrap_or_default();
        line("median duration", [&now.p50.to_string(), &then.p50.to_string(), &change], false, out)?;
    }
    if let (Some(now), Some(then)) = (&view.traffic, &compared.earlier().traffic) {
        count("hits", (now.totals.hits, then.totals.hits), false, out)?;
        count("failed hits", (now.totals.failures, then.totals.failures), false, out)?;
    }
    Ok(())
}

fn count(name: &str, (now, then): (u64, u64), is_sure: bool, out: &mut TextWriter) -> io::Result<()> {
    line(name, [&thousands(now), &thousands(then), &changed(now, then)], is_sure, out)
}

fn changed(now: u64, then: u64) -> String {
    match change(now, then) {
        Some(change) => change.to_string(),
        None if now > 0 => "new".to_owned(),
        None => String::new(),
    }
}

fn share(name: &str, now: f64, was: Difference, known: bool, out: &mut TextWriter) -> io::Result<()> {
    let change = format!("{} pts", change_in_points(now, was.before));
    line(name, [&percent(now), &percent(was.before), &change], was.is_sure && known, out)
}

/// The rows whose sessions differ most; also those that are gone.
fn rows(
    compared: &Comparison,
    (now, then): (&Table, Option<&Table>),
    grouping: Grouping,
    out: &mut TextWriter,
) -> io::Result<()> {
    let mut rows: Vec<(&str, u64, u64)> = Vec::new();
    for row in &now.rows {
        match compared.row(grouping, &row.key) {
            RowBefore::Was(was) => rows.push((&row.key, row.sessions, was.sessions)),
            RowBefore::None => rows.push((&row.key, row.sessions, 0)),
            RowBefore::Unknown => {}
        }
    }
    let is_whole = now.rows.len() as u64 >= now.total_rows;
    let gone = then.filter(|_| is_whole).into_iter().flat_map(|table| &table.rows);
    let is_gone = |key: &str| now.rows.iter().all(|row| row.key != key);
    rows.extend(gone.filter(|row| is_gone(&row.key)).map(|row| (&*row.key, 0, row.sessions)));
    rows.retain(|(_, now, then)| now.abs_diff(*then) >= PEOPLE);
    rows.sort_by_key(|(key, now, then)| (Reverse(now.abs_diff(*then)), *key));
    for (key, now, then) in rows.into_iter().take(ROWS) {
        let is_sure = compared.people_of(now, then).is_sure && compared.is_known();
        let key = if key.is_empty() { "unknown" } else { key };
        let name = if grouping == Grouping::Page { readable_path(key) } else { key.into() };
        count(&format!("{} {}", label(grouping), self::name(&name, 26)), (now, then), is_sure, out)?;
    }
    Ok(())
}

fn label(grouping: Grouping) -> &'static str {
    match grouping {
        Grouping::Channel => "channel",
        Grouping::Source => "source",
        _ => "page",
    }
}

fn write_goals(view: &View, compared: &Comparison, out: &mut TextWriter) -> io::Result<()> {
    let Some(goals) = goals(view) else { return Ok(()) };
    for goal in &goals.rows {
        let Some((before, was)) = compared.goal(&goal.goal) else { continue };
        let difference = compared.share((goal.sessions, goals.seen), (was.sessions, before.seen));
        if let Some(difference) = difference {
            let rate = goal.sessions as f64 / goals.seen as f64;
            let name = format!("goal {}", name(&goal.goal, 28));
            share(&name, rate, difference, compared.is_known(), out)?;
        }
    }
    Ok(())
}
