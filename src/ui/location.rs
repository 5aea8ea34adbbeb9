//! The current location, and the way back: each thing opened, filtered or zoomed is a step.

use crate::query::analysis::ask::PathsAsk;
use crate::query::filter::{Filter, Term, TextField};
use crate::query::question::SessionRef;

use super::explorer;
use super::lists::Lists;
use super::pane::Pane;
use super::study::Study;

/// A screen with a number key of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Screen {
    /// Everything at a glance.
    Overview,
    /// All sessions of the window.
    Sessions,
    /// Sources and channels.
    Sources,
    /// Pages.
    Pages,
    /// Countries, browsers, systems, devices, sites.
    Audience,
    /// Goals and actions.
    Goals,
    /// What stands out, who the bots are, how good the data is.
    Insights,
    /// All hits: what is answered, what fails, who sends them.
    Traffic,
}

impl Screen {
    /// The screen's name in the breadcrumb.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Screen::Overview => "Overview",
            Screen::Sessions => "Sessions",
            Screen::Sources => "Sources",
            Screen::Pages => "Pages",
            Screen::Audience => "Audience",
            Screen::Goals => "Goals",
            Screen::Insights => "Insights",
            Screen::Traffic => "Traffic",
        }
    }

    /// The pane that has the focus when the screen opens.
    pub(crate) fn first_focus(self) -> Pane {
        match self {
            Screen::Overview | Screen::Sessions => Pane::Sessions,
            Screen::Sources => Pane::Sources,
            Screen::Pages => Pane::Pages,
            Screen::Audience => Pane::Countries,
            Screen::Goals => Pane::Goals,
            Screen::Insights => Pane::Findings,
            Screen::Traffic => Pane::Failures,
        }
    }
}

/// What the screen shows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Location {
    /// The screen.
    pub(crate) screen: Screen,
    /// The filter.
    pub(crate) filter: Filter,
    /// The page that is open in place of the screen, as long as the filter includes it.
    pub(crate) page: Option<String>,
    /// The funnel or experiment that is open in place of the goals.
    pub(crate) study: Option<Study>,
    /// The paths that are explored in place of the screen.
    pub(crate) paths: Option<PathsAsk>,
    /// The session whose timeline is open on top.
    pub(crate) opened: Option<SessionRef>,
    /// The focused pane.
    pub(crate) focus: Pane,
    /// Whether that pane fills the screen.
    pub(crate) zoomed: bool,
}

impl Location {
    /// A screen with nothing open on it.
    pub(crate) fn of(screen: Screen, filter: Filter) -> Location {
        let focus = screen.first_focus();
        Location { screen, filter, page: None, paths: None, study: None, opened: None, focus, zoomed: false }
    }

    fn looks_at_the_same(&self, other: &Location) -> bool {
        let same_pane = !self.zoomed || self.focus == other.focus;
        same_pane
            && (self.screen, &self.filter, &self.page, self.opened, self.zoomed)
                == (other.screen, &other.filter, &other.page, other.opened, other.zoomed)
            && (&self.study, &self.paths) == (&other.study, &other.paths)
    }

    /// The same location with another filter. Closes what is open to show the matching list, except a page that the
    /// filter still includes.
    pub(crate) fn through(&self, filter: Filter) -> Location {
        let has = |page: &String| filter.terms().contains(&Term::exactly(TextField::Page, page));
        let page = self.page.clone().filter(has);
        let home = self.home(page.is_some());
        let stays = self.opened.is_none() && self.page == page;
        let focus = if stays { self.focus } else { home };
        Location { filter, page, focus, opened: None, ..self.clone() }
    }

    /// The pane that has the focus when nothing else is chosen.
    fn home(&self, page_is_open: bool) -> Pane {
        match &self.study {
            _ if page_is_open => Pane::Before,
            Some(study) => study.first_focus(),
            None => self.paths.as_ref().map_or(self.screen.first_focus(), explorer::first_focus),
        }
    }
}

