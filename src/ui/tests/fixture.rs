//! Views as an engine would give them, made by hand: a shop on a busy afternoon, and the same shop's quiet moments.

use std::sync::Arc;

use crate::query::question::{BounceRule, Grouping, SessionRef, Visitor};
use crate::query::view::*;
use crate::time::{Millis, Span};

/// 2026-11-24, 14:02:36 UTC.
pub(super) const NOW: Millis = Millis(1_795_528_956_000);

pub(super) fn busy() -> View {
    View {
        kept_from: Some(NOW - Span::hours(24)),
        now: NOW,
        clock: ClockState::default(),
        from: NOW - Span::minutes(30),
        to: NOW,
        bounce_rule: BounceRule::Single,
        totals: totals(),
        bounce: BounceRates {
            settled: Rate { bounced: 344.0, of: 813 },
            settled_before: Rate { bounced: 381.0, of: 839 },
            now: Rate { bounced: 428.7, of: 1098 },
        },
        durations: Durations {
            measured: 665,
            unmeasured: 148,
            sum: Span::seconds(118_400),
            max: Span::minutes(94),
            p50: Span::seconds(134),
            p90: Span::minutes(12),
            p99: Span::minutes(41),
            histogram: [120, 93, 88, 131, 142, 74, 17],
        },
        series: Some(series()),
        tables: tables(),
        sessions: Some(SessionList { rows: sessions().into_iter().map(Arc::new).collect(), total: 312 }),
        closeup: None,
        analyses: vec![AnalysisView::Goals(super::shop::goals())],
        findings: super::closeups::findings(),
        faults: Vec::new(),
        traffic: Some(Box::new(super::shop_traffic::traffic())),
        intake: intake(),
    }
}

fn totals() -> Totals {
    Totals {
        sessions: 2310,
        started: 1204,
        active: 312,
        active_before: 279,
        open: 1284,
        closed: 830,
        with_pageview: 2261,
        pageviews: 8412,
        actions: 391,
        visitors: Count::Exact(1902),
        bots: BotCounts { agent: 391, no_agent: 22, robots_txt: 9, rate: 4, ..BotCounts::default() },
    }
}

fn series() -> Series {
    let started = [
        18, 22, 25, 21, 30, 34, 41, 38, 44, 48, 45, 39, 36, 33, 28, 26, 29, 35, 40, 46, 52, 57, 55, 49, 43,
        38, 34, 37, 42, 47, 12,
    ];
    let before = [
        24, 26, 23, 22, 20, 19, 24, 28, 31, 33, 36, 34, 30, 28, 27, 25, 24, 26, 31, 35, 38, 36, 33, 30, 29,
        27, 24, 22, 20, 19, 21,
    ];
    Series {
        bucket: Span::minutes(1),
        from: (NOW - Span::minutes(30)).floor_to(Span::minutes(1)),
        points: started.map(|started| Point { started, ..Point::default() }).to_vec(),
        before: before.to_vec(),
    }
}

fn tables() -> Vec<Table> {
    vec![
        table(Grouping::Source, &SOURCES),
        super::shop_pages::pages(),
        table(Grouping::Channel, &super::closeups::CHANNELS),
        table(
            Grouping::Country,
            &[("DE", "", 912, 41), ("AT", "", 344, 43), ("CH", "", 201, 38), ("", "", 853, 44)],
        ),
        table(
            Grouping::Browser,
            &[("Chrome", "", 1204, 42), ("Safari", "", 611, 45), ("Firefox", "", 402, 39)],
        ),
        table(Grouping::System, &[("Windows", "", 988, 40), ("iOS", "", 560, 47), ("Android", "", 502, 46)]),
        table(
            Grouping::Device,
            &[("desktop", "", 1290, 39), ("phone", "", 901, 48), ("tablet", "", 119, 44)],
        ),
        table(Grouping::Site, &[("shop.example", "", 2310, 42)]),
        table(Grouping::Newness, &[("new", "", 1610, 48), ("returning", "", 700, 31)]),
        table(
            Grouping::Campaign,
            &[("november", "", 214, 31), ("lamps-brand", "", 58, 52), ("retarget-cart-2026", "", 23, 50)],
        ),
        table(
            Grouping::Entry,
            &[
                ("/", "", 702, 44),
                ("/blog/2026/11/how-we-pack-lamps-so-that-they-arrive-whole", "", 180, 71),
                ("/products/desk-lamp-brass", "", 122, 39),
                ("/pricing", "", 88, 52),
            ],
        ),
        table(
            Grouping::Action,
            &[("submit", "", 226, 0), ("download", "", 117, 0), ("subscribe", "", 48, 0)],
        ),
    ]
}

