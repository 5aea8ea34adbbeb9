//! What to ask for an alert, and what the answers say of it (design.md R16).

mod figures;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::query::analysis::ask::{Analysis, FunnelAsk, GoalsAsk};
use crate::query::definitions::Definitions;
use crate::query::filter::Filter;
use crate::query::question::{
    Bots, BounceRule, CloseupAsk, Grouping, Question, SeriesAsk, TableAsk, TrafficAsk, Window,
};
use crate::query::view::View;
use crate::time::{Millis, Span};

use super::condition::{Comparison, Condition, Measure, Reference};
use super::rule::Rule;
use super::state::{Observation, Truth};
use figures::reading;

/// Who answers questions as of an instant.
pub trait AskAt {
    /// The answer as of an instant; `None` if nobody answers any more.
    fn ask(&mut self, question: &Question, at: Millis) -> Option<Arc<View>>;

    /// The instant from which on lines are known.
    fn known_from(&mut self) -> Option<Millis>;
}

/// What questions of alerts have in common.
#[derive(Debug, Clone)]
pub struct Common {
    /// What a bounce is (R7).
    pub bounce: BounceRule,
    /// Whether bots count where the alert's filter does not say.
    pub bots: Bots,
    /// The goals and funnels that conditions name.
    pub definitions: Arc<Definitions>,
}

/// Asks about alerts at one instant after the other.
#[derive(Debug)]
pub struct Observer {
    common: Common,
    /// What was usual, by the alert's position: it is asked for once a minute, because it changes slowly and takes an
    /// answer for each day.
    usual: BTreeMap<usize, (Millis, Vec<Arc<View>>)>,
}

/// What is usual is asked for again after this.
const USUAL_FOR: Span = Span::minutes(1);
const DAY: Span = Span::hours(24);
/// With fewer days nothing is usual (R16).
const LEAST_DAYS: usize = 3;
/// More days than two weeks say little of today.
const MOST_DAYS: u64 = 14;
/// Slots of traffic are a minute long after an hour (R12): what is asked of then begins and ends with a minute.
const MINUTE: Span = Span::minutes(1);

/// The answers about an alert.
struct Answers<'a> {
    now: &'a View,
    before: Option<Arc<View>>,
    usual: &'a [Arc<View>],
    over: Span,
    lines: Option<u64>,
}

impl Observer {
    /// An observer that has asked nothing yet.
    #[must_use]
    pub fn new(common: Common) -> Observer {
        Observer { common, usual: BTreeMap::new() }
    }

    /// What is observed of an alert at an instant; `None` if nobody answers any more.
    pub fn observe(
        &mut self,
        (position, rule): (usize, &Rule),
        at: Millis,
        asker: &mut dyn AskAt,
    ) -> Option<Observation> {
        let question = question(rule, &self.common);
        let now = asker.ask(&question, before(at))?;
        let lines = if rule.filter.is_empty() {
            hits(&now)
        } else {
            hits(&*asker.ask(&all_hits(rule.over), before(at))?)
        };
        let knows_before =
            rule.compares_with(Reference::Before) && at - rule.over - rule.over >= asker.known_from()?;
        let before = if knows_before { Some(asker.ask(&question, before(at - rule.over))?) } else { None };
        if rule.compares_with(Reference::Usual) {
            self.refresh_usual((position, rule), &question, at, asker)?;
        }
        let usual = self.usual.get(&position).map_or(&[][..], |(_, views)| views);
        let answers = Answers { now: &now, before, usual, over: rule.over, lines };
        Some(answers.observation(rule))
    }

    /// Asks about the same time on earlier days, as far as they are known.
    fn refresh_usual(
        &mut self,
        (position, rule): (usize, &Rule),
        question: &Question,
        at: Millis,
        asker: &mut dyn AskAt,
    ) -> Option<()> {
        let is_fresh = |(asked, _): &(Millis, Vec<_>)| at >= *asked && at < *asked + USUAL_FOR;
        if self.usual.get(&position).is_some_and(is_fresh) {
            return Some(());
        }
        let known_from = asker.known_from()?;
        let mut views = Vec::new();
        for days in 1..=MOST_DAYS {
            let end = (at - Span(DAY.0 * days)).floor_to(MINUTE);
            if end - rule.over < known_from {
                break;
            }
            views.push(asker.ask(question, before(end))?);
        }
        self.usual.insert(position, (at, views));
        Some(())
    }
}

/// The last instant of a window that ends at a multiple of 10 s: the slot of traffic that begins there is not in it.
fn before(end: Millis) -> Millis {
    end - Span(1)
}

fn window(over: Span) -> Window {
    Window::Last(Span(over.0.saturating_sub(1)))
}

const TOTALS: TrafficAsk = TrafficAsk { rows: 0, buckets: 0, clients: false };

fn all_hits(over: Span) -> Question {
    Question { window: window(over), traffic: Some(TOTALS), ..Question::about(Filter::default()) }
}

