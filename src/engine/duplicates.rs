//! Requests that two inputs have in common: where one server stands before another and the logs of both are read, every
//! visitor counts twice.
//!
//! Of each input some requests are kept, the same of all inputs. Two requests of different visitors agree
//! in second, page and browser by chance; so only requests are compared that have no like of them in their own log near by.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use crate::classify::batch::InputId;
use crate::query::view::{Doubt, DoubtKind, InputStatus};
use crate::time::Millis;

/// What tells requests apart besides their second.
type RequestKey = u64;

/// Some of an input's requests.
#[derive(Debug, Default)]
pub(super) struct RequestSample {
    kept: Vec<(u32, RequestKey)>,
    /// Of so many one is kept: two to the power of this.
    thinned: u32,
}

/// So many of an input are kept, 16 bytes each: enough to find hundreds that have no like near by.
const MOST: usize = 4096;
/// Fewer requests may agree by chance, such as a test's.
const LEAST: usize = 20;
/// Of a hundred requests so many must be in the other log too. By chance it is 37 at most: that another server has just
/// one request of this kind within the same three seconds.
const NEARLY_ALL: usize = 80;
/// So many are compared before it is worth to compare all.
const FIRST: usize = 64;

impl RequestSample {
    /// Takes note of a request.
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

/// Whether a request is kept: all of a kind that come within a minute are, or none, so that likes near by stay together.
fn is_kept((second, what): (u32, RequestKey), thinned: u32) -> bool {
    // Multiplying by the golden ratio's digits scatters what is alike (Knuth).
    const SCATTER: u64 = 0x9e37_79b9_7f4a_7c15;
    let mixed = (what.wrapping_mul(SCATTER) ^ u64::from(second / 60)).wrapping_mul(SCATTER);
    (mixed ^ (mixed >> 32)).wrapping_mul(SCATTER).leading_zeros() >= thinned
}

/// Requests of one input, ready to be compared.
struct Compared {
    by_what: HashMap<RequestKey, Vec<u32>>,
    /// Those with no like near by.
    alone: Vec<(u32, RequestKey)>,
    /// When they were made.
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

    /// How many requests of a hundred are in another log too; `None` where too few can be compared.
    fn percent_in(&self, other: &Compared) -> Option<usize> {
        let some = self.compared_with(other, FIRST);
        if some.len() < LEAST || other.percent_of(&some) * 2 < NEARLY_ALL {
            return None;
        }
        Some(other.percent_of(&self.compared_with(other, MOST)))
    }

    /// Requests of kinds that are kept of both, from times that the other log reaches: of two days' logs neither has the other's.
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

/// How many requests of this kind there are within a second of this one: one server logs when a request comes, another
/// one when it has been answered.
fn near(by_what: &HashMap<RequestKey, Vec<u32>>, second: u32, what: RequestKey) -> usize {
    let Some(seconds) = by_what.get(&what) else { return 0 };
    let from = seconds.partition_point(|&one| one + 1 < second);
    seconds[from..].iter().take_while(|&&one| one <= second + 1).count()
}

/// Inputs, by number, whose requests are nearly all in another one too: that one, and theirs.
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
            // What is only a part of the other stands behind it; where both are the same, the first one named stays.
            let (in_front, behind) = if of_second == Some(more) { (one, other) } else { (other, one) };
            found.push(LoggedTwice { in_front, behind });
        }
    }
    found
}

/// The requests of a run's inputs, and what was found in them.
#[derive(Debug, Default)]
pub(super) struct DuplicateSearch {
    inputs: Vec<RequestSample>,
    noted: u64,
    /// When so many are noted they are compared again.
    due: u64,
    found: Vec<LoggedTwice>,
}

/// Of more inputs only the first are compared with each other: that many in front of each other are none.
const MOST_INPUTS: usize = 64;

impl DuplicateSearch {
    /// Nothing yet, of so many inputs; one alone has nothing in common with others.
    pub(super) fn of(inputs: usize) -> DuplicateSearch {
        let compared = if inputs > 1 { inputs.min(MOST_INPUTS) } else { 0 };
        let inputs = (0..compared).map(|_| RequestSample::default()).collect();
        DuplicateSearch { inputs, due: LEAST as u64, ..DuplicateSearch::default() }
    }

    /// The requests of an input, if they are compared with others'.
    pub(super) fn of_input(&mut self, input: InputId) -> Option<&mut RequestSample> {
        self.inputs.get_mut(usize::from(input.0))
    }

    /// So many more were noted: twice as many tell more than before.
    pub(super) fn noted(&mut self, requests: u64) {
        self.noted += requests;
        if self.noted >= self.due {
            self.due = self.noted * 2;
            self.compare();
        }
    }

    /// Compares what is known by now.
    pub(super) fn compare(&mut self) {
        self.found = logged_twice(&self.inputs);
    }

    /// What is doubted of these inputs.
    pub(super) fn doubts(&self, inputs: &[InputStatus]) -> impl Iterator<Item = Doubt> {
        self.found.iter().filter_map(|found| found.doubt(inputs))
    }
}

impl LoggedTwice {
    /// What to say of it.
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

    /// So many requests a second, by chance, over some minutes.
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
