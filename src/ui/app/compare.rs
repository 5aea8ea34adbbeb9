//! Comparing the window on the screen with an earlier one (R17).

use std::sync::Arc;

use crate::query::annotation::Annotation;
use crate::query::comparison::{CompareWith, Comparison};
use crate::query::inquiry::{AsOf, Inquiry};
use crate::query::question::Window;
use crate::query::view::View;
use crate::time::Span;

use super::super::action::Action;
use super::super::comparing::{ComparedTo, Comparing};
use super::super::location::{Location, Screen};
use super::super::shown::Shown;
use super::App;

impl App {
    /// Compares with the next earlier time, and after the last with none.
    pub(super) fn compare_next(&mut self) {
        let next = match self.comparing.as_ref().map(|comparing| &comparing.to) {
            None => CompareWith::ALL.first(),
            Some(ComparedTo::Earlier(with)) => {
                let at =
                    CompareWith::ALL.iter().position(|one| one == with).unwrap_or(CompareWith::ALL.len());
                CompareWith::ALL.get(at + 1)
            }
            Some(ComparedTo::Happened(_)) => None,
        };
        self.comparing = next.map(|with| Comparing::new(ComparedTo::Earlier(*with)));
        match &self.comparing {
            None => self.say("No comparison."),
            Some(comparing) if comparing.behind(self.window()).is_none() => {
                let [shorter, compare] = [Action::WindowShorter, Action::Compare].map(|key| self.key_of(key));
                self.say(format!(
                    "The window is too long for that; {shorter} makes it shorter, {compare} compares with another time."
                ));
            }
            Some(_) => {}
        }
    }

    /// Compares the time since something happened with as long before it.
    pub(super) fn compare_around(&mut self, what: Annotation) {
        let now = self.shown.as_ref().map(|shown| shown.view().now);
        if now.is_none_or(|now| what.at >= now) {
            return self.say("It has not happened yet, so there is nothing to compare.");
        }
        self.comparing = Some(Comparing::new(ComparedTo::Happened(what)));
        self.step(Location::of(Screen::Overview, self.location().filter.clone()));
    }

    /// What differs, where the earlier time is known.
    pub(super) fn comparison(&self) -> Option<Comparison<'_>> {
        let (now, earlier) = (self.shown.as_ref()?.view(), self.comparing.as_ref()?.earlier()?);
        Some(Comparison::new(now, earlier)).filter(Comparison::is_known)
    }

    /// The window on the screen.
    pub(super) fn window(&self) -> Window {
        let now = self.shown.as_ref().map(|shown| shown.view().now);
        match &self.comparing {
            Some(comparing) => comparing.window(self.window, now),
            None => self.window,
        }
    }

    /// Chooses a window. The time since something happened is none to choose, so that comparison ends.
    pub(super) fn choose_window(&mut self, next: fn(Window) -> Window) {
        self.window = next(self.window());
        let is_around = |comparing: &Comparing| matches!(comparing.to, ComparedTo::Happened(_));
        if self.comparing.as_ref().is_some_and(is_around) {
            self.comparing = None;
        }
    }

    /// Asks how it was at the earlier time, once the screen has an answer, and again as that moves on.
    pub(super) fn ask_earlier(&mut self) -> Option<Inquiry> {
        let now = self
            .shown
            .as_ref()
            .filter(|_| self.asking.is_answered())
            .map(|shown: &Shown| shown.view().now)?;
        let behind = self.comparing.as_ref()?.behind(self.window())?;
        let question = self.question();
        let comparing = self.comparing.as_mut()?;
        let question = comparing.due(&question, now, self.wall)?;
        let inquiry = self.asking.earlier(question.clone(), AsOf::At(now - behind));
        comparing.asked(question, inquiry.ticket, now, self.wall);
        Some(inquiry)
    }

    /// What would have kept the earlier time.
    fn say_what_keeps(&mut self, earlier: &View) {
        let Some(now) = self.shown.as_ref().map(|shown| shown.view().now) else { return };
        let hours = now.since(earlier.from).0.div_ceil(Span::hours(1).0);
        self.say(format!(
            "That time is not kept here; dwell --keep {hours}h --since {hours}h reads and keeps so much."
        ));
    }

    /// Whether an answer is about the earlier time; then it is taken.
    pub(super) fn takes_earlier(&mut self, ticket: u64, view: &Arc<View>) -> bool {
        let Some(comparing) = self.comparing.as_mut().filter(|comparing| comparing.waits_for(ticket)) else {
            return false;
        };
        let is_first = comparing.earlier().is_none();
        self.stale |= comparing.take(Arc::clone(view));
        if is_first && self.comparison().is_none() {
            self.say_what_keeps(view);
        }
        true
    }
}
