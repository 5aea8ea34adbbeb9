//! Finds what a sample of an input's lines contains that its format does not use.

use core::net::Ipv4Addr;
use std::collections::BTreeSet;

use super::quotable::{fields, shown};
use crate::format::detect::{in_wrappers, proposal};
use crate::format::{Details, Format};

/// What lines contain besides the fields used.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct UnusedFields {
    /// A second address that differs from line to line.
    pub(super) forwarded: bool,
    /// A number that looks like a load time.
    pub(super) load: bool,
    /// The keys of a line of JSON.
    pub(super) names: Vec<String>,
    /// A proposed format that leaves nothing unused.
    pub(super) proposal: Vec<String>,
}

/// There must be at least this many other addresses, and twice as many as those used: the addresses of a few servers
/// behind a proxy are not visitors.
const OTHERS: usize = 3;
/// The percentage of lines that must contain a field.
const MOST: usize = 80;

impl UnusedFields {
    /// The unused fields of lines in this format.
    pub(super) fn of(lines: &[&[u8]], format: &Format) -> UnusedFields {
        let stats = SampleStats::of(lines, format);
        let mut unused = UnusedFields {
            forwarded: stats.is_forwarded(),
            load: stats.is_timed(),
            names: fields(lines),
            proposal: Vec::new(),
        };
        if stats.leaves_something_out() {
            unused.proposal = better_than(&stats, lines).unwrap_or_default();
        }
        unused
    }
}

/// The proposal for such lines, if it uses more of them.
fn better_than(stats: &SampleStats, lines: &[&[u8]]) -> Option<Vec<String>> {
    let proposal = proposal(lines)?;
    let format = in_wrappers(lines, proposal.format(lines)?);
    let then = SampleStats::of(lines, &format);
    (then.lines * 10 >= stats.lines * 9 && then.is_better_than(stats)).then(|| shown(&proposal))
}

/// Statistics of a sample.
#[derive(Default)]
struct SampleStats {
    lines: usize,
    agents: usize,
    addresses: BTreeSet<Vec<u8>>,
    others: BTreeSet<Ipv4Addr>,
    with_others: usize,
    with_load: usize,
    /// Whole numbers after the last quoted field, if the format has no load time.
    last_numbers: BTreeSet<u64>,
    with_last_number: usize,
}

impl SampleStats {
    fn of(lines: &[&[u8]], format: &Format) -> SampleStats {
        let mut format = format.clone();
        let mut stats = SampleStats::default();
        for line in lines {
            if !format.directive(line)
                && let Ok(hit) = format.read(line)
            {
                let mut scratch = Vec::new();
                stats.line(line, &hit.details(&mut scratch));
            }
        }
        stats
    }

    fn line(&mut self, line: &[u8], details: &Details) {
        let address =
            std::str::from_utf8(details.address).ok().and_then(|text| text.parse::<Ipv4Addr>().ok());
        let others = public_addresses(line).into_iter().filter(|&one| Some(one) != address);
        let others: Vec<Ipv4Addr> = others.collect();
        self.lines += 1;
        self.agents += usize::from(!details.agent.is_empty());
        self.with_others += usize::from(!others.is_empty());
        self.others.extend(others);
        self.addresses.insert(details.address.to_vec());
        if details.load.is_none() {
            self.with_load += usize::from(ends_with_seconds(line));
            let number = last_number(line);
            self.with_last_number += usize::from(number.is_some());
            self.last_numbers.extend(number);
        }
    }

    fn has_addresses(&self) -> bool {
        self.addresses.iter().any(|address| !address.is_empty())
    }

    fn leaves_something_out(&self) -> bool {
        self.is_forwarded() || self.is_timed() || self.agents == 0 || !self.has_addresses()
    }

    /// Whether it uses more fields, and drops none.
    fn is_better_than(&self, other: &SampleStats) -> bool {
        let told = |stats: &SampleStats| {
            [stats.has_addresses(), stats.agents > 0, !stats.is_forwarded(), !stats.is_timed()]
        };
        let pairs = || told(self).into_iter().zip(told(other));
        pairs().all(|(this, that)| this || !that) && pairs().any(|(this, that)| this && !that)
    }

