//! Detects the format of an input from its first lines.
//!
//! Takes sample lines, gives the format that reads them most plausibly. Candidates (`Search`) are the known formats,
//! the layouts inferred from the lines, and both within wrappers (`stacks`). Each is scored by the contents of its
//! fields (`score`). Must not know where lines come from.

mod named;
mod proposal;
mod score;
mod stacks;
mod timeless;

use super::combined::{Combined, CombinedLayout, Extra, Leading, Tail, extra_fields};
use super::fields::{is_address, is_host};
use super::forwarded::last_address;
use super::json::{self, Flavour};
use super::pattern::{Pattern, TimeFrom};
use super::unwrap::Wrapped;
use super::{Events, Format, Haproxy, Json, aws, keyed, layout, pattern, w3c};
use score::Score;
use stacks::stacks;

pub use named::in_wrappers;
pub use proposal::{Proposal, names_found, proposal};
pub use timeless::lacks_time;

/// How many lines to look at, at most.
pub const SAMPLE_LINES: usize = 1000;

/// A detected format with its evidence.
#[derive(Debug, Clone)]
pub struct Detected {
    /// The format.
    pub format: Format,
    /// Number of sample lines that it reads.
    pub read: usize,
    /// Number of sample lines, without directives.
    pub of: usize,
}

impl Detected {
    /// A format that is known, with how many of the lines it reads.
    #[must_use]
    pub fn known(format: Format, sample: &[&[u8]]) -> Detected {
        FormatCandidate::of(format, &without_bom(sample)).detected()
    }
}

/// The format of the sample's lines: of those that read them plausibly the one that says most.
#[must_use]
pub fn detect(sample: &[&[u8]]) -> Option<Detected> {
    detect_expecting(sample, None)
}

/// As `detect`, with an expected format, say from the server's config: it wins unless another one reads more lines.
#[must_use]
pub fn detect_expecting(sample: &[&[u8]], expected: Option<&Format>) -> Option<Detected> {
    let lines = without_bom(sample);
    let mut search = Search { sample: &lines, best: None };
    search.plain();
    if !search.is_over() {
        search.layouts();
        search.in_wrappers();
    }
    let found = search.best;
    let expected = expected.map(|format| FormatCandidate::of(format.clone(), &lines));
    let expected = expected.filter(|one| one.score.is_plausible());
    let best = match (expected, found) {
        (Some(expected), Some(found)) if found.score.read > expected.score.read => Some(found),
        (expected, found) => expected.or(found),
    };
    best.filter(FormatCandidate::reads_enough).map(FormatCandidate::detected)
}

/// The lines; a byte order mark before the first one is removed.
fn without_bom<'a>(sample: &[&'a [u8]]) -> Vec<&'a [u8]> {
    let mut lines = sample.to_vec();
    if let Some(first) = lines.first_mut() {
        *first = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first);
    }
    lines
}

/// A candidate with its score.
struct FormatCandidate {
    format: Format,
    score: Score,
}

impl FormatCandidate {
    fn of(format: Format, sample: &[&[u8]]) -> FormatCandidate {
        FormatCandidate { score: Score::of(&format, sample), format }
    }

    /// Half of the lines, or with many foreign lines enough of them to rule out chance.
    fn reads_enough(&self) -> bool {
        let Score { read, of, .. } = self.score;
        read * 2 >= of || read >= 3 && read * 10 >= of
    }

    fn detected(self) -> Detected {
        Detected { format: self.format, read: self.score.read, of: self.score.of }
    }
}

/// The search for the best format.
struct Search<'s> {
    sample: &'s [&'s [u8]],
    best: Option<FormatCandidate>,
}

