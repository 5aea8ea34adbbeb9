//! What the lists of hits have in common: their titles, and the terms of the filter that they leave out.

use crate::text;
use crate::ui::scene::Scene;
use crate::ui::widgets::pane_frame::Titles;

use super::Pane;
use super::groups::sorted_by;

/// The titles of a list; the terms that it cannot hold stand where its order would.
pub(super) fn titles(
    scene: &Scene,
    pane: Pane,
    definition: String,
    left_out: Option<&Vec<String>>,
) -> Titles {
    let left_out = without(left_out.map_or(&[], Vec::as_slice));
    Titles {
        names: vec![pane.name().to_owned()],
        definitions: vec![definition],
        right: if left_out.is_empty() { sorted_by(scene, scene.sorts.of(pane)) } else { left_out },
        ..Titles::default()
    }
}

/// The terms of the filter that a pane cannot hold, because they say nothing of single hits.
pub(super) fn without(terms: &[String]) -> String {
    if terms.is_empty() { String::new() } else { format!("without {}", text::harmless(&terms.join(" "))) }
}

/// The mark of lower bounds, where hits were folded into no row.
pub(super) fn at_least(folded: Option<u64>) -> &'static str {
    if folded.is_some_and(|hits| hits > 0) { "≥" } else { "" }
}
