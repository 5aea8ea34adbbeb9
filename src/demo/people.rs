//! People: arrive from a source, read, continue or leave; some come back later in the day.

use std::collections::VecDeque;
use std::sync::Arc;

use super::actor::{Actor, ActorContext};
use super::chance::whole;
use super::journeys::{Form, Move, leave_chance, moves_from, reading_seconds};
use super::line::{LogWriter, RefererField, Requester};
use super::page_load::{self, Cache};
use super::places::DemoAddress;
use super::request::SimulatedRequest;
use super::site::{PageKind, PageNumber};
use super::slugs;
use super::sources::{self, WeightedSource};
use super::trial::Trial;
use crate::time::Span;

/// Page limit per visit.
const LONGEST_VISIT: u32 = 20;
/// Probability of leaving after an error.
const GIVES_UP: f64 = 0.5;
/// Probability of coming back later.
const COMES_BACK: f64 = 0.14;
/// Share of returns within the default session gap of 30 min.
const COMES_BACK_SOON: f64 = 0.3;
/// Share of returns on another device.
const OTHER_DEVICE: f64 = 0.15;
/// Probability of a random server error.
const FAILS: f64 = 0.0015;
/// Downloads and their sizes.
const FILES: [(&str, u32); 7] = [
    ("/downloads/catalogue-2026.pdf", 8_420_113),
    ("/downloads/soil-sensor-manual.pdf", 1_904_220),
    ("/downloads/gateway-manual.pdf", 2_310_877),
    ("/downloads/warranty.pdf", 210_340),
    ("/downloads/gateway-firmware-4.2.zip", 12_883_001),
    ("/downloads/app-desktop-4.2.dmg", 48_110_932),
    ("/downloads/sample-readings.csv", 644_120),
];

/// A person with a browser.
pub(super) struct Person {
    client: Requester,
    address: DemoAddress,
    /// Referrer of the next request.
    from: RefererField,
    page: PageNumber,
    pages_seen: u32,
    /// Probability that the visit ends with its first page.
    bounce: f64,
    cache: Cache,
    signed_in: bool,
    trial: Trial,
    /// Whether the last request failed.
    upset: bool,
    ahead: VecDeque<SimulatedRequest>,
}

impl Person {
    /// A new visitor; the first request is due at once. `None` if it would come from a source that is dead.
    pub(super) fn newcomer(moment: &mut ActorContext<'_>) -> Option<Person> {
        let source = sources::draw(moment.hour(), moment.dice);
        if moment.is_dead(source.name) {
            return None;
        }
        let kind = *moment.dice.weigh(source.entries);
        let page = moment.world.site.popular(kind, moment.dice);
        Some(Person::from_source(source, page, moment))
    }

    /// A new visitor from this source on this page; the first request is due at once.
    pub(super) fn from_source(
        source: &'static WeightedSource,
        page: PageNumber,
        moment: &mut ActorContext<'_>,
    ) -> Person {
        let address = moment.address();
        let protocol = if moment.dice.chance(0.88) { "HTTP/2.0" } else { "HTTP/1.1" };
        let agent = agent_from(source, moment);
        let mut person = Person {
            client: Requester { address: address.text(), agent, protocol },
            address,
            from: RefererField::Nothing,
            page,
            pages_seen: 0,
            bounce: source.bounce,
            cache: if moment.dice.chance(0.8) { Cache::Empty } else { Cache::Filled },
            signed_in: moment.dice.chance(0.3),
            trial: Trial::draw(moment.dice),
            upset: false,
            ahead: VecDeque::new(),
        };
        person.arrive(source, page, 0, moment);
        person
    }

    /// Enters the site; a few follow an outdated link.
    fn arrive(
        &mut self,
        source: &'static WeightedSource,
        page: PageNumber,
        wait: u32,
        moment: &mut ActorContext<'_>,
    ) {
        self.bounce = source.bounce;
        self.from = referrer(source, &self.client.agent, moment);
        self.page = page;
        let query = source.query(moment.dice);
        let path = &moment.world.site.page(page).path;
        match moment.dice.fraction() {
            0.0..0.025 => {
                self.ahead
                    .push_back(SimulatedRequest::get(format!("/old{path}"), 0).answered(301).after(wait));
                self.see(page, &query, 40, moment);
            }
            0.025..0.04 => {
                self.ahead.push_back(
                    SimulatedRequest::get(format!("{path}-2019{query}"), 0).answered(404).after(wait),
                );
            }
            _ => self.enter(page, &query, wait, moment),
        }
    }

