//! An engine as tests and benchmarks set it up: as dwell does without flags (design.md section 4), but for what each
//! of them changes.

use std::sync::Arc;

use dwell::classify::agent::{AgentAdditions, Agents};
use dwell::classify::source::{self, Sources};
use dwell::engine::Setup;
use dwell::engine::log_clock::LogClock;
use dwell::engine::read_mode::ReadMode;
use dwell::query::privacy::Privacy;
use dwell::query::rules::Rules;

/// For one input and one worker, on the log's own clock; everything is kept.
pub(crate) fn setup() -> Setup {
    Setup {
        rules: Rules::default(),
        definitions: Arc::default(),
        privacy: Privacy::Standard,
        keep: None,
        max_memory: 512 << 20,
        inputs: vec!["made up".to_owned()],
        workers: 1,
        own_hosts: Vec::new(),
        agents: Arc::new(Agents::new(&AgentAdditions::default())),
        sources: Arc::new(Sources::new(&source::SourceAdditions::default())),
        clock: LogClock::Newest,
        read_mode: ReadMode::Measured(Vec::new()),
    }
}
