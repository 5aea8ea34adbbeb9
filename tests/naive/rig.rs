//! An engine fed with hits as log lines, by several workers, and all that it tells of its sessions.
#[path = "../support/setup.rs"]
mod setup;

use std::sync::Arc;

use dwell::classify::address::Address;
use dwell::classify::batch::{Batch, InputId};
use dwell::classify::classifier::{Classifier, Shared};
use dwell::classify::period::Period;
use dwell::classify::properties::{PropertyKey, WantedProperties};
use dwell::classify::site::Sites;
use dwell::classify::visitor::{Visitor, VisitorKey};
use dwell::engine::log_clock::LogClock;
use dwell::engine::port::AskerId;
use dwell::engine::{Engine, Setup};
use dwell::format::Format;
use dwell::query::filter::Filter;
use dwell::query::question::{
    Bots, BounceRule, Order, Population, Question, SessionRef, SessionSort, SessionsAsk,
};
use dwell::query::view::{SessionRow, SessionState, StepKind, Timeline, View};
use dwell::time::{Millis, Span};

use setup::setup;

use super::{Deed, Hit, Rules, Session};

/// The run's key: any will do.
pub const KEY: [u8; 16] = [7; 16];
/// The site whose log it is.
pub const OWN_HOST: &str = "shop.example";

/// The format of the log: combined, how long the server took, the host asked for, and whether it was a prefetch.
pub const FORMAT: &str = r#"$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_time $host $http_sec_purpose"#;

pub struct Rig {
    pub engine: Engine,
    workers: Vec<Classifier>,
    format: Format,
}

impl Rig {
    pub fn new(rules: Rules, inputs: u16, workers: usize, clock: LogClock) -> Rig {
        Rig::with(rules, inputs, workers, clock, |setup| setup)
    }

    /// A rig whose engine is set up otherwise.
    pub fn with(
        rules: Rules,
        inputs: u16,
        workers: usize,
        clock: LogClock,
        change: impl FnOnce(Setup) -> Setup,
    ) -> Rig {
        let setup = Setup {
            rules: dwell::query::rules::Rules {
                gap: rules.gap,
                active: rules.active,
                lateness: rules.lateness,
                bounce: BounceRule::Single,
            },
            max_memory: 64 << 20,
            inputs: (0..inputs).map(|input| format!("input {input}")).collect(),
            workers,
            own_hosts: vec![OWN_HOST.to_owned()],
            definitions: Arc::new(super::paths::definitions()),
            clock,
            ..setup()
        };
        let agents = Arc::clone(&setup.agents);
        let shared = Arc::new(Shared {
            addresses: rules.addresses,
            sites: Sites::naming([OWN_HOST]),
            wanted: WantedProperties::new([PropertyKey::Query("v".to_owned())]),
            ..Shared::new(VisitorKey::new(&KEY), agents)
        });
        let workers = (0..workers).map(|_| Classifier::new(Arc::clone(&shared))).collect();
        let engine = Engine::new(change(setup)).with_segments_of(3);
        Rig { engine, workers, format: Format::pattern(FORMAT).expect("a format") }
    }

    /// One worker reads lines of one input as one block.
    pub fn read(&mut self, input: u16, worker: usize, lines: &str) {
        self.read_of(Period::ALL, input, worker, lines);
    }

    /// The same, of which only a period counts.
    pub fn read_of(&mut self, period: Period, input: u16, worker: usize, lines: &str) {
        let mut batch = Batch::default();
        self.workers[worker].read(lines.as_bytes(), &mut self.format, period, &mut batch);
        self.engine.apply(InputId(input), worker, &batch);
    }

    /// One worker reads lines of one input that have just been written.
    pub fn read_fresh(&mut self, input: u16, lines: &str, wall: Millis) {
        let mut batch = Batch::default();
        self.workers[0].read(lines.as_bytes(), &mut self.format, Period::ALL, &mut batch);
        self.engine.apply_fresh(InputId(input), 0, &batch, wall);
    }

    /// Every session there is, with all that is known of it.
    pub fn told(&mut self, wall: Millis) -> Vec<Told> {
        let view = self.engine.answer(&everything(), wall);
        self.told_of(&view, |engine, session| engine.timeline(session, BounceRule::Single, wall))
    }

    /// Every session there was at the instant that is held.
    pub fn told_held(&mut self, wall: Millis) -> Vec<Told> {
        let view = self.engine.answer_from_snapshot(AskerId::default(), &everything(), wall);
        self.told_of(&view, |engine, session| {
            engine.timeline_from_snapshot(AskerId::default(), session, BounceRule::Single, wall)
        })
    }

    fn told_of(
        &mut self,
        view: &View,
        timeline: impl Fn(&mut Engine, SessionRef) -> Option<Timeline>,
    ) -> Vec<Told> {
        let rows = &view.sessions.as_ref().expect("a list was asked for").rows;
        let timeline_of =
            |row: &Arc<SessionRow>| timeline(&mut self.engine, row.session).expect("it is kept");
        let timelines: Vec<_> = rows.iter().map(timeline_of).collect();
        let pairs = rows.iter().zip(&timelines);
        let mut told: Vec<_> = pairs.map(|(row, timeline)| Told::of(row, timeline)).collect();
        told.sort_by_key(|one| (one.start, one.visitor));
        told
    }
}

