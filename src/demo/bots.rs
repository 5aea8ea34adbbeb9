//! Bots that identify themselves: crawlers, scripts, feed readers and an uptime monitor.

use std::collections::VecDeque;

use super::actor::{Actor, ActorContext};
use super::intruders;
use super::line::{LogWriter, RefererField, Requester};
use super::places::DemoAddress;
use super::request::SimulatedRequest;
use super::robot::{Robot, any_page};
use crate::time::Span;

/// A fleet of crawlers.
struct Crawler {
    agent: &'static str,
    network: [u8; 3],
    hosts: u8,
    /// Probability that a visit starts with robots.txt.
    polite: f64,
    /// Maximum pages per visit.
    pages: u32,
    /// Maximum pause between pages in seconds.
    pause: u32,
}

const fn crawler(
    agent: &'static str,
    network: [u8; 3],
    hosts: u8,
    polite: f64,
    pages: u32,
    pause: u32,
) -> Crawler {
    Crawler { agent, network, hosts, polite, pages, pause }
}

#[rustfmt::skip]
const CRAWLERS: &[(u32, Crawler)] = &[
    (20, crawler("Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/154.0.7688.80 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", [66, 249, 66], 90, 0.1, 3, 40)),
    (6, crawler("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Googlebot/2.1; +http://www.google.com/bot.html) Chrome/154.0.7688.80 Safari/537.36", [66, 249, 66], 90, 0.1, 2, 40)),
    (14, crawler("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/136.0.0.0 Safari/537.36", [40, 77, 167], 120, 0.15, 3, 60)),
    (12, crawler("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.3; +https://openai.com/gptbot)", [20, 171, 207], 60, 0.3, 8, 12)),
    (6, crawler("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; OAI-SearchBot/1.3; +https://openai.com/searchbot)", [20, 42, 10], 80, 0.2, 2, 20)),
    (7, crawler("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ChatGPT-User/1.0; +https://openai.com/bot)", [23, 98, 142], 180, 0.0, 1, 5)),
    (12, crawler("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)", [216, 73, 216], 60, 0.5, 7, 15)),
    (4, crawler("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; PerplexityBot/1.0; +https://perplexity.ai/perplexitybot)", [44, 208, 221], 60, 0.3, 3, 20)),
    (10, crawler("Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)", [54, 36, 148], 200, 0.3, 6, 30)),
    (8, crawler("Mozilla/5.0 (compatible; SemrushBot/7~bl; +http://www.semrush.com/bot.html)", [185, 191, 171], 40, 0.4, 6, 25)),
    (5, crawler("Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)", [5, 255, 231], 180, 0.2, 3, 50)),
    (5, crawler("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.1 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)", [17, 241, 75], 200, 0.1, 2, 60)),
    (6, crawler("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Amazonbot/0.1; +https://developer.amazon.com/support/amazonbot) Chrome/119.0.6045.214 Safari/537.36", [52, 70, 240], 220, 0.2, 2, 30)),
    (3, crawler("DuckDuckBot/1.1; (+http://duckduckgo.com/duckduckbot.html)", [20, 191, 45], 30, 0.1, 1, 20)),
    (5, crawler("facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)", [173, 252, 107], 120, 0.0, 1, 5)),
    (2, crawler("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", [54, 209, 90], 100, 0.0, 1, 5)),
    (2, crawler("Mozilla/5.0 (compatible; archive.org_bot +http://archive.org/details/archive.org_bot)", [207, 241, 237], 30, 0.6, 5, 30)),
    (4, crawler("CCBot/2.0 (https://commoncrawl.org/faq/)", [18, 97, 14], 60, 0.8, 4, 20)),
];

const SCRIPTS: &[(u32, &str)] = &[
    (30, "curl/8.17.0"),
    (12, "curl/7.88.1"),
    (28, "python-requests/2.32.5"),
    (14, "Go-http-client/1.1"),
    (8, "Wget/1.25.0"),
    (6, "node"),
    (4, "okhttp/5.3.0"),
    (4, "Apache-HttpClient/4.5.14 (Java/21.0.9)"),
];