impl Search<'_> {
    /// Adds a candidate: it is kept if it is plausible and better than those before.
    fn consider(&mut self, format: Format) {
        let candidate = FormatCandidate::of(format, self.sample);
        let is_better = |best: &FormatCandidate| candidate.score.value() > best.score.value() + 1e-9;
        if candidate.score.is_plausible() && self.best.as_ref().is_none_or(is_better) {
            self.best = Some(candidate);
        }
    }

    fn plain(&mut self) {
        for format in candidates(self.sample) {
            self.consider(format);
        }
    }

    /// Whether the search can stop: every line is read, and completely.
    fn is_over(&self) -> bool {
        let Some(FormatCandidate { format, score }) = &self.best else { return false };
        let is_whole = match format {
            Format::Combined(combined) => {
                !combined.has_unused_fields() && (combined.has_host() || !may_name_hosts(self.sample))
            }
            Format::Pattern(_) => false,
            _ => true,
        };
        is_whole && score.is_perfect()
    }

    fn layouts(&mut self) {
        for string in layouts_of(self.sample) {
            if let Some(format) = worked_out(&string, TimeFrom::Line) {
                self.consider(format);
            }
            // Unlike the combined parser, a pattern takes the host from an absolute request URL.
            if is_most(self.sample.iter().filter(|line| asks_for_url(line)).count(), self.sample.len())
                && let Ok(pattern) =
                    Pattern::worked_out(&string, &layout::description(&string), TimeFrom::Line)
            {
                self.consider(Format::Pattern(pattern));
            }
        }
    }

    fn in_wrappers(&mut self) {
        for stack in stacks(self.sample) {
            let lines: Vec<&[u8]> = stack.lines.iter().map(Vec::as_slice).collect();
            let strings = layouts_of(&lines);
            let patterns = strings.iter().filter_map(|string| worked_out(string, TimeFrom::Around));
            for format in candidates(&lines).into_iter().chain(patterns) {
                self.consider(Format::Wrapped(Wrapped::new(&stack.layers, format)));
            }
        }
    }
}

/// Whether most lines may have a host where combined and common have none: in the place of `ident` (lighttpd) or in the
/// request (Varnish).
fn may_name_hosts(sample: &[&[u8]]) -> bool {
    let names = |line: &&&[u8]| {
        let ident = line.split(|&byte| byte == b' ').nth(1);
        ident.is_some_and(|ident| ident != b"-") || asks_for_url(line)
    };
    is_most(sample.iter().filter(names).count(), sample.len())
}

fn asks_for_url(line: &[u8]) -> bool {
    const REQUESTS: [&[u8]; 3] = [b"\"GET http", b"\"POST http", b"\"HEAD http"];
    REQUESTS.iter().any(|request| memchr::memmem::find(line, request).is_some())
}

/// Inferred layouts of lines that are not JSON.
fn layouts_of(sample: &[&[u8]]) -> Vec<String> {
    let objects = sample.iter().filter(|line| line.starts_with(b"{")).count();
    if is_most(objects, sample.len()) { Vec::new() } else { layout::strings(sample) }
}

/// The parser of an inferred format string.
fn worked_out(string: &str, time: TimeFrom) -> Option<Format> {
    let pattern = Pattern::worked_out(string, &layout::description(string), time).ok()?;
    let named = pattern.well_known().and_then(Combined::named).map(Combined::found_by_looking);
    Some(named.map_or(Format::Pattern(pattern), Format::Combined))
}

/// Known formats that the lines look like.
fn candidates(sample: &[&[u8]]) -> Vec<Format> {
    if is_most(sample.iter().filter(|line| line.starts_with(b"{")).count(), sample.len()) {
        return vec![json_lines(sample)];
    }
    let mut formats = vec![
        combined(sample),
        Format::Haproxy(Haproxy::new()),
        Format::Pattern(aws::alb()),
        Format::Pattern(aws::elb()),
    ];
    formats.extend(w3c::candidates(sample).into_iter().map(Format::W3c));
    formats.extend(keyed::candidates(sample).into_iter().map(Format::Keyed));
    formats
}

/// A line with a status and a request is from an access log, whatever else in it looks like an event.
fn json_lines(sample: &[&[u8]]) -> Format {
    let json = json::candidates(sample).pop().unwrap_or_else(|| Json::new(Flavour::ANY));
    let mut reader = json.clone();
    let mut is_request = |line: &[u8]| reader.read(line).is_ok_and(|hit| hit.request.is_some());
    let requests = sample.iter().filter(|line| is_request(line)).count();
    let events = sample.iter().filter(|line| Events::is_event(line)).count();
    if is_most(events, sample.len()) && !is_most(requests, sample.len()) {
        return Format::Events(Events::new());
    }
    Format::Json(json)
}

fn combined(sample: &[&[u8]]) -> Format {
    let leading = leading(sample);
    let tail = tail(sample, leading);
    let layout = CombinedLayout { leading, tail, extra: extra(sample, leading, tail) };
    if layout == FORWARDED && is_forwarded(&rests(sample, leading, tail)) {
        return Format::Pattern(pattern::main());
    }
    Format::Combined(Combined::new(layout).found_by_looking())
}

