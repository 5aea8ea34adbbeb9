//! What may be asked at each privacy level (design.md R11): decided here once, for every face.

use super::inquiry::Ask;
use super::question::{CloseupAsk, Question, SmallGroups, TrafficAsk};

/// How much about a visitor is kept and shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Privacy {
    /// Masked addresses, aliases for visitors.
    #[default]
    Standard,
    /// No visitor rows at all, small groups folded.
    Strict,
    /// Full addresses.
    Off,
}

impl Privacy {
    /// Whether a single visitor may be shown, in a list or opened.
    #[must_use]
    pub fn shows_visitors(self) -> bool {
        match self {
            Privacy::Standard | Privacy::Off => true,
            Privacy::Strict => false,
        }
    }

    /// The part of an inquiry that may be answered; `None` if nothing is left.
    #[must_use]
    pub fn allowed(self, ask: Ask) -> Option<Ask> {
        match ask {
            Ask::View(question) => Some(Ask::View(Box::new(self.allowed_of(*question)))),
            Ask::Timeline(_) => self.shows_visitors().then_some(ask),
            Ask::Release => Some(ask),
        }
    }

    /// The part of a question that may be answered.
    #[must_use]
    pub fn allowed_of(self, question: Question) -> Question {
        // Every field is listed, so that adding one forces a decision here.
        let Question {
            filter,
            window,
            bounce,
            bots,
            tables,
            sessions,
            series,
            closeup,
            analyses,
            traffic,
            small_groups,
            definitions,
        } = question;
        let may_be_seen = self.shows_visitors();
        Question {
            filter,
            window,
            bounce,
            bots,
            tables,
            sessions: sessions.filter(|_| may_be_seen),
            series,
            closeup: closeup.filter(|ask| match ask {
                // Their small groups are folded like those of tables.
                CloseupAsk::Page(_) | CloseupAsk::Action(_) | CloseupAsk::Changes => true,
            }),
            // Their rows of few sessions are folded.
            analyses,
            // Failures that few clients met are folded, and paths are left out.
            traffic: traffic.map(|ask| TrafficAsk { clients: ask.clients && may_be_seen, ..ask }),
            small_groups: if may_be_seen { small_groups } else { SmallGroups::Folded },
            definitions,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::filter::Filter;
    use crate::query::question::{Order, Population, SessionRef, SessionSort, SessionsAsk, Visitor};
    use crate::time::Millis;

    #[test]
    fn r11_strict_asks_for_no_single_visitor() {
        let sessions = SessionsAsk {
            population: Population::Active,
            sort: SessionSort::LastEvent,
            order: Order::Descending,
            rows: 10,
        };
        let about_all = || Question::about(Filter::default());
        let view = || Ask::View(Box::new(Question { sessions: Some(sessions), ..about_all() }));
        let stripped = Question { small_groups: SmallGroups::Folded, ..about_all() };
        assert_eq!(Privacy::Strict.allowed(view()), Some(Ask::View(Box::new(stripped))));
        assert_eq!(Privacy::Standard.allowed(view()), Some(view()));
        let opened = || Ask::Timeline(SessionRef { visitor: Visitor(1), start: Millis(0) });
        assert_eq!(Privacy::Strict.allowed(opened()), None);
        assert_eq!(Privacy::Off.allowed(opened()), Some(opened()));
        assert_eq!(Privacy::Strict.allowed(Ask::Release), Some(Ask::Release));
    }
}
