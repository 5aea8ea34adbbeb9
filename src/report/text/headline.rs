//! The headline figures, each with its definition beside it.

use std::io;

use crate::classify::agent::AiPurpose;
use crate::config::Settings;
use crate::query::question::{Bots, BounceRule};
use crate::query::view::{BotCounts, Count, Durations, View};
use crate::report::text_writer::TextWriter;
use crate::report::{bot_reasons, whole};
use crate::text::{percent, thousands};
use crate::time::Span;

/// Placeholder for an unknown figure.
pub(super) const UNKNOWN: &str = "–";

/// Writes the figures.
pub(super) fn write(view: &View, settings: &Settings, out: &mut TextWriter) -> io::Result<()> {
    out.line("")?;
    sessions(view, settings, out)?;
    bounce_rate(view, settings, out)?;
    durations(&view.durations, out)?;
    pages_per_session(view, out)?;
    visitors(view, out)?;
    bots(view, settings, out)
}

fn sessions(view: &View, settings: &Settings, out: &mut TextWriter) -> io::Result<()> {
    let totals = &view.totals;
    let state = match totals.open {
        0 => "all closed".to_owned(),
        open => format!(
            "{} of them still open, {} active in the last {}",
            thousands(open),
            thousands(totals.active),
            settings.rules.active
        ),
    };
    let note =
        format!("a visitor's pageviews and actions with no silence over {}; {state}", settings.rules.gap);
    out.figure("Sessions", &thousands(totals.sessions), &note)
}

fn bounce_rate(view: &View, settings: &Settings, out: &mut TextWriter) -> io::Result<()> {
    let has_goals = !settings.additions.definitions.goals.is_empty();
    let settled = view.bounce.settled;
    let rule = match view.bounce_rule {
        BounceRule::Single => "had one pageview and no action",
        BounceRule::Engaged if has_goals => {
            "were shorter than 10s, had fewer than two pageviews and reached no goal"
        }
        BounceRule::Engaged => "were shorter than 10s, had fewer than two pageviews and no action",
    };
    match settled.share() {
        Some(share) => {
            let note = format!(
                "{} of {} closed sessions with a pageview {rule}",
                thousands(whole(settled.bounced)),
                thousands(settled.of)
            );
            out.figure("Bounce rate", &percent(share), &note)
        }
        None => out.figure("Bounce rate", UNKNOWN, "no session with a pageview has closed"),
    }
}

fn durations(durations: &Durations, out: &mut TextWriter) -> io::Result<()> {
    let single = format!("{} with one event have no duration", thousands(durations.unmeasured));
    let Some(mean) = durations.mean_seconds() else {
        return out.figure("Median duration", UNKNOWN, &format!("no session has two events; {single}"));
    };
    let note = format!("from first to last event of {} sessions; {single}", thousands(durations.measured));
    out.figure("Median duration", &durations.p50.to_string(), &note)?;
    let note = format!("p99 {} · longest {} · mean {}", durations.p99, durations.max, in_seconds(mean));
    out.figure("90 % within", &durations.p90.to_string(), &note)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a mean of spans, never negative"
)]
fn in_seconds(seconds: f64) -> Span {
    Span::seconds(seconds.round() as u64)
}

fn pages_per_session(view: &View, out: &mut TextWriter) -> io::Result<()> {
    let totals = &view.totals;
    let value = match totals.sessions {
        0 => UNKNOWN.to_owned(),
        sessions => format!("{:.2}", totals.pageviews as f64 / sessions as f64),
    };
    let note = format!("{} pageviews, {} actions", thousands(totals.pageviews), thousands(totals.actions));
    out.figure("Pages per session", &value, &note)
}

fn visitors(view: &View, out: &mut TextWriter) -> io::Result<()> {
    let note = match view.totals.visitors {
        Count::Exact(_) => "by user id, or else by address and user agent",
        Count::About(_) => "by user id, or else by address and user agent; estimated to within 1 %",
    };
    out.figure("Visitors", &thousands(view.totals.visitors.value()), note)
}

fn bots(view: &View, settings: &Settings, out: &mut TextWriter) -> io::Result<()> {
    if settings.filter.speaks_of_bots() || settings.bots == Bots::Included {
        return out.figure("Bots", "", "counted as the filter or --include-bots says");
    }
    let counts = view.totals.bots;
    let reasons = bot_reasons(counts).into_iter().filter(|(_, count)| *count > 0);
    let reasons: Vec<_> = reasons.map(|(reason, count)| format!("{reason} {}", thousands(count))).collect();
    let note = match reasons.as_slice() {
        [] => "no session is flagged as a bot".to_owned(),
        _ => format!("sessions not counted here ({}); --include-bots counts them", reasons.join(", ")),
    };
    out.figure("Bots excluded", &thousands(counts.total()), &note)?;
    ai_crawlers(counts, out)
}

/// Sessions and pageviews of AI crawlers, by purpose.
fn ai_crawlers(counts: BotCounts, out: &mut TextWriter) -> io::Result<()> {
    let taken = AiPurpose::ALL.iter().zip(counts.ai).filter(|(_, taken)| taken.sessions > 0);
    let purposes: Vec<_> = taken
        .map(|(purpose, taken)| {
            let (sessions, pages) = (thousands(taken.sessions), thousands(taken.pageviews));
            format!("{} {sessions} ({pages} pageviews)", purpose.name())
        })
        .collect();
    if purposes.is_empty() {
        return Ok(());
    }
    let sessions: u64 = counts.ai.iter().map(|taken| taken.sessions).sum();
    out.figure("  for AI", &thousands(sessions), &purposes.join(", "))
}
