//! The slots of a run: 10 s long for an hour, then a minute.

use std::collections::BTreeMap;

use crate::time::{Millis, Span};

use super::{Classes, Clients, Slot};

/// The length of a fine slot.
pub const FINE: Span = Span::seconds(10);
const COARSE: Span = Span::minutes(1);
/// For how long slots are fine.
pub(super) const FINE_FOR: Span = Span::hours(1);

/// Slots by their start.
#[derive(Debug, Clone, Default)]
pub struct Slots {
    fine: BTreeMap<Millis, Slot>,
    coarse: BTreeMap<Millis, Slot>,
    /// The fine slot in use, which is not in `fine`.
    current: Option<(Millis, Slot)>,
    /// Fine slots begin at or after this.
    fine_from: Option<Millis>,
    /// Memory of the slots that are in no use.
    bytes: usize,
    /// Slots before this have no details any more.
    folded_before: Option<Millis>,
}

impl Slots {
    /// The slot of a time.
    #[inline]
    pub(super) fn at(&mut self, time: Millis) -> &mut Slot {
        match &self.current {
            Some((start, _)) if time >= *start && time < *start + FINE => {}
            _ => self.turn_to(time),
        }
        &mut self.current.get_or_insert_with(|| (time.floor_to(FINE), Slot::default())).1
    }

    #[inline(never)]
    fn turn_to(&mut self, time: Millis) {
        self.put_current_back();
        let start = time.floor_to(FINE);
        let slot = self.fine.remove(&start).unwrap_or_default();
        self.bytes = self.bytes.saturating_sub(slot.bytes());
        self.current = Some((start, slot));
    }

    fn put_current_back(&mut self) {
        if let Some((start, slot)) = self.current.take() {
            self.bytes += slot.bytes();
            self.fine.insert(start, slot);
        }
    }

    /// Merges the fine slots of minutes that ended before a time.
    pub(super) fn coarsen(&mut self, before: Millis, clients: &Clients) {
        let before = before.floor_to(COARSE).max(self.fine_from.unwrap_or(Millis::MIN));
        self.fine_from = Some(before);
        if self.first_fine().is_none_or(|first| first >= before) {
            return;
        }
        self.put_current_back();
        let rest = self.fine.split_off(&before);
        for (start, slot) in std::mem::replace(&mut self.fine, rest) {
            self.bytes = self.bytes.saturating_sub(slot.bytes());
            let minute = self.coarse.entry(start.floor_to(COARSE)).or_default();
            self.bytes = self.bytes.saturating_sub(minute.bytes());
            minute.merge(&slot, clients);
            minute.settle();
            self.bytes += minute.bytes();
        }
    }

    fn first_fine(&self) -> Option<Millis> {
        let current = self.current.as_ref().map(|(start, _)| *start);
        self.fine.first_key_value().map(|(start, _)| *start).into_iter().chain(current).min()
    }

    pub(super) fn drop_before(&mut self, time: Millis) {
        while let Some((start, slot)) = self.coarse.pop_first() {
            if start + COARSE > time {
                self.coarse.insert(start, slot);
                return;
            }
            self.bytes = self.bytes.saturating_sub(slot.bytes());
        }
    }

    pub(super) fn drop_from(&mut self, time: Millis) {
        self.put_current_back();
        let dropped = self.fine.split_off(&time.floor_to(FINE));
        let coarse = self.coarse.split_off(&time.floor_to(COARSE));
        let bytes: usize = dropped.values().chain(coarse.values()).map(Slot::bytes).sum();
        self.bytes = self.bytes.saturating_sub(bytes);
    }

    /// Folds the details of the oldest slots; those of the slot in use only if it takes too much by itself.
    pub(super) fn bound_bytes(&mut self, most: usize, classes: &mut Classes) {
        while self.bytes() > most {
            let from = self.folded_before.unwrap_or(Millis::MIN);
            let oldest = [self.coarse.range_mut(from..).next(), self.fine.range_mut(from..).next()];
            let oldest = oldest.into_iter().flatten().min_by_key(|(start, _)| **start);
            let Some((&start, slot)) = oldest else { return self.fold_current(most, classes) };
            let before = slot.bytes();
            slot.fold(classes);
            self.bytes = (self.bytes + slot.bytes()).saturating_sub(before);
            self.folded_before = Some(start + Span(1));
        }
    }

    fn fold_current(&mut self, most: usize, classes: &mut Classes) {
        if let Some((_, slot)) = self.current.as_mut().filter(|(_, slot)| slot.bytes() > most) {
            slot.fold(classes);
        }
    }

    pub(super) fn take_until(&mut self, time: Millis) -> Vec<(Millis, Span, Slot)> {
        if self.current.as_ref().is_some_and(|(start, _)| *start + FINE <= time) {
            self.put_current_back();
        }
        let mut taken = Vec::new();
        for (slots, length) in [(&mut self.coarse, COARSE), (&mut self.fine, FINE)] {
            let rest = slots.split_off(&(time - length + Span(1)));
            let whole = std::mem::replace(slots, rest);
            taken.extend(whole.into_iter().map(|(start, slot)| (start, length, slot)));
        }
        let bytes: usize = taken.iter().map(|(_, _, slot)| slot.bytes()).sum();
        self.bytes = self.bytes.saturating_sub(bytes);
        taken
    }

    pub(super) fn known_from(&self) -> Option<Millis> {
        let coarse = self.coarse.first_key_value().map(|(start, _)| *start);
        let first = coarse.into_iter().chain(self.first_fine()).min()?;
        Some(first.max(self.folded_before.unwrap_or(Millis::MIN)))
    }

    pub(super) fn over(&self, from: Millis, to: Millis) -> impl Iterator<Item = (Millis, Span, &Slot)> {
        let coarse = self.coarse.iter().map(|(&start, slot)| (start, COARSE, slot));
        let fine = self.fine.iter().map(|(&start, slot)| (start, FINE, slot));
        let current = self.current.iter().map(|(start, slot)| (*start, FINE, slot));
        let overlaps =
            move |(start, length, _): &(Millis, Span, &Slot)| *start + *length > from && *start <= to;
        coarse.chain(fine).chain(current).filter(overlaps)
    }

    /// Memory used, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.bytes + self.current.as_ref().map_or(0, |(_, slot)| slot.bytes())
    }
}
