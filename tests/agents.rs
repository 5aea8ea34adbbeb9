//! R3: classification of user agents, from fixtures.

use dwell::classify::agent::{AgentAdditions, Agents, BotVerdict};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixtures {
    agent: Vec<Fixture>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixture {
    text: String,
    bot: Option<String>,
    category: Option<String>,
    browser: Option<String>,
    system: Option<String>,
    device: Option<String>,
}

#[test]
fn r3_agents_are_what_the_fixtures_say() {
    let fixtures: Fixtures = toml::from_str(include_str!("fixtures/agents.toml")).expect("fixtures");
    let agents = Agents::new(&AgentAdditions::default());
    let wrong: Vec<_> = fixtures.agent.iter().flat_map(|fixture| differences(&agents, fixture)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn differences(agents: &Agents, fixture: &Fixture) -> Vec<String> {
    let facts = agents.facts(fixture.text.as_bytes());
    let (bot, category) = match facts.bot {
        Some(BotVerdict::Agent(id)) => (Some(agents.bot_name(id)), agents.bot_category(id).name()),
        Some(BotVerdict::NoAgent) => (Some("no agent"), ""),
        None => (None, ""),
    };
    let mut wrong = Vec::new();
    if bot != fixture.bot.as_deref() {
        wrong.push(format!("bot {bot:?}, not {:?}: {}", fixture.bot, fixture.text));
    }
    for (what, is, wanted) in [
        ("category", category, &fixture.category),
        ("browser", agents.browser_name(facts.browser), &fixture.browser),
        ("system", agents.system_name(facts.system), &fixture.system),
        ("device", facts.device.name(), &fixture.device),
    ] {
        if wanted.as_deref().is_some_and(|wanted| wanted != is) {
            wrong.push(format!("{what} {is}, not {wanted:?}: {}", fixture.text));
        }
    }
    wrong
}
