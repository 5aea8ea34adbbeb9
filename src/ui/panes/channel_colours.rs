//! The colour that each channel has in every pane.

use ratatui::style::Style;

use crate::query::view::TableRow;
use crate::ui::scene::Scene;

/// Channels in the order of their colours: the most frequent ones have the colours that differ most.
const COLOURS: [&str; 18] = [
    "Organic Search",
    "Direct",
    "Referral",
    "Organic Social",
    "Paid Search",
    // The sixth colour is often a red, which looks like bad news: it is given to rare channels.
    "Display",
    "AI Assistants",
    "Email",
    "Paid Social",
    "Organic Video",
    "Paid Video",
    "Paid Shopping",
    "Organic Shopping",
    "Cross-network",
    "Paid Other",
    "Affiliates",
    "Mobile Push",
    "SMS",
];

/// The colour of a channel, the same in every pane.
pub(super) fn colour(scene: &Scene, channel: &str) -> Style {
    let known = COLOURS.iter().position(|one| *one == channel);
    scene.theme.series(known.unwrap_or(COLOURS.len()))
}

/// The channel that a row of a table belongs to, if any.
pub(super) fn name_of(row: &TableRow) -> Option<&str> {
    if !row.channel.is_empty() {
        return Some(&row.channel);
    }
    COLOURS.contains(&row.key.as_str()).then_some(&row.key)
}
