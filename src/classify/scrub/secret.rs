//! Secrets within a text: tokens, keys and ids that a machine drew at random (R11).
//!
//! What people write has syllables: vowels, long runs of small letters, digits in one place. What a generator draws has
//! not. Each test below is one of those differences; the figures are those of the tests in `tests/secrets.rs`.

use std::ops::Range;

/// A shorter chunk has too little to tell chance from a name, and 64 bits and more take 11 to 16 letters and digits.
const LEAST: usize = 16;

/// Runs of chunks that are drawn at random are shorter on average.
const MIXED_RUN: f64 = 2.5;
/// Of fewer letters the share of vowels says nothing.
const LETTERS: usize = 4;

/// Where secrets stand, in order.
pub(super) fn find(text: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let length = text[at..].iter().take_while(|byte| in_stretch(**byte)).count();
        if length >= LEAST {
            find_in_stretch(text, at..at + length, &mut found);
        }
        at += length.max(1);
    }
    found
}

/// Whether a text is long enough to have any: a check that ordinary paths leave by.
pub(super) fn may_occur(text: &[u8]) -> bool {
    let mut length = 0;
    text.iter().any(|byte| {
        length = if in_stretch(*byte) { length + 1 } else { 0 };
        length >= LEAST
    })
}

fn in_stretch(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// A stretch is chunks of letters and digits, joined by `-` or `_`.
fn find_in_stretch(text: &[u8], stretch: Range<usize>, found: &mut Vec<Range<usize>>) {
    let chunks = chunks(text, stretch.clone());
    if let Some(uuid) = uuid(text, &chunks) {
        found.push(uuid);
        return;
    }
    if is_secret_stretch(text, &stretch, &chunks) {
        found.push(stretch);
        return;
    }
    found.extend(chunks.into_iter().filter(|chunk| is_secret(&text[chunk.clone()])));
}

fn chunks(text: &[u8], stretch: Range<usize>) -> Vec<Range<usize>> {
    let mut chunks: Vec<Range<usize>> = Vec::new();
    for at in stretch {
        match chunks.last_mut() {
            _ if !text[at].is_ascii_alphanumeric() => {}
            Some(last) if last.end == at => last.end = at + 1,
            _ => chunks.push(at..at + 1),
        }
    }
    chunks
}

/// 8-4-4-4-12 hexadecimal digits.
fn uuid(text: &[u8], chunks: &[Range<usize>]) -> Option<Range<usize>> {
    const LENGTHS: [usize; 5] = [8, 4, 4, 4, 12];
    let is_hex = |chunk: &Range<usize>| text[chunk.clone()].iter().all(u8::is_ascii_hexdigit);
    let found = chunks.windows(LENGTHS.len()).find(|five| {
        five.iter().zip(LENGTHS).all(|(chunk, length)| chunk.len() == length && is_hex(chunk))
    })?;
    Some(found[0].start..found[4].end)
}

/// Whether a chunk is drawn at random.
fn is_secret(chunk: &[u8]) -> bool {
    if chunk.len() < LEAST {
        return false;
    }
    let shape = Shape::of(chunk);
    let is_hex = shape.digits > 0 && chunk.iter().all(u8::is_ascii_hexdigit);
    let is_mixed = shape.average_run() < 3.0 || shape.changes >= 6 || shape.changes * 4 >= chunk.len();
    let has_few_vowels = shape.vowels() < 0.20 || (shape.changes >= 2 && shape.vowels() < 0.28);
    match shape.letters {
        0 => false,
        // As in 20261130T140255Z.
        1..LETTERS => is_hex || is_mixed,
        _ => is_hex || is_mixed || has_few_vowels,
    }
}

/// Whether short chunks are drawn at random together: `V1StGXR8_Z5jdHi6B-myT`.
fn is_secret_stretch(text: &[u8], stretch: &Range<usize>, chunks: &[Range<usize>]) -> bool {
    let shapes: Vec<_> = chunks.iter().map(|chunk| Shape::of(&text[chunk.clone()])).collect();
    let length = |shape: &&Shape| shape.length;
    let longest = shapes.iter().map(|shape| shape.length).max().unwrap_or(0);
    let mixed: usize = shapes.iter().filter(|shape| shape.is_mixed()).map(|shape| length(&shape)).sum();
    stretch.len() >= LEAST && longest >= 8 && mixed * 2 >= stretch.len()
}

/// What tells chance from words.
#[derive(Debug, Default)]
struct Shape {
    length: usize,
    letters: usize,
    digits: usize,
    vowels: usize,
    /// Runs of small letters with at most one leading capital, of capitals, of digits.
    runs: usize,
    /// From letters to digits and back.
    changes: usize,
}

impl Shape {
    fn of(chunk: &[u8]) -> Shape {
        let mut shape = Shape { length: chunk.len(), ..Shape::default() };
        let mut before: Option<Kind> = None;
        let mut run_length = 0;
        for byte in chunk {
            let kind = Kind::of(*byte);
            match kind {
                Kind::Digit => shape.digits += 1,
                Kind::Small | Kind::Capital => {
                    shape.letters += 1;
                    shape.vowels += usize::from(b"aeiouyAEIOUY".contains(byte));
                }
            }
            // A single capital leads the small letters after it.
            let goes_on = before == Some(kind)
                || (before == Some(Kind::Capital) && kind == Kind::Small && run_length == 1);
            run_length = if goes_on { run_length + 1 } else { 1 };
            shape.runs += usize::from(!goes_on);
            shape.changes +=
                usize::from(before.is_some_and(|one| (one == Kind::Digit) != (kind == Kind::Digit)));
            before = Some(kind);
        }
        shape
    }

    fn average_run(&self) -> f64 {
        self.length as f64 / self.runs.max(1) as f64
    }

    /// The share of vowels among the letters.
    fn vowels(&self) -> f64 {
        self.vowels as f64 / self.letters.max(1) as f64
    }

    fn is_mixed(&self) -> bool {
        self.length >= 4 && self.runs >= 3 && (self.average_run() < MIXED_RUN || self.changes >= 4)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Small,
    Capital,
    Digit,
}

impl Kind {
    fn of(byte: u8) -> Kind {
        match byte {
            b'0'..=b'9' => Kind::Digit,
            b'A'..=b'Z' => Kind::Capital,
            _ => Kind::Small,
        }
    }
}