const SOURCES: [(&str, &str, u64, u64); 14] = [
    ("Google", "Organic Search", 878, 38),
    ("Direct / None", "Direct", 512, 47),
    ("Newsletter", "Email", 214, 31),
    ("Bing", "Organic Search", 120, 44),
    ("Instagram", "Organic Social", 98, 66),
    ("ChatGPT", "AI Assistants", 87, 29),
    ("google ads", "Paid Search", 81, 52),
    ("DuckDuckGo", "Organic Search", 64, 40),
    ("heise.de", "Referral", 58, 61),
    ("YouTube", "Organic Video", 49, 70),
    ("Reddit", "Organic Social", 41, 58),
    ("idealo.de", "Organic Shopping", 37, 22),
    ("Perplexity", "AI Assistants", 30, 33),
    ("a-partner-with-a-long-name.example", "Affiliates", 22, 18),
];

fn table(grouping: Grouping, rows: &[(&str, &str, u64, u64)]) -> Table {
    let row = |(key, channel, count, bounced): &(&str, &str, u64, u64)| TableRow {
        key: (*key).to_owned(),
        channel: (*channel).to_owned(),
        count: *count,
        sessions: *count,
        settled: 100,
        bounced: *bounced,
        pageviews: count * 3 + 17,
        p50: Some(Span::seconds(40 + count % 300)),
        ..TableRow::default()
    };
    let rows: Vec<_> = rows.iter().map(row).collect();
    Table {
        grouping: Some(grouping),
        total_rows: rows.len() as u64 + 27,
        largest: rows.iter().map(|row| row.count).max().unwrap_or(0),
        sum: 2310,
        rows,
    }
}

const ANIMALS: [&str; 16] = [
    "otter", "heron", "lynx", "badger", "wren", "ibex", "marten", "stork", "newt", "puffin", "hare",
    "dormouse", "kestrel", "seal", "vole", "osprey",
];
const LANDINGS: [&str; 8] = [
    "/",
    "/products/desk-lamp-brass",
    "/pricing",
    "/cart",
    "/blog/2026/11/how-we-pack-lamps-so-that-they-arrive-whole",
    "/search",
    "/checkout/address",
    "/%C3%BCber-uns",
];

fn sessions() -> Vec<SessionRow> {
    (0..48).map(session).collect()
}

fn session(number: u64) -> SessionRow {
    let at = |index: u64, of: usize| usize::try_from(index).unwrap_or(0) % of;
    let (source, channel, _, _) = SOURCES[at(number * 5, 11)];
    let silent = Span::seconds(number * number / 9);
    let lasted = if number < 3 { Span::seconds(2) } else { Span::seconds(20 + number * 97 % 1900) };
    let [browser, system, device] = [
        ["Chrome", "Windows", "desktop"],
        ["Safari", "iOS", "phone"],
        ["Firefox", "Linux", "desktop"],
        ["Chrome", "Android", "phone"],
    ][at(number * 3, 4)];
    let pageviews = if number < 3 { 1 } else { u32::try_from(1 + number * 7 % 12).unwrap_or(1) };
    SessionRow {
        session: SessionRef { visitor: Visitor(number), start: NOW - silent - lasted },
        alias: format!("{}-{:04x}", ANIMALS[at(number * 7, 16)], 0x4f2a + number * 2749 % 0xb000),
        address: format!("192.0.{number}.0/24"),
        start: NOW - silent - lasted,
        end: NOW - silent,
        pageviews,
        actions: u32::from(number % 5 == 4),
        errors: u32::from(number == 7),
        state: SessionState::Active,
        bounced: pageviews == 1,
        entry: Some(LANDINGS[at(number * 3, 8)].to_owned()),
        exit: Some(LANDINGS[at(number * 5 + 1, 8)].to_owned()),
        channel: channel.to_owned(),
        source: source.to_owned(),
        campaign: if channel == "Email" { "november".to_owned() } else { String::new() },
        country: ["DE", "AT", "DE", "CH", "DE", ""][at(number, 6)].to_owned(),
        browser: browser.to_owned(),
        system: system.to_owned(),
        device: device.to_owned(),
        site: "shop.example".to_owned(),
        host: "www.shop.example".to_owned(),
        extended: false,
        has_assets: true,
        newness: Some(if number % 3 == 1 { Newness::Returning } else { Newness::New }),
        bot: None,
        cut: false,
        goals: match number {
            4 => vec!["signup".to_owned(), "order".to_owned()],
            _ if number % 5 == 4 => vec!["newsletter".to_owned()],
            _ => Vec::new(),
        },
    }
}

