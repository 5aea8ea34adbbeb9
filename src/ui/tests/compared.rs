//! Comparison on the screen: with the time before, yesterday, last week, and around what happened (R17).

use std::sync::Arc;

use super::fixture;
use super::rig::{Rig, settings};
use crate::query::annotation::{Annotation, Annotations};
use crate::query::comparison::CompareWith;
use crate::query::inquiry::AsOf;
use crate::query::question::{Grouping, Window};
use crate::query::view::{Rate, View};
use crate::time::{Millis, Span};
use crate::ui::message::Message;
use crate::ui::monitor_settings::MonitorSettings;

/// A quieter day: of the sources, Google was the same, newsletters brought a tenth, and one was not there.
fn quieter(behind: Span) -> View {
    let mut view = fixture::busy();
    (view.from, view.to, view.now) = (view.from - behind, view.to - behind, view.now - behind);
    view.kept_from = Some(view.from);
    view.totals.sessions /= 2;
    view.totals.pageviews /= 2;
    view.bounce.settled = Rate { bounced: 240.0, of: 800 };
    let sources = view.tables.iter_mut().find(|table| table.grouping == Some(Grouping::Source));
    let sources = sources.expect("a table of sources");
    sources.rows.remove(1);
    sources.total_rows = sources.rows.len() as u64;
    for row in &mut sources.rows[1..] {
        (row.count, row.sessions) = (row.count / 10, row.sessions / 10);
    }
    view
}

fn rig(size: (u16, u16)) -> Rig {
    Rig::new(size.0, size.1).was(quieter(Span::hours(24))).answering(fixture::busy())
}

fn header(rig: &mut Rig) -> String {
    rig.screen().lines().next().unwrap_or_default().to_owned()
}

/// The last instant that was asked about.
fn asked_at(rig: &Rig) -> Option<Millis> {
    rig.asked.iter().rev().find_map(|inquiry| match inquiry.as_of {
        AsOf::At(at) => Some(at),
        AsOf::Now | AsOf::Snapshot => None,
    })
}

#[test]
fn r17_a_key_compares_with_before_yesterday_last_week_and_no_more() {
    let mut rig = rig((120, 36));
    let mut behind = Vec::new();
    for name in ["vs before", "vs yesterday", "vs last week"] {
        rig.press("c");
        assert!(header(&mut rig).contains(name), "{}", rig.screen());
        behind.push(fixture::NOW.since(asked_at(&rig).expect("asked")));
    }
    assert_eq!(behind, [Span::minutes(30), Span::hours(24), Span::hours(168)]);
    rig.press("c");
    assert!(!header(&mut rig).contains("vs "), "{}", rig.screen());
}

#[test]
fn r17_figures_and_tables_show_what_differs_and_from_when() {
    for (name, size, keys) in [
        ("compared_80", (80, 24), "cc"),
        ("compared_120", (120, 36), "cc"),
        ("compared_sources_120", (120, 36), "cc3"),
        ("compared_sources_200", (200, 60), "cc3"),
        ("compared_goals_120", (120, 36), "cc6"),
        ("compared_traffic_160", (160, 48), "cc8"),
    ] {
        let mut rig = rig(size);
        rig.press(keys);
        let screen = rig.screen();
        assert!(header(&mut rig).contains("vs yesterday 13:32–14:02"), "{screen}");
        insta::assert_snapshot!(name, screen);
    }
}

#[test]
fn r15_only_what_is_sure_has_a_colour() {
    let mut rig = rig((120, 36));
    rig.press("cc3");
    let colour_at = |rig: &mut Rig, row: &str| {
        let screen = rig.screen();
        let (y, line) = screen.lines().enumerate().find(|(_, line)| line.contains(row)).expect(row);
        let column =
            line.chars().position(|c| c == '▲' || c == '±').or_else(|| line.find("new")).expect(line);
        let (x, y) = (u16::try_from(column).expect("x"), u16::try_from(y).expect("y"));
        rig.draw()[(x, y)].fg
    };
    let (same, grown) = (colour_at(&mut rig, "Google"), colour_at(&mut rig, "Newsletter"));
    assert_ne!(same, grown, "{}", rig.screen());
}

#[test]
fn r15_a_time_that_is_not_kept_is_not_compared_with() {
    let unkept = View { kept_from: Some(fixture::NOW - Span::hours(2)), ..quieter(Span::hours(24)) };
    let mut rig = Rig::new(120, 36).was(unkept).answering(fixture::busy());
    rig.press("cc3");
    assert!(header(&mut rig).contains("vs yesterday: not kept"), "{}", rig.screen());
    assert!(!rig.screen().contains("change"), "{}", rig.screen());
    assert!(rig.screen().contains("--keep 25h --since 25h"), "{}", rig.screen());
}

#[test]
fn r17_the_comparison_can_be_there_from_the_start() {
    let settings = MonitorSettings { compare: Some(CompareWith::LastWeek), ..settings() };
    let mut rig = Rig::with(settings, 120, 36).was(quieter(Span::hours(168))).answering(fixture::busy());
    assert!(header(&mut rig).contains("vs last week 13:32–14:02"), "{}", rig.screen());
}

#[test]
fn r17_enter_on_an_annotation_compares_as_long_after_as_before() {
    let mut rig = rig((120, 36));
    let deploy =
        Annotation::new(fixture::NOW - Span::minutes(42), None, "deploy v2.4.1").expect("an annotation");
    let annotations: Annotations = [deploy.clone()].into_iter().collect();
    rig.send(Message::Annotations(Arc::new(annotations)));
    rig.press("7<Tab><Tab><Tab><Tab>");
    assert!(rig.screen().contains("deploy v2.4.1"), "{}", rig.screen());
    rig.press("<Enter>");
    assert!(header(&mut rig).contains("since deploy v2.4.1 vs before"), "{}", rig.screen());
    assert_eq!(asked_at(&rig), Some(deploy.at), "up to then");
    assert_eq!(rig.question().window, Window::Last(Span::minutes(42)), "as long before");
    rig.press("[");
    assert!(!header(&mut rig).contains("since deploy"), "a chosen window ends it: {}", rig.screen());
    assert_eq!(rig.question().window, Window::Last(Span::minutes(30)));
}
