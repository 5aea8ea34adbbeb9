//! The banner: what is wrong with an input, and what to do.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::query::view::{InputState, InputStatus, Intake};
use crate::text;
use crate::ui::scene::Scene;
use crate::ui::theme::Role;
use crate::ui::widgets::put;

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
    let Some(view) = scene.view() else { return };
    let troubles = troubles(&view.intake);
    let Some(first) = troubles.first() else { return };
    let role = if first.state == InputState::Failed { Role::Bad } else { Role::Warn };
    let more = match troubles.len() - 1 {
        0 => String::new(),
        count => format!("  (and {count} more)"),
    };
    let width = usize::from(area.width).saturating_sub(text::width(&more) + 1);
    let sentence = text::fit(&sentence(scene, first), width);
    put(
        buf,
        area,
        0,
        &Line::from(vec![scene.span(role, format!(" {sentence}")), scene.span(Role::Muted, more)]),
    );
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
