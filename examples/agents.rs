//! How dwell reads user agents (R3). It says how many agents of lists are told for bots: of lists of bots, which are
//! missed; of lists of people, which are taken for one. A list is a file with an agent a line (a leading `- ` and quotes
//! are left out), or JSON in which every string of an array called `instances` is one.
//!
//! ```sh
//! cargo run --example agents bots crawler-user-agents.json people browsers.yml
//! ```
//!
//! Without arguments, it reads one agent per line of standard input, and writes its facts, separated by tabs: bot (its
//! name, `no agent`, or `-` for a person), the bot's category, browser, system, device, the agent itself.

use std::error::Error;
use std::io::{self, BufRead, Write};

use dwell::classify::agent::{AgentAdditions, AgentFacts, Agents, BotVerdict};

fn main() -> Result<(), Box<dyn Error>> {
    let agents = Agents::new(&AgentAdditions::default());
    let mut arguments = std::env::args().skip(1).peekable();
    if arguments.peek().is_none() {
        return Ok(describe_lines(&agents)?);
    }
    let mut are_bots = true;
    for argument in arguments {
        match argument.as_str() {
            "bots" => are_bots = true,
            "people" => are_bots = false,
            file => measure(&agents, file, are_bots)?,
        }
    }
    Ok(())
}

/// Prints the agents of a list that are not told for what they are, and how many are told for bots.
fn measure(agents: &Agents, file: &str, are_bots: bool) -> Result<(), Box<dyn Error>> {
    let list = list(&std::fs::read_to_string(file)?)?;
    let mut bots = 0;
    for agent in &list {
        let facts = agents.facts(agent.as_bytes());
        bots += u32::from(facts.bot.is_some());
        if facts.bot.is_some() != are_bots {
            println!("{}\t{agent}", describe(agents, facts));
        }
    }
    let what = if are_bots { "bots found" } else { "people taken for bots" };
    let share = f64::from(bots) * 100.0 / list.len().max(1) as f64;
    println!("{file}: {what}: {bots} of {}, {share:.2} %", list.len());
    Ok(())
}

fn list(text: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let mut agents = Vec::new();
    if text.trim_start().starts_with(['[', '{']) {
        collect_instances(&serde_json::from_str(text)?, &mut agents);
    } else {
        let lines = text.lines().map(|line| line.trim().trim_start_matches("- ").trim_matches(['"', '\'']));
        agents.extend(lines.filter(|line| !line.is_empty() && !line.ends_with(':')).map(str::to_owned));
    }
    agents.sort();
    agents.dedup();
    Ok(agents)
}

fn collect_instances(value: &serde_json::Value, agents: &mut Vec<String>) {
    if let Some(instances) = value.get("instances").and_then(|found| found.as_array()) {
        agents.extend(instances.iter().filter_map(|one| one.as_str()).map(str::to_owned));
    }
    for one in value.as_array().into_iter().flatten() {
        collect_instances(one, agents);
    }
}

fn describe_lines(agents: &Agents) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for agent in io::stdin().lock().split(b'\n') {
        let agent = agent?;
        writeln!(out, "{}\t{}", describe(agents, agents.facts(&agent)), String::from_utf8_lossy(&agent))?;
    }
    out.flush()
}

fn describe(agents: &Agents, facts: AgentFacts) -> String {
    let (bot, category) = match facts.bot {
        Some(BotVerdict::Agent(id)) => (agents.bot_name(id), agents.bot_category(id).name()),
        Some(BotVerdict::NoAgent) => ("no agent", "-"),
        None => ("-", "-"),
    };
    let (browser, system) = (agents.browser_name(facts.browser), agents.system_name(facts.system));
    [bot, category, browser, system, facts.device.name()].join("\t")
}
