//! Who comes with an incident: the visitors of a flood, those who guess passwords, a crawler that knows no measure.

use std::collections::VecDeque;

use super::actor::{Actor, ActorContext};
use super::chance::whole;
use super::incident::{Incident, LASTS};
use super::places::DemoAddress;
use super::request::SimulatedRequest;
use super::robot::{Robot, any_page};

/// Addresses that guess passwords, and the bounds of their pauses in milliseconds.
const GUESSERS: u32 = 9;
const GUESSES_EVERY: (u32, u32) = (1_500, 4_000);
/// Hosts of the crawler, and its hits for each usual arrival: three times as many as people send.
const CRAWLER_HOSTS: u32 = 8;
const CRAWLED_PER_ARRIVAL: f64 = 30.0;
const CRAWLER: &str =
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.3; +https://openai.com/gptbot)";

/// Who comes when an incident begins.
pub(super) fn actors(
    incident: Incident,
    per_minute: u32,
    moment: &mut ActorContext<'_>,
) -> Vec<Box<dyn Actor>> {
    match incident {
        Incident::Login => (0..GUESSERS).map(|_| guesser(moment)).collect(),
        Incident::Crawler => (0..CRAWLER_HOSTS).map(|_| crawler(per_minute, moment)).collect(),
        _ => Vec::new(),
    }
}

/// A visitor of the flood: one page, nothing that belongs to it.
pub(super) fn flooder(moment: &mut ActorContext<'_>) -> Box<dyn Actor> {
    let agent = moment.world.agents.desktop(moment.dice);
    let page = moment.world.site.any(moment.dice);
    let request = SimulatedRequest::get(page.path.clone(), page.bytes);
    Box::new(Robot::new(moment.address(), agent, VecDeque::from([request])))
}

fn guesser(moment: &mut ActorContext<'_>) -> Box<dyn Actor> {
    let agent = moment.world.agents.desktop(moment.dice);
    let mut ahead = VecDeque::new();
    let mut left = LASTS.0;
    while left > 0 {
        let wait = moment.dice.between(GUESSES_EVERY.0, GUESSES_EVERY.1);
        ahead.push_back(SimulatedRequest::get("/login", 38).by("POST").answered(401).after(wait));
        left = left.saturating_sub(u64::from(wait));
    }
    Box::new(Robot::new(DemoAddress::of_someone(moment.hour(), moment.dice), agent, ahead))
}

fn crawler(per_minute: u32, moment: &mut ActorContext<'_>) -> Box<dyn Actor> {
    let every = 60_000.0 * f64::from(CRAWLER_HOSTS) / (CRAWLED_PER_ARRIVAL * f64::from(per_minute));
    let count = LASTS.0 / u64::from(whole(every).max(1));
    let ahead = (0..count).map(|_| any_page(moment).after(whole(every * (0.5 + moment.dice.fraction()))));
    let ahead = ahead.collect();
    Box::new(Robot::new(DemoAddress::in_fleet([20, 171, 207], 60, moment.dice), CRAWLER, ahead))
}
