//! What commands read on their standard input: JSON in the shape of Alertmanager's webhook, version 4.
//!
//! Only names and figures from the config and from counts; no text of the log (design.md R16).

use std::collections::BTreeMap;

use serde::Serialize;

use crate::text::harmless_json;
use crate::time::Millis;

use super::board::FiredAlert;

/// The message.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    version: &'static str,
    group_key: String,
    truncated_alerts: u64,
    status: &'static str,
    receiver: String,
    group_labels: Labels,
    common_labels: Labels,
    common_annotations: Labels,
    #[serde(rename = "externalURL")]
    external_url: &'static str,
    alerts: [Alert; 1],
}

type Labels = BTreeMap<&'static str, String>;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Alert {
    status: &'static str,
    labels: Labels,
    annotations: Labels,
    starts_at: String,
    ends_at: String,
    #[serde(rename = "generatorURL")]
    generator_url: &'static str,
    fingerprint: String,
}

/// Why a command runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// Something happened.
    Real,
    /// The operator tries the command out.
    Test,
}

/// What Alertmanager writes for an alert without an end.
const NO_END: &str = "0001-01-01T00:00:00Z";

/// The message about an alert, as one line of JSON.
///
/// # Errors
/// Never in practice: all of it is text.
pub fn message(fired: &FiredAlert, receiver: &str, occasion: Occasion) -> Result<String, serde_json::Error> {
    let status = if fired.resolved.is_some() { "resolved" } else { "firing" };
    let labels = labels(fired, occasion);
    let annotations = annotations(fired, status, occasion);
    let alert = Alert {
        status,
        annotations: annotations.clone(),
        starts_at: fired.fired.rfc3339(),
        ends_at: fired.resolved.map_or_else(|| NO_END.to_owned(), Millis::rfc3339),
        generator_url: "",
        fingerprint: format!("{:016x}", fingerprint(&labels)),
        labels: labels.clone(),
    };
    let message = Message {
        version: "4",
        group_key: format!("{{}}:{{alertname=\"{}\"}}", fired.alert),
        truncated_alerts: 0,
        status,
        receiver: receiver.to_owned(),
        group_labels: Labels::from([("alertname", fired.alert.clone())]),
        common_labels: labels,
        common_annotations: annotations,
        external_url: "",
        alerts: [alert],
    };
    serde_json::to_string(&message).map(|message| harmless_json(&message).into_owned())
}

fn labels(fired: &FiredAlert, occasion: Occasion) -> Labels {
    let mut labels = Labels::from([("alertname", fired.alert.clone()), ("severity", fired.severity.clone())]);
    if occasion == Occasion::Test {
        labels.insert("test", "true".to_owned());
    }
    labels
}

fn annotations(fired: &FiredAlert, status: &str, occasion: Occasion) -> Labels {
    let test = if occasion == Occasion::Test { "test: " } else { "" };
    let value = if fired.value_in_words.is_empty() { "" } else { ": " };
    let number = |figure: Option<f64>| figure.map(|figure| figure.to_string()).unwrap_or_default();
    Labels::from([
        (
            "summary",
            format!("{test}{} {status}{value}{} ({})", fired.alert, fired.value_in_words, fired.condition),
        ),
        ("condition", fired.condition.clone()),
        ("value", number(fired.value)),
        ("threshold", number(fired.threshold)),
        ("since", fired.since.rfc3339()),
    ])
}

/// FNV-1a over names and values, each ended by a byte that UTF-8 never has, as Prometheus does: the same for the same
/// labels, whenever it fires.
fn fingerprint(labels: &Labels) -> u64 {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    const END: u8 = 0xff;
    let texts = labels.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]);
    let bytes = texts.flat_map(|text| text.iter().copied().chain([END]));
    bytes.fold(OFFSET, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fired(resolved: Option<Millis>) -> FiredAlert {
        FiredAlert {
            alert: "down".to_owned(),
            severity: "page".to_owned(),
            condition: "errors.5xx > 5 % and hits > 100".to_owned(),
            value: Some(0.072),
            value_in_words: "7.2 %".to_owned(),
            threshold: Some(0.05),
            since: Millis(1_796_000_000_000),
            fired: Millis(1_796_000_060_000),
            resolved,
        }
    }

    #[test]
    fn r16_a_message_has_the_shape_of_alertmanagers() {
        insta::assert_snapshot!(message(&fired(None), "down", Occasion::Real).expect("text"));
        let over = message(&fired(Some(Millis(1_796_000_240_000))), "notify 1", Occasion::Test);
        insta::assert_snapshot!(over.expect("text"));
    }

    #[test]
    fn a_fingerprint_is_prometheus_own() {
        // From prometheus/common: the fingerprint of no labels is the offset.
        assert_eq!(fingerprint(&Labels::new()), 14_695_981_039_346_656_037);
    }
}
