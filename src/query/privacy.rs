//! What may be asked at each privacy level (design.md R11): decided here once, for every face.

use super::coarse::MARK;
use super::filter::{Filter, Test, TextField};
use super::inquiry::Ask;
use super::question::{CloseupAsk, Question, SmallGroups, TrafficAsk, Window};
use crate::time::Span;

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

/// Why a filter is not answered (R11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FilterRefused {
    /// It has several terms: each narrows down whom the others leave.
    #[error(
        "--privacy strict filters by one term at a time, so that nobody is singled out; take the others away"
    )]
    SeveralTerms,
    /// It is about single visitors.
    #[error("--privacy strict cannot filter by `{0}:`, which is about single visitors")]
    SingleVisitors(&'static str),
}

impl Privacy {
    /// Why a filter is not answered; `None` if it is.
    #[must_use]
    pub fn refuses(self, filter: &Filter) -> Option<FilterRefused> {
        if self.shows_visitors() {
            return None;
        }
        let single = |test: &Test| match test {
            Test::Text(field @ (TextField::Address | TextField::Visitor), _) => Some(field.name()),
            _ => None,
        };
        let terms = filter.terms();
        let about_one = terms.iter().find_map(|term| single(&term.test)).map(FilterRefused::SingleVisitors);
        about_one.or((terms.len() > 1).then_some(FilterRefused::SeveralTerms))
    }

    /// The window that may be asked for: under `strict` of whole marks.
    fn window(self, window: Window) -> Window {
        match window {
            Window::Last(span) if !self.shows_visitors() => {
                Window::Last(Span(span.0.div_ceil(MARK.0).saturating_mul(MARK.0)))
            }
            _ => window,
        }
    }

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
            Ask::View(question) if self.refuses(&question.filter).is_some() => None,
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
            window: self.window(window),
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
