//! The settings of the rules for sessions (design.md R5 to R7).

use crate::time::Span;

use super::question::BounceRule;

/// What makes a session, and how it is judged.
///
/// ```
/// use dwell::query::rules::Rules;
/// use dwell::time::Span;
///
/// let rules = Rules { gap: Span::minutes(20), ..Rules::default() };
/// assert_eq!(rules.active, Span::minutes(5));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// The longest silence within a session.
    pub gap: Span,
    /// How long after its last event a session counts as active; at most `gap`.
    pub active: Span,
    /// How late a line may come.
    pub lateness: Span,
    /// What counts as a bounce.
    pub bounce: BounceRule,
}

impl Default for Rules {
    /// What Google Analytics and Plausible call a session, and "now" as they show it.
    fn default() -> Rules {
        Rules {
            gap: Span::minutes(30),
            active: Span::minutes(5),
            lateness: Span::minutes(5),
            bounce: BounceRule::Single,
        }
    }
}
