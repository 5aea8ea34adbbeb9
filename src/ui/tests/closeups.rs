//! Close-ups and findings as an engine would give them for the shop of `fixture`.

use crate::query::question::CloseupAsk;
use crate::query::view::*;
use crate::time::{Millis, Span};

pub(super) const CHANNELS: [(&str, &str, u64, u64); 8] = [
    ("Organic Search", "", 1081, 39),
    ("Direct", "", 512, 47),
    ("Email", "", 214, 31),
    ("Organic Social", "", 151, 63),
    ("AI Assistants", "", 117, 30),
    ("Paid Search", "", 81, 52),
    ("Referral", "", 74, 60),
    ("Organic Video", "", 49, 70),
];

pub(super) fn findings() -> Vec<Finding> {
    let rate = |bounced, of| Rate { bounced, of };
    let found = [
        Anomaly::Errors { page: "/images/lamp-old".to_owned(), errors: 34, sessions: 28, before: Some(3) },
        Anomaly::Slower { page: "/search".to_owned(), typical: Span(1_320), before: Span(410), views: 377 },
        Anomaly::Bounces {
            page: "/blog/2026/11/how-we-pack-lamps-so-that-they-arrive-whole".to_owned(),
            here: rate(128.0, 180),
            elsewhere: rate(216.0, 633),
        },
        Anomaly::Traffic { sessions: 1_081, before: 640 },
        Anomaly::Source {
            source: "Newsletter".to_owned(),
            sessions: 214,
            before: 61,
            share: 0.198,
            share_before: 0.095,
        },
    ];
    found.map(|what| Finding { basis: basis(&what), what }).to_vec()
}

/// Of a window compared with the one before, or of a page compared with the rest.
fn basis(what: &Anomaly) -> Basis {
    let since = Millis(1_795_527_156_000);
    let against = if matches!(what, Anomaly::Bounces { .. }) { Against::Rest } else { Against::Window };
    Basis::Test(Significance { z: 5.1, threshold: 4.4, tests: 38, against, since })
}

/// The close-up that an engine would give for an ask.
pub(super) fn closeup(ask: &CloseupAsk) -> Closeup {
    match ask {
        CloseupAsk::Page(page) => Closeup::Page(page_closeup(page)),
        CloseupAsk::Action(action) => Closeup::Action(action_closeup(action)),
        CloseupAsk::Changes => Closeup::Changes(ChangesCloseup { bots: bots() }),
    }
}

fn page_closeup(page: &str) -> PageCloseup {
    let row = |step, count| FlowRow { step, count, sessions: count };
    let to = |page: &str, count| row(FlowStep::Page(page.to_owned()), count);
    let from = |source: &str, count| row(FlowStep::Source(source.to_owned()), count);
    let did = |action: &str, count| row(FlowStep::Action(action.to_owned()), count);
    PageCloseup {
        page: page.to_owned(),
        views: 611,
        sessions: 549,
        entries: 122,
        exits: 201,
        settled: 100,
        bounced: 39,
        errors: 2,
        stays: Stays { measured: 398, p50: Span::seconds(71), p90: Span::minutes(4) },
        loads: Loads {
            measured: 611,
            p50: Span(95),
            p90: Span(1_320),
            histogram: [91, 233, 140, 61, 42, 31, 13],
        },
        before: vec![
            to("/products", 181),
            to("/", 140),
            from("Google", 88),
            to("/search", 74),
            to(page, 41),
            from("Newsletter", 22),
            to("/\u{1b}[31mevil\u{202e}txt.exe", 19),
            from("a-partner-with-a-long-name.example", 12),
            to("/blog/2026/11/how-we-pack-lamps-so-that-they-arrive-whole", 11),
            did("submit", 10),
            to("/pricing", 8),
            to("/%C3%BCber-uns", 5),
        ],
        after: vec![
            to("/cart", 168),
            row(FlowStep::Left, 164),
            to("/products", 102),
            to(page, 41),
            row(FlowStep::StillHere, 37),
            did("submit", 34),
            to("/", 31),
            to("/products/floor-lamp-oak", 22),
            to("/search", 12),
        ],
    }
}

fn action_closeup(action: &str) -> ActionCloseup {
    let channel = |(channel, _, sessions, rate): &(&str, &str, u64, u64)| Conversion {
        channel: (*channel).to_owned(),
        sessions: *sessions,
        converted: sessions * (80 - rate) / 400,
    };
    let page = |(page, count, views): (&str, u64, u64)| PageShare {
        page: page.to_owned(),
        count,
        sessions: count,
        views,
    };
    ActionCloseup {
        action: action.to_owned(),
        channels: CHANNELS.iter().map(channel).collect(),
        pages: [
            ("/cart", 121, 298),
            ("/checkout/address", 60, 144),
            ("/contact", 31, 51),
            ("/newsletter", 14, 0),
        ]
        .map(page)
        .to_vec(),
    }
}

fn bots() -> Vec<BotRow> {
    let row = |(name, reason, sessions): (&str, &str, u64)| BotRow {
        name: name.to_owned(),
        reason: reason.to_owned(),
        sessions,
    };
    let bots = [
        ("Googlebot", "agent", 140),
        ("GPTBot", "agent", 98),
        ("bingbot", "agent", 61),
        ("python-requests", "agent", 52),
        ("ClaudeBot", "agent", 40),
        ("", "no agent", 22),
        ("", "robots.txt", 9),
        ("", "rate", 4),
    ];
    bots.map(row).to_vec()
}
