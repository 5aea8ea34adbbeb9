//! Scores how plausible a format is: not by whether lines parse, but by whether their fields make sense.

use super::super::Format;
use super::super::details::Details;
use super::super::fields::{ip, is_host, without_port};
use super::super::forwarded::is_private;
use super::super::hit::Hit;
use super::super::stamp::StampReader;
use super::super::stamps;
use crate::time::Millis;

/// The result of reading a sample in a format.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Score {
    /// Lines that are hits.
    pub(super) read: usize,
    /// All lines, without directives.
    pub(super) of: usize,
    addresses: Share,
    public: usize,
    /// Hits with a request.
    requests: usize,
    /// Whether only the names of fields tell that this is an access log.
    is_by_names: bool,
    targets: Share,
    agents: Share,
    referrers: Share,
    hosts: Share,
    loads: usize,
    times_in_range: usize,
}

/// Number of values, and how many of them make sense.
#[derive(Debug, Clone, Copy, Default)]
struct Share {
    there: usize,
    right: usize,
}

impl Share {
    fn count(&mut self, text: &[u8], is_right: impl Fn(&[u8]) -> bool) {
        if !text.is_empty() {
            self.there += 1;
            self.right += usize::from(is_right(text));
        }
    }

    /// Whether enough of the values make sense; there may be none.
    fn holds(self, least: f64) -> bool {
        self.there == 0 || self.right as f64 >= least * self.there as f64
    }
}

/// Access logs are younger than the Web, and no clock is off by a century.
const TIMES: std::ops::Range<Millis> = Millis(631_152_000_000)..Millis(7_258_118_400_000);

impl Score {
    pub(super) fn of(format: &Format, sample: &[&[u8]]) -> Score {
        let mut reader = format.clone();
        let (mut score, mut scratch) =
            (Score { is_by_names: is_by_names(format), ..Score::default() }, Vec::new());
        for line in sample.iter().filter(|line| !line.is_empty()) {
            if reader.directive(line) {
                continue;
            }
            score.of += 1;
            if let Ok(hit) = reader.read(line) {
                score.hit(&hit, &mut scratch);
            }
        }
        score
    }

    fn hit(&mut self, hit: &Hit, scratch: &mut Vec<u8>) {
        self.read += 1;
        self.times_in_range += usize::from(TIMES.contains(&hit.time));
        self.requests += usize::from(hit.request.is_some());
        if let Some(request) = &hit.request {
            self.targets.count(request.target, is_target);
        }
        let details = hit.details(scratch);
        self.details(&details);
    }

    fn details(&mut self, details: &Details) {
        self.addresses.count(details.address, is_client);
        self.public += usize::from(ip(without_port(details.address)).is_some_and(|ip| !is_private(ip)));
        self.agents.count(details.agent, is_agent);
        self.referrers.count(details.referrer, is_referrer);
        self.hosts.count(details.host, is_host_asked_for);
        self.loads += usize::from(details.load.is_some());
    }

    /// Whether the fields of most lines make sense.
    pub(super) fn is_plausible(&self) -> bool {
        self.read > 0
            && self.says_what_was_asked_for()
            && self.addresses.holds(0.8)
            && self.targets.holds(0.5)
            && self.agents.holds(0.5)
            && self.referrers.holds(0.5)
            && self.hosts.holds(0.8)
            && self.times_in_range * 2 > self.read
    }

    /// Lines with no more than a time and a status may be any program's; a hit or two without a request are normal.
    fn says_what_was_asked_for(&self) -> bool {
        const FEW: usize = 3;
        !self.is_by_names || self.requests > 0 || self.read < FEW
    }

    /// Whether the score is perfect: every line is read, and has an address and an agent.
    pub(super) fn is_perfect(&self) -> bool {
        self.read == self.of && self.public * 10 > self.read && self.agents.right * 10 > self.read * 9
    }

    /// Compares plausible candidates: a line counts one, each of its fields a fraction.
    pub(super) fn value(&self) -> f64 {
        let part = |count: usize| count as f64 / self.of.max(1) as f64;
        part(self.read)
            + 0.3 * part(self.addresses.right)
            + 0.1 * part(self.public)
            + 0.2 * part(self.agents.right)
            + 0.1 * part(self.referrers.right)
            + 0.1 * part(self.hosts.right)
            + 0.1 * part(self.loads)
            + 0.1 * part(self.targets.right)
    }
}

fn is_by_names(format: &Format) -> bool {
    match format {
        Format::Wrapped(wrapped) => is_by_names(wrapped.inner()),
        format => matches!(format, Format::Json(_) | Format::Keyed(_)),
    }
}

/// An address, or the name of the machine that has it.
fn is_client(text: &[u8]) -> bool {
    ip(without_port(text)).is_some() || text == b"localhost" || is_host(text) && !is_stamp(text)
}

fn is_target(text: &[u8]) -> bool {
    text.starts_with(b"/") || text.starts_with(b"http") || text == b"*" || is_host(text)
}

/// Words with a letter, and no URL or number.
fn is_agent(text: &[u8]) -> bool {
    let has_letter = text.iter().any(u8::is_ascii_alphabetic);
    has_letter
        && !text.starts_with(b"http")
        && !is_stamp(text)
        && !text.starts_with(b"/")
        && ip(text).is_none()
}

fn is_referrer(text: &[u8]) -> bool {
    memchr::memmem::find(text, b"://").is_some_and(|at| at < 16)
        || text.starts_with(b"android-app:")
        || is_host(text)
}

/// A name of letters, or an address: servers are asked for by theirs.
fn is_host_asked_for(text: &[u8]) -> bool {
    let is_name =
        text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-._:[]*".contains(byte) || *byte >= 0x80);
    is_name
        && !is_stamp(text)
        && (text.iter().any(u8::is_ascii_alphabetic) || ip(without_port(text)).is_some() || text == b"_")
}

fn is_stamp(text: &[u8]) -> bool {
    stamps::leading(text, &mut StampReader::new()).is_some_and(|found| found.length + 2 > text.len())
}
