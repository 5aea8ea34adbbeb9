//! Alerts of the config in words, and what would keep them from firing (R16).

use crate::alert::board::FiredAlert;
use crate::alert::condition::{Condition, Reference};
use crate::alert::rule::{Rule, Rules};
use crate::alert::state::NoData;
use crate::config::{Settings, Since};
use crate::text::harmless;
use crate::time::Span;

use super::definitions::explanation::Explanation;
use super::definitions::words;

/// Days without which nothing is usual.
const DAYS: u64 = 3;
const DAY: Span = Span::hours(24);

/// An alert of the config, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedAlert {
    name: String,
    words: String,
    told: String,
    remarks: Vec<String>,
    /// When it would have fired.
    fired: Option<String>,
}

impl CheckedAlert {
    /// The alerts of a config; `fired` has what a backtest over the log gave, if there was one.
    #[must_use]
    pub fn all(settings: &Settings, fired: Option<&[FiredAlert]>) -> Vec<CheckedAlert> {
        let rules = &settings.additions.alerts;
        let one = |rule: &Rule| CheckedAlert {
            name: rule.name.clone(),
            words: words(rule),
            told: told(rule, rules),
            remarks: remarks_on(rule, settings),
            fired: fired.map(|fired| fired_in_words(rule, fired, settings)),
        };
        rules.alerts.iter().map(one).collect()
    }

    pub(super) fn explanation(&self) -> Explanation {
        let mut explained = Explanation::new("alert", &self.name, self.words.clone());
        explained.matched.push(self.told.clone());
        explained.matched.extend(self.fired.clone());
        explained.remarks.clone_from(&self.remarks);
        explained
    }
}

/// How often it would have fired in the last day of the log.
fn fired_in_words(rule: &Rule, fired: &[FiredAlert], settings: &Settings) -> String {
    let mine: Vec<_> = fired.iter().filter(|fired| fired.alert == rule.name).collect();
    let Some(last) = mine.last() else {
        return "It would not have fired in the last day of the log.".to_owned();
    };
    let times = words::times(mine.len() as u64);
    let stamp = |at| settings.zone.civil(at).format("%Y-%m-%d %H:%M").to_string();
    let zone = settings.zone.label(last.fired);
    let value = if last.value_in_words.is_empty() {
        String::new()
    } else {
        format!(", with {}", last.value_in_words)
    };
    format!(
        "It would have fired {times} in the last day of the log, the last time at {} {zone}{value}.",
        stamp(last.fired)
    )
}

/// What would keep alerts from ever firing, alert by alert.
#[must_use]
pub fn remarks(settings: &Settings) -> Vec<String> {
    let alerts = &settings.additions.alerts.alerts;
    let remark = |rule: &Rule| {
        let remarks = remarks_on(rule, settings).into_iter();
        remarks.map(|remark| format!("alert {}: {remark}", harmless(&rule.name))).collect::<Vec<_>>()
    };
    alerts.iter().flat_map(remark).collect()
}

fn words(rule: &Rule) -> String {
    let with = |span: Span, text: String| if span > Span::ZERO { text } else { String::new() };
    let (hold, keep_firing) = (rule.timing.hold, rule.timing.keep_firing);
    let of = if rule.filter.is_empty() { String::new() } else { format!(" of {}", rule.filter) };
    let until = rule.until.as_ref().map_or_else(String::new, |until| format!("; until {}", in_words(until)));
    let least = match rule.least {
        0 => String::new(),
        least => format!(" Fewer than {least} are too few to say."),
    };
    let no_data = match rule.timing.no_data {
        NoData::Ok => " Where no line comes in, all is well.",
        NoData::Keep => "",
        NoData::Alert => " It fires, too, where no line comes in.",
    };
    let parts = [
        format!("Fires when {}, over the last {}{of}", in_words(&rule.when), rule.over),
        with(hold, format!(", once that has held for {hold}")),
        until,
        with(keep_firing, format!("; it goes on for {keep_firing} after that")),
        ".".to_owned(),
        least,
        no_data.to_owned(),
    ];
    parts.concat()
}

fn in_words(condition: &Condition) -> String {
    condition.to_string().replace("_rate", " rate").replace("load_p75", "the 75th percentile of load times")
}

fn told(rule: &Rule, rules: &Rules) -> String {
    let unless = match rule.unless.as_slice() {
        [] => String::new(),
        names => format!(", unless {} fires", names.join(" or ")),
    };
    let again = rule.repeat.map_or_else(String::new, |repeat| format!(", and again every {repeat}"));
    match (rule.run.as_slice(), rules.notify.len()) {
        ([], 0) => format!("Severity {}. It runs no command: it is shown only{unless}.", rule.severity),
        ([], count) => format!("Severity {}. It tells {count} [[notify]]{again}{unless}.", rule.severity),
        (run, _) => format!("Severity {}. It runs {}{again}{unless}.", rule.severity, run.join(" ")),
    }
}

fn remarks_on(rule: &Rule, settings: &Settings) -> Vec<String> {
    let mut remarks = Vec::new();
    if rule.over > settings.keep {
        remarks.push(format!("over {} is more than what is kept: set keep = \"{}\"", rule.over, rule.over));
    }
    if rule.compares_with(Reference::Usual) {
        let needed = Span(DAY.0 * DAYS + rule.over.0);
        let too_short = |span: Span| span < needed;
        let since_is_short = matches!(settings.since, Since::Ago(span) if too_short(span));
        if too_short(settings.keep) {
            remarks.push(
                "`usual` needs three earlier days, which are not kept: set keep = \"8d\", and since = \"8d\" to have \
                 them from the start"
                    .to_owned(),
            );
        } else if since_is_short {
            remarks.push(
                "`usual` needs three earlier days: it is not known before so many have passed, unless since = \"8d\" \
                 reads them at the start"
                    .to_owned(),
            );
        }
    }
    remarks
}