/// Nobody goes back more steps than this one by one.
const LONGEST_WAY_BACK: usize = 100;

/// The location, and those that led to it.
#[derive(Debug)]
pub(crate) struct Trail {
    here: Location,
    behind: Vec<Visited>,
}

/// A previous location with its cursors.
#[derive(Debug)]
struct Visited {
    place: Location,
    lists: Lists,
}

impl Trail {
    /// A trail that begins on the overview.
    pub(crate) fn start(filter: Filter) -> Trail {
        Trail { here: Location::of(Screen::Overview, filter), behind: Vec::new() }
    }

    /// The current location.
    pub(crate) fn here(&self) -> &Location {
        &self.here
    }

    /// Whether one can go back.
    pub(crate) fn leads_back(&self) -> bool {
        !self.behind.is_empty()
    }

    /// Whether one step back leads to that location.
    pub(crate) fn leads_to(&self, place: &Location) -> bool {
        self.behind.last().is_some_and(|last| last.place.looks_at_the_same(place))
    }

    /// Takes a step and saves the cursors. A step to the previous location goes back instead, so that moving to and
    /// fro does not lengthen the way back.
    pub(crate) fn step(&mut self, next: Location, lists: &mut Lists) {
        if self.here.looks_at_the_same(&next) {
            self.here = next;
        } else if self.leads_to(&next) {
            self.back(lists);
        } else {
            let place = std::mem::replace(&mut self.here, next);
            self.behind.push(Visited { place, lists: lists.clone() });
            let too_many = self.behind.len().saturating_sub(LONGEST_WAY_BACK);
            self.behind.drain(..too_many);
        }
    }

    /// Goes one step back; returns false if there is none. Cursors are restored, unless the same lists stay visible.
    pub(crate) fn back(&mut self, lists: &mut Lists) -> bool {
        let Some(last) = self.behind.pop() else { return false };
        if last.place.filter != self.here.filter {
            *lists = last.lists;
        }
        self.here = last.place;
        true
    }

    /// Moves the focus, which is not a step.
    pub(crate) fn focus(&mut self, pane: Pane) {
        self.here.focus = pane;
    }

    /// Switches to another session of the followed visitor, which is not a step.
    pub(crate) fn turn_to(&mut self, session: SessionRef) {
        self.here.opened = Some(session);
    }

    /// The funnel that is open has another name now, which is not a step.
    pub(crate) fn rename(&mut self, study: Study) {
        self.here.study = Some(study);
    }

    /// Tries a filter without a step, as the prompt does while one is being typed.
    pub(crate) fn try_filter(&mut self, filter: Filter) {
        self.here.filter = filter;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zoomed(place: &Location) -> Location {
        Location { zoomed: true, ..place.clone() }
    }

    fn filtered(place: &Location, text: &str) -> Location {
        Location { filter: Filter::parse(text).expect(text), ..place.clone() }
    }

    #[test]
    fn every_step_is_taken_back_by_one_step() {
        let (mut trail, mut lists) = (Trail::start(Filter::default()), Lists::default());
        trail.step(filtered(trail.here(), "source:Google"), &mut lists);
        trail.step(zoomed(trail.here()), &mut lists);
        assert!(trail.back(&mut lists));
        assert_eq!(
            (trail.here().zoomed, trail.here().filter.to_string()),
            (false, "source:Google".to_owned())
        );
        assert!(trail.back(&mut lists));
        assert!(trail.here().filter.is_empty());
        assert!(!trail.back(&mut lists), "the first place has nothing behind it");
    }

    #[test]
    fn to_and_fro_leaves_the_way_back_as_long_as_it_was() {
        let (mut trail, mut lists) = (Trail::start(Filter::default()), Lists::default());
        let start = trail.here().clone();
        for _ in 0..5 {
            trail.step(zoomed(&start), &mut lists);
            trail.step(start.clone(), &mut lists);
        }
        assert!(!trail.leads_back());
    }
}
