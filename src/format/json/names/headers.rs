//! The request headers that dwell uses.

use super::Field;

impl Field {
    /// The field of a header, ignoring case. Length and first letter rule most others out before this is called.
    #[inline]
    pub(in super::super) fn of_header(name: &[u8]) -> Field {
        let Some(first) = name.first() else { return Field::Unknown };
        let has_length = name.len() < 32 && HEADER_LENGTHS >> name.len() & 1 == 1;
        let may_be_known = has_length && HEADER_LETTERS >> (first & 31) & 1 == 1;
        if may_be_known { Field::of_header_that_begins_so(name) } else { Field::Unknown }
    }

    #[inline(never)]
    fn of_header_that_begins_so(name: &[u8]) -> Field {
        let is = |known: &[u8]| name == known || name.eq_ignore_ascii_case(known);
        HEADERS.into_iter().find(|(known, _)| is(known)).map_or(Field::Unknown, |(_, field)| field)
    }
}

/// The headers that dwell uses, in their most common spelling.
const HEADERS: [(&[u8], Field); 16] = [
    (b"User-Agent", Field::Agent),
    (b"Referer", Field::Referrer),
    (b"X-Forwarded-For", Field::Forwarded),
    (b"Host", Field::ServerName),
    (b"Cookie", Field::Cookies),
    (b"Dnt", Field::Refusal),
    (b"Sec-Gpc", Field::Refusal),
    (b"Sec-Purpose", Field::Purpose),
    (b"Purpose", Field::Purpose),
    (b"X-Moz", Field::Purpose),
    (b"Sec-Fetch-Dest", Field::Destination),
    (b"Accept", Field::Accept),
    (b"Hx-Boosted", Field::Swap),
    (b"X-Inertia", Field::Swap),
    (b"X-Pjax", Field::Swap),
    (b"Turbo-Frame", Field::Swap),
];

/// Bit set of their lengths.
const HEADER_LENGTHS: u32 = {
    let (mut lengths, mut next) = (0, 0);
    while next < HEADERS.len() {
        lengths |= 1 << HEADERS[next].0.len();
        next += 1;
    }
    lengths
};

/// Bit set of their first letters, ignoring case: bit 0 is A.
const HEADER_LETTERS: u32 = {
    let (mut letters, mut next) = (0, 0);
    while next < HEADERS.len() {
        letters |= 1 << (HEADERS[next].0[0] & 31);
        next += 1;
    }
    letters
};
