//! How dwell reads user agents: one per line of standard input, its facts one per line, separated by tabs:
//! bot (its name, `no agent`, or `-` for a person), the bot's category, browser, system, device, the agent itself.
//!
//! ```sh
//! awk -F'"' '{print $6}' access.log | sort -u | cargo run --example agents
//! ```

use std::io::{self, BufRead, Write};

use dwell::classify::agent::{Additions, AgentFacts, Agents, BotVerdict};

fn main() -> io::Result<()> {
    let agents = Agents::new(&Additions::default());
    let mut out = io::BufWriter::new(io::stdout().lock());
    for agent in io::stdin().lock().split(b'\n') {
        let agent = agent?;
        writeln!(out, "{}\t{}", describe(&agents, agents.facts(&agent)), String::from_utf8_lossy(&agent))?;
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
