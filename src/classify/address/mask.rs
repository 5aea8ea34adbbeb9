//! Masks addresses within texts: nothing shown of a line may contain one, in whatever spelling (design.md R11).
//!
//! Masking keeps the length, so that positions in a line stay valid: each digit beyond the network (IPv4 /24, IPv6 /48)
//! becomes an `x`.

use std::borrow::Cow;

use super::super::spelling::{MOST_DECODED, Spelled, decoded};

/// The text with every address masked. Any text of a line that is shown must pass through here.
#[must_use]
pub fn without_addresses(text: &[u8]) -> Cow<'_, [u8]> {
    if !may_hold_address(text) {
        return Cow::Borrowed(text);
    }
    let mut masked = text.to_vec();
    mask_addresses(&mut masked);
    Cow::Owned(masked)
}

/// The host with addresses masked, including those within providers' host names (`ec2-203-0-113-7.…`) and bare numbers,
/// which are addresses in place of a host.
#[must_use]
pub fn host_without_addresses(host: &str) -> String {
    let mut masked = without_addresses(host.as_bytes()).into_owned();
    for number_run in runs(host.as_bytes(), b'-').into_iter().chain(only_numbers(host.as_bytes())) {
        mask_run(&number_run, &mut |at| mask(&mut masked[at..=at]));
    }
    // Still UTF-8: only ASCII digits were replaced.
    String::from_utf8_lossy(&masked).into_owned()
}

/// Masks every address in a text.
pub(crate) fn mask_addresses(text: &mut [u8]) {
    if !may_hold_address(text) {
        return;
    }
    let mut level = Spelled::plain(text);
    for _ in 0..=MOST_DECODED {
        let Spelled { bytes, spans } = &level;
        find(bytes, &mut |at| {
            // Dots and colons stay, escaped or not.
            if bytes[at].is_ascii_hexdigit() {
                mask(&mut text[spans[at].clone()]);
            }
        });
        match decoded(&level) {
            Some(next) => level = next,
            None => return,
        }
    }
}

/// An upper bound for an address with brackets and port: `[` + 45 characters + `]:65535`, escapes included.
pub(crate) const LONGEST_ADDRESS: usize = 64;

/// A cheap filter: without digits (escapes contain some) or colons there is no address. Most paths have neither.
fn may_hold_address(text: &[u8]) -> bool {
    text.iter().any(|byte| byte.is_ascii_digit() || *byte == b':')
}

fn mask(part: &mut [u8]) {
    part.iter_mut().filter(|byte| byte.is_ascii_hexdigit()).for_each(|digit| *digit = b'x');
}

/// Calls `found` with the position of each byte to mask.
fn find(text: &[u8], found: &mut impl FnMut(usize)) {
    for run in runs(text, b'.') {
        if is_address(text, &run) {
            mask_run(&run, found);
        }
    }
    find_v6(text, found);
}

/// A number in a text in any base that addresses use: `203`, `0xcb`.
#[derive(Debug, Clone, Copy)]
struct Number {
    start: usize,
    end: usize,
    value: u64,
    is_hex: bool,
}

impl Number {
    fn is_octet(&self) -> bool {
        self.value < 256
    }
}

/// Consecutive numbers joined by separators.
type Run = Vec<Number>;

fn runs(text: &[u8], separator: u8) -> Vec<Run> {
    let (mut runs, mut at) = (Vec::new(), 0);
    while at < text.len() {
        let Some(first) = number(text, at) else {
            at += 1;
            continue;
        };
        at = first.end;
        let mut run = vec![first];
        while text.get(at) == Some(&separator)
            && let Some(next) = number(text, at + 1)
        {
            at = next.end;
            run.push(next);
        }
        runs.push(run);
    }
    runs.retain(|run| separator == b'.' || run.len() >= 4);
    runs
}

