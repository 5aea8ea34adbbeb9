//! Requests that two inputs have in common: if one server is in front of another and both logs are read, every
//! visitor counts twice.
//!
//! A sample of each input's requests is kept, chosen by the same hash for all inputs. Requests of different visitors
//! may agree in second, page and browser by chance, so only requests without a similar one nearby in their own log
//! are compared.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use crate::classify::batch::InputId;
use crate::query::view::{Doubt, DoubtKind, InputStatus};
use crate::time::Millis;

/// Identifies a request together with its second: page and agent.
type RequestKey = u64;

/// A sample of an input's requests.
#[derive(Debug, Default)]
pub(super) struct RequestSample {
    kept: Vec<(u32, RequestKey)>,
    /// One request in 2 to the power of this is kept.
    thinned: u32,
}

/// Requests kept per input, 16 bytes each: enough to find hundreds without a similar one nearby.
const MOST: usize = 4096;
/// The least number of requests to compare: fewer may agree by chance.
const LEAST: usize = 20;
/// The percentage of requests that must be in the other log too. By chance at most 37 % are: with a Poisson rate of
/// one, the likelihood of exactly one such request within the same three seconds.
const NEARLY_ALL: usize = 80;
/// This many are compared first, to see whether comparing all is worthwhile.
const FIRST: usize = 64;

impl RequestSample {
    /// Records a request.
    pub(super) fn note(&mut self, time: Millis, page: u32, agent: u32) {
        let Ok(second) = u32::try_from(time.0 / 1000) else { return };
        let request = (second, u64::from(page) << 32 | u64::from(agent));
        if !is_kept(request, self.thinned) {
            return;
        }
        self.kept.push(request);
        while self.kept.len() > MOST && self.thinned < u32::BITS {
            self.thinned += 1;
            self.kept.retain(|request| is_kept(*request, self.thinned));
        }
    }

    fn by_what(&self) -> HashMap<RequestKey, Vec<u32>> {
        let mut all: HashMap<RequestKey, Vec<u32>> = HashMap::new();
        for &(second, what) in &self.kept {
            all.entry(what).or_default().push(second);
        }
        for seconds in all.values_mut() {
            seconds.sort_unstable();
        }
        all
    }
}

/// Whether a request is kept. Equal ones within a minute are all kept or all dropped, so that similar requests nearby
/// are still seen.
fn is_kept((second, what): (u32, RequestKey), thinned: u32) -> bool {
    // Fibonacci hashing (Knuth): the golden ratio, scaled to 64 bits.
    const SCATTER: u64 = 0x9e37_79b9_7f4a_7c15;
    let mixed = (what.wrapping_mul(SCATTER) ^ u64::from(second / 60)).wrapping_mul(SCATTER);
    (mixed ^ (mixed >> 32)).wrapping_mul(SCATTER).leading_zeros() >= thinned
}

/// One input's requests, indexed for comparison.
struct Compared {
    by_what: HashMap<RequestKey, Vec<u32>>,
    /// Those without a similar one nearby.
    alone: Vec<(u32, RequestKey)>,
    /// The seconds that they span.
    span: Option<RangeInclusive<u32>>,
    thinned: u32,
}

impl Compared {
    fn of(requests: &RequestSample) -> Compared {
        let by_what = requests.by_what();
        let is_alone = |(second, what): &(u32, RequestKey)| near(&by_what, *second, *what) == 1;
        let alone: Vec<_> = requests.kept.iter().copied().filter(is_alone).collect();
        let seconds = || alone.iter().map(|(second, _)| *second);
        let span = seconds().min().zip(seconds().max()).map(|(first, last)| first..=last);
        Compared { by_what, alone, span, thinned: requests.thinned }
    }

    /// The percentage of requests that are in the other log too; `None` if too few can be compared.
    fn percent_in(&self, other: &Compared) -> Option<usize> {
        let some = self.compared_with(other, FIRST);
        if some.len() < LEAST || other.percent_of(&some) * 2 < NEARLY_ALL {
            return None;
        }
        Some(other.percent_of(&self.compared_with(other, MOST)))
    }

    /// Requests that both samples would keep, from times that the other log covers: logs of two different days have
    /// nothing to compare.
    fn compared_with(&self, other: &Compared, most: usize) -> Vec<(u32, RequestKey)> {
        let thinned = self.thinned.max(other.thinned);
        let reaches = |second: &u32| other.span.as_ref().is_some_and(|span| span.contains(second));
        let is_in_both = |request: &&(u32, RequestKey)| is_kept(**request, thinned) && reaches(&request.0);
        self.alone.iter().filter(is_in_both).take(most).copied().collect()
    }

    fn percent_of(&self, requests: &[(u32, RequestKey)]) -> usize {
        let both = requests.iter().filter(|(second, what)| near(&self.by_what, *second, *what) == 1);
        both.count() * 100 / requests.len().max(1)
    }
}

/// Number of equal requests within a second of this one: some servers log a request when it comes, others when it has
/// been answered.
fn near(by_what: &HashMap<RequestKey, Vec<u32>>, second: u32, what: RequestKey) -> usize {
    let Some(seconds) = by_what.get(&what) else { return 0 };
    let from = seconds.partition_point(|&one| one + 1 < second);
    seconds[from..].iter().take_while(|&&one| one <= second + 1).count()
}

/// Two inputs, by number, of which the one behind has nearly all its requests in the one in front.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct LoggedTwice {
    in_front: usize,
    behind: usize,
}

