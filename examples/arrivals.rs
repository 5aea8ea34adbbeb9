//! How dwell reads arrivals (R9, R10). With files of expectations, such as `src/classify/fixtures/arrivals.toml`, it says
//! how many sources and channels are as expected, and which are not; with `-`, it reads a referrer and, after a tab, a
//! query from each line of standard input, and writes channel and source.
//!
//! ```sh
//! cargo run --example arrivals src/classify/fixtures/arrivals.toml
//! ```

use std::io::{self, BufRead};

use dwell::classify::arrival::{Arrival, arrival};
use dwell::classify::arrival_record::{ArrivalRecord, Whose};
use dwell::classify::channel::DIRECT;
use dwell::classify::own_hosts::OwnHosts;
use dwell::classify::referrer;
use dwell::classify::source::{SourceAdditions, Sources};
use dwell::classify::tags::Tags;
use serde::Deserialize;

/// What the rules say of some arrivals.
#[derive(Deserialize)]
struct Expectations {
    rule: Vec<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    arrivals: Vec<Expected>,
}

#[derive(Deserialize)]
#[serde(default)]
struct Expected {
    referrer: String,
    query: String,
    source: String,
    channel: String,
}

impl Default for Expected {
    fn default() -> Expected {
        let [referrer, source, channel] = ["-", DIRECT, "Direct"].map(str::to_owned);
        Expected { referrer, query: String::new(), source, channel }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let sources = Sources::new(&SourceAdditions::default());
    for file in std::env::args().skip(1) {
        if file == "-" {
            describe_lines(&sources)?;
        } else {
            let expectations: Expectations = toml::from_str(&std::fs::read_to_string(&file)?)?;
            compare(&file, &expectations, &sources);
        }
    }
    Ok(())
}

fn describe_lines(sources: &Sources) -> io::Result<()> {
    for line in io::stdin().lock().lines() {
        let line = line?;
        let (referrer, query) = line.split_once('\t').unwrap_or((&line, ""));
        let found = arrive(referrer, query, sources);
        println!("{}\t{}\t{line}", found.channel, found.source);
    }
    Ok(())
}

fn compare(file: &str, expectations: &Expectations, sources: &Sources) {
    let (mut all, mut right_sources, mut right_channels) = (0, 0, 0);
    for expected in expectations.rule.iter().flat_map(|rule| &rule.arrivals) {
        let found = arrive(&expected.referrer, &expected.query, sources);
        let is_source = found.source == expected.source;
        let is_channel = found.channel.name() == expected.channel;
        all += 1;
        right_sources += u32::from(is_source);
        right_channels += u32::from(is_channel);
        if !is_source || !is_channel {
            let Expected { referrer, query, source, channel } = expected;
            println!("{referrer} ? {query}: {}, {}, not {source}, {channel}", found.source, found.channel);
        }
    }
    println!("{file}: {right_sources} sources and {right_channels} channels right of {all}");
}

fn arrive(referrer: &str, query: &str, sources: &Sources) -> Arrival {
    let referrer = referrer::kept(referrer.as_bytes());
    let record = ArrivalRecord::new(&referrer, Whose::Unknown, Tags::of_query(query.as_bytes()));
    arrival([record], &OwnHosts::given(["example.com"]), sources)
}
