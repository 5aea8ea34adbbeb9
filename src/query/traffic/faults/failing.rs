//! What fails, and for whom.

use std::cmp::Reverse;

use crate::classify::kind::Kind;
use crate::classify::method::Method;
use crate::ids::{ClientId, PathId};
use crate::query::traffic::fold::is_somebody;
use crate::query::traffic::partial::Rows;
use crate::query::traffic::people::People;
use crate::query::view::{Anomaly, Finding, PathFailure};
use crate::time::{Millis, Span};
use crate::traffic::{Class, Link};

use super::{FaultScan, HOUR, LATELY, LEAST_PEOPLE};

/// The span of the share of server errors (R15).
const SHARE_OVER: Span = Span::minutes(2);
/// More than one of so many pages and actions answered 5xx is an outage: above 5 % (R15).
const ONE_OF: u64 = 20;
/// An outage began after a stretch of this without a server error.
const CALM: Span = Span::minutes(2);
/// The most rows of a kind: more would bury each other.
const MOST: usize = 3;
/// A client with fewer hits than this has not tried hard.
const LEAST_TRIES: u64 = 20;
/// What attackers sent together, at least.
const LEAST_ATTACK: u64 = 100;

/// The failures of one request.
#[derive(Default)]
struct Failed {
    hits: u64,
    people: People,
    first: Option<Millis>,
    links: Rows<Link, u64>,
}

type FailedKey = (PathId, Method, u16);

pub(super) fn find(scan: FaultScan) -> Vec<Finding> {
    let mut found = Vec::new();
    found.extend(outage(scan));
    found.extend(failing(scan));
    found.extend(only_fail(scan));
    found.extend(broken(scan));
    found
}

/// A share of server errors among what people asked for.
fn outage(scan: FaultScan) -> Option<Finding> {
    let (mut failed, mut of, mut people) = (0, 0, People::default());
    for (_, _, slot) in scan.last(SHARE_OVER) {
        for (client, class, count) in slot.clients() {
            let class = scan.traffic.class(class);
            if !is_asked_by_people(class) {
                continue;
            }
            of += count.hits;
            if is_server_error(class) {
                failed += count.hits;
                add_somebody(&mut people, client);
            }
        }
    }
    let people = people.count().value();
    let is_outage = failed * ONE_OF > of && people >= LEAST_PEOPLE;
    is_outage.then(|| Anomaly::Outage { failed, of, people, since: began(scan) }.into())
}

/// Pages and actions; those that fail are errors (R2).
fn is_asked_by_people(class: Class) -> bool {
    !class.bot && matches!(class.kind, Kind::Pageview | Kind::Action | Kind::Error)
}

fn is_server_error(class: Class) -> bool {
    (500..600).contains(&class.status)
}

fn add_somebody(people: &mut People, client: ClientId) {
    if is_somebody(client) {
        people.add(client);
    }
}

/// The first server error after the last calm stretch of the hour.
fn began(scan: FaultScan) -> Millis {
    let mut began = scan.now;
    let mut slots: Vec<_> = scan.last(HOUR).collect();
    slots.sort_unstable_by_key(|(start, _, _)| Reverse(*start));
    for (start, length, slot) in slots {
        if began.since(start + length) > CALM {
            break;
        }
        let errors = slot.failures().filter(|(key, _)| is_server_error(scan.traffic.class(key.class)));
        began = errors.map(|(_, count)| count.first).min().unwrap_or(began).min(began);
    }
    began
}

/// Requests that the server fails for several people since lately, and failed for nobody before. What was not read is
/// not compared: as long as lately must have been read before it.
fn failing(scan: FaultScan) -> Vec<Finding> {
    let recent = scan.now - LATELY;
    let read_from = scan.traffic.known_from().unwrap_or(scan.now).max(scan.now - HOUR);
    let calm = recent.since(read_from);
    if read_from > recent || calm < LATELY {
        return Vec::new();
    }
    let lately = failures(scan, recent, scan.now, is_server_error);
    let before = failures(scan, scan.now - HOUR, recent, is_server_error);
    let is_new = |key: &FailedKey| !before.contains_key(key);
    largest(lately.into_iter().filter(|(key, _)| is_new(key)))
        .map(|(key, failed)| Anomaly::Failing { failure: path_failure(scan, key, &failed), calm }.into())
        .collect()
}

/// Pages of the site itself that link to what is not there.
fn broken(scan: FaultScan) -> Vec<Finding> {
    let missing = failures(scan, scan.now - HOUR, scan.now, |class| matches!(class.status, 404 | 410));
    let linked = missing.into_iter().filter_map(|(key, failed)| {
        let from = linking_page(scan, &failed)?;
        Some((key, failed, from))
    });
    let mut linked: Vec<_> =
        linked.filter(|(_, failed, _)| failed.people.count().value() >= LEAST_PEOPLE).collect();
    linked.sort_unstable_by_key(|((path, method, _), failed, _)| {
        (Reverse(failed.people.count().value()), scan.known.paths.text(*path).into_owned(), *method as u8)
    });
    let finding =
        |(key, failed, from)| Anomaly::Broken { failure: path_failure(scan, key, &failed), from }.into();
    linked.into_iter().take(MOST).map(finding).collect()
}

