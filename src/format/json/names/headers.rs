//! The request headers that count, by name.

use super::Field;

impl Field {
    /// What a header stands for, in capital letters or small ones. Most have a length or a first letter that none of
    /// these has.
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

/// The headers that count, as most servers write them.
const HEADERS: [(&[u8], Field); 15] = [
    (b"User-Agent", Field::Agent),
    (b"Referer", Field::Referrer),
    (b"X-Forwarded-For", Field::Forwarded),
    (b"Host", Field::ServerName),
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

/// Which lengths they have, a bit for each.
const HEADER_LENGTHS: u32 = {
    let (mut lengths, mut next) = (0, 0);
    while next < HEADERS.len() {
        lengths |= 1 << HEADERS[next].0.len();
        next += 1;
    }
    lengths
};

/// Which letters they begin with, capital ones or small ones: a bit for each, by its place in the alphabet.
const HEADER_LETTERS: u32 = {
    let (mut letters, mut next) = (0, 0);
    while next < HEADERS.len() {
        letters |= 1 << (HEADERS[next].0[0] & 31);
        next += 1;
    }
    letters
};
