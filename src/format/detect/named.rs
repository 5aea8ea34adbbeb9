//! Finds the wrappers around lines of a format given by the operator.

use super::super::Format;
use super::super::unwrap::Wrapped;
use super::stacks::stacks;
use super::{FormatCandidate, without_bom};

/// The given format in the wrappers found around these lines, tuned to them.
#[must_use]
pub fn in_wrappers(sample: &[&[u8]], named: Format) -> Format {
    let lines = without_bom(sample);
    let mut best = FormatCandidate::of(tuned(named, &lines), &lines);
    if best.reads_all_plausibly() {
        return best.format;
    }
    // Sockets assume a syslog header; search for other wrappers too.
    let within = match &best.format {
        Format::Wrapped(wrapped) => wrapped.inner().clone(),
        format => format.clone(),
    };
    let mut consider = |format: Format| {
        let candidate = FormatCandidate::of(format, &lines);
        if candidate.rank() > best.rank() {
            best = candidate;
        }
    };
    consider(tuned(within.clone(), &lines));
    for stack in stacks(&lines) {
        let peeled: Vec<&[u8]> = stack.lines.iter().map(Vec::as_slice).collect();
        consider(Format::Wrapped(Wrapped::new(&stack.layers, tuned(within.clone(), &peeled))));
    }
    best.format
}

fn tuned(mut format: Format, sample: &[&[u8]]) -> Format {
    format.tune(sample);
    format
}

impl FormatCandidate {
    fn reads_all_plausibly(&self) -> bool {
        self.score.read == self.score.of && self.score.is_plausible()
    }

    /// Ranks plausible readings first, then by lines read.
    fn rank(&self) -> (bool, usize) {
        (self.score.is_plausible(), self.score.read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str =
        r#"192.0.2.7 - - [24/Nov/2026:14:02:33 +0000] "GET /a HTTP/1.1" 200 512 "-" "Mozilla/5.0 (X11)""#;

    fn name(format: Format, line: &str) -> String {
        in_wrappers(&[line.as_bytes(), line.as_bytes()], format).name()
    }

    #[test]
    fn wrappers_come_off_lines_whose_format_was_named() {
        let combined = || Format::named("combined").expect("a format");
        for (line, expected) in [
            (LINE.to_owned(), "combined"),
            (format!("Nov 24 14:02:33 web1 nginx: {LINE}"), "combined in syslog"),
            (format!("2026-11-24T14:02:33.250Z stdout F {LINE}"), "combined in CRI"),
            (format!("web-1  | {LINE}"), "combined in prefixed lines"),
        ] {
            assert_eq!(name(combined(), &line), expected);
            let on_a_socket = name(combined().in_syslog(), &line);
            assert!(on_a_socket == expected || on_a_socket == "combined in syslog", "{on_a_socket}");
        }
    }

    #[test]
    fn what_is_in_no_wrapper_stays_as_it_was_named() {
        assert_eq!(name(Format::named("haproxy").expect("a format"), "starting up"), "HAProxy HTTP");
    }
}
