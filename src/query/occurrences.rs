//! How often pages are viewed and actions done, and in how many sessions, while sessions are folded.

/// What occurred of each page or action, by its number: apart from the rest, because millions are counted here, and as
/// little memory as this stays close at hand.
#[derive(Debug, Default)]
pub(super) struct AllOccurrences {
    counts: Vec<Occurrences>,
    /// What has occurred at all.
    keys: Vec<u32>,
}

/// How often a page was viewed or an action done.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Occurrences {
    pub(super) count: u32,
    pub(super) sessions: u32,
    /// In which session it occurred last, so that a page viewed twice is one session.
    last: u32,
}

impl AllOccurrences {
    /// Counts a view or an action; the first one in a session counts the session too.
    #[inline]
    pub(super) fn add(&mut self, key: u32, session: u32) {
        let Some(occurrences) = self.counts.get_mut(key as usize).filter(|known| known.count > 0) else {
            return self.add_first(key, session);
        };
        occurrences.count += 1;
        occurrences.sessions += u32::from(occurrences.last != session);
        occurrences.last = session;
    }

    #[cold]
    fn add_first(&mut self, key: u32, session: u32) {
        let number = key as usize;
        self.counts.resize(self.counts.len().max(number + 1), Occurrences::default());
        self.counts[number] = Occurrences { count: 1, sessions: 1, last: session };
        self.keys.push(key);
    }

    /// What occurred since the last time.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = (u32, Occurrences)> {
        let counts = &mut self.counts;
        self.keys.drain(..).map(|key| (key, std::mem::take(&mut counts[key as usize])))
    }
}
