//! Annotations on the screen: lines on axes of time, the latest in the header (R17).

use std::sync::Arc;

use super::fixture;
use super::rig::Rig;
use crate::query::annotation::{Annotation, Annotations};
use crate::time::Span;
use crate::ui::message::Message;

fn annotations() -> Annotations {
    let note = |minutes, text| Annotation::new(fixture::NOW - Span::minutes(minutes), None, text);
    let all =
        [note(22, "campaign autumn"), note(10, "deploy v2.4.1 \u{1b}[31m"), note(600, "note of long ago")];
    all.into_iter().flatten().collect()
}

fn rig((width, height): (u16, u16)) -> Rig {
    let mut rig = Rig::new(width, height).answering(fixture::busy());
    rig.send(Message::Annotations(Arc::new(annotations())));
    rig
}

#[test]
fn r17_annotations_are_lines_on_the_chart_and_the_latest_stands_in_the_header() {
    for (name, size) in [("annotated_80", (80, 24)), ("annotated_120", (120, 36))] {
        let screen = rig(size).screen();
        let header = screen.lines().next().unwrap_or_default();
        assert!(header.contains("▼ deploy v2.4.1"), "{screen}");
        assert!(!screen.contains('\u{1b}') && !screen.contains("long ago"), "{screen}");
        insta::assert_snapshot!(name, screen);
    }
}

#[test]
fn r17_without_annotations_of_the_window_the_screen_is_as_before() {
    let mut rig = Rig::new(120, 36).answering(fixture::busy());
    let before = rig.screen();
    let old = Annotation::new(fixture::NOW - Span::hours(9), None, "deploy v1");
    rig.send(Message::Annotations(Arc::new(old.into_iter().collect())));
    assert_eq!(rig.screen(), before);
}
