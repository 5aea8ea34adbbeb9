//! A finding as a sentence: its subject, and what is said of it with every figure or with few.

use crate::query::view::Rate;
use crate::text;

use super::{Against, Anomaly, Basis, Finding};

impl Finding {
    /// The sentence with every figure, for text without a width: `/search takes 303ms, 88ms before (132 views)`.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{} {}", self.subject_within(usize::MAX), self.figures()).trim_start().to_owned()
    }

    /// The subject as it is shown within a width; empty where it is the site.
    #[must_use]
    pub fn subject_within(&self, width: usize) -> String {
        match &self.what {
            Anomaly::Errors { page, .. } | Anomaly::Slower { page, .. } | Anomaly::Bounces { page, .. } => {
                text::fit_middle(&text::readable_path(page), width)
            }
            Anomaly::Failing { failure, .. } | Anomaly::Broken { failure, .. } => {
                request(failure.method, &failure.path, width)
            }
            Anomaly::OnlyFails { method, path, .. } => request(method, path, width),
            Anomaly::Source { source: name, .. } | Anomaly::Client { network: name, .. } => {
                text::fit(&text::harmless(name), width)
            }
            Anomaly::Step { funnel, name, .. } => {
                text::fit_middle(&text::harmless(&format!("{funnel}: {name}")), width)
            }
            Anomaly::Silence { .. }
            | Anomaly::Outage { .. }
            | Anomaly::Crawlers { .. }
            | Anomaly::NoAssets { .. }
            | Anomaly::Traffic { .. } => String::new(),
        }
    }

    /// What is said of the subject, with every figure.
    #[must_use]
    pub fn figures(&self) -> String {
        let said = self.every_figure();
        match self.basis {
            Basis::Test(test) if test.against == Against::Hour => format!("{said}, in the last 5m"),
            _ => said,
        }
    }

    fn every_figure(&self) -> String {
        match &self.what {
            Anomaly::Silence { lasted, bound, .. } => {
                format!(
                    "no line for {}; more than {} is unusual",
                    text::length(*lasted),
                    text::length(*bound)
                )
            }
            Anomaly::Outage { failed, of, people, .. } => format!(
                "{} of pages and actions are answered 5xx: {} of {} in 2m, for {} people",
                share(*failed, *of),
                count(*failed),
                count(*of),
                count(*people)
            ),
            Anomaly::Failing { failure, calm } => format!(
                "answers {} for {} people: {} failures, none in the {} before",
                failure.status,
                count(failure.people),
                count(failure.hits),
                text::round_span(*calm)
            ),
            Anomaly::OnlyFails { clients, hits, status, .. } => format!(
                "is tried by {} clients that get no page: {} answers {status} at most",
                count(*clients),
                count(*hits)
            ),
            Anomaly::Broken { failure, from } => format!(
                "is not there, but {} links to it: {} people met {}",
                text::readable_path(from),
                count(failure.people),
                failure.status
            ),
            Anomaly::Client { hits, of, .. } => {
                format!("sends {} of all hits: {} of {} in 5m", share(*hits, *of), count(*hits), count(*of))
            }
            Anomaly::Crawlers { name, hits, of } => {
                let most = if name.is_empty() { "" } else { ", most of them " };
                let (share, name) = (share(*hits, *of), text::harmless(name));
                format!(
                    "bots send {share} of all hits: {} of {} in 15m{most}{name}",
                    count(*hits),
                    count(*of)
                )
            }
            Anomaly::Errors { errors, sessions, before, .. } => {
                let before = before.map(|before| format!(", {} before", count(before))).unwrap_or_default();
                format!("fails: {} errors in {} sessions{before}", count(*errors), count(*sessions))
            }
            Anomaly::Slower { typical, before, views, .. } => format!(
                "takes {}, {} before ({} views)",
                text::load_time(*typical),
                text::load_time(*before),
                count(*views)
            ),
            Anomaly::Bounces { here, elsewhere, .. } => {
                let rest = if self.is_against_the_rest() { "the rest" } else { "before" };
                format!("bounces {} of {} entries, {rest} {}", rate(*here), count(here.of), rate(*elsewhere))
            }
            Anomaly::NoAssets { sessions, of, before: Some(before) } => format!(
                "{} of {} visits of one page fetch no asset ({}, {} before): few browsers do that",
                count(*sessions),
                count(*of),
                share(*sessions, *of),
                text::percent(*before)
            ),
            Anomaly::NoAssets { sessions, of, before: None } => format!(
                "{} of {} sessions fetch no asset ({}): few browsers do that",
                count(*sessions),
                count(*of),
                share(*sessions, *of)
            ),
            Anomaly::Traffic { sessions, before } => {
                format!("{} sessions began, {} {}", count(*sessions), count(*before), self.expected())
            }
            Anomaly::Source { sessions, before, share, share_before, .. } => format!(
                "brings {} of sessions, {} before ({}, {})",
                text::percent(*share),
                text::percent(*share_before),
                count(*sessions),
                count(*before)
            ),
            Anomaly::Step { rate, before, of, .. } => format!(
                "{} go on to it, {} before ({} could)",
                text::percent(*rate),
                text::percent(*before),
                count(*of)
            ),
        }
    }

    /// What the number of sessions is compared with.
    fn expected(&self) -> String {
        match self.basis {
            Basis::Test(test) => match test.against {
                Against::Hour => "at the rate of the 55m before".to_owned(),
                Against::Window | Against::Rest => "in the window before".to_owned(),
            },
            Basis::Threshold => "before".to_owned(),
        }
    }

    fn is_against_the_rest(&self) -> bool {
        matches!(self.basis, Basis::Test(test) if test.against == Against::Rest)
    }

    /// What is said of the subject, with few figures.
    #[must_use]
    pub fn brief_figures(&self) -> String {
        match &self.what {
            Anomaly::Silence { lasted, .. } => format!("no line for {}", text::length(*lasted)),
            Anomaly::Outage { failed, of, .. } => format!("5xx for {} of requests", share(*failed, *of)),
            Anomaly::Failing { failure, .. } | Anomaly::Broken { failure, .. } => {
                format!("{} for {} people", failure.status, count(failure.people))
            }
            Anomaly::OnlyFails { hits, status, .. } => format!("{} times {status}", count(*hits)),
            Anomaly::Client { hits, of, .. } => format!("sends {}", share(*hits, *of)),
            Anomaly::Crawlers { hits, of, .. } => format!("bots send {} of hits", share(*hits, *of)),
            Anomaly::Errors { sessions, .. } => format!("fails {} sessions", count(*sessions)),
            Anomaly::Slower { typical, before, .. } => {
                format!("{}, was {}", text::load_time(*typical), text::load_time(*before))
            }
            Anomaly::Bounces { here, .. } => format!("bounces {}", rate(*here)),
            Anomaly::NoAssets { sessions, of, .. } => format!("{} fetch no asset", share(*sessions, *of)),
            Anomaly::Traffic { sessions, before } => {
                format!("{} began, {} before", count(*sessions), count(*before))
            }
            Anomaly::Source { share: now, share_before: before, .. }
            | Anomaly::Step { rate: now, before, .. } => {
                format!("{}, was {}", text::percent(*now), text::percent(*before))
            }
        }
    }
}

/// `POST /checkout`; of a page that was merely read, its path alone.
fn request(method: &str, path: &str, width: usize) -> String {
    let path = text::readable_path(path);
    let whole = if method == "GET" { path.into_owned() } else { format!("{method} {path}") };
    text::fit_middle(&whole, width)
}

fn count(count: u64) -> String {
    text::thousands(count)
}

fn share(part: u64, of: u64) -> String {
    text::percent(part as f64 / of.max(1) as f64)
}

fn rate(rate: Rate) -> String {
    text::percent(rate.share().unwrap_or(0.0))
}
