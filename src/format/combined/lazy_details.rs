//! Details of a combined line, read on demand for events only: most lines are assets, whose agents nobody needs.

use super::super::cursor::LineCursor;
use super::super::details::Details;
use super::super::fields::absent_if_dash;
use super::layout::{CombinedLayout, Extra, Tail};

/// What only events need: the address, and what stands after the size, not looked at yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct CombinedDetails<'a> {
    pub(super) address: &'a [u8],
    pub(super) leading_host: &'a [u8],
    /// The bytes of the answer, which all hits have.
    pub(super) size: u64,
    pub(super) layout: CombinedLayout,
    pub(super) after_size: &'a [u8],
}

impl<'a> CombinedDetails<'a> {
    #[inline(always)]
    pub(in super::super) fn details(&self) -> Details<'a> {
        let mut cursor = LineCursor::new(self.after_size);
        let (referrer, agent) = match self.layout.tail {
            Tail::Nothing | Tail::NothingYet => (&b""[..], &b""[..]),
            Tail::ReferrerAndAgent => referrer_and_agent(&mut cursor),
        };
        let host = match self.layout.extra {
            Extra::Host(_, at) => extra_fields(cursor.rest()).nth(at).map_or(&b""[..], absent_if_dash),
            Extra::Nothing | Extra::Fields(_) => self.leading_host,
        };
        Details { address: self.address, referrer, agent, host, size: self.size, ..Details::default() }
    }

    /// The address, the host before it and all that stands after the size.
    pub(in super::super) fn sender_as_written(&self) -> [&'a [u8]; 3] {
        [self.address, self.leading_host, self.after_size]
    }

    /// The bytes of the answer.
    pub(in super::super) fn size(&self) -> u64 {
        self.size
    }

    /// The client's address, as written.
    pub(in super::super) fn address(&self) -> &'a [u8] {
        self.address
    }

    /// All that stands after the size.
    pub(in super::super) fn after_size(&self) -> &'a [u8] {
        self.after_size
    }

    /// What stands after the fields that every line of this layout has.
    pub(super) fn extra(&self) -> &'a [u8] {
        let mut cursor = LineCursor::new(self.after_size);
        if self.layout.tail == Tail::ReferrerAndAgent {
            referrer_and_agent(&mut cursor);
        }
        cursor.rest()
    }
}

/// Reads ` "referrer" "agent"`, or as much of it as there is; `-` stands for nothing.
fn referrer_and_agent<'a>(cursor: &mut LineCursor<'a>) -> (&'a [u8], &'a [u8]) {
    if !cursor.skip_text(b" \"") {
        return (b"", b"");
    }
    let referrer = absent_if_dash(cursor.quoted_or_rest());
    if !cursor.skip_text(b" \"") {
        return (referrer, b"");
    }
    (referrer, absent_if_dash(cursor.quoted_or_rest()))
}

/// The extra fields after the agent: words, or texts in quotes.
pub(in super::super) fn extra_fields(rest: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut cursor = LineCursor::new(rest);
    std::iter::from_fn(move || {
        while cursor.skip_text(b" ") {}
        if cursor.rest().is_empty() {
            return None;
        }
        if cursor.skip_text(b"\"") {
            return Some(cursor.quoted_or_rest());
        }
        cursor.word().or_else(|| {
            let last = cursor.rest();
            cursor.skip(last.len());
            Some(last)
        })
    })
}
