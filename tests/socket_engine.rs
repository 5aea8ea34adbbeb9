//! TCP input through the whole engine: every line is counted, whatever other clients do.

#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]

use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use dwell::classify::agent::{AgentAdditions, Agents};
use dwell::classify::batch::InputId;
use dwell::classify::classifier::Shared;
use dwell::classify::source::{self, Sources};
use dwell::classify::visitor::VisitorKey;
use dwell::clock;
use dwell::engine::log_clock::LogClock;
use dwell::engine::open_input::{LineSource, OpenInput, ReadFrom};
use dwell::engine::pipeline::{Pipeline, PipelineMessage};
use dwell::engine::read_mode::ReadMode;
use dwell::engine::start::{Plan, start};
use dwell::engine::{Engine, Setup};
use dwell::format::LogZone;
use dwell::input::socket::{Limits, ListenAddress, Socket};
use dwell::input::watch::Watch;
use dwell::query::filter::Filter;
use dwell::query::privacy::Privacy;
use dwell::query::question::{Bots, Question};
use dwell::query::rules::Rules;
use dwell::time::{Millis, Span};

/// How long anything may take, beside what senders take by themselves, before it counts as lost.
const PATIENCE: Duration = Duration::from_secs(120);
const SENDERS: usize = 64;
const TENTH: Duration = Duration::from_millis(100);

/// An engine that listens at a socket.
struct Listening {
    engine: Engine,
    pipeline: Pipeline,
    address: SocketAddr,
}

impl Listening {
    /// Listens for so long at most.
    fn for_at_most(time: Duration) -> Listening {
        let watch = Watch::folders_of(&[]);
        let address = ListenAddress::parse("tcp://:0").expect("an address").expect("a socket");
        let socket = Socket::listen(&address, Limits::default(), watch.waker()).expect("listen");
        let address = socket.local().expect("an address");
        let (name, source) = ("tcp".to_owned(), Ok(LineSource::Stream(Box::new(socket))));
        let inputs = vec![OpenInput {
            id: InputId(0),
            name,
            source,
            format: None,
            expected: None,
            zone: LogZone::default(),
            remarks: Vec::new(),
        }];
        let agents = Arc::new(Agents::new(&AgentAdditions::default()));
        let shared = Shared::new(VisitorKey::new(&[1; 16]), Arc::clone(&agents));
        let deadline = Some(clock::monotonic() + time);
        let plan = Plan {
            inputs,
            since: ReadFrom::All,
            until: None,
            replay: None,
            deadline,
            watch,
            shared,
            measured: None,
        };
        let (engine, pipeline) = start(plan, setup(agents)).expect("threads");
        Listening { engine, pipeline, address }
    }

    /// Takes so many lines in; how many came, how many of them were no hits, how many were dropped.
    fn take(&mut self, lines: u64) -> Taken {
        let mut taken = Taken::default();
        while taken.lines < lines {
            let Some(news) = self.pipeline.wait() else { break };
            match &news {
                PipelineMessage::Batch { batch, .. } => {
                    taken.lines += batch.lines;
                }
                PipelineMessage::Dropped(lines) => taken.dropped += lines,
                _ => {}
            }
            self.engine.take(news, &self.pipeline);
        }
        let hits = self.engine.answer(&nothing(), Millis(0)).intake.hits;
        Taken { hits, ..taken }
    }
}

/// What was read is told with any answer.
fn nothing() -> Question {
    Question { bots: Bots::Included, ..Question::about(Filter::default()) }
}

#[derive(Debug, Default, PartialEq)]
struct Taken {
    lines: u64,
    hits: u64,
    dropped: u64,
}

