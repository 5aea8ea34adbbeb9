//! Of the visitors first seen in an hour, on a day or in a week: who came back.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::config::Zone;
use crate::query::analysis::ask::ReturningBy;
use crate::query::view::{Cohort, RETURNING_LATER, RETURNING_NOTE, ReturningView};
use crate::text;
use crate::ui::action::Action;
use crate::ui::scene::Scene;
use crate::ui::shown::Shown;
use crate::ui::theme::Role;
use crate::ui::when;
use crate::ui::widgets::empty_pane::EmptyPane;
use crate::ui::widgets::pane_frame::Titles;
use crate::ui::widgets::rounded;
use crate::ui::widgets::table::Column;

use super::{Pane, nothing, plain};

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    let view = scene.shown.and_then(Shown::returning);
    let any_later = scene.rows().cohorts().iter().any(|cohort| cohort.back[0].is_some());
    let rows = if any_later { scene.rows().cohorts() } else { &[] };
    let by = view.map(|view| view.by).unwrap_or_default();
    let list = (rows, columns(scene, by, rows));
    plain::draw(scene, Pane::Returning, titles(scene, view), list, || why_empty(scene, view), area, buf);
}

fn titles(scene: &Scene, view: Option<&ReturningView>) -> Titles {
    let by = view.map_or("at a time", |view| first_seen(view.by));
    let between = scene.symbols().between;
    Titles {
        names: vec![Pane::Returning.name().to_owned()],
        definitions: vec![
            format!("of the visitors first seen {by} {between} {RETURNING_NOTE}"),
            RETURNING_NOTE.to_owned(),
            "a lower bound".to_owned(),
        ],
        right: view.map(|view| left_out(scene, view)).unwrap_or_default(),
        ..Titles::default()
    }
}

fn first_seen(by: ReturningBy) -> &'static str {
    match by {
        ReturningBy::Hour => "in an hour",
        ReturningBy::Day | ReturningBy::Fitting => "on a day",
        ReturningBy::Week => "in a week",
    }
}

/// Who is in no row.
fn left_out(scene: &Scene, view: &ReturningView) -> String {
    let counts = [
        (view.known_before, "known before"),
        (view.unlisted, "in no row"),
        (view.beyond, "sessions not told apart"),
    ];
    let counts = counts.into_iter().filter(|(count, _)| *count > 0);
    let texts: Vec<_> = counts.map(|(count, what)| format!("{} {what}", text::thousands(count))).collect();
    texts.join(&format!(" {} ", scene.symbols().between))
}

fn why_empty(scene: &Scene, view: Option<&ReturningView>) -> EmptyPane {
    let (longer, by) = (scene.key(Action::WindowLonger), scene.key(Action::Breakdown));
    match view {
        _ if scene.view().is_none_or(|view| view.totals.sessions == 0) => {
            nothing::why(scene, Pane::Returning)
        }
        None => nothing::looking_up(),
        Some(view) if view.cohorts.is_empty() => EmptyPane::new(
            "Nobody new",
            format!(
                "All visitors seen were here before, or are too few to show; {longer} makes the window longer."
            ),
        ),
        Some(ReturningView { by: length, .. }) => EmptyPane::new(
            "Nobody can have come back yet",
            format!(
                "All were first seen in the same {}. {longer} makes the window longer, {by} goes by hour, day, week.",
                length.name()
            ),
        ),
    }
}

fn columns<'a>(scene: &'a Scene, by: ReturningBy, rows: &[Cohort]) -> Vec<Column<'a, &'a Cohort>> {
    let shares = rows.iter().flat_map(|cohort| (0..RETURNING_LATER).filter_map(|nth| share(cohort, nth)));
    let largest = shares.fold(0.0, f64::max);
    let mut columns = vec![
        Column::text("first seen", (10, 12), move |cohort: &&Cohort, _| {
            scene.line(Role::Muted, when_first_seen(cohort, by))
        }),
        Column::number("new", 7, |cohort: &&Cohort| scene.count(cohort.new)),
    ];
    for nth in 0..RETURNING_LATER {
        let title = format!("{} {}", by.name(), nth + 1);
        let cell = move |cohort: &&Cohort, width| back(scene, cohort, nth, largest, width);
        // Where there is no room, the latest ones go first.
        columns.push(Column::text(&title, (8, 11), cell).rank(u8::try_from(nth).unwrap_or(u8::MAX)));
    }
    columns
}

/// Hours, days and weeks are those of UTC.
fn when_first_seen(cohort: &Cohort, by: ReturningBy) -> String {
    match by {
        ReturningBy::Hour => when::day_and_clock(cohort.from, Zone::Utc),
        ReturningBy::Day | ReturningBy::Week | ReturningBy::Fitting => when::weekday(cohort.from, Zone::Utc),
    }
}

fn share(cohort: &Cohort, nth: usize) -> Option<f64> {
    let back = cohort.back.get(nth).copied().flatten()?;
    (cohort.new > 0).then(|| back as f64 / cohort.new as f64)
}

/// The share of those who came back, behind a glyph that is the darker the more they are. Nothing where that time has
/// not begun.
fn back(scene: &Scene, cohort: &Cohort, nth: usize, largest: f64, width: u16) -> Line<'static> {
    let Some(share) = share(cohort, nth) else { return Line::default() };
    let shades = scene.symbols().shades;
    let glyph = shades[shade(share, largest, shades.len())];
    let role = if share > 0.0 { Role::Text } else { Role::Dim };
    Line::from(vec![
        Span::styled(glyph.repeat(if width < 11 { 1 } else { 3 }), scene.ink(Role::Bar)),
        scene.span(role, format!(" {}", text::align_right(&text::percent(share), 6))),
    ])
}

/// The number of a shade: 0 for nobody, the last one for the largest share.
fn shade(share: f64, largest: f64, shades: usize) -> usize {
    if share <= 0.0 || largest <= 0.0 {
        return 0;
    }
    let most = shades - 1;
    let nth = rounded((share / largest * most as f64).ceil());
    usize::try_from(nth).unwrap_or(most).clamp(1, most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shades_go_by_quarters_of_the_largest_share() {
        let shades = [0.0, 0.001, 0.024, 0.026, 0.06, 0.0751, 0.1].map(|share| shade(share, 0.1, 5));
        assert_eq!(shades, [0, 1, 1, 2, 3, 4, 4]);
    }
}