    /// Requests the first page; nobody outside links to a variant, so the server leads to it.
    fn enter(&mut self, page: PageNumber, query: &str, wait: u32, moment: &mut ActorContext<'_>) {
        let found = moment.world.site.page(page);
        if found.kind != PageKind::Pricing {
            return self.see(page, query, wait, moment);
        }
        let plain = SimulatedRequest::get(format!("{}{query}", found.path), 0);
        self.ahead.push_back(plain.answered(302).after(wait));
        self.see(page, query, 40, moment);
    }

    /// Requests a page; account pages require being signed in.
    fn see(&mut self, page: PageNumber, query: &str, wait: u32, moment: &mut ActorContext<'_>) {
        let site = &moment.world.site;
        let found = site.page(page);
        let plain = format!("{}{query}", found.path);
        let target = if found.kind == PageKind::Pricing { self.trial.mark(&plain) } else { plain };
        if found.kind == PageKind::Account && !self.signed_in {
            self.ahead.push_back(SimulatedRequest::get(target, 0).answered(302).after(wait));
            let login = site.popular(PageKind::Login, moment.dice);
            let page = SimulatedRequest::get(format!("/login?next={}", found.path), site.page(login).bytes);
            return self.ahead.push_back(page.showing(login).after(45));
        }
        let bytes = found.bytes + moment.dice.between(0, 900);
        let request = SimulatedRequest::get(target, bytes).showing(page).after(wait);
        self.ahead.push_back(if moment.dice.chance(FAILS) { request.answered(500) } else { request });
    }

    fn send(&mut self, form: Form, wait: u32, moment: &mut ActorContext<'_>) {
        let receipt = form.receipt();
        let refusal = form.refusal().filter(|(likely, _)| moment.dice.chance(*likely));
        let request = SimulatedRequest::get(receipt.path, 38).by("POST").after(wait);
        self.ahead.push_back(request.answered(refusal.map_or(receipt.status, |(_, status)| status)));
        if refusal.is_some() {
            return;
        }
        self.signed_in |= form.signs_in();
        if let Some(kind) = receipt.leads_to {
            let page = moment.world.site.popular(kind, moment.dice);
            self.see(page, "", 60, moment);
        }
    }

    fn download(&mut self, wait: u32, moment: &mut ActorContext<'_>) {
        let (path, bytes) = *moment.dice.pick(&FILES);
        self.ahead.push_back(SimulatedRequest::get(path, bytes).after(wait));
    }

    /// Handles the response: a page to read, or an error.
    fn receive(&mut self, request: SimulatedRequest, moment: &mut ActorContext<'_>) {
        self.upset = request.failed();
        if self.upset {
            self.ahead.clear();
            return;
        }
        let Some(page) = request.shows else { return };
        self.page = page;
        self.pages_seen += 1;
        self.from = RefererField::Own(request.target.into_owned());
        page_load::fetch(moment.world.site.page(page), self.cache, moment.dice, &mut self.ahead);
        self.cache = Cache::Filled;
    }

    /// Decides what to do after reading.
    fn go_on(&mut self, moment: &mut ActorContext<'_>) {
        if self.has_enough(moment) {
            return self.leave(moment);
        }
        let kind = self.kind(moment);
        let wait = reading_time(kind, moment);
        match self.next_move(kind, moment) {
            Move::See(next) => self.follow_link(next, wait, moment),
            Move::Send(form) => self.send(form, wait, moment),
            Move::Download => self.download(wait, moment),
        }
    }

    /// What it does next on a page of this kind: without an account, it may open one once it knows the prices.
    fn next_move(&self, kind: PageKind, moment: &mut ActorContext<'_>) -> Move {
        if kind == PageKind::Pricing && !self.signed_in && self.trial.is_won() {
            return Move::See(PageKind::Signup);
        }
        *moment.dice.weigh(moves_from(kind))
    }

