//! Findings and alerts as they come and go, as server-sent events (the `EventSource` of HTML).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde::Serialize;

use crate::alert::board::AlertRow;
use crate::query::view::{Finding, View};
use crate::text::harmless_json;

/// What identifies a finding as long as it stands.
type Key = (&'static str, String);

/// What was told so far.
#[derive(Debug, Default)]
pub(super) struct Told {
    standing: BTreeMap<Key, String>,
    firing: BTreeSet<String>,
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

/// The data of an event about an alert.
#[derive(Serialize)]
struct AlertData<'a> {
    alert: &'a str,
    severity: &'a str,
    state: &'static str,
    condition: &'a str,
    value: &'a str,
}

impl Told {
    /// The events since the last call: `finding` for what is new, `over` for what does not stand out any more, `alert` for
    /// what fires or is resolved.
    pub(super) fn events(&mut self, view: &View, alerts: &[AlertRow]) -> String {
        let mut events = String::new();
        self.tell_alerts(alerts, &mut events);
        self.tell_findings(view, &mut events);
        events
    }

    fn tell_alerts(&mut self, alerts: &[AlertRow], events: &mut String) {
        for row in alerts {
            let (fires, was_told) = (row.state.firing().is_some(), self.firing.contains(&row.name));
            if fires == was_told {
                continue;
            }
            let state = if fires { "firing" } else { "resolved" };
            let AlertRow { name, severity, condition, value, .. } = row;
            self.send("alert", &AlertData { alert: name, severity, state, condition, value }, events);
            if fires {
                self.firing.insert(name.clone())
            } else {
                self.firing.remove(name)
            };
        }
    }

    fn tell_findings(&mut self, view: &View, events: &mut String) {
        let mut standing = BTreeMap::new();
        for finding in &view.findings {
            let key = (finding.kind(), finding.subject().to_owned());
            let text = finding.text();
            if !self.standing.contains_key(&key) {
                self.send("finding", &data(finding, &text), events);
            }
            standing.insert(key, text);
        }
        let gone: Vec<_> = self.standing.iter().filter(|(key, _)| !standing.contains_key(*key)).collect();
        let over: Vec<_> =
            gone.into_iter().map(|((kind, subject), text)| (*kind, subject.clone(), text.clone())).collect();
        for (kind, subject, text) in over {
            let data = Data { kind, subject: &subject, text: &text, since: None, filter: String::new() };
            self.send("over", &data, events);
        }
        self.standing = standing;
    }

    fn send(&mut self, event: &str, data: &impl Serialize, events: &mut String) {
        // JSON has no line breaks, so one `data:` line holds it; it always serializes.
        let Ok(data) = serde_json::to_string(data) else { return };
        self.sent += 1;
        let data = harmless_json(&data);
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
