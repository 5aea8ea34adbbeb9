//! Findings as they come and go, as server-sent events (the `EventSource` of HTML).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use crate::query::view::{Finding, View};

/// What identifies a finding as long as it stands.
type Key = (&'static str, String);

/// What was told so far.
#[derive(Debug, Default)]
pub(super) struct Told {
    standing: BTreeMap<Key, String>,
    sent: u64,
}

/// The data of an event.
#[derive(Serialize)]
struct Data<'a> {
    kind: &'a str,
    subject: &'a str,
    text: &'a str,
    since: Option<String>,
    filter: String,
}

impl Told {
    /// The events since the last call: `finding` for what is new, `over` for what does not stand out any more.
    pub(super) fn events(&mut self, view: &View) -> String {
        let mut events = String::new();
        let mut standing = BTreeMap::new();
        for finding in &view.findings {
            let key = (finding.kind(), finding.subject().to_owned());
            let text = finding.text();
            if !self.standing.contains_key(&key) {
                self.send("finding", &data(finding, &text), &mut events);
            }
            standing.insert(key, text);
        }
        let gone: Vec<_> = self.standing.iter().filter(|(key, _)| !standing.contains_key(*key)).collect();
        let over: Vec<_> =
            gone.into_iter().map(|((kind, subject), text)| (*kind, subject.clone(), text.clone())).collect();
        for (kind, subject, text) in over {
            let data = Data { kind, subject: &subject, text: &text, since: None, filter: String::new() };
            self.send("over", &data, &mut events);
        }
        self.standing = standing;
        events
    }

    fn send(&mut self, event: &str, data: &Data, events: &mut String) {
        // JSON has no line breaks, so one `data:` line holds it; it always serializes.
        let Ok(data) = serde_json::to_string(data) else { return };
        self.sent += 1;
        let _ = write!(events, "id: {}\nevent: {event}\ndata: {data}\n\n", self.sent);
    }
}

fn data<'a>(finding: &'a Finding, text: &'a str) -> Data<'a> {
    Data {
        kind: finding.kind(),
        subject: finding.subject(),
        text,
        since: finding.since().map(crate::time::Millis::rfc3339),
        filter: finding.filter().to_string(),
    }
}