fn logged_twice(inputs: &[RequestSample]) -> Vec<LoggedTwice> {
    let all: Vec<Compared> = inputs.iter().map(Compared::of).collect();
    let mut found: Vec<LoggedTwice> = Vec::new();
    for (one, first) in all.iter().enumerate() {
        for (other, second) in all.iter().enumerate().skip(one + 1) {
            let [of_first, of_second] = [first.percent_in(second), second.percent_in(first)];
            let Some(more) = of_first.max(of_second).filter(|share| *share >= NEARLY_ALL) else { continue };
            // The one contained in the other is behind it; if they are equal, the second one named.
            let (in_front, behind) = if of_second == Some(more) { (one, other) } else { (other, one) };
            found.push(LoggedTwice { in_front, behind });
        }
    }
    found
}

/// The samples of all inputs, and the pairs found.
#[derive(Debug, Default)]
pub(super) struct DuplicateSearch {
    inputs: Vec<RequestSample>,
    noted: u64,
    /// The next comparison is due at this many requests.
    due: u64,
    found: Vec<LoggedTwice>,
}

/// Only this many inputs are compared, the first ones: nobody chains more servers.
const MOST_INPUTS: usize = 64;

impl DuplicateSearch {
    /// An empty search over `inputs` inputs. A single one is not sampled.
    pub(super) fn of(inputs: usize) -> DuplicateSearch {
        let compared = if inputs > 1 { inputs.min(MOST_INPUTS) } else { 0 };
        let inputs = (0..compared).map(|_| RequestSample::default()).collect();
        DuplicateSearch { inputs, due: LEAST as u64, ..DuplicateSearch::default() }
    }

    /// The sample of an input, if it is compared.
    pub(super) fn of_input(&mut self, input: InputId) -> Option<&mut RequestSample> {
        self.inputs.get_mut(usize::from(input.0))
    }

    /// More requests were recorded. Compares again whenever their number has doubled.
    pub(super) fn noted(&mut self, requests: u64) {
        self.noted += requests;
        if self.noted >= self.due {
            self.due = self.noted * 2;
            self.compare();
        }
    }

    /// Compares the samples.
    pub(super) fn compare(&mut self) {
        self.found = logged_twice(&self.inputs);
    }

    /// The doubts about these inputs.
    pub(super) fn doubts(&self, inputs: &[InputStatus]) -> impl Iterator<Item = Doubt> {
        self.found.iter().filter_map(|found| found.doubt(inputs))
    }
}

impl LoggedTwice {
    /// The doubt to report.
    fn doubt(self, inputs: &[InputStatus]) -> Option<Doubt> {
        let (front, behind) = (&inputs.get(self.in_front)?.name, &inputs.get(self.behind)?.name);
        let text = format!(
            "nearly all of its requests are in {front} too, from the same second and browser: one server seems to pass them \
             on to the other, and each visitor counts twice; leave one of the two out, best the one of the server behind"
        );
        let (input, kind) = (behind.clone(), DoubtKind::LoggedTwice);
        Some(Doubt { input, kind, text, proposal: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Random requests at a rate per second, over ten minutes.
    fn traffic(seed: u64, rate: u32) -> Vec<(u32, u32, u32)> {
        let mut random = fastrand::Rng::with_seed(seed);
        let one = |at: u32| (1_795_528_800 + at / rate, random.u32(..40), random.u32(..30));
        (0..rate * 600).map(one).collect()
    }

    fn noted(requests: &[(u32, u32, u32)]) -> RequestSample {
        let mut all = RequestSample::default();
        for &(second, page, agent) in requests {
            all.note(Millis(i64::from(second) * 1000), page, agent);
        }
        all
    }

    fn found(one: &[(u32, u32, u32)], other: &[(u32, u32, u32)]) -> Vec<LoggedTwice> {
        logged_twice(&[noted(one), noted(other)])
    }

    #[test]
    fn the_same_requests_in_two_logs_are_found_however_many() {
        for rate in [1, 5, 50, 200] {
            let front = traffic(1, rate);
            let later = |&(second, page, agent): &(u32, u32, u32)| (second + page % 2, page, agent);
            let behind: Vec<_> = front.iter().filter(|(_, page, _)| *page < 30).map(later).collect();
            let wanted = [LoggedTwice { in_front: 0, behind: 1 }];
            assert_eq!(found(&front, &behind), wanted, "{rate} a second");
            let turned = [LoggedTwice { in_front: 1, behind: 0 }];
            assert_eq!(found(&behind, &front), turned, "{rate} a second");
        }
    }

    #[test]
    fn servers_that_share_requests_are_not_taken_for_each_other() {
        for rate in [1, 5, 50, 200, 1000] {
            assert_eq!(found(&traffic(1, rate), &traffic(2, rate)), [], "{rate} a second");
            assert_eq!(found(&traffic(1, rate), &traffic(2, 5)), [], "{rate} a second and 5");
        }
    }

    #[test]
    fn logs_of_two_days_have_nothing_in_common() {
        let today = traffic(1, 5);
        let tomorrow: Vec<_> =
            today.iter().map(|(second, page, agent)| (second + 86_400, *page, *agent)).collect();
        assert_eq!(found(&today, &tomorrow), []);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let all = noted(&traffic(1, 1000));
        assert!(all.kept.len() <= MOST && !all.kept.is_empty(), "{}", all.kept.len());
    }
}