impl Told {
    fn of(row: &SessionRow, timeline: &Timeline) -> Told {
        assert_eq!(&timeline.row, row, "the timeline is of the session that was asked for");
        let steps = timeline.steps.iter();
        Told {
            visitor: row.session.visitor,
            address: row.address.clone(),
            start: row.start,
            end: row.end,
            duration: row.duration(),
            pageviews: row.pageviews as usize,
            actions: row.actions as usize,
            errors: row.errors as usize,
            state: row.state,
            bounced: row.bounced,
            entry: row.entry.clone(),
            exit: row.exit.clone(),
            referrer: timeline.referrer.clone(),
            campaign: row.campaign.clone(),
            bot: row.bot.clone(),
            steps: steps
                .map(|step| (step.at, name(&step.kind), step.page.clone(), step.status, step.stayed))
                .collect(),
        }
    }
}

fn name(kind: &StepKind) -> String {
    match kind {
        StepKind::Pageview => "view".to_owned(),
        StepKind::Action(name) => name.clone(),
        StepKind::Error => "error".to_owned(),
        StepKind::Redirect => "redirect".to_owned(),
    }
}

/// The question for every session, bots and all.
pub fn everything() -> Question {
    Question {
        bots: Bots::Included,
        sessions: Some(SessionsAsk {
            population: Population::Seen,
            sort: SessionSort::Start,
            order: Order::Ascending,
            rows: 100_000,
        }),
        ..Question::about(Filter::default())
    }
}

/// All that is told of one session.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub visitor: Visitor,
    pub address: String,
    pub start: Millis,
    pub end: Millis,
    pub duration: Option<Span>,
    pub pageviews: usize,
    pub actions: usize,
    pub errors: usize,
    pub state: SessionState,
    pub bounced: bool,
    pub entry: Option<String>,
    pub exit: Option<String>,
    pub referrer: String,
    pub campaign: String,
    pub bot: Option<String>,
    pub steps: Vec<(Millis, String, String, u16, Option<Span>)>,
}

/// What must be told of sessions, at an instant.
pub fn expected(sessions: &[Session], moment: Instant) -> Vec<Told> {
    let mut told: Vec<_> = sessions.iter().map(|session| told_of(session, moment)).collect();
    told.sort_by_key(|one| (one.start, one.visitor));
    told
}

/// When something is told.
#[derive(Debug, Clone, Copy)]
pub struct Instant {
    pub now: Millis,
    pub watermark: Millis,
    pub rules: Rules,
}

impl Instant {
    /// R6: a session is closed when W > end + gap; else it is active for a while after its last event.
    pub fn state(&self, session: &Session) -> SessionState {
        if self.watermark > session.end() + self.rules.gap {
            SessionState::Closed
        } else if self.now.since(session.end()) <= self.rules.active {
            SessionState::Active
        } else {
            SessionState::Open
        }
    }
}

fn told_of(session: &Session, moment: Instant) -> Told {
    let first = &session.events[0];
    let pages = session.pages();
    let owned = |page: Option<&&str>| page.map(|page| (*page).to_owned());
    Told {
        visitor: visitor_of(&super::site(first.host), first.address, first.agent),
        address: super::kept_address(first.address, moment.rules.addresses),
        start: session.start(),
        end: session.end(),
        duration: session.duration(),
        pageviews: pages.len(),
        actions: session.actions().count(),
        errors: session.errors(),
        state: moment.state(session),
        bounced: pages.len() == 1 && session.actions().count() == 0,
        entry: owned(pages.first()),
        exit: owned(pages.last()),
        referrer: session.arrival.referrer.clone(),
        campaign: session.arrival.campaign.clone(),
        bot: session.bot.map(str::to_owned),
        steps: steps(session),
    }
}

fn steps(session: &Session) -> Vec<(Millis, String, String, u16, Option<Span>)> {
    let step = |hit: &&Hit, stayed| {
        let what = match hit.deed {
            Deed::Fail => "error",
            Deed::Move => "redirect",
            deed => deed.action().unwrap_or("view"),
        };
        (hit.time, what.to_owned(), hit.path().to_owned(), hit.status(), stayed)
    };
    let happenings = session.happenings();
    let next = |at: usize| happenings[at + 1..].iter().find(|hit| hit.deed.is_event()).map(|hit| hit.time);
    let stayed =
        |at: usize, hit: &Hit| next(at).filter(|_| hit.deed.is_event()).map(|next| next.since(hit.time));
    happenings.iter().enumerate().map(|(at, hit)| step(hit, stayed(at, hit))).collect()
}

/// The visitor, as answers name it.
pub fn visitor_of(site: &str, address: &str, agent: &str) -> Visitor {
    let key = VisitorKey::new(&KEY);
    key.visitor(site.as_bytes(), &Address::parse(address.as_bytes()), &key.agent(agent.as_bytes()))
}

/// How many hits were dropped as late.
pub fn late(view: &View) -> u64 {
    view.intake.late
}
