//! Tables as CSV: a header, then one row per line, quoted per RFC 4180, with `\n` line endings.
//!
//! Columns are named like the keys of the JSON report. `privacy` is last, because every export states its privacy
//! level (R11). Unknown figures are empty cells. Formula injection: text that a spreadsheet may take for a formula gets a
//! leading apostrophe, which makes it text. Every cell is [`Shown`](crate::text::Shown) text.

mod finding_rows;
mod funnel_rows;
mod traffic_rows;
mod visit_rows;

use std::io::{self, Write};

use super::{
    ACTIONS, About, CHANNELS, CsvTable, NextStep, PAGES, SOURCES, buckets, experiments, goals, next_steps,
    paths, point_rate, ranking, rounded, share,
};
use crate::config::choices::Keyword;
use crate::query::view::{
    ExperimentView, GoalRow, GoalsView, NextSteps, NextStepsView, PageLoads, Series, TableRow, VariantRow,
    View,
};
use crate::text::harmless;
use crate::time::Span;

/// Writes a table.
pub(super) fn write(table: CsvTable, view: &View, about: About, out: &mut dyn Write) -> io::Result<()> {
    line(out, header(table).iter().map(|name| (*name).to_owned()))?;
    let rows: Vec<Vec<String>> = match table {
        CsvTable::Channels => rows(view, CHANNELS, channel),
        CsvTable::Sources => rows(view, SOURCES, source),
        CsvTable::Pages => rows(view, PAGES, page),
        CsvTable::Series => view.series.as_ref().map(series).unwrap_or_default(),
        CsvTable::Goals => goals(view).map(goal_rows).unwrap_or_default(),
        CsvTable::Findings => finding_rows::rows(view),
        CsvTable::Funnels => funnel_rows::rows(view),
        CsvTable::Actions => action_rows(view),
        CsvTable::Paths => paths(view).map(path_rows).unwrap_or_default(),
        CsvTable::Traffic => traffic_rows::hits(view),
        CsvTable::Errors => traffic_rows::errors(view),
        CsvTable::Clients => traffic_rows::clients(view),
        CsvTable::Experiments => experiments(view).flat_map(variant_rows).collect(),
        CsvTable::Slowness => visit_rows::of_slowness(view),
        CsvTable::Returning => visit_rows::of_returning(view),
        CsvTable::WholePaths => visit_rows::of_whole_paths(view),
    };
    let privacy = about.settings.privacy.name();
    rows.into_iter().try_for_each(|row| line(out, row.into_iter().chain([privacy.to_owned()])))
}

/// Writes one line of cells, quoted where necessary.
pub(super) fn line(out: &mut dyn Write, cells: impl IntoIterator<Item = String>) -> io::Result<()> {
    let cells: Vec<String> = cells.into_iter().map(|cell| quoted(&cell)).collect();
    writeln!(out, "{}", cells.join(","))
}

/// Text from the log as a cell: no control characters, no formulas.
pub(super) fn text(text: &str) -> String {
    let shown = harmless(text);
    if is_formula(&shown) { format!("'{shown}") } else { shown.into_owned() }
}

/// Whether a spreadsheet may take the text for a formula: by its first character, also in full width, blanks aside.
/// Tabs and line breaks are pictures by now; a program that turns them back must find the apostrophe, too.
fn is_formula(shown: &str) -> bool {
    const STARTS: [char; 11] = ['=', '+', '-', '@', '＝', '＋', '－', '＠', '␉', '␊', '␍'];
    shown.trim_start_matches(' ').starts_with(STARTS)
}

