//! A session: its steps and notes, each in the order that R5 gives them.

#[cfg(test)]
mod tests;

use hashbrown::HashMap;

use crate::classify::batch::InputId;
use crate::classify::visitor::{User, Visitor};
use crate::ids::{ArrivalId, PageId};
use crate::time::{Millis, Span};

use super::event::{Note, NoteKind, Origin, Step, StepKind};

/// A visitor's events with no silence between two of them longer than the gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Whose.
    pub visitor: Visitor,
    /// Where it came from, with what client: its first event's, unless a detour shortly before brought the arrival
    /// (R9).
    pub origin: Origin,
    /// The arrival of its first event.
    pub(super) first_arrival: ArrivalId,
    /// Times of the first and last event, copied here because every session is asked for them often, while its list of
    /// events is usually not in cache.
    first: Millis,
    last: Millis,
    /// Its events in order; never empty.
    pub steps: Vec<Step>,
    /// Errors and redirects noted on it, in order.
    pub notes: Vec<Note>,
    /// The logged-in user, which links sessions on several devices (R4). Of several users on one device it is always
    /// the same one, whatever the order of events.
    pub user: User,
    /// How many of `steps` are pageviews.
    pub pageviews: u32,
    /// When the visitor first fetched robots.txt; [`Millis::MAX`] if never.
    pub robots: Millis,
    /// Whether it ever had more than 60 pageviews within 60 s (R3).
    pub hasty: bool,
    /// Whether requests extended it that are not steps: repeated requests for a file (R2).
    pub extended: bool,
    /// Whether an asset was fetched (R3).
    pub has_assets: bool,
    /// Its first request for each file.
    downloads: Option<Box<Downloads>>,
}

/// The first request for each file in the order of R5, so that the order of lines does not matter.
type Downloads = HashMap<PageId, (Millis, InputId)>;

/// The lists of a session, reused by another one once they are empty.
#[derive(Debug)]
pub(super) struct SessionLists {
    pub(super) steps: Vec<Step>,
    pub(super) notes: Vec<Note>,
}

impl SessionLists {
    /// Clears them and keeps the memory of at most `longest` entries each.
    pub(super) fn empty(&mut self, longest: usize) {
        self.steps.clear();
        self.steps.shrink_to(longest);
        self.notes.clear();
        self.notes.shrink_to(longest);
    }
}

impl Session {
    /// A new session with one step, in the given empty lists.
    pub(super) fn new(
        visitor: Visitor,
        origin: Origin,
        step: Step,
        robots: Millis,
        SessionLists { mut steps, notes }: SessionLists,
    ) -> Session {
        steps.push(step);
        let first_of = |step: Step| Box::new(HashMap::from_iter([(step.page, key(&step))]));
        let downloads = is_download(&step).then(|| first_of(step));
        Session {
            visitor,
            origin,
            first_arrival: origin.arrival,
            first: step.time,
            last: step.time,
            steps,
            notes,
            user: User::NONE,
            pageviews: u32::from(step.kind == StepKind::Pageview),
            robots,
            hasty: false,
            extended: false,
            has_assets: false,
            downloads,
        }
    }

    /// Takes its lists for reuse.
    pub(super) fn take_lists(&mut self) -> SessionLists {
        SessionLists { steps: std::mem::take(&mut self.steps), notes: std::mem::take(&mut self.notes) }
    }

    /// The first event's time.
    #[must_use]
    pub fn start(&self) -> Millis {
        self.first
    }

    /// The last event's time.
    #[must_use]
    pub fn end(&self) -> Millis {
        self.last
    }

    /// How many actions it has.
    #[must_use]
    pub fn actions(&self) -> u32 {
        u32::try_from(self.steps.len()).unwrap_or(u32::MAX) - self.pageviews
    }

    /// How many errors are noted on it.
    #[must_use]
    pub fn errors(&self) -> u32 {
        let errors = self.notes.iter().filter(|note| note.kind == NoteKind::Error).count();
        u32::try_from(errors).unwrap_or(u32::MAX)
    }

    /// Inserts a step in the order of R5: by time, then input, then arrival. Of a file's requests only the first is
    /// kept. Returns whether it is the session's first step now.
    pub(super) fn insert(&mut self, step: Step, origin: Origin) -> bool {
        if is_download(&step) && self.repeats(&step) {
            self.last = self.last.max(step.time);
            return false;
        }
        let at = self.place_of(&step);
        self.steps.insert(at, step);
        self.first = self.first.min(step.time);
        self.last = self.last.max(step.time);
        if at == 0 {
            (self.origin, self.first_arrival) = (origin, origin.arrival);
        }
        if step.kind == StepKind::Pageview {
            self.pageviews += 1;
            self.hasty = self.hasty || (self.pageviews > RATE_PAGEVIEWS && self.is_hasty_around(at));
        }
        at == 0
    }

