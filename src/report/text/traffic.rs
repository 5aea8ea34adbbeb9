//! All hits, and what fails (R12).

use std::io;

use super::name;
use crate::query::view::{Count, FailureRow, TrafficView, View};
use crate::report::text_writer::{TextWriter, left, right};
use crate::report::traffic;
use crate::text::{bytes, decoded_path, thousands};

const ROWS: usize = 10;

/// Writes the sums, and the most frequent failures.
pub(super) fn write(view: &View, out: &mut TextWriter) -> io::Result<()> {
    let Some(traffic) = traffic(view).filter(|traffic| traffic.totals.hits > 0) else { return Ok(()) };
    out.heading("What fails", &sums(traffic))?;
    if !traffic.left_out.failures.is_empty() {
        out.paragraph(&left_out(&traffic.left_out.failures))?;
    }
    if traffic.failures.is_empty() {
        return out.paragraph("Nothing: no hit was answered 4xx or 5xx.");
    }
    let columns = out.paint.muted(&line("status", "  request", ["hits", "clients"], "linked from"));
    out.line(columns)?;
    let is_more = traffic.folded.failures > 0;
    traffic.failures.iter().take(ROWS).try_for_each(|row| out.line(failure(row, is_more)))
}

/// `128,731 hits, bots and assets too · 1.9 GB · 977 failures`
fn sums(traffic: &TrafficView) -> String {
    let totals = &traffic.totals;
    let (hits, failures) = (thousands(totals.hits), thousands(totals.failures));
    format!("of {hits} hits, bots and assets too · {} · {failures} failures", bytes(totals.bytes))
}

/// Says which terms of the filter do not count here.
fn left_out(terms: &[String]) -> String {
    format!(
        "Single hits do not say what these terms ask, so they are left out: {}",
        super::harmless(&terms.join(" "))
    )
}

fn failure(row: &FailureRow, is_more: bool) -> String {
    let request = format!("  {} {}", left(row.method, 6), name(&decoded_path(&row.path), 30));
    let least = if is_more { "≥" } else { "" };
    let about = if matches!(row.clients, Count::About(_)) { "≈" } else { "" };
    let counts =
        [format!("{least}{}", thousands(row.hits)), format!("{about}{}", thousands(row.clients.value()))];
    let status = if row.status == 0 { String::new() } else { row.status.to_string() };
    let linked: Vec<_> =
        row.linked_from.iter().map(|(page, hits)| format!("{page} {}", thousands(*hits))).collect();
    line(&status, &request, counts.each_ref().map(String::as_str), &name(&linked.join(", "), 15))
}

fn line(status: &str, request: &str, [hits, clients]: [&str; 2], linked: &str) -> String {
    format!("  {}{}{}{}  {linked}", left(status, 6), left(request, 39), right(hits, 8), right(clients, 8))
}
