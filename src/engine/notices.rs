//! Notices about inputs that stand for a while, such as that a clock was set back.

use crate::classify::batch::InputId;
use crate::query::view::InputState;
use crate::time::{Millis, Span};

use super::Engine;

/// A notice about an input.
pub(super) struct Notice {
    input: InputId,
    text: String,
    /// When it expires, by the wall clock; set at the first tick after it came up.
    until: Option<Millis>,
}

/// How long a notice stands: long enough to be seen by someone who looks at the screen now and then.
const NOTICE_STANDS: Span = Span::minutes(10);

impl Engine {
    pub(super) fn say_set_back(&mut self, input: InputId, step: Span) {
        let text = format!(
            "its clock was set back by {step}; that is followed from now on, and visits that were closed stay closed"
        );
        self.set_trouble(input, &text);
        self.notices.push(Notice { input, text, until: None });
    }

    /// Takes back the notices that have stood long enough.
    pub(super) fn expire_notices(&mut self, wall: Millis) {
        let mut notices = std::mem::take(&mut self.notices);
        notices.retain_mut(|notice| {
            let until = *notice.until.get_or_insert(wall + NOTICE_STANDS);
            if until <= wall {
                self.retract(notice);
            }
            until > wall
        });
        self.notices = notices;
    }

    fn set_trouble(&mut self, input: InputId, trouble: &str) {
        if let Some(status) = self.counters.input(input)
            && status.state != InputState::Failed
        {
            trouble.clone_into(&mut status.trouble);
        }
    }

    fn retract(&mut self, notice: &Notice) {
        if self.counters.input(notice.input).is_some_and(|status| status.trouble == notice.text) {
            self.set_trouble(notice.input, "");
        }
    }
}
