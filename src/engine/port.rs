//! The port: the only way for a face to ask the engine, each through an asker of its own.
//!
//! The privacy level is enforced here (design.md R11). Askers do not displace each other's questions or snapshots;
//! the cache of their answers is bounded over all of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use crossbeam_channel::{Receiver, Sender, unbounded};
use tokio::sync::Notify;
use tokio::sync::mpsc::UnboundedSender;

use crate::query::definitions::Definitions;
use crate::query::inquiry::{Answer, AnswerBody, AsOf, Ask, Inquiry};
use crate::query::question::Question;
use crate::time::Millis;

use super::Engine;

/// Identifies an asker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct AskerId(pub u32);

/// Hands out askers.
#[derive(Debug, Clone)]
pub struct Port {
    posts: Sender<Post>,
    next: Arc<AtomicU32>,
}

/// A face's handle for asking and for change notifications. Dropping it releases its snapshot.
#[derive(Debug)]
pub struct Asker {
    id: AskerId,
    posts: Sender<Post>,
    changes: Arc<Notify>,
}

/// A message from an asker.
#[derive(Debug)]
pub(super) enum Post {
    Came(AskerId, Listener),
    Asked(AskerId, Inquiry),
    Gone(AskerId),
}

/// Where an asker gets its answers and notifications.
#[derive(Debug)]
pub(super) struct Listener {
    answers: UnboundedSender<Answer>,
    changes: Arc<Notify>,
}

/// Waiting inquiries: of each asker, only the last of each kind.
#[derive(Debug, Default)]
pub(super) struct Latest(Vec<(AskerId, Inquiry)>);

impl Latest {
    pub(super) fn push(&mut self, asker: AskerId, inquiry: Inquiry) {
        let sort = |inquiry: &Inquiry| (std::mem::discriminant(&inquiry.ask), inquiry.as_of);
        self.0.retain(|(other, waiting)| *other != asker || sort(waiting) != sort(&inquiry));
        self.0.push((asker, inquiry));
    }

    pub(super) fn into_inner(self) -> Vec<(AskerId, Inquiry)> {
        self.0
    }
}

impl Port {
    /// A port, and the receiver of its messages.
    pub(super) fn new() -> (Port, Receiver<Post>) {
        let (posts, posted) = unbounded();
        (Port { posts, next: Arc::default() }, posted)
    }

    /// A new asker, whose answers go to `answers`.
    #[must_use]
    pub fn asker(&self, answers: UnboundedSender<Answer>) -> Asker {
        let id = AskerId(self.next.fetch_add(1, Ordering::Relaxed));
        let changes = Arc::new(Notify::new());
        // The engine may have ended: then nobody answers. The same below.
        drop(self.posts.send(Post::Came(id, Listener { answers, changes: Arc::clone(&changes) })));
        Asker { id, posts: self.posts.clone(), changes }
    }
}

impl Asker {
    /// Posts a question. Never blocks; the answer comes through the channel.
    pub fn ask(&self, inquiry: Inquiry) {
        drop(self.posts.send(Post::Asked(self.id, inquiry)));
    }

    /// Notified when something has changed.
    #[must_use]
    pub fn changes(&self) -> Arc<Notify> {
        Arc::clone(&self.changes)
    }
}

impl Drop for Asker {
    fn drop(&mut self) {
        drop(self.posts.send(Post::Gone(self.id)));
    }
}

impl Listener {
    pub(super) fn tell_change(&self) {
        self.changes.notify_one();
    }

    pub(super) fn answer(&self, answer: Answer) {
        // The face may be gone.
        drop(self.answers.send(answer));
    }
}

impl Engine {
    /// Answers an asker; `None` if the privacy level does not allow the question or it needs no answer.
    pub fn ask(&mut self, asker: AskerId, as_of: AsOf, ask: Ask, wall: Millis) -> Option<AnswerBody> {
        let bounce = self.rules.bounce;
        let found = match (self.privacy.allowed(ask)?, as_of) {
            (Ask::View(question), as_of) if !self.privacy.shows_visitors() => {
                let question = self.defined(*question);
                AnswerBody::View(Arc::new(self.answer_at_mark(asker, &question, as_of, wall)))
            }
            (Ask::View(question), AsOf::Now) => {
                AnswerBody::View(Arc::new(self.answer(&self.defined(*question), wall)))
            }
            (Ask::View(question), AsOf::Snapshot) => {
                AnswerBody::View(Arc::new(self.answer_from_snapshot(asker, &self.defined(*question), wall)))
            }
            (Ask::View(question), AsOf::At(at)) => {
                AnswerBody::View(Arc::new(self.answer_as_of(&self.defined(*question), at, wall)))
            }
            (Ask::Timeline(session), AsOf::Now | AsOf::At(_)) => {
                AnswerBody::Timeline(self.timeline(session, bounce, wall).map(Arc::new))
            }
            (Ask::Timeline(session), AsOf::Snapshot) => {
                AnswerBody::Timeline(self.timeline_from_snapshot(asker, session, bounce, wall).map(Arc::new))
            }
            (Ask::Release, _) => {
                self.release(asker);
                return None;
            }
        };
        Some(found)
    }

    /// The question with the config's definitions, which it refers to by name, unless it brings its own.
    pub(super) fn defined(&self, question: Question) -> Question {
        if *question.definitions != Definitions::default() {
            return question;
        }
        Question { definitions: Arc::clone(&self.definitions), ..question }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::filter::Filter;
    use crate::query::question::Question;

    #[test]
    fn a_question_displaces_only_an_older_one_of_the_same_asker_and_sort() {
        let view = || Ask::View(Box::new(Question::about(Filter::default())));
        let mut latest = Latest::default();
        for (asker, ticket, as_of, ask) in [
            (1, 1, AsOf::Now, view()),
            (2, 2, AsOf::Now, view()),
            (1, 3, AsOf::Snapshot, view()),
            (1, 4, AsOf::Now, Ask::Release),
            (1, 5, AsOf::Now, view()),
        ] {
            latest.push(AskerId(asker), Inquiry { ticket, as_of, ask });
        }
        let waiting: Vec<_> =
            latest.into_inner().iter().map(|(asker, inquiry)| (asker.0, inquiry.ticket)).collect();
        assert_eq!(waiting, [(2, 2), (1, 3), (1, 4), (1, 5)]);
    }
}