    fn follow_link(&mut self, kind: PageKind, wait: u32, moment: &mut ActorContext<'_>) {
        let page = moment.world.site.next(self.page, kind, moment.dice);
        match kind {
            PageKind::Search => {
                let query = format!("?q={}", moment.dice.pick(&slugs::SEARCHES));
                self.see(page, &query, wait, moment);
            }
            _ => self.see(page, "", wait, moment),
        }
    }

    fn has_enough(&self, moment: &mut ActorContext<'_>) -> bool {
        let likely = match self.pages_seen {
            _ if self.upset => GIVES_UP,
            0 | 1 => self.bounce,
            LONGEST_VISIT.. => 1.0,
            _ => leave_chance(self.kind(moment)),
        };
        moment.dice.chance(likely)
    }

    fn kind(&self, moment: &ActorContext<'_>) -> PageKind {
        moment.world.site.page(self.page).kind
    }

    /// Leaves; some plan to come back: from an open tab, directly, or from another source.
    fn leave(&mut self, moment: &mut ActorContext<'_>) {
        if !moment.dice.chance(COMES_BACK) {
            return;
        }
        let wait = absence(moment);
        self.pages_seen = 0;
        self.upset = false;
        self.move_on(moment);
        let kind = self.kind(moment);
        match moment.dice.fraction() {
            0.0..0.25 => self.follow_link(kind, wait, moment),
            roll => {
                let direct = roll < 0.7;
                let source =
                    if direct { &sources::DIRECT } else { sources::draw(moment.hour(), moment.dice) };
                let source = if moment.is_dead(source.name) { &sources::DIRECT } else { source };
                let kind = *moment.dice.weigh(source.entries);
                let page = moment.world.site.popular(kind, moment.dice);
                self.arrive(source, page, wait, moment);
            }
        }
    }

    /// Comes back: possibly with another interface identifier (IPv6) or device.
    fn move_on(&mut self, moment: &mut ActorContext<'_>) {
        self.address = self.address.moved_on(moment.dice);
        self.client.address = self.address.text();
        if moment.dice.chance(OTHER_DEVICE) {
            self.client.agent = moment.world.agents.draw(moment.hour(), moment.dice);
            self.cache = Cache::Empty;
            self.trial.change_browser(moment.dice);
        }
    }
}

impl Actor for Person {
    fn act(&mut self, moment: &mut ActorContext<'_>, pen: &mut LogWriter) -> Option<Span> {
        let request = self.ahead.pop_front()?;
        let request = moment.answered(request);
        request.write(moment.at, &self.client, &self.from, pen);
        self.receive(request, moment);
        if self.ahead.is_empty() {
            self.go_on(moment);
        }
        self.ahead.front().map(|next| Span(u64::from(next.wait)))
    }
}

fn agent_from(source: &WeightedSource, moment: &mut ActorContext<'_>) -> Arc<str> {
    if moment.dice.chance(source.in_app) {
        return moment.world.agents.in_app(moment.dice);
    }
    moment.world.agents.draw(moment.hour(), moment.dice)
}

/// The referrer sent by the browser; apps send one on Android only.
fn referrer(source: &WeightedSource, agent: &str, moment: &mut ActorContext<'_>) -> RefererField {
    let usual = source.referrers[0].1;
    match *moment.dice.weigh(source.referrers) {
        "-" => RefererField::Nothing,
        app if app.starts_with("android-app:") && !agent.contains("Android") => {
            RefererField::Elsewhere(usual)
        }
        address => RefererField::Elsewhere(address),
    }
}

/// Reading time in milliseconds.
fn reading_time(kind: PageKind, moment: &mut ActorContext<'_>) -> u32 {
    whole(moment.dice.log_normal(reading_seconds(kind), 0.95).clamp(2.5, 2_400.0) * 1000.0)
}

/// Time until the return in milliseconds, at most ten hours.
fn absence(moment: &mut ActorContext<'_>) -> u32 {
    let minutes = if moment.dice.chance(COMES_BACK_SOON) {
        8.0 + 21.0 * moment.dice.fraction()
    } else {
        31.0 + moment.dice.log_normal(80.0, 0.9).min(569.0)
    };
    whole(minutes * 60_000.0)
}