fn question(rule: &Rule, common: &Common) -> Question {
    let conditions = rule.conditions();
    let names_goals = conditions.iter().any(|condition| condition.goals().next().is_some());
    let goals = names_goals.then(|| Analysis::Goals(GoalsAsk::default()));
    let finds = conditions.iter().any(|condition| condition.speaks_of_findings());
    let is_named = |name: &str| conditions.iter().any(|condition| condition.funnels().any(|one| one == name));
    let funnels = common.definitions.funnels.iter().filter(|funnel| finds || is_named(&funnel.name)).cloned();
    let funnels = funnels.map(|funnel| Analysis::Funnel(FunnelAsk { funnel, breakdown: None }));
    Question {
        window: window(rule.over),
        bounce: common.bounce,
        bots: common.bots,
        // Findings compare pages, and sessions over time.
        tables: if finds { vec![TableAsk::largest(Grouping::Page, 0)] } else { Vec::new() },
        series: finds.then_some(SeriesAsk { buckets: 30 }),
        closeup: finds.then_some(CloseupAsk::Changes),
        analyses: goals.into_iter().chain(funnels).collect(),
        traffic: Some(TOTALS),
        definitions: Arc::clone(&common.definitions),
        ..Question::about(rule.filter.clone())
    }
}

fn hits(view: &View) -> Option<u64> {
    view.traffic.as_ref().map(|traffic| traffic.totals.hits)
}

impl Rule {
    /// Its conditions.
    fn conditions(&self) -> Vec<&Condition> {
        std::iter::once(&self.when).chain(&self.until).collect()
    }

    /// Whether any figure is compared with another time.
    #[must_use]
    pub fn compares_with(&self, reference: Reference) -> bool {
        self.conditions().into_iter().any(|condition| condition.compares_with(reference))
    }
}

impl Answers<'_> {
    fn observation(&self, rule: &Rule) -> Observation {
        let enough = self.samples(&rule.when).all(|sample| sample >= rule.least);
        let when = if enough { self.truth(&rule.when) } else { Truth::No };
        let until = rule.until.as_ref().map(|until| if enough { self.truth(until) } else { Truth::Yes });
        Observation { when, until, has_data: self.lines != Some(0), value: self.value(&rule.when) }
    }

    fn truth(&self, condition: &Condition) -> Truth {
        match condition {
            Condition::Or(all) => all.iter().fold(Truth::No, |truth, one| truth.or(self.truth(one))),
            Condition::And(all) => all.iter().fold(Truth::Yes, |truth, one| truth.and(self.truth(one))),
            Condition::Compare(one) => {
                Truth::of(self.compared(one).map(|value| one.sign.holds(value, one.threshold)))
            }
            Condition::Finding(kinds) => Truth::of(Some(self.found(kinds) > 0)),
        }
    }

    /// How many findings of these kinds there are.
    fn found(&self, kinds: &[&str]) -> usize {
        let all = self.now.findings.iter().chain(&self.now.faults);
        all.filter(|finding| kinds.contains(&finding.kind())).count()
    }

    fn samples(&self, condition: &Condition) -> impl Iterator<Item = u64> {
        condition.comparisons().into_iter().map(|one| reading(self.now, &one.figure, self.lines).sample)
    }

    /// What is compared with the threshold; `None` where it is not known.
    fn compared(&self, comparison: &Comparison) -> Option<f64> {
        let value = reading(self.now, &comparison.figure, self.lines).value?;
        match comparison.measure {
            Measure::Itself => Some(value),
            Measure::OfHits => ratio(value, hits(self.now)? as f64),
            Measure::PerSecond => ratio(value, self.over.as_seconds()),
            Measure::PerMinute => ratio(value * 60.0, self.over.as_seconds()),
            Measure::Of(Reference::Before) => ratio(value, earlier(self.before.as_deref()?, comparison)?),
            Measure::Of(Reference::Usual) => ratio(value, self.usual(comparison)?),
        }
    }

    /// The median over the days.
    fn usual(&self, comparison: &Comparison) -> Option<f64> {
        let days = self.usual.iter();
        let mut days: Vec<f64> = days.filter_map(|view| earlier(view, comparison)).collect();
        if days.len() < LEAST_DAYS {
            return None;
        }
        days.sort_unstable_by(f64::total_cmp);
        let upper = *days.get(days.len() / 2)?;
        let lower = *days.get((days.len() - 1) / 2)?;
        Some(f64::midpoint(lower, upper))
    }

    /// The value that the alert is about: that of its first comparison, or how many findings there are.
    fn value(&self, condition: &Condition) -> Option<f64> {
        match condition {
            Condition::Or(all) | Condition::And(all) => all.first().and_then(|first| self.value(first)),
            Condition::Compare(one) => self.compared(one),
            Condition::Finding(kinds) => Some(self.found(kinds) as f64),
        }
    }
}

/// The figure of another time.
fn earlier(view: &View, comparison: &Comparison) -> Option<f64> {
    reading(view, &comparison.figure, hits(view)).value
}

/// `None` where there is nothing to compare with.
fn ratio(value: f64, of: f64) -> Option<f64> {
    (of > 0.0).then(|| value / of)
}

#[cfg(test)]
mod tests;
