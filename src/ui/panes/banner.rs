//! The banner: the alert that fires, or what is wrong with an input, and what to do.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::query::view::{InputState, InputStatus, Intake};
use crate::text;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::widgets::put;

use super::alerts;

/// The inputs with trouble, unreadable ones first.
pub(crate) fn troubles(intake: &Intake) -> Vec<&InputStatus> {
    let mut troubles: Vec<_> = intake.inputs.iter().filter(|input| is_in_trouble(input)).collect();
    troubles.sort_by_key(|input| input.state != InputState::Failed);
    troubles
}

fn is_in_trouble(input: &InputStatus) -> bool {
    input.state == InputState::Failed || !input.trouble.is_empty()
}

pub(super) fn draw(scene: &Scene, area: Rect, buf: &mut Buffer) {
    // An alert says what is wrong with the site, which matters more than what is wrong with one of several inputs.
    let alerts = alerts::firing(scene.alerts).map(|row| (Role::Bad, alerts::sentence(scene, row)));
    let troubles = scene.view().map(|view| troubles(&view.intake)).unwrap_or_default();
    let troubles = troubles.into_iter().map(|input| (role(input), sentence(scene, input)));
    let mut sentences = alerts.chain(troubles);
    let Some((role, first)) = sentences.next() else { return };
    let more = match sentences.count() {
        0 => String::new(),
        count => format!("  (and {count} more)"),
    };
    let width = usize::from(area.width).saturating_sub(text::width(&more) + 1);
    let sentence = text::fit(&first, width);
    put(
        buf,
        area,
        0,
        &Line::from(vec![scene.span(role, format!(" {sentence}")), scene.span(Role::Muted, more)]),
    );
}

fn role(input: &InputStatus) -> Role {
    if input.state == InputState::Failed { Role::Bad } else { Role::Warn }
}

/// `! access.log: permission denied; …`
pub(super) fn sentence(scene: &Scene, input: &InputStatus) -> String {
    let alert = scene.symbols().alert;
    // The message names the input itself.
    match input.trouble.as_str() {
        "" => format!("{alert} {}: cannot be read", text::harmless(&input.name)),
        trouble => format!("{alert} {}", text::harmless(trouble)),
    }
}
