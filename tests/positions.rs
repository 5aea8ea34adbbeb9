//! Input positions are recorded by name, independent of their order on the command line.

#![allow(clippy::expect_used, clippy::panic, reason = "these are tests, helpers and all")]

#[path = "support/setup.rs"]
mod setup;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use dwell::classify::batch::InputId;
use dwell::classify::classifier::Shared;
use dwell::classify::visitor::VisitorKey;
use dwell::engine::Setup;
use dwell::engine::open_input::{LineSource, OpenInput, ReadFrom};
use dwell::engine::start::{Plan, start};
use dwell::format::LogZone;
use dwell::input::AtEnd;
use dwell::input::file::LogFile;
use dwell::input::watch::Watch;
use setup::setup;

fn line(second: usize, page: &str) -> String {
    format!(
        "192.0.2.7 - - [24/Nov/2026:14:00:{second:02} +0000] \"GET /{page} HTTP/1.1\" 200 1 \"-\" \"A\"\n"
    )
}

fn opened(number: usize, path: &Path) -> OpenInput {
    OpenInput {
        id: InputId(u16::try_from(number).expect("few")),
        name: path.display().to_string(),
        source: LogFile::open(path, AtEnd::Stop).map(|file| LineSource::File(Box::new(file))),
        format: None,
        expected: None,
        zone: LogZone::default(),
        remarks: Vec::new(),
    }
}

/// Reads files to their ends; up to where each is applied then.
fn offsets(paths: &[&Path]) -> BTreeMap<String, Vec<u64>> {
    let inputs: Vec<_> = paths.iter().enumerate().map(|(number, path)| opened(number, path)).collect();
    let setup =
        Setup { inputs: inputs.iter().map(|input| input.name.clone()).collect(), workers: 2, ..setup() };
    let shared = Shared::new(VisitorKey::new(&[1; 16]), Arc::clone(&setup.agents));
    let watch = Watch::folders_of(&[]);
    let (since, until, replay, deadline, measured) = (ReadFrom::All, None, None, None, None);
    let plan = Plan { inputs, since, until, replay, deadline, watch, shared, measured };
    let (mut engine, mut pipeline) = start(plan, setup).expect("threads");
    while let Some(news) = pipeline.wait() {
        engine.take(news, &pipeline);
    }
    let offsets = |positions: &[_]| {
        positions.iter().map(|position: &dwell::input::position::Position| position.offset).collect()
    };
    engine.positions().into_iter().map(|(name, positions)| (name, offsets(positions))).collect()
}

#[test]
fn positions_go_by_the_names_of_inputs() {
    let folder = tempfile::tempdir().expect("a folder");
    let [short, long] = ["b.log", "a.log"].map(|name| folder.path().join(name));
    let lines = |count: usize| (0..count).map(|second| line(second, "page")).collect::<String>();
    std::fs::write(&short, lines(3)).expect("a log");
    std::fs::write(&long, lines(50)).expect("a log");
    let sizes = [&long, &short]
        .map(|path| (path.display().to_string(), vec![path.metadata().expect("a file").len()]));
    let sizes = BTreeMap::from(sizes);
    assert_eq!(offsets(&[&short, &long]), sizes);
    assert_eq!(offsets(&[&long, &short]), sizes);
}