/// A number as a cell; empty if unknown.
pub(super) fn number(value: Option<f64>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// A cell as it is written, whoever made it: what is no number is [`text`].
fn quoted(cell: &str) -> String {
    let cell = if cell.parse::<f64>().is_ok() { cell.to_owned() } else { text(cell) };
    if cell.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

fn header(table: CsvTable) -> &'static [&'static str] {
    match table {
        CsvTable::Channels => &[
            "channel",
            "sessions",
            "bounced",
            "bounce_rate",
            "pageviews",
            "p50_s",
            "with_pageview",
            "privacy",
        ],
        CsvTable::Sources => &[
            "source",
            "channel",
            "sessions",
            "bounced",
            "bounce_rate",
            "pageviews",
            "p50_s",
            "with_pageview",
            "privacy",
        ],
        CsvTable::Pages => &[
            "page",
            "views",
            "entries",
            "exits",
            "bounced",
            "time_p50_s",
            "sessions",
            "with_pageview",
            "bounce_rate",
            "load_mean_s",
            "load_p50_s",
            "load_p75_s",
            "load_p95_s",
            "slow_share",
            "privacy",
        ],
        CsvTable::Findings => &finding_rows::HEADER,
        CsvTable::Funnels => &funnel_rows::HEADER,
        CsvTable::Slowness => &visit_rows::SLOWNESS,
        CsvTable::Returning => &visit_rows::RETURNING,
        CsvTable::WholePaths => &visit_rows::WHOLE_PATHS,
        CsvTable::Traffic => &traffic_rows::HITS,
        CsvTable::Errors => &traffic_rows::ERRORS,
        CsvTable::Clients => &traffic_rows::CLIENTS,
        CsvTable::Goals => &["goal", "sessions", "events", "rate", "value", "currency", "privacy"],
        CsvTable::Paths => &["from", "step", "to", "kind", "sessions", "share", "privacy"],
        CsvTable::Actions => &["action", "events", "sessions", "rate", "privacy"],
        CsvTable::Experiments => &[
            "experiment",
            "unit",
            "goal",
            "status",
            "variant",
            "control",
            "units",
            "converted",
            "rate",
            "uplift",
            "ci_low",
            "ci_high",
            "p_always_valid",
            "chance_to_win",
            "verdict",
            "privacy",
        ],
        CsvTable::Series => {
            &["from", "to", "started", "closed", "bounced", "bounce_rate", "with_pageview", "privacy"]
        }
    }
}

fn rows(view: &View, place: usize, cells: fn(&TableRow) -> Vec<String>) -> Vec<Vec<String>> {
    ranking(view, place).map(|table| table.rows.iter().map(cells).collect()).unwrap_or_default()
}

fn channel(row: &TableRow) -> Vec<String> {
    [vec![text(&row.key)], figures(row)].concat()
}

fn source(row: &TableRow) -> Vec<String> {
    [vec![text(&row.key), text(&row.channel)], figures(row)].concat()
}

fn figures(row: &TableRow) -> Vec<String> {
    vec![
        row.sessions.to_string(),
        row.bounced.to_string(),
        number(row.bounce().share()),
        row.pageviews.to_string(),
        number(row.p50.map(Span::as_seconds)),
        row.settled.to_string(),
    ]
}

fn page(row: &TableRow) -> Vec<String> {
    let load = |span: fn(PageLoads) -> Span| number(row.loads.map(|loads| span(loads).as_seconds()));
    vec![
        text(&row.key),
        row.count.to_string(),
        row.entries.to_string(),
        row.exits.to_string(),
        row.bounced.to_string(),
        number(row.p50.map(Span::as_seconds)),
        row.sessions.to_string(),
        row.settled.to_string(),
        number(row.bounce().share().map(rounded)),
        number(row.load.map(Span::as_seconds)),
        load(|loads| loads.p50),
        load(|loads| loads.p75),
        load(|loads| loads.p95),
        number(row.loads.and_then(|loads| share(loads.slow, loads.measured))),
    ]
}

fn goal_rows(goals: &GoalsView) -> Vec<Vec<String>> {
    let cells = |goal: &GoalRow| {
        vec![
            text(&goal.goal),
            goal.sessions.to_string(),
            goal.events.to_string(),
            number(share(goal.sessions, goals.seen)),
            number(goal.value),
            text(goal.currency.as_deref().unwrap_or_default()),
        ]
    };
    goals.rows.iter().map(cells).collect()
}

fn path_rows(paths: &NextStepsView) -> Vec<Vec<String>> {
    let of_page = |page: &NextSteps| -> Vec<Vec<String>> {
        let cells = |one: NextStep| {
            let share = number(share(one.sessions, page.sessions));
            let (step, sessions) = (one.step.to_string(), one.sessions.to_string());
            vec![text(&page.page), step, text(one.to), one.kind.to_owned(), sessions, share]
        };
        next_steps(page).map(cells).collect()
    };
    paths.pages.iter().flat_map(of_page).collect()
}

fn action_rows(view: &View) -> Vec<Vec<String>> {
    let cells = |row: &TableRow| {
        let rate = number(share(row.sessions, view.totals.sessions));
        vec![text(&row.key), row.count.to_string(), row.sessions.to_string(), rate]
    };
    ranking(view, ACTIONS).map(|table| table.rows.iter().map(cells).collect()).unwrap_or_default()
}

fn variant_rows(view: &ExperimentView) -> Vec<Vec<String>> {
    let cells = |row: &VariantRow| {
        let compared = row.comparison;
        vec![
            text(&view.name),
            view.unit.name().to_owned(),
            text(&view.goal),
            view.verdict.status().to_owned(),
            text(&row.variant),
            row.control.to_string(),
            row.units.to_string(),
            row.converted.to_string(),
            number(row.rate()),
            number(compared.map(|compared| compared.uplift)),
            number(compared.map(|compared| compared.low)),
            number(compared.map(|compared| compared.high)),
            number(compared.map(|compared| compared.p)),
            number(compared.map(|compared| compared.chance_to_win)),
            text(&view.verdict.to_string()),
        ]
    };
    view.variants.iter().map(cells).collect()
}

fn series(series: &Series) -> Vec<Vec<String>> {
    let cells =
        |(from, to, point): (crate::time::Millis, crate::time::Millis, &crate::query::view::Point)| {
            vec![
                from.rfc3339(),
                to.rfc3339(),
                point.started.to_string(),
                point.closed.to_string(),
                point.bounced.to_string(),
                number(point_rate(point)),
                point.closed.to_string(),
            ]
        };
    buckets(series).map(cells).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cells: &[&str]) -> String {
        let mut out = Vec::new();
        line(&mut out, cells.iter().map(|cell| text(cell))).expect("a vector takes all");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn cells_are_quoted_where_rfc_4180_says_so() {
        assert_eq!(written(&["plain", "a,b", "say \"hi\"", ""]), "plain,\"a,b\",\"say \"\"hi\"\"\",\n");
    }

    #[test]
    fn a_formula_is_led_by_an_apostrophe() {
        assert_eq!(written(&["=1+1", "+1", "-1", "@sum", "/=1"]), "'=1+1,'+1,'-1,'@sum,/=1\n");
        assert_eq!(written(&["=cmd(\"a\",1)"]), "\"'=cmd(\"\"a\"\",1)\"\n");
        assert_eq!(written(&["＝1", "＋1", "－1", "＠sum", " =1"]), "'＝1,'＋1,'－1,'＠sum,' =1\n");
        assert_eq!(written(&["\t=1", "\rx", "a\tb"]), "'␉=1,'␍x,a␉b\n");
    }
}
