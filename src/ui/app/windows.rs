//! The ladder of windows that two keys step through.

use crate::query::question::Window;
use crate::time::Span;

/// The windows that `[` and `]` step through.
const WINDOWS: [Span; 6] =
    [Span::minutes(5), Span::minutes(15), Span::minutes(30), Span::hours(1), Span::hours(6), Span::hours(24)];

/// The next longer window; all that is kept is the longest.
pub(super) fn longer(window: Window) -> Window {
    match window {
        Window::Last(span) => WINDOWS.into_iter().find(|one| *one > span).map_or(window, Window::Last),
        Window::All => Window::All,
    }
}

/// The next shorter window.
pub(super) fn shorter(window: Window) -> Window {
    let fits = |one: &Span| match window {
        Window::Last(span) => *one < span,
        Window::All => true,
    };
    WINDOWS.into_iter().rev().find(fits).map_or(window, Window::Last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::when;

    #[test]
    fn windows_go_up_and_down_their_ladder_from_anywhere() {
        let minutes = |count| Window::Last(Span::minutes(count));
        assert_eq!(longer(minutes(30)), minutes(60));
        assert_eq!(longer(minutes(45)), minutes(60));
        assert_eq!(shorter(minutes(45)), minutes(30));
        assert_eq!(shorter(minutes(5)), minutes(5));
        assert_eq!((longer(Window::All), shorter(Window::All)), (Window::All, minutes(24 * 60)));
        assert_eq!(when::window(longer(minutes(24 * 60))), "24h");
    }
}