/// The page of the site that led most people there.
fn linking_page(scan: FaultScan, failed: &Failed) -> Option<String> {
    let own = |(link, hits): (&Link, &u64)| {
        let is_own = scan.known.arrival(link.arrival).resumed;
        link.path.filter(|_| is_own).map(|path| (*hits, scan.known.paths.text(path).into_owned()))
    };
    let mut pages: Vec<_> = failed.links.iter().filter_map(own).collect();
    pages.sort_unstable_by(|a, b| (Reverse(a.0), &a.1).cmp(&(Reverse(b.0), &b.1)));
    pages.into_iter().next().map(|(_, page)| page)
}

/// The failures of people, by what was asked for.
fn failures(
    scan: FaultScan,
    after: Millis,
    until: Millis,
    is_meant: fn(Class) -> bool,
) -> Rows<FailedKey, Failed> {
    let mut rows: Rows<FailedKey, Failed> = Rows::default();
    for (_, _, slot) in scan.between(after, until) {
        for (key, count) in slot.failures() {
            let class = scan.traffic.class(key.class);
            if class.bot || key.path == PathId::OTHER || !is_meant(class) {
                continue;
            }
            let row = rows.entry((key.path, class.method, class.status)).or_default();
            row.hits += count.hits;
            row.first = row.first.into_iter().chain([count.first]).min();
            add_somebody(&mut row.people, key.client);
            if let Some(link) = key.link {
                *row.links.entry(link).or_default() += count.hits;
            }
        }
    }
    rows
}

/// Those that several people met, the most first.
fn largest(rows: impl Iterator<Item = (FailedKey, Failed)>) -> impl Iterator<Item = (FailedKey, Failed)> {
    let mut rows: Vec<_> = rows.filter(|(_, row)| row.people.count().value() >= LEAST_PEOPLE).collect();
    rows.sort_unstable_by_key(|((path, method, status), row)| {
        (Reverse(row.people.count().value()), path.0, *method as u8, *status)
    });
    rows.into_iter().take(MOST)
}

fn path_failure(scan: FaultScan, (path, method, status): FailedKey, failed: &Failed) -> PathFailure {
    PathFailure {
        method: method.name(),
        path: scan.known.paths.text(path).into_owned(),
        status,
        hits: failed.hits,
        people: failed.people.count().value(),
        since: failed.first.unwrap_or(scan.now),
    }
}

/// Clients that try again and again, fail, and never get a page.
fn only_fail(scan: FaultScan) -> Option<Finding> {
    let mut clients: Rows<ClientId, Tries> = Rows::default();
    for (_, _, slot) in scan.last(HOUR) {
        for (client, class, count) in slot.clients().filter(|(client, _, _)| is_somebody(*client)) {
            let class = scan.traffic.class(class);
            let tries = clients.entry(client).or_default();
            tries.hits += count.hits;
            tries.refused += if is_refused(class) { count.hits } else { 0 };
            tries.pages += if class.is_pageview() { count.hits } else { 0 };
        }
    }
    clients.retain(|_, tries| tries.are_an_attack());
    let hits = clients.values().map(|tries| tries.refused).sum();
    if hits < LEAST_ATTACK {
        return None;
    }
    let ((path, method, status), since) = most_tried(scan, &clients)?;
    let attack = Anomaly::OnlyFails {
        clients: clients.len() as u64,
        hits,
        method: method.name(),
        path: scan.known.paths.text(path).into_owned(),
        status,
        since,
    };
    Some(attack.into())
}

/// The tries of a client.
#[derive(Default)]
struct Tries {
    hits: u64,
    refused: u64,
    pages: u64,
}

impl Tries {
    fn are_an_attack(&self) -> bool {
        self.pages == 0 && self.hits >= LEAST_TRIES && self.refused * 10 >= self.hits * 9
    }
}

/// Whoever guesses passwords or keys is answered so.
fn is_refused(class: Class) -> bool {
    matches!(class.status, 400 | 401 | 403 | 422 | 423 | 429)
}

/// What these clients failed at most, and since when.
fn most_tried(scan: FaultScan, clients: &Rows<ClientId, Tries>) -> Option<(FailedKey, Millis)> {
    let mut tried: Rows<FailedKey, (u64, Millis)> = Rows::default();
    for (_, _, slot) in scan.last(HOUR) {
        for (key, count) in slot.failures().filter(|(key, _)| clients.contains_key(&key.client)) {
            let class = scan.traffic.class(key.class);
            let row = tried.entry((key.path, class.method, class.status)).or_insert((0, count.first));
            *row = (row.0 + count.hits, row.1.min(count.first));
        }
    }
    let most = tried.into_iter().max_by_key(|((path, _, _), (hits, _))| (*hits, Reverse(path.0)))?;
    Some((most.0, most.1.1))
}
