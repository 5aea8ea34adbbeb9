//! The tables are sound, and the reader holds for any input and any additions.

use std::collections::HashSet;
use std::mem::discriminant;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::table::{self, Needle, NeedleEdge, Says};
use super::*;

static AGENTS: LazyLock<Agents> = LazyLock::new(|| Agents::new(&AgentAdditions::default()));

fn bot(agents: &Agents, agent: &str) -> Option<String> {
    match agents.facts(agent.as_bytes()).bot {
        Some(BotVerdict::Agent(id)) => Some(agents.bot_name(id).to_owned()),
        Some(BotVerdict::NoAgent) => Some("no agent".to_owned()),
        None => None,
    }
}

#[test]
fn every_line_of_the_tables_can_be_read() {
    assert_readable(table::BOTS, |section| table::bots(section).is_some());
    assert_readable(table::BROWSERS, str::is_empty);
    assert_readable(table::SYSTEMS, |section| table::seat(section).is_some());
    assert_readable(table::DEVICES, |section| Device::named(section).is_some());
    assert_readable(table::SIGNS, |section| table::sign(section).is_some());
}

fn assert_readable(table: &str, is_section: fn(&str) -> bool) {
    for line in table::lines(table) {
        assert!(is_section(line.section), "[{}] over {}", line.section, line.name);
        assert_eq!(line.name.trim(), line.name, "{line:?}");
        for needle in line.written.split(", ") {
            let is_tidy = needle.trim() == needle && Needle::from_table(needle, Says::Innocent).is_some();
            assert!(is_tidy, "`{needle}` of {line:?}");
        }
    }
}

#[test]
fn no_name_stands_twice() {
    for table in [table::BOTS, table::BROWSERS] {
        let mut seen = HashSet::new();
        let twice: Vec<_> =
            table::lines(table).map(|line| line.name).filter(|name| !seen.insert(*name)).collect();
        assert!(twice.is_empty(), "{twice:?}");
    }
}

#[test]
fn the_tables_know_enough() {
    let (bots, browsers) = (table::lines(table::BOTS).count(), table::lines(table::BROWSERS).count());
    assert!(bots >= 250 && browsers >= 40, "{bots} bots, {browsers} browsers");
}

#[test]
fn no_needle_is_shadowed_by_another() {
    let needles = table::built_in(&mut AgentNames::default());
    let shadowed: Vec<_> = (0..needles.len()).filter_map(|rank| shadow_over(rank, &needles)).collect();
    assert!(shadowed.is_empty(), "{shadowed:#?}");
}

/// A needle and another that stands wherever the first one does, and counts sooner or says the same.
fn shadow_over(rank: usize, needles: &[Needle]) -> Option<(&Needle, &Needle)> {
    let needle = &needles[rank];
    let tightest = tightest_place(needle);
    let found = AGENTS.automaton.iter().flat_map(|automaton| automaton.find_overlapping_iter(&tightest));
    let fitting = found.filter(|hit| needles[hit.pattern()].fits(tightest.as_bytes(), &hit.range()));
    let mut others = fitting.map(|hit| hit.pattern().as_usize()).filter(|other| *other != rank);
    let shadow = others.find(|other| {
        let says = needles[*other].says;
        (*other < rank && is_same_matter(needle.says, says)) || is_needless_beside(needle.says, says)
    });
    shadow.map(|other| (needle, &needles[other]))
}

/// The needle among letters wherever it lets letters stand: what is found here is found wherever the needle is.
fn tightest_place(needle: &Needle) -> String {
    let beside = |edge| if edge == NeedleEdge::Open { "q" } else { "" };
    format!("{}{}{}", beside(needle.left), needle.text, beside(needle.right))
}

/// Whether of two needles that say these the longer one is needless, whatever their order. Of devices the order may
/// count, and of the innocent the length does.
fn is_needless_beside(one: Says, other: Says) -> bool {
    one == other && !matches!(one, Says::Device(_) | Says::Innocent)
}

