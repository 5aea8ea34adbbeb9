//! Writes log lines in nginx's *combined* format, times in UTC.

use crate::time::{Millis, Span};

use super::incident::Planned;
use super::server::SimulatedServer;

/// The client as logged.
pub(super) struct Requester {
    pub(super) address: String,
    pub(super) agent: std::sync::Arc<str>,
    pub(super) protocol: &'static str,
}

/// The `Referer` header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RefererField {
    Nothing,
    /// Another site's URL.
    Elsewhere(&'static str),
    /// One of the site's own pages.
    Own(String),
}

/// The request field.
pub(super) enum RequestField<'a> {
    /// A request.
    For { method: &'static str, target: &'a str },
    /// Garbage, escaped by nginx.
    Garbage(&'a str),
}

/// The fields of a line.
pub(super) struct LogEntry<'a> {
    pub(super) at: Millis,
    pub(super) client: &'a Requester,
    pub(super) asked: RequestField<'a>,
    pub(super) status: u16,
    pub(super) bytes: u32,
    pub(super) referrer: &'a RefererField,
}

/// Writes lines into a reused buffer; the date is formatted only once a day.
#[derive(Default)]
pub(super) struct LogWriter {
    day: Option<Millis>,
    date: String,
    line: Vec<u8>,
    /// Simulates response times; `None` if they are not logged.
    server: Option<SimulatedServer>,
}

impl LogWriter {
    /// A writer that logs response times ([`super::TIMED_FORMAT`]).
    pub(super) fn timed(server: SimulatedServer) -> LogWriter {
        LogWriter { server: Some(server), ..LogWriter::default() }
    }

    /// The same writer, whose server has no episodes, but a planned incident.
    pub(super) fn planned(self, planned: Option<Planned>) -> LogWriter {
        LogWriter { server: self.server.map(|server| server.planned(planned)), ..self }
    }

    /// Replaces the buffer's content with a new line.
    pub(super) fn write(&mut self, entry: &LogEntry<'_>) {
        self.line.clear();
        self.put(&entry.client.address);
        self.put(" - - [");
        self.put_time(entry.at);
        self.put(" +0000] \"");
        self.put_request(&entry.asked, entry.client.protocol);
        self.put("\" ");
        self.put_number(u32::from(entry.status));
        self.put(" ");
        self.put_number(entry.bytes);
        self.put(" \"");
        self.put_referrer(entry.referrer);
        self.put("\" \"");
        self.put(&entry.client.agent);
        self.put("\"");
        self.put_load(entry);
        self.put("\n");
    }

    /// ` 0.048`
    fn put_load(&mut self, entry: &LogEntry<'_>) {
        let Some(server) = &mut self.server else { return };
        let target = match entry.asked {
            RequestField::For { target, .. } => target,
            RequestField::Garbage(_) => "",
        };
        let taken = server.takes(target, entry.at).0;
        self.put(&format!(" {}.{:03}", taken / 1000, taken % 1000));
    }

    /// The last line, with its newline.
    pub(super) fn line(&self) -> &[u8] {
        &self.line
    }

    fn put(&mut self, text: &str) {
        self.line.extend_from_slice(text.as_bytes());
    }

    fn put_request(&mut self, asked: &RequestField<'_>, protocol: &str) {
        match asked {
            RequestField::Garbage(text) => self.put(text),
            RequestField::For { method, target } => {
                for part in [method, " ", target, " ", protocol] {
                    self.put(part);
                }
            }
        }
    }

    fn put_referrer(&mut self, referrer: &RefererField) {
        match referrer {
            RefererField::Nothing => self.put("-"),
            RefererField::Elsewhere(address) => self.put(address),
            RefererField::Own(target) => {
                self.put(super::site::ORIGIN);
                self.put(target);
            }
        }
    }

    /// `24/Nov/2026:09:00:00`.
    fn put_time(&mut self, at: Millis) {
        let day = at.floor_to(Span::hours(24));
        if self.day != Some(day) {
            self.day = Some(day);
            self.date = at.utc().format("%d/%b/%Y").to_string();
        }
        let seconds = at.since(day).0 / 1000;
        self.line.extend_from_slice(self.date.as_bytes());
        for part in [seconds / 3600, seconds / 60 % 60, seconds % 60] {
            self.line.push(b':');
            self.line.extend([digit(part / 10), digit(part % 10)]);
        }
    }

    fn put_number(&mut self, number: u32) {
        let mut digits = [0; 10];
        let mut first = digits.len();
        let mut rest = number;
        while rest > 0 || first == digits.len() {
            first -= 1;
            digits[first] = digit(u64::from(rest % 10));
            rest /= 10;
        }
        self.line.extend_from_slice(&digits[first..]);
    }
}

/// The ASCII digit of a number below 10.
fn digit(number: u64) -> u8 {
    b'0' + u8::try_from(number).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_combined_shape() {
        let client =
            Requester { address: "192.0.2.7".to_owned(), agent: "curl/8.17.0".into(), protocol: "HTTP/1.1" };
        let mut pen = LogWriter::default();
        pen.write(&LogEntry {
            at: Millis(1_795_521_600_000) + Span::seconds(3_661),
            client: &client,
            asked: RequestField::For { method: "GET", target: "/docs/api?x=1" },
            status: 200,
            bytes: 0,
            referrer: &RefererField::Own("/docs".to_owned()),
        });
        let expected = "192.0.2.7 - - [24/Nov/2026:13:01:01 +0000] \"GET /docs/api?x=1 HTTP/1.1\" 200 0 \
                        \"https://www.example.com/docs\" \"curl/8.17.0\"\n";
        assert_eq!(String::from_utf8_lossy(pen.line()), expected);
    }

    #[test]
    fn the_date_follows_the_day() {
        let mut pen = LogWriter::default();
        for (at, shown) in
            [(Millis(86_399_999), "01/Jan/1970:23:59:59"), (Millis(86_400_000), "02/Jan/1970:00:00:00")]
        {
            pen.line.clear();
            pen.put_time(at);
            assert_eq!(pen.line, shown.as_bytes());
        }
    }
}
