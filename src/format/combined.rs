//! The common and combined logs of Apache and nginx, with a leading host or trailing extra fields.
//!
//! `[host] address ident user [time] "request" status size ["referrer" "agent" [extra …]]`

mod layout;
pub(super) mod lazy_details;
#[cfg(test)]
mod tests;

use memchr::memchr;

use crate::bytes;
use crate::time::Millis;

use super::cursor::LineCursor;
use super::fields::{self, is_address};
use super::hit::{Hit, LazyDetails};
use super::request::Request;
use super::stamp::{STAMP, StampReader};
use super::{Malformed, Reason};
pub(super) use layout::{CombinedLayout, Extra, Leading, Tail};
use lazy_details::CombinedDetails;
pub(super) use lazy_details::extra_fields;

/// A reader of common and combined lines.
#[derive(Debug, Clone)]
pub struct Combined {
    layout: CombinedLayout,
    stamps: StampReader,
}

impl Combined {
    pub(super) fn new(layout: CombinedLayout) -> Combined {
        Combined { layout, stamps: StampReader::new() }
    }

    pub(super) fn named(name: &str) -> Option<Combined> {
        let (leading, tail) = match name {
            "common" => (Leading::Nothing, Tail::Nothing),
            "combined" => (Leading::Nothing, Tail::ReferrerAndAgent),
            "vhost_common" => (Leading::Host, Tail::Nothing),
            "vhost_combined" => (Leading::Host, Tail::ReferrerAndAgent),
            _ => return None,
        };
        Some(Combined::new(CombinedLayout { leading, tail, extra: Extra::Nothing }))
    }

    /// The same where the format was found by looking at lines: those that say more are in another one.
    pub(super) fn found_by_looking(mut self) -> Combined {
        if self.layout.tail == Tail::Nothing && self.layout.extra == Extra::Nothing {
            self.layout.tail = Tail::NothingYet;
        }
        self
    }

    pub(super) fn name(&self) -> String {
        let base = match self.layout.tail {
            Tail::Nothing | Tail::NothingYet => "common",
            Tail::ReferrerAndAgent => "combined",
        };
        let leading = match self.layout.leading {
            Leading::Nothing => "",
            Leading::Host => "host + ",
        };
        match self.layout.extra {
            Extra::Nothing => format!("{leading}{base}"),
            Extra::Fields(1) => format!("{leading}{base} + 1 field"),
            Extra::Fields(count) => format!("{leading}{base} + {count} fields"),
            Extra::Host(1, _) => format!("{leading}{base} + host"),
            Extra::Host(count, _) => format!("{leading}{base} + {count} fields with host"),
        }
    }

    /// Whether lines have fields that mean nothing here: another reading may find out what they are.
    pub(super) fn has_unused_fields(&self) -> bool {
        matches!(self.layout.extra, Extra::Fields(_))
            || matches!(self.layout.extra, Extra::Host(count, _) if count > 1)
    }

    pub(super) fn has_host(&self) -> bool {
        self.layout.leading == Leading::Host || matches!(self.layout.extra, Extra::Host(..))
    }

    /// What reads its stamps.
    pub(super) fn stamps_mut(&mut self) -> &mut StampReader {
        &mut self.stamps
    }