    /// Whether most lines have a second address. Not all need one: clients that come without a proxy have none.
    fn is_forwarded(&self) -> bool {
        let many = self.others.len() >= OTHERS && self.others.len() >= 2 * self.addresses.len();
        many && self.with_others * 2 > self.lines
    }

    fn is_timed(&self) -> bool {
        let is_usual = |lines: usize| lines > 0 && lines * 100 >= self.lines * MOST;
        let last_number_changes = self.last_numbers.len() * 4 > self.with_last_number;
        is_usual(self.with_load) || is_usual(self.with_last_number) && last_number_changes
    }
}

/// The public addresses in a line. What follows a slash is a version, or the host of a URL.
fn public_addresses(line: &[u8]) -> Vec<Ipv4Addr> {
    let is_part = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    let (mut found, mut before) = (Vec::new(), b' ');
    for word in line.chunk_by(|one, other| is_part(one) == is_part(other)) {
        let address = std::str::from_utf8(word).ok().and_then(|word| word.parse::<Ipv4Addr>().ok());
        found.extend(address.filter(|one| before != b'/' && !one.is_private() && !one.is_loopback()));
        before = word.last().copied().unwrap_or(b' ');
    }
    found
}

/// Whether one of the last fields of a line, other than JSON, is a number of seconds as servers write it: with three
/// or six decimals.
fn ends_with_seconds(line: &[u8]) -> bool {
    let is_seconds = |word: &[u8]| {
        let word = word.strip_prefix(b"\"").and_then(|word| word.strip_suffix(b"\"")).unwrap_or(word);
        let Some(point) = word.iter().position(|&byte| byte == b'.') else { return false };
        let (whole, fraction) = (&word[..point], &word[point + 1..]);
        let digits = |text: &[u8]| text.iter().all(u8::is_ascii_digit);
        (1..5).contains(&whole.len()) && matches!(fraction.len(), 3 | 6) && digits(whole) && digits(fraction)
    };
    line.first() != Some(&b'{') && line.rsplit(|&byte| byte == b' ').take(3).any(is_seconds)
}

/// The only field after the last quoted one, if it is a whole number: `%D` at the end of a log format. Two numbers
/// are more likely the bytes of `combinedio`.
fn last_number(line: &[u8]) -> Option<u64> {
    let end = line.len() - line.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let digits = core::str::from_utf8(&line[end..]).ok()?;
    line[..end].ends_with(b"\" ").then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unused(format: &str, line: impl Fn(u8) -> String) -> UnusedFields {
        let lines: Vec<String> = (1..30).map(line).collect();
        let lines: Vec<&[u8]> = lines.iter().map(String::as_bytes).collect();
        UnusedFields::of(&lines, &Format::named(format).expect("a format"))
    }

    const HEAD: &str = "- - [24/Nov/2026:14:02:33 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"Chrome/120.0.0.0\"";

    #[test]
    fn a_second_address_that_differs_is_remarked() {
        let found = |line: &dyn Fn(u8) -> String| unused("combined", line).forwarded;
        assert!(found(&|n| format!("10.0.0.1 {HEAD} \"203.0.113.{n}\"")));
        assert!(!found(&|n| format!("203.0.113.{n} {HEAD} \"-\"")));
        assert!(!found(&|n| format!("203.0.113.{n} {HEAD} 198.51.100.{}:8080", n % 3)));
        assert!(!found(&|n| format!("10.0.0.1 {HEAD} \"Chrome/120.0.0.{n}\"")));
    }

    #[test]
    fn a_time_at_the_end_is_remarked() {
        let found = |end: &str| unused("combined", |n| format!("203.0.113.{n} {HEAD} {end}")).load;
        assert!(found("0.003") && found("\"0.003\" -") && found("1.250000"));
        assert!(!found("512") && !found("10.0") && !found("-"));
        let changes = |end: &dyn Fn(u8) -> String| {
            unused("combined", |n| format!("203.0.113.{n} {HEAD} {}", end(n))).load
        };
        assert!(changes(&|n| (300 + u16::from(n)).to_string()));
        assert!(!changes(&|n| format!("{n} {n}")) && !changes(&|n| (n % 3).to_string()));
    }
}
