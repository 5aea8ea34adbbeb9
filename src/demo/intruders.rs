//! Bots that do not identify themselves: scrapers and archivers with a browser's user agent, clients without an agent,
//! vulnerability scanners, and clients that do not speak HTTP.

use std::collections::VecDeque;

use super::actor::{Actor, ActorContext};
use super::line::{LogEntry, LogWriter, RefererField, RequestField, Requester};
use super::request::SimulatedRequest;
use super::robot::{Robot, any_page};
use crate::time::Span;

/// Paths that scanners probe; none exists.
const PROBES: [&str; 18] = [
    "/wp-login.php",
    "/wp-admin/setup-config.php",
    "/xmlrpc.php",
    "/.env",
    "/.git/config",
    "/phpmyadmin/",
    "/admin/login",
    "/backup.sql",
    "/config.php.bak",
    "/cgi-bin/luci",
    "/actuator/health",
    "/server-status",
    "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php",
    "/owa/auth/logon.aspx",
    "/solr/admin/info/system",
    "/boaform/admin/formLogin",
    "/HNAP1",
    "/.aws/credentials",
];

const SCANNERS: [&str; 4] = [
    "Mozilla/5.0 zgrab/0.x",
    "Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/90.0.4430.85 Safari/537.36",
    "-",
];

/// First bytes of other protocols as escaped by nginx, with its response status.
const BABBLE: [(&str, u16, u32); 6] = [
    ("-", 400, 0),
    ("-", 408, 0),
    (r"\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03\xA7\x1B\xE4", 400, 157),
    (r"\x16\x03\x01\x00\xEE\x01\x00\x00\xEA\x03\x03\x5C\x90\x22\xD1", 400, 157),
    (r"\x03\x00\x00/*\xE0\x00\x00\x00\x00\x00Cookie: mstshash=Administr", 400, 157),
    ("SSH-2.0-Go", 400, 157),
];

/// A scraper with a browser's user agent: more than 60 pages a minute.
pub(super) fn scrape(moment: &mut ActorContext<'_>) -> Box<dyn Actor> {
    let agent = moment.world.agents.desktop(moment.dice);
    let count = moment.dice.between(110, 220);
    let ahead = pages(count, 180, 560, moment);
    Box::new(Robot::new(moment.address(), agent, ahead))
}

/// An archiver with a browser's user agent that fetches robots.txt first.
pub(super) fn archive(moment: &mut ActorContext<'_>) -> Box<dyn Actor> {
    let agent = moment.world.agents.desktop(moment.dice);
    let count = moment.dice.between(1, 6);
    let mut ahead = pages(count, 2_000, 15_000, moment);
    ahead.push_front(SimulatedRequest::get("/robots.txt", 412));
    Box::new(Robot::new(moment.address(), agent, ahead))
}

/// A client without a user agent.
pub(super) fn hide(moment: &mut ActorContext<'_>) -> Box<dyn Actor> {
    let count = moment.dice.between(1, 3);
    let ahead = pages(count, 400, 4_000, moment);
    Box::new(Robot::new(moment.address(), "-", ahead))
}

/// A vulnerability scanner.
pub(super) fn probe(moment: &mut ActorContext<'_>) -> Box<dyn Actor> {
    let agent = *moment.dice.pick(&SCANNERS);
    let count = moment.dice.between(2, 14);
    let ahead = (0..count).map(|_| {
        let path = *moment.dice.pick(&PROBES);
        let status = if path.starts_with("/.") { 403 } else { 404 };
        SimulatedRequest::get(path, 0).answered(status).after(moment.dice.between(90, 900))
    });
    let ahead = ahead.collect();
    Box::new(Robot::new(moment.address(), agent, ahead))
}

/// A client that sends no valid request.
pub(super) fn babble(moment: &mut ActorContext<'_>) -> Box<dyn Actor> {
    let address = moment.address().text();
    let (text, status, bytes) = *moment.dice.pick(&BABBLE);
    let client = Requester { address, agent: "-".into(), protocol: "HTTP/1.1" };
    Box::new(Babbler { client, text, status, bytes })
}

fn pages(
    count: u32,
    shortest: u32,
    longest: u32,
    moment: &mut ActorContext<'_>,
) -> VecDeque<SimulatedRequest> {
    (0..count).map(|_| any_page(moment).after(moment.dice.between(shortest, longest))).collect()
}

/// Sends one line of another protocol.
struct Babbler {
    client: Requester,
    text: &'static str,
    status: u16,
    bytes: u32,
}

impl Actor for Babbler {
    fn act(&mut self, moment: &mut ActorContext<'_>, pen: &mut LogWriter) -> Option<Span> {
        pen.write(&LogEntry {
            at: moment.at,
            client: &self.client,
            asked: RequestField::Garbage(self.text),
            status: self.status,
            bytes: self.bytes,
            referrer: &RefererField::Nothing,
        });
        None
    }
}