    #[inline(always)]
    pub(super) fn read<'a>(&mut self, line: &'a [u8]) -> Result<Hit<'a>, Malformed> {
        let mut cursor = LineCursor::new(line);
        let stop = |cursor: LineCursor, reason| Err(Malformed { at: cursor.at(), reason });
        let Some(leading_host) = self.leading_host(&mut cursor) else { return stop(cursor, Reason::Address) };
        let Some(address) = cursor.word() else { return stop(cursor, Reason::Address) };
        let Some(time) = self.time(&mut cursor) else { return stop(cursor, Reason::Time) };
        if !cursor.skip_text(b"] \"") {
            return stop(cursor, Reason::Request);
        }
        // Not with `?`: what can be a request or an error is copied once more, and not before all of it is written.
        let Ok(request) = Request::quoted(&mut cursor) else { return stop(cursor, Reason::Request) };
        let Some(status) = status(&mut cursor) else { return stop(cursor, Reason::Status) };
        let Some(size) = size(&mut cursor) else { return stop(cursor, Reason::Size) };
        if self.layout.tail == Tail::NothingYet && cursor.rest().starts_with(b" \"") {
            return stop(cursor, Reason::End);
        }
        let (layout, after_size) = (self.layout, cursor.rest());
        let rest = CombinedDetails { address, leading_host, size, layout, after_size };
        Ok(Hit { time, request, status, own: None, lazy: LazyDetails::Combined(rest) })
    }

    /// The host before the address; empty where the layout has none.
    fn leading_host<'a>(&self, cursor: &mut LineCursor<'a>) -> Option<&'a [u8]> {
        match self.layout.leading {
            Leading::Nothing => Some(b""),
            Leading::Host => cursor.word(),
        }
    }

    /// What stands after the fields that every line of this layout has; `None` where the line cannot be read.
    pub(super) fn extra<'a>(&mut self, line: &'a [u8]) -> Option<&'a [u8]> {
        match self.read(line).ok()?.lazy {
            LazyDetails::Combined(rest) => Some(rest.extra()),
            _ => None,
        }
    }

    /// Reads `ident user [time`, where the user may hold spaces and brackets.
    #[inline(always)]
    fn time(&mut self, cursor: &mut LineCursor) -> Option<Millis> {
        if cursor.skip_text(b"- - [") {
            let time = self.stamps.read(cursor.rest());
            if time.is_some() {
                cursor.skip(STAMP);
            }
            return time;
        }
        let ident = cursor.word()?;
        // No server writes an address there: what was taken for one is the host that leads other layouts.
        if ident.len() > 1 && is_address(ident) {
            return None;
        }
        self.time_after_user(cursor)
    }

    #[inline(never)]
    fn time_after_user(&mut self, cursor: &mut LineCursor) -> Option<Millis> {
        let rest = cursor.rest();
        let mut from = 0;
        loop {
            let bracket = from + memchr(b'[', &rest[from..])?;
            from = bracket + 1;
            if bracket == 0 || rest[bracket - 1] != b' ' {
                continue;
            }
            if let Some(time) = self.stamps.read(&rest[from..]) {
                cursor.skip(from + STAMP);
                return Some(time);
            }
        }
    }
}

fn status(cursor: &mut LineCursor) -> Option<u16> {
    let Some([four @ .., b' ']) = cursor.rest().first_chunk::<5>() else { return no_status(cursor) };
    // Nothing is left but the three digits as numbers, and six more than these leaves no trace above four bits.
    let left = u32::from_le_bytes(*four) ^ u32::from_le_bytes(*b" 000");
    let is_number = (left | left.wrapping_add(0x0606_0600)) & 0xf0f0_f0ff == 0;
    let [_, hundreds, tens, ones] = left.to_le_bytes().map(u16::from);
    if !is_number {
        return no_status(cursor);
    }
    cursor.skip(5);
    Some(hundreds * 100 + tens * 10 + ones)
}

/// A status that says that there was no answer, between blanks.
#[cold]
#[inline(never)]
fn no_status(cursor: &mut LineCursor) -> Option<u16> {
    let mut ahead = *cursor;
    let word = if ahead.skip_text(b" ") { ahead.word() } else { None };
    let status = fields::no_status(word?)?;
    *cursor = ahead;
    Some(status)
}

/// Reads the size: digits, or `-` for none, and then a space or the end of the line.
#[inline(always)]
fn size(cursor: &mut LineCursor) -> Option<u64> {
    let rest = cursor.rest();
    let near = rest.first_chunk().map(|near| u64::from_le_bytes(*near));
    if let Some(near) = near
        && let length @ 1..8 = bytes::digits(near)
        && rest.get(length) == Some(&b' ')
    {
        cursor.skip(length);
        return Some(bytes::number(near, length));
    }
    other_size(cursor)
}

/// A size that is long, missing, or the line's last field.
#[inline(never)]
fn other_size(cursor: &mut LineCursor) -> Option<u64> {
    let rest = cursor.rest();
    let length = match rest.first()? {
        b'-' => 1,
        _ => rest.iter().take_while(|byte| byte.is_ascii_digit()).count(),
    };
    let ended = matches!(rest.get(length), None | Some(b' '));
    (length > 0 && ended).then(|| {
        cursor.skip(length);
        fields::size(&rest[..length])
    })
}
