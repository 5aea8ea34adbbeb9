//! Explains each figure on the screen, with the current spans and rules.

use crate::query::question::Window;

use super::scene::Scene;
use super::when;

/// A figure and what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GlossaryEntry {
    /// The figure's name, as the screen shows it.
    pub(crate) name: &'static str,
    /// What it means.
    pub(crate) meaning: String,
}

/// The window as part of a sentence: `in the last 30m`.
pub(crate) fn in_window(window: Window) -> String {
    match window {
        Window::All => "in all that is kept".to_owned(),
        Window::Last(span) => format!("in the last {}", when::round(span)),
    }
}

/// Every figure on the screen.
pub(crate) fn entries(scene: &Scene) -> Vec<GlossaryEntry> {
    let (active, gap) = (when::round(scene.settings.rules.active), when::round(scene.settings.rules.gap));
    let window = in_window(scene.window);
    let bounce = scene.settings.rules.bounce.definition(&scene.settings.definitions);
    let entry = |name, meaning: String| GlossaryEntry { name, meaning };
    vec![
        entry("session", format!("a visitor's pageviews and actions with no silence longer than {gap}")),
        entry("visitor", "address and user agent, or a user id where the log has one".to_owned()),
        entry("active", format!("sessions whose last event is at most {active} ago; the change is against {active} earlier")),
        entry("open", format!("sessions not closed yet: last event at most {gap} ago")),
        entry("seen", format!("sessions with an event {window}")),
        entry("settled", format!("bounce rate of the sessions that closed {window}; the change, in points, is against the window before")),
        entry("now", format!("estimate over the sessions that started {window}: one that is still open counts with the probability that it stays a bounce")),
        entry("bounce", format!("{bounce}; the rate is of the sessions with a pageview, a page's of those that entered there")),
        entry("started", "sessions by the time of their first event; the last bucket is not finished; the dots are the window before".to_owned()),
        entry("duration", format!("last event less first, of sessions that closed {window}; a session with one event has none and is not in it")),
        entry("p50, p90", "half of the values, nine of ten, are at most so long".to_owned()),
        entry("count", "sessions seen in the window; for pages, views".to_owned()),
        entry("share", "of all rows of the table, not only those shown".to_owned()),
        entry("time", "median duration; for pages, median time until the next event".to_owned()),
        entry("age", "since a session's first event; once it is closed, its duration".to_owned()),
        entry("last", "since a session's last event".to_owned()),
        entry("visit", "whether it is the visitor's first session, as far as dwell has read, or one has come back".to_owned()),
        entry("before, after", "what came before and after each view of the open page; who is still active is still here".to_owned()),
        entry("paths", "what came before and after the first time that a session did something; a page loaded again is one step; each column is of those who went the chosen way up to it".to_owned()),
        entry("dead end", "a page after which nine of ten leave, of ten sessions at least; back to: a step that was there before".to_owned()),
        entry("whole paths", "three pages one right after the other, by the sessions that went so at least once".to_owned()),
        entry("load", "how long the server took, where the log says it: $request_time, %D, duration".to_owned()),
        entry("slowness", "sessions that closed in the window by the load time of their first page: the share that bounced, and the share that reached any goal".to_owned()),
        entry("returning", "visitors by the hour, day or week (UTC) in which they were first seen, and the share that came back so much later; who has another address or browser by then is not known again".to_owned()),
        entry("per view", "how often an action happened for each view of the page".to_owned()),
        entry("rate", format!("of a goal or an action: the share of the sessions seen {window} that converted")),
        entry("change", "against the time named at the top; in a colour where it is beyond chance and at least a quarter or ten points, told by sessions or people, never by hits; × is times as many".to_owned()),
        entry("finding", "what differs by more than normal variation: 3.5 standard errors, on 30 sessions or views at least".to_owned()),
        entry("lag", "how far the log's clock is behind this machine's".to_owned()),
        entry("dropped", "lines that came faster than they could be taken".to_owned()),
        entry("late", "lines older than the lateness allows: dropped, and counted here".to_owned()),
        entry("ahead", "lines whose time no others agree with: left out, and counted here".to_owned()),
        entry("malformed", "lines that could not be read".to_owned()),
        entry("bots", "share of the sessions seen that are flagged as bots and left out of every figure; bot:any in a filter counts them".to_owned()),
        entry("own hosts", "a referrer on one of these is no source".to_owned()),
    ]
}

/// What can be written in a filter.
pub(crate) const FILTERS: [(&str, &str); 14] = [
    ("source:Google open", "sessions that match every term"),
    ("country:DE,AT", "one value or the other"),
    ("page:/blog*", "* stands for any text"),
    ("-channel:Direct", "all but those"),
    ("source:\"a b\"", "quotes around a value with spaces or commas"),
    ("pricing", "a bare word: a page or the source contains it"),
    ("duration>60s", "also pageviews, actions and errors, with < <= : >= >"),
    ("bounced", "also active, open, closed, resumed, new, returning and slow"),
    ("bot:any", "bots count too; bot:yes, nobody else does"),
    ("assets:none", "no style sheet, image or script was fetched: perhaps a program"),
    (
        "way:\"/a > /b\"",
        "/b right after /a; ^ entered, $ left, ... still here, * any step, @ before the first of its kind",
    ),
    ("goal:NAME", "reached a goal of dwell.toml; also group:, variant:, reached:FUNNEL/2, dropped:FUNNEL/2"),
    ("agent:GPTBot", "the sessions of a bot by the name it says"),
    ("segment:NAME", "a filter that [segments] in dwell.toml saves under that name"),
];
