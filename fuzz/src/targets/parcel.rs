//! Answers that another process has packed: whatever they hold, opening them and merging them is an answer or an error.

use std::sync::{Arc, LazyLock};

use dwell::classify::agent::{AgentAdditions, Agents};
use dwell::classify::own_hosts::OwnHosts;
use dwell::classify::source::{self, Sources};
use dwell::query::parcel::{pack, unpack};
use dwell::store::dictionaries::Dictionaries;

static TABLES: LazyLock<(Arc<Agents>, Arc<Sources>)> = LazyLock::new(|| {
    let sources = Sources::new(&source::SourceAdditions::default());
    (Arc::new(Agents::new(&AgentAdditions::default())), Arc::new(sources))
});

/// Reads these bytes.
pub fn run(data: &[u8]) {
    let (agents, sources) = &*TABLES;
    let mut known =
        Dictionaries::new(1 << 20, Arc::clone(agents), Arc::clone(sources), OwnHosts::not_known());
    if let Ok(partial) = unpack(data, &mut known) {
        assert!(unpack(&pack(partial, &known), &mut known).is_ok());
    }
}
