//! Recognizes access logs without timestamps, as development servers print them to a terminal.

use super::super::Format;
use super::super::pattern::{Pattern, TimeFrom};
use super::stacks::stacks;
use super::{is_most, layouts_of, without_bom};

/// Whether most lines, wrapped or not, have a request and a status but no time.
#[must_use]
pub fn lacks_time(sample: &[&[u8]]) -> bool {
    let lines = without_bom(sample);
    lacks_time_alone(&lines)
        || stacks(&lines).iter().any(|stack| {
            let within: Vec<&[u8]> = stack.lines.iter().map(Vec::as_slice).collect();
            lacks_time_alone(&within)
        })
}

fn lacks_time_alone(lines: &[&[u8]]) -> bool {
    let patterns = layouts_of(lines);
    let mut patterns =
        patterns.iter().filter_map(|string| Pattern::compile_with_time(string, TimeFrom::Around).ok());
    patterns.any(|mut pattern| {
        let mut is_timeless = |line: &&&[u8]| {
            pattern.read(line).is_ok_and(|hit| hit.time == Format::NO_TIME && hit.request.is_some())
        };
        is_most(lines.iter().filter(&mut is_timeless).count(), lines.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lacks(line: &str) -> bool {
        lacks_time(&[line.as_bytes(), line.as_bytes(), line.as_bytes()])
    }

    #[test]
    fn what_servers_of_applications_print_for_a_terminal_lacks_a_time() {
        for line in [
            "INFO:     192.0.2.7:54171 - \"GET /a HTTP/1.1\" 200 OK",
            "GET /a \u{1b}[32m200\u{1b}[0m 4.123 ms - 512",
            "192.0.2.7 - GET /a HTTP/1.1 200 512 - 4.123 ms",
            "web-1  | INFO:     192.0.2.7:54171 - \"GET /a HTTP/1.1\" 200 OK",
            "Nov 24 14:05:09 web1 app[7]: GET /a 200 512 - 4.123 ms",
        ] {
            assert!(lacks(line), "{line}");
        }
        for line in [
            "192.0.2.7 - - [24/Nov/2026:14:02:33 +0000] \"GET /a HTTP/1.1\" 200 512",
            "Listening on http://0.0.0.0:3000",
            "",
        ] {
            assert!(!lacks(line), "{line}");
        }
    }
}