const FEED_READERS: &[(u32, &str)] = &[
    (30, "Feedly/1.0 (+https://feedly.com/poller.html; 212 subscribers; )"),
    (20, "Inoreader/1.0 (+http://www.inoreader.com/feed-fetcher; 64 subscribers; )"),
    (16, "FreshRSS/1.27.1 (Linux; https://freshrss.org)"),
    (16, "Miniflux/2.2.14 (Linux; amd64; go1.26.1; +https://miniflux.app)"),
    (10, "NetNewsWire (RSS Reader; https://netnewswire.com/)"),
    (8, "Tiny Tiny RSS/26.10 (https://tt-rss.org/)"),
];

/// An actor's constructor.
type Maker = fn(&mut ActorContext<'_>) -> Box<dyn Actor>;

const MAKERS: &[(u32, Maker)] = &[
    (560, crawl),
    (120, run_script),
    (120, read_feed),
    (40, check_links),
    (25, intruders::archive),
    (30, intruders::hide),
    (40, intruders::probe),
    (62, intruders::babble),
    (3, intruders::scrape),
];

/// Draws a bot by the frequency of its kind.
pub(super) fn draw(moment: &mut ActorContext<'_>) -> Box<dyn Actor> {
    let make = *moment.dice.weigh(MAKERS);
    make(moment)
}

fn crawl(moment: &mut ActorContext<'_>) -> Box<dyn Actor> {
    let crawler = moment.dice.weigh(CRAWLERS);
    let mut ahead = VecDeque::new();
    if moment.dice.chance(crawler.polite) {
        ahead.push_back(SimulatedRequest::get("/robots.txt", 412));
    }
    for _ in 0..moment.dice.between(1, crawler.pages) {
        let pause = moment.dice.between(800, crawler.pause * 1000);
        ahead.push_back(any_page(moment).after(pause));
    }
    Box::new(Robot::new(
        DemoAddress::in_fleet(crawler.network, crawler.hosts, moment.dice),
        crawler.agent,
        ahead,
    ))
}

fn run_script(moment: &mut ActorContext<'_>) -> Box<dyn Actor> {
    let agent = *moment.dice.weigh(SCRIPTS);
    let request = match moment.dice.fraction() {
        0.0..0.45 => SimulatedRequest::get("/", 16_204),
        0.45..0.75 => SimulatedRequest::get("/api/v2/readings?device=all&limit=500", 48_760),
        _ => any_page(moment),
    };
    Box::new(Robot::new(moment.address(), agent, VecDeque::from([request])))
}

fn read_feed(moment: &mut ActorContext<'_>) -> Box<dyn Actor> {
    let agent = *moment.dice.weigh(FEED_READERS);
    let feed = SimulatedRequest::get("/blog/feed.xml", 61_902);
    let request = if moment.dice.chance(0.7) { feed.answered(304) } else { feed };
    Box::new(Robot::new(moment.address(), agent, VecDeque::from([request])))
}

/// A link checker: sends HEAD or OPTIONS.
fn check_links(moment: &mut ActorContext<'_>) -> Box<dyn Actor> {
    let method = if moment.dice.chance(0.75) { "HEAD" } else { "OPTIONS" };
    let count = moment.dice.between(1, 3);
    let ahead = (0..count).map(|_| any_page(moment).by(method).after(1_500)).collect();
    Box::new(Robot::new(
        moment.address(),
        "LinkChecker/10.6 (+https://linkchecker.github.io/linkchecker/)",
        ahead,
    ))
}

/// An uptime monitor: one request every five minutes, forever.
pub(super) struct Watchdog(Requester);

impl Watchdog {
    pub(super) fn new(dice: &mut super::chance::Dice) -> Watchdog {
        Watchdog(Requester {
            address: DemoAddress::in_fleet([69, 162, 124], 30, dice).text(),
            agent: "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)".into(),
            protocol: "HTTP/1.1",
        })
    }
}

impl Actor for Watchdog {
    fn act(&mut self, moment: &mut ActorContext<'_>, pen: &mut LogWriter) -> Option<Span> {
        let method = if moment.dice.chance(0.5) { "HEAD" } else { "GET" };
        SimulatedRequest::get("/", 16_204).by(method).write(moment.at, &self.0, &RefererField::Nothing, pen);
        Some(Span::minutes(5))
    }
}