fn intake() -> Intake {
    Intake {
        inputs: vec![InputStatus {
            name: "/var/log/nginx/access.log".to_owned(),
            format: "combined".to_owned(),
            also: Vec::new(),
            lines: 1_204_331,
            bytes: 267_101_332,
            bytes_at_start: Some(266_000_000),
            state: InputState::Live,
            trouble: String::new(),
            proposal: Vec::new(),
            remarks: Vec::new(),
        }],
        lines: 1_204_331,
        bytes: 267_101_332,
        hits: 1_204_319,
        malformed: 12,
        malformed_by_reason: vec![("no time".to_owned(), 9), ("no status".to_owned(), 3)],
        doubts: Vec::new(),
        malformed_examples: vec![MalformedExample {
            input: "access.log".to_owned(),
            line: 88_102,
            column: 17,
            reason: "no time".to_owned(),
            text: "203.0.113.9 - - GET / HTTP/1.1\" 200".to_owned(),
        }],
        late: 3,
        own_hosts: vec!["shop.example".to_owned(), "www.shop.example".to_owned()],
        own_hosts_from: OwnHostsFrom::Inferred,
        memory: 31 << 20,
        ..Intake::default()
    }
}

/// Nothing seen; the inputs in this state.
pub(super) fn without_sessions(state: InputState) -> View {
    let busy = busy();
    let mut intake = Intake {
        inputs: vec![InputStatus {
            state,
            lines: 0,
            bytes: 0,
            bytes_at_start: Some(0),
            ..intake().inputs[0].clone()
        }],
        ..Intake::default()
    };
    intake.inputs[0].format.clear();
    View {
        totals: Totals::default(),
        bounce: BounceRates::default(),
        durations: Durations::default(),
        series: Some(Series { points: vec![Point::default(); 31], before: Vec::new(), ..series() }),
        tables: busy
            .tables
            .iter()
            .map(|table| Table { grouping: table.grouping, ..Table::default() })
            .collect(),
        sessions: Some(SessionList::default()),
        findings: Vec::new(),
        traffic: Some(Box::default()),
        analyses: Vec::new(),
        intake,
        ..busy
    }
}

/// An empty log that is followed.
pub(super) fn empty() -> View {
    without_sessions(InputState::Live)
}

/// A log of which 42 % have been read.
pub(super) fn loading() -> View {
    let mut view = without_sessions(InputState::Loading);
    let input = &mut view.intake.inputs[0];
    (input.bytes, input.bytes_at_start, input.lines) = (112_400_000, Some(266_000_000), 506_211);
    input.format = "combined".to_owned();
    view.intake.lines = 506_211;
    view
}

/// An input that cannot be read, and no other.
pub(super) fn failed() -> View {
    let mut view = without_sessions(InputState::Failed);
    view.intake.inputs[0].trouble =
        "/var/log/nginx/access.log: permission denied; read it as a member of the group adm".to_owned();
    view
}

/// Sessions there are, but none that matches.
pub(super) fn no_match() -> View {
    View { intake: intake(), ..empty() }
}

pub(super) fn timeline() -> Timeline {
    let row =
        SessionRow { pageviews: 5, actions: 1, errors: 1, start: NOW - Span::seconds(402), ..session(4) };
    let mut at = row.start;
    let mut step = |kind, page: &str, status, stayed: Option<u64>, load: u64| {
        let step = Step {
            at,
            kind,
            page: page.to_owned(),
            status,
            stayed: stayed.map(Span::seconds),
            load: Some(Span(load)),
            value: None,
            properties: Vec::new(),
            goals: Vec::new(),
        };
        at += Span::seconds(stayed.unwrap_or(0));
        step
    };
    let steps = vec![
        step(StepKind::Pageview, "/", 200, Some(24), 48),
        step(StepKind::Pageview, "/products/desk-lamp-brass", 200, Some(171), 95),
        step(StepKind::Error, "/images/lamp-old", 404, None, 12),
        step(StepKind::Pageview, "/pricing", 200, Some(63), 71),
        step(StepKind::Action("submit".to_owned()), "/cart", 302, Some(3), 210),
        step(StepKind::Redirect, "/cart/add", 301, None, 9),
        step(StepKind::Pageview, "/cart", 200, Some(88), 140),
        step(StepKind::Pageview, "/checkout/address", 200, None, 1_320),
    ];
    let mut steps = steps;
    let order = &mut steps[4];
    (order.value, order.goals) = (Some(49.9), vec!["order".to_owned()]);
    order.properties = [("plan", "pro"), ("coupon", "\u{1b}[31mNOVEMBER")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
    let others = [19, 27].map(session).into_iter().map(|other| SessionRow {
        alias: row.alias.clone(),
        state: SessionState::Closed,
        ..other
    });
    Timeline {
        referrer: "https://www.google.com/".to_owned(),
        steps,
        others: others.collect(),
        row: SessionRow { campaign: "november".to_owned(), ..row },
    }
}
