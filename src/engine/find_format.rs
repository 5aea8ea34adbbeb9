//! Finds a format for lines that no known format could parse.

use crate::classify::address::{Address, AddressKeeping};
use crate::classify::batch::LineExamples;
use crate::classify::redacted;
use crate::format::detect::{Proposal, detect_expecting, lacks_time};
use crate::format::{Format, LogZone};

use super::quotable::fields;
use super::unused_fields::UnusedFields;
use crate::input::not_text::NotText;

/// What is known about an input's format before its lines are parsed.
#[derive(Debug, Default)]
pub(super) struct FormatHints {
    /// The operator named the format: no other is searched for.
    pub(super) given: bool,
    /// The format from the server's config.
    pub(super) format: Option<Format>,
    /// The zone of time stamps without one.
    pub(super) zone: LogZone,
    /// What its first lines contain that is not used.
    pub(super) unused: UnusedFields,
}

impl FormatHints {
    /// The format of some of these lines: of all together, or else of those that begin alike. A program's other
    /// messages may outnumber the lines of its access log.
    pub(super) fn format_among(&self, lines: &[&[u8]]) -> Option<Format> {
        let alike = |beginning| lines.iter().copied().filter(move |line| Beginning::of(line) == beginning);
        self.format_of(lines).or_else(|| {
            Beginning::ALL.into_iter().find_map(|beginning| {
                let alike: Vec<&[u8]> = alike(beginning).collect();
                // All together were tried already.
                (alike.len() < lines.len()).then(|| self.format_of(&alike)).flatten()
            })
        })
    }

    fn format_of(&self, lines: &[&[u8]]) -> Option<Format> {
        let found = detect_expecting(lines, self.format.as_ref())?;
        // A format that parsed only directives has read no line.
        (found.read > 0).then(|| found.format.in_zone(&self.zone))
    }
}

/// The shape of a line's beginning; it usually differs between programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Beginning {
    Object,
    Address,
    Other,
}

impl Beginning {
    const ALL: [Beginning; 3] = [Beginning::Object, Beginning::Address, Beginning::Other];

    fn of(line: &[u8]) -> Beginning {
        let word = line.split(|&byte| byte == b' ').next().unwrap_or_default();
        match line.first() {
            Some(b'{') => Beginning::Object,
            _ if Address::parse(word).ip().is_some() => Beginning::Address,
            _ => Beginning::Other,
        }
    }
}

/// The message if no format parses the lines, of which these are the first, with a proposal if there is one.
pub(super) fn unknown_format(
    name: &str,
    lines: &[&[u8]],
    proposal: Option<&Proposal>,
    examples: LineExamples,
) -> String {
    if let Some(what) = NotText::of(&lines.join(&b'\n')) {
        return what.sentence(name);
    }
    let first = lines.first().copied().unwrap_or_default();
    let quoted = match examples {
        LineExamples::Shown => {
            let shown = redacted::beginning(first, 80, AddressKeeping::Masked);
            format!("; the first is: {}", String::from_utf8_lossy(&shown))
        }
        LineExamples::Hidden => String::new(),
    };
    format!(
        "{name}: the lines are in no format that dwell knows{quoted}. \
         Run `dwell check {name}` to see where reading stops, or {}",
        remedy(lines, proposal)
    )
}

/// The advice for lines that no format parses.
fn remedy(lines: &[&[u8]], proposal: Option<&Proposal>) -> String {
    match proposal {
        Some(Proposal::String(_)) => "name the format as proposed".to_owned(),
        Some(Proposal::Table(_)) => "say in the config which field is where, as proposed".to_owned(),
        None if lacks_time(lines) => LACKS_TIME.to_owned(),
        None => match fields(lines).as_slice() {
            [] => "name the format with --format".to_owned(),
            names => {
                format!("say in the config under [format] which of its fields is what: {}", names.join(", "))
            }
        },
    }
}

const LACKS_TIME: &str = "let a whole time be put before each line, for they name none: `journalctl -o short-iso`, \
     `docker logs -t`, `kubectl logs --timestamps` and `| ts %FT%T%z` do";