    /// Whether its file was requested before. If this request is the earlier one, the step kept so far is dropped.
    fn repeats(&mut self, step: &Step) -> bool {
        let downloads = self.downloads.get_or_insert_default();
        let Some(first) = downloads.get_mut(&step.page) else {
            downloads.insert(step.page, key(step));
            return false;
        };
        self.extended = true;
        if *first <= key(step) {
            return true;
        }
        let replaced = std::mem::replace(first, key(step));
        let is_it = |other: &Step| key(other) == replaced && other.page == step.page && is_download(other);
        if let Some(at) = self.steps.iter().rposition(is_it) {
            self.steps.remove(at);
        }
        false
    }

    /// The index to insert a step at. It is nearly always the end, which `last` tells without a cache miss on the list.
    fn place_of(&self, step: &Step) -> usize {
        if step.time > self.last {
            return self.steps.len();
        }
        let order = |step: &Step| (key(step), step.prefetched);
        let after = self.steps.iter().rev().take_while(|other| order(other) > order(step)).count();
        self.steps.len() - after
    }

    pub(super) fn insert_note(&mut self, note: Note) {
        match note.kind {
            NoteKind::Asset => return self.has_assets = true,
            NoteKind::Identified(user) => self.user = self.user.max(user),
            NoteKind::Error | NoteKind::Redirect => {}
        }
        let key = (note.time, note.input);
        let after = self.notes.iter().rev().take_while(|other| (other.time, other.input) > key).count();
        self.notes.insert(self.notes.len() - after, note);
    }

    /// Whether any 61 consecutive pageviews that include the one at `at` lie within 60 s (R3).
    fn is_hasty_around(&self, at: usize) -> bool {
        let reach = RATE_PAGEVIEWS as usize;
        let time = |step: &Step| (step.kind == StepKind::Pageview).then_some(step.time);
        let before = self.steps[..at].iter().rev().filter_map(time).take(reach);
        let after = self.steps[at..].iter().filter_map(time).take(reach + 1);
        let mut near: Vec<Millis> = before.collect();
        near.reverse();
        near.extend(after);
        is_hasty(&near)
    }

    /// Merges a later session of the same visitor into this one.
    pub(super) fn join(&mut self, mut later: Session) {
        self.last = self.last.max(later.last);
        self.extended |= later.extended;
        self.has_assets |= later.has_assets;
        self.join_downloads(&mut later);
        self.steps.extend(later.steps);
        for note in later.notes {
            self.insert_note(note);
        }
        self.pageviews += later.pageviews;
        self.user = self.user.max(later.user);
        self.robots = self.robots.min(later.robots);
        self.hasty = self.hasty || later.hasty || self.is_hasty();
    }

    /// Files requested in both belong to the earlier session.
    fn join_downloads(&mut self, later: &mut Session) {
        let Some(mut firsts) = later.downloads.take() else { return };
        let Some(mine) = &mut self.downloads else {
            self.downloads = Some(firsts);
            return;
        };
        firsts.retain(|page, _| !mine.contains_key(page));
        let before = later.steps.len();
        later.steps.retain(|step| !is_download(step) || firsts.contains_key(&step.page));
        self.extended |= later.steps.len() < before;
        mine.extend(*firsts);
    }

    fn is_hasty(&self) -> bool {
        let pageviews = self.steps.iter().filter(|step| step.kind == StepKind::Pageview);
        is_hasty(&pageviews.map(|step| step.time).collect::<Vec<_>>())
    }
}

/// The sort key of steps within a session (R5).
fn key(step: &Step) -> (Millis, InputId) {
    (step.time, step.input)
}

fn is_download(step: &Step) -> bool {
    matches!(step.kind, StepKind::Download(_))
}

fn is_hasty(pageviews: &[Millis]) -> bool {
    let reach = RATE_PAGEVIEWS as usize;
    pageviews.windows(reach + 1).any(|window| window[reach].since(window[0]) <= RATE_SPAN)
}

/// The `rate` rule of R3: more pageviews than this within [`RATE_SPAN`] are a bot's.
const RATE_PAGEVIEWS: u32 = 60;
const RATE_SPAN: Span = Span::seconds(60);