fn setup(agents: Arc<Agents>) -> Setup {
    Setup {
        rules: Rules { lateness: Span::minutes(60), ..Rules::default() },
        definitions: Arc::default(),
        privacy: Privacy::Standard,
        keep: None,
        max_memory: 256 << 20,
        inputs: vec!["tcp".to_owned()],
        workers: 2,
        own_hosts: Vec::new(),
        agents,
        sources: Arc::new(Sources::new(&source::SourceAdditions::default())),
        clock: LogClock::Newest,
        read_mode: ReadMode::Live,
    }
}

/// Sends so many lines a tenth of a second.
fn send(mut stream: TcpStream, sender: usize, start: Instant, (tenths, lines): (u32, usize)) {
    let line = format!(
        "192.0.2.{sender} - - [24/Nov/2026:07:00:00 +0000] \"GET /page HTTP/1.1\" 200 512 \"-\" \"Mozilla/5.0\"\n"
    );
    let lines = line.repeat(lines);
    for tenth in 0..tenths {
        thread::sleep((TENTH * tenth).saturating_sub(start.elapsed()));
        stream.write_all(lines.as_bytes()).expect("send");
    }
}

fn connect(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).expect("connect")
}

/// 64 connections send for so many tenths of a second, so many lines in each: all arrive, all are hits.
#[track_caller]
fn lose_nothing(tenths: u32, lines: usize) {
    let mut listening = Listening::for_at_most(TENTH * tenths + PATIENCE);
    let (address, start) = (listening.address, clock::monotonic());
    let send = move |sender| thread::spawn(move || send(connect(address), sender, start, (tenths, lines)));
    let senders: Vec<_> = (0..SENDERS).map(send).collect();
    let all = (SENDERS * lines) as u64 * u64::from(tenths);
    let taken = listening.take(all);
    println!("{} of {all} lines counted in {:?}, {} dropped", taken.lines, start.elapsed(), taken.dropped);
    assert_eq!(taken, Taken { lines: all, hits: all, dropped: 0 });
    for sender in senders {
        sender.join().expect("a sender");
    }
}

#[test]
fn what_sixty_four_connections_send_is_counted() {
    lose_nothing(20, 100);
}

/// 200,000 lines a second for a minute.
#[test]
#[ignore = "takes a minute"]
fn two_hundred_thousand_lines_a_second_for_a_minute_are_counted() {
    lose_nothing(600, 313);
}

/// Senders that say nothing, one byte again and again, or a line that never ends.
fn hostile(address: SocketAddr, silent: usize, is_over: &AtomicBool) {
    // First those that are to be served: of the silent ones most are turned away.
    let (mut slow, mut endless) = (connect(address), connect(address));
    let silent: Vec<_> = (0..silent).map(|_| connect(address)).collect();
    while !is_over.load(Ordering::Acquire) {
        slow.write_all(b"x").expect("send");
        endless.write_all(&vec![b'x'; 64 << 10]).expect("send");
        thread::sleep(TENTH);
    }
    drop(silent);
}

#[track_caller]
fn harm_nobody(silent: usize) {
    const LINES: u64 = 100_000;
    let mut listening = Listening::for_at_most(PATIENCE);
    let (address, start, is_over) = (listening.address, clock::monotonic(), Arc::new(AtomicBool::new(false)));
    let good = connect(address);
    let good = thread::spawn(move || send(good, 1, start, (20, 5000)));
    let over = Arc::clone(&is_over);
    let bad = thread::spawn(move || hostile(address, silent, &over));
    let taken = listening.take(LINES);
    println!("beside {silent} silent connections {} of {LINES} lines in {:?}", taken.lines, start.elapsed());
    is_over.store(true, Ordering::Release);
    good.join().expect("the good one");
    bad.join().expect("the bad ones");
    assert_eq!(taken, Taken { lines: LINES, hits: LINES, dropped: 0 });
}

#[test]
fn hostile_connections_harm_nobody() {
    harm_nobody(200);
}

#[test]
#[ignore = "needs 20,000 open files"]
fn ten_thousand_hostile_connections_harm_nobody() {
    harm_nobody(10_000);
}