/// The number that begins at `start`.
fn number(text: &[u8], start: usize) -> Option<Number> {
    let hex = match text.get(start..)? {
        [b'0', b'x' | b'X', rest @ ..] => rest.iter().take_while(|byte| byte.is_ascii_hexdigit()).count(),
        _ => 0,
    };
    let digits = text[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (end, radix, from) =
        if hex > 0 { (start + 2 + hex, 16, start + 2) } else { (start + digits, 10, start) };
    let digits = std::str::from_utf8(text.get(from..end)?).ok().filter(|digits| !digits.is_empty())?;
    let value = u64::from_str_radix(digits, radix).unwrap_or(u64::MAX);
    Some(Number { start, end, value, is_hex: hex > 0 })
}

/// Whether a run of numbers is an address: four octets, or fewer numbers where only an address can stand.
fn is_address(text: &[u8], run: &[Number]) -> bool {
    let has_hex = run.iter().any(|number| number.is_hex);
    let [first, .., last] = run else {
        return is_lone_address(text, &run[0]);
    };
    has_hex
        || run.windows(4).any(|four| four.iter().all(Number::is_octet))
        || is_host_of_url(text, first.start, last.end)
}

/// A single number is an address if it has eight hexadecimal digits, or stands in place of a URL's host.
fn is_lone_address(text: &[u8], number: &Number) -> bool {
    let is_whole = number.value >> 24 > 0 && number.value >> 32 == 0;
    let is_hex = number.is_hex && number.end - number.start == 10;
    is_whole && (is_hex || is_host_of_url(text, number.start, number.end))
}

fn is_host_of_url(text: &[u8], start: usize, end: usize) -> bool {
    let before = &text[..start];
    let begins = before.ends_with(b"//") || before.ends_with(b"@");
    begins && matches!(text.get(end), None | Some(b'/' | b':' | b'?' | b'#'))
}

/// The numbers of a host that consists of numbers only.
fn only_numbers(host: &[u8]) -> Option<Run> {
    let run = runs(host, b'.').into_iter().next()?;
    let [first, ..] = run[..] else { return None };
    let is_all = first.start == 0 && run.last().is_some_and(|last| last.end == host.len());
    let is_address = run.len() > 1 || first.value >> 24 > 0;
    (is_all && is_address && run.len() < 4).then_some(run)
}

/// Masks the last of every four octets; of shorter forms all but the first number, because each covers more bits.
fn mask_run(run: &[Number], found: &mut impl FnMut(usize)) {
    let mut hide = |number: &Number| (number.start..number.end).for_each(&mut *found);
    if run.len() < 4 {
        return run.iter().skip(usize::from(run.len() > 1)).for_each(hide);
    }
    for four in run.windows(4).filter(|four| four.iter().all(Number::is_octet)) {
        hide(&four[3]);
    }
}

/// Finds IPv6: runs of hexadecimal digits, dots and colons.
fn find_v6(text: &[u8], found: &mut impl FnMut(usize)) {
    let mut at = 0;
    while at < text.len() {
        let length = text[at..].iter().take_while(|byte| may_be_of_v6(**byte)).count();
        if length == 0 {
            at += 1;
            continue;
        }
        let end = at + length;
        // Skip the colon of a preceding key, as in `for:2001:db8::1`.
        let start = at + usize::from(text[at] == b':' && text.get(at + 1) != Some(&b':'));
        if looks_like_v6(text, start, end) {
            let network = start + network_length(&text[start..end]);
            (network..end).for_each(&mut *found);
        }
        at = end;
    }
}

fn may_be_of_v6(byte: u8) -> bool {
    byte.is_ascii_hexdigit() || matches!(byte, b'.' | b':')
}

/// Either `::` or many colons, also if the text was cut short. A time has three.
fn looks_like_v6(text: &[u8], start: usize, end: usize) -> bool {
    let word = &text[start..end];
    let colons = memchr::memchr_iter(b':', word).count();
    if memchr::memmem::find(word, b"::").is_some() {
        // `Foo::Bar` is code, not an address.
        let is_letter =
            |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_alphabetic);
        let is_name = colons == 2 && (is_letter(start.checked_sub(1)) || is_letter(Some(end)));
        return !is_name;
    }
    colons > 3 || (colons == 3 && is_cut_short(text, word, end))
}

/// Whether the text ends within an address of which three colons are left. A time has no letters, and no number with
/// more than two digits except its year.
fn is_cut_short(text: &[u8], word: &[u8], end: usize) -> bool {
    let is_at_end = matches!(text.get(end), None | Some(b'&' | 0x1f));
    let group_is_long = |group: &[u8]| group.len() > 2 || group.iter().any(u8::is_ascii_alphabetic);
    is_at_end && word.split(|byte| *byte == b':').skip(1).any(group_is_long)
}

/// The length of the prefix that names an IPv6 address's /48, without expanding `::`.
fn network_length(address: &[u8]) -> usize {
    let third_colon = memchr::memchr_iter(b':', address).nth(2);
    let zeros = memchr::memmem::find(address, b"::");
    third_colon.into_iter().chain(zeros).min().unwrap_or(0)
}

#[cfg(test)]
mod tests;