fn is_same_matter(one: Says, other: Says) -> bool {
    match (one, other) {
        (Says::Bot(_) | Says::Library(_), Says::Bot(_) | Says::Library(_)) => true,
        (Says::Sign(one, _), Says::Sign(other, _)) => one == other,
        (Says::Innocent, _) => false,
        _ => discriminant(&one) == discriminant(&other),
    }
}

#[test]
fn r3_what_the_user_adds_comes_first() {
    let kiosk = BrowserAddition { name: "Kiosk".to_owned(), contains: vec!["inhousebot/kiosk".to_owned()] };
    let night_job = BotAddition {
        name: "Night job".to_owned(),
        category: BotCategory::Monitor,
        contains: vec!["night-job".to_owned(), "curl/8".to_owned()],
    };
    let humans = vec!["InHouseBot/kiosk".to_owned()];
    let additions = AgentAdditions { bots: vec![night_job], humans, browsers: vec![kiosk] };
    let agents = Agents::new(&additions);
    assert_eq!(bot(&agents, "curl/8.5.0"), Some("Night job".to_owned()));
    assert_eq!(bot(&agents, "curl/7.88.1"), Some("curl".to_owned()));
    assert_eq!(bot(&agents, "InHouseBot/kiosk 2"), None);
    assert_eq!(agents.browser_name(agents.facts(b"InHouseBot/kiosk 2").browser), "Kiosk");
    let Some(BotVerdict::Agent(id)) = agents.facts(b"Mozilla/5.0 (X11; Linux x86_64) NIGHT-JOB").bot else {
        panic!("not a bot");
    };
    assert_eq!(agents.bot_category(id), BotCategory::Monitor);
}

#[test]
fn r3_ai_crawlers_are_told_by_purpose() {
    let purpose = |agent: &str| match AGENTS.facts(agent.as_bytes()).bot {
        Some(BotVerdict::Agent(id)) => AGENTS.bot_purpose(id),
        _ => None,
    };
    for (agent, expected) in [
        ("GPTBot/1.2", Some(AiPurpose::Training)),
        ("OAI-SearchBot/1.0", Some(AiPurpose::Search)),
        ("ChatGPT-User/1.0", Some(AiPurpose::User)),
        ("Googlebot/2.1", None),
    ] {
        assert_eq!(purpose(agent), expected, "{agent}");
    }
}

#[test]
fn an_empty_addition_is_no_needle() {
    let additions = AgentAdditions { humans: vec![String::new()], ..AgentAdditions::default() };
    assert_eq!(bot(&Agents::new(&additions), "Googlebot/2.1"), Some("Googlebot".to_owned()));
}

proptest! {
    #[test]
    fn any_bytes_are_read(agent in prop::collection::vec(any::<u8>(), 0..300)) {
        let agents = &*AGENTS;
        let facts = agents.facts(&agent);
        prop_assert_eq!(facts.bot.is_some(), facts.device == Device::Bot || facts.bot == Some(BotVerdict::NoAgent));
    }

    #[test]
    fn any_scraps_of_agents_are_read(scraps in prop::collection::vec(scrap(), 0..12)) {
        let agents = &*AGENTS;
        let facts = agents.facts(scraps.concat().as_bytes());
        prop_assert!(!agents.browser_name(facts.browser).is_empty());
    }

    #[test]
    fn r3_letter_case_decides_nothing(scraps in prop::collection::vec(scrap(), 0..12)) {
        let (agents, agent) = (&*AGENTS, scraps.concat());
        let loud = agent.to_ascii_uppercase();
        prop_assert_eq!(agents.facts(agent.as_bytes()), agents.facts(loud.as_bytes()));
    }
}

fn scrap() -> impl Strategy<Value = String> {
    const WORDS: &[&str] = &[
        "Mozilla/5.0",
        "(",
        ")",
        "Android ",
        "; ",
        "@",
        "a@b.cd",
        "\"",
        " ",
        "Windows NT 10.0",
        "Safari/1",
        "bot",
        "é",
    ];
    prop_oneof![prop::sample::select(WORDS).prop_map(str::to_owned), ".{0,6}"]
}