/// nginx's own `main` format, whose last field is `X-Forwarded-For`.
const FORWARDED: CombinedLayout =
    CombinedLayout { leading: Leading::Nothing, tail: Tail::ReferrerAndAgent, extra: Extra::Fields(1) };

/// Whether the field after the agent is one of forwarded addresses: behind a proxy they tell clients apart, and the
/// first field does not.
fn is_forwarded(rests: &[&[u8]]) -> bool {
    let fields = rests.iter().filter_map(|rest| extra_fields(rest).next());
    let (mut addresses, mut others) = (0, 0);
    for field in fields.filter(|field| *field != b"-") {
        if last_address(field).is_empty() { others += 1 } else { addresses += 1 }
    }
    addresses > others * 9
}

/// A host leads where most lines have an address as their second word: `ident` is never one.
fn leading(sample: &[&[u8]]) -> Leading {
    let second_is_address = |line: &&&[u8]| {
        let mut words = line.split(|&byte| byte == b' ');
        let first = words.next().unwrap_or(b"");
        !is_address(first) && words.next().is_some_and(is_address)
    };
    if is_most(sample.iter().filter(second_is_address).count(), sample.len()) {
        Leading::Host
    } else {
        Leading::Nothing
    }
}

/// Combined where most readable lines go on with a quoted field after the size.
fn tail(sample: &[&[u8]], leading: Leading) -> Tail {
    let rests = rests(sample, leading, Tail::Nothing);
    let quoted = rests.iter().filter(|rest| rest.starts_with(b" \"")).count();
    if is_most(quoted, rests.len()) { Tail::ReferrerAndAgent } else { Tail::Nothing }
}

/// As many extra fields as most readable lines have; a host among them where nearly all look like one.
fn extra(sample: &[&[u8]], leading: Leading, tail: Tail) -> Extra {
    let rows: Vec<Vec<&[u8]>> =
        rests(sample, leading, tail).iter().map(|rest| extra_fields(rest).collect()).collect();
    let most = rows.iter().map(Vec::len).max().unwrap_or(0);
    let common = (0..=most).max_by_key(|&count| rows.iter().filter(|row| row.len() == count).count());
    let host = |&at: &usize| {
        let hosts = rows.iter().filter(|row| row.get(at).is_some_and(|field| is_host(field))).count();
        hosts * 10 >= rows.len() * 9
    };
    match common.unwrap_or(0) {
        0 => Extra::Nothing,
        count => match (0..count).find(host).filter(|_| leading == Leading::Nothing) {
            Some(at) => Extra::Host(count, at),
            None => Extra::Fields(count),
        },
    }
}

fn rests<'a>(sample: &[&'a [u8]], leading: Leading, tail: Tail) -> Vec<&'a [u8]> {
    let mut reader = Combined::new(CombinedLayout { leading, tail, extra: Extra::Nothing });
    sample.iter().filter_map(|line| reader.extra(line)).collect()
}

fn is_most(count: usize, of: usize) -> bool {
    count * 2 > of
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_of(lines: &[&str]) -> Option<String> {
        let sample: Vec<_> = lines.iter().map(|line| line.as_bytes()).collect();
        detect(&sample).map(|found| found.format.name())
    }

    const COMMON: &str = r#"192.0.2.7 - - [24/Nov/2026:14:02:33 +0000] "GET /a HTTP/1.1" 200 512"#;

    #[test]
    fn formats_are_found_by_looking() {
        let combined = format!(r#"{COMMON} "-" "Agent/1.0""#);
        for (line, name) in [
            (COMMON.to_owned(), "common"),
            (combined.clone(), "combined"),
            (format!("www.shop.example:443 {combined}"), "host + combined"),
            (format!("shop.example {COMMON}"), "host + common"),
            (format!(r#"{combined} "-""#), "combined + 1 field"),
            (format!(r#"{combined} "203.0.113.9, 10.0.0.1""#), "combined + forwarded address"),
            (format!(r#"{combined} 0.003 "203.0.113.9""#), "combined + forwarded address + load time"),
            (format!("{combined} www.shop.example"), "combined + host"),
        ] {
            assert_eq!(name_of(&[&line]).as_deref(), Some(name), "{line}");
        }
    }

    #[test]
    fn a_few_bad_lines_do_not_hide_the_format_and_a_few_good_ones_do_not_make_it() {
        assert_eq!(name_of(&[COMMON, COMMON, "garbage"]).as_deref(), Some("common"));
        assert_eq!(name_of(&[COMMON, "garbage", "more garbage"]), None);
        assert_eq!(name_of(&[]), None);
    }
}
