//! R11: `--privacy strict` against somebody who asks and asks. The attacker may ask any question of a screen, with any
//! filter, at any time; in one world a visitor was there, in others not, or did something else. As long as the answers are
//! the same, none of them tells of that visitor.
#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]
#[path = "support/setup.rs"]
mod setup;

use std::sync::Arc;

use dwell::classify::batch::{Batch, InputId};
use dwell::classify::classifier::{Classifier, Shared};
use dwell::classify::period::Period;
use dwell::classify::visitor::VisitorKey;
use dwell::engine::port::AskerId;
use dwell::engine::{Engine, Setup};
use dwell::format::Format;
use dwell::query::analysis::ask::{Analysis, NextStepsAsk, ReturningAsk, ReturningBy, WholePathsAsk};
use dwell::query::filter::Filter;
use dwell::query::inquiry::{AnswerBody, AsOf, Ask};
use dwell::query::privacy::Privacy;
use dwell::query::question::{
    CloseupAsk, Grouping, Measures, Order, Population, Question, SeriesAsk, SessionSort, SessionsAsk,
    TableAsk, TrafficAsk, Window,
};
use dwell::query::view::{InputState, Intake, View};
use dwell::time::{Millis, Span};

/// 2026-11-24, 10:00 UTC.
const START: Millis = Millis(1_795_514_400_000);
const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";

/// What one visitor did, whom the attacker wants to know of.
#[derive(Debug, Clone, Copy)]
struct Target {
    after: Span,
    network: &'static str,
    source: &'static str,
    pages: &'static [&'static str],
}

/// In a quiet hour, from nowhere else, where nobody else was.
const TARGET: Target = Target {
    after: Span::minutes(62),
    network: "198.51.77.9",
    source: "https://rare-forum.example/thread",
    pages: &["/clinic/results", "/clinic/appointments", "/"],
};

fn line(at: Millis, address: &str, path: &str, referrer: &str) -> String {
    let stamp = at.utc().format("%d/%b/%Y:%H:%M:%S +0000");
    format!("{address} - - [{stamp}] \"GET {path} HTTP/1.1\" 200 512 \"{referrer}\" \"{BROWSER}\"\n")
}

/// Two hours of visitors who come five at a time and do the same: all counts are multiples of five, so that one more shows
/// in none. Where a count is one short of a multiple, one more shows; who knows all others to the last one learns of it,
/// and that is what flooring cannot hide.
fn crowd() -> Vec<(Millis, String)> {
    const PAGES: [&str; 4] = ["/", "/pricing", "/docs", "/blog"];
    const SOURCES: [&str; 4] =
        ["-", "https://www.google.com/", "https://www.bing.com/", "https://news.example/"];
    let mut lines = Vec::new();
    for five in 0..96_usize {
        let at = START + Span::seconds(five as u64 * 75 + 7);
        for one in 0..5 {
            let address = format!("203.0.{five}.{one}");
            lines.push((at, line(at, &address, PAGES[five % 4], SOURCES[five / 4 % 4])));
            if five / 16 % 2 == 0 {
                let later = at + Span::seconds(60);
                lines.push((later, line(later, &address, "/docs", "-")));
            }
        }
    }
    lines
}

fn with(target: Option<Target>) -> Vec<(Millis, String)> {
    let mut lines = crowd();
    for (number, page) in target.iter().flat_map(|target| target.pages).enumerate() {
        let Target { after, network, source, .. } = target.expect("there is one");
        let at = START + after + Span::minutes(2 * number as u64);
        let referrer = if number == 0 { source } else { "-" };
        lines.push((at, line(at, network, page, referrer)));
    }
    lines.sort();
    lines
}

/// A dwell that has read the lines up to an instant.
struct World {
    engine: Engine,
    classifier: Classifier,
    format: Format,
    lines: Vec<(Millis, String)>,
    read: usize,
}

impl World {
    fn of(target: Option<Target>) -> World {
        let setup = Setup { privacy: Privacy::Strict, ..setup::setup() };
        let shared = Arc::new(Shared::new(VisitorKey::new(&[1; 16]), Arc::clone(&setup.agents)));
        let format = Format::named("combined").expect("a format");
        let mut engine = Engine::new(setup);
        engine.set_input(InputId(0), |input| input.state = InputState::Live);
        World { engine, classifier: Classifier::new(shared), format, lines: with(target), read: 0 }
    }

    fn read_until(&mut self, until: Millis) {
        while let Some((_, line)) = self.lines.get(self.read).filter(|(at, _)| *at <= until) {
            let mut batch = Batch::default();
            self.classifier.read(line.trim_end().as_bytes(), &mut self.format, Period::ALL, &mut batch);
            self.engine.apply(InputId(0), 0, &batch);
            self.read += 1;
        }
    }

    /// What the attacker is told: all of an answer but how many bytes and how much memory it took.
    fn told(&mut self, question: &Question, as_of: AsOf) -> Option<View> {
        let ask = Ask::View(Box::new(question.clone()));
        match self.engine.ask(AskerId(0), as_of, ask, Millis(0))? {
            AnswerBody::View(view) => {
                let intake = Intake { inputs: Vec::new(), bytes: 0, memory: 0, ..view.intake.clone() };
                Some(View { intake, ..(*view).clone() })
            }
            // No timeline is asked for.
            AnswerBody::Timeline(_) => None,
        }
    }
}

/// What an attacker would filter by: what the target may have done, and what leaves only few others.
const FILTERS: [&str; 27] = [
    "",
    "page:/clinic/*",
    "page:/clinic/results",
    "-page:/clinic/*",
    "entry:/clinic/results",
    "exit:/",
    "-entry:/,/pricing,/docs,/blog",
    "source:rare-forum.example",
    "-source:rare-forum.example",
    "-source:Google,Bing,news.example",
    "channel:Referral",
    "address:198.51.77.0/24",
    "address:198.51.77.9",
    "visitor:otter-4f2a",
    "duration>3m",
    "duration<1m",
    "pageviews>=3",
    "pageviews>=2",
    "bounced",
    "-bounced",
    "active",
    "new",
    "page:/clinic/* source:rare-forum.example",
    "page:/ source:rare-forum.example",
    "entry:/clinic/results exit:/",
    "browser:Firefox -source:Google,Bing",
    "country:DE device:Desktop",
];

fn questions() -> Vec<Question> {
    let table =
        |grouping| TableAsk { measures: Measures::CountsAndTimes, ..TableAsk::largest(grouping, 1_000) };
    let groupings = [
        Grouping::Channel,
        Grouping::Source,
        Grouping::Page,
        Grouping::Entry,
        Grouping::Exit,
        Grouping::Country,
        Grouping::Browser,
        Grouping::Newness,
    ];
    let sessions = SessionsAsk {
        population: Population::Seen,
        sort: SessionSort::LastEvent,
        order: Order::Descending,
        rows: 1_000,
    };
    let windows = [
        Window::All,
        Window::Last(Span::minutes(5)),
        Window::Last(Span::minutes(7)),
        Window::Last(Span::hours(1)),
    ];
    let closeups =
        ["/", "/clinic/results", "/clinic/appointments"].map(|page| CloseupAsk::Page(page.to_owned()));
    let closeups = closeups.into_iter().chain([CloseupAsk::Changes]).map(Some);
    let mut questions = Vec::new();
    for filter in FILTERS {
        let about = Question::about(Filter::parse(filter).expect(filter));
        for window in windows {
            let tables = groupings.map(table).to_vec();
            let series = Some(SeriesAsk { buckets: 400 });
            let whole = Question { window, tables, series, sessions: Some(sessions), ..about.clone() };
            questions.push(whole);
            let traffic = Some(TrafficAsk { rows: 500, buckets: 400, clients: true });
            let analyses = vec![
                Analysis::Slowness,
                Analysis::NextSteps(NextStepsAsk { pages: 50 }),
                Analysis::WholePaths(WholePathsAsk { rows: 50, folded: false }),
                Analysis::Returning(ReturningAsk { by: ReturningBy::Fitting, rows: 50 }),
            ];
            questions.push(Question { window, traffic, analyses, ..about.clone() });
        }
        questions.extend(closeups.clone().map(|closeup| Question { closeup, ..about.clone() }));
    }
    questions
}

/// The instants at which the attacker looks: just before and after the target came, and at each of its steps.
fn instants() -> Vec<Millis> {
    let minutes = [61, 64, 66, 67, 90];
    minutes.into_iter().map(|minute| START + Span::minutes(minute) + Span::seconds(30)).collect()
}

#[test]
fn r11_three_hundred_questions_tell_nothing_of_one_visitor() {
    let others = [
        None,
        Some(Target { after: Span::minutes(47), ..TARGET }),
        Some(Target { pages: &["/clinic/therapy", "/clinic/results", "/docs"], ..TARGET }),
        Some(Target { source: "https://another-forum.example/", ..TARGET }),
        Some(Target { network: "192.0.2.200", ..TARGET }),
    ];
    let questions = questions();
    assert!(questions.len() >= 300, "{}", questions.len());
    for other in others {
        let (mut world, mut changed) = (World::of(Some(TARGET)), World::of(other));
        for at in instants() {
            world.read_until(at);
            changed.read_until(at);
            for question in &questions {
                let told = world.told(question, AsOf::Now);
                let filter = question.filter.to_string();
                assert_eq!(
                    told,
                    changed.told(question, AsOf::Now),
                    "{filter} {:?} {other:?}",
                    question.window
                );
                // What the attacker wrote comes back.
                let text = format!("{told:?}").replace(&filter, "");
                let named = text.matches("clinic").count();
                let asked_for = usize::from(
                    matches!(&question.closeup, Some(CloseupAsk::Page(page)) if page.contains("clinic")),
                );
                assert!(
                    named <= asked_for && !text.contains("rare-forum") && !text.contains("198.51.77"),
                    "{text}"
                );
            }
        }
    }
}

#[test]
fn r11_answers_change_at_marks_only() {
    let mut world = World::of(None);
    let question = Question { window: Window::Last(Span::minutes(5)), ..Question::about(Filter::default()) };
    let mut told = Vec::new();
    for second in (3_600..4_500).step_by(30) {
        world.read_until(START + Span::seconds(second));
        let view = world.told(&question, AsOf::Now).expect("an answer");
        assert_eq!(view.now, view.now.floor_to(Span::minutes(5)));
        told.push(view);
    }
    told.dedup();
    assert_eq!(told.len(), 4, "at 10:55, 11:00, 11:05 and 11:10");
}

#[test]
fn r11_filters_of_several_terms_and_of_single_visitors_are_not_answered() {
    let mut world = World::of(Some(TARGET));
    world.read_until(START + Span::hours(2));
    for (filter, is_answered) in [
        ("page:/clinic/*", true),
        ("source:Google,Bing", true),
        ("source:Google page:/", false),
        ("address:198.51.77.0/24", false),
        ("-visitor:otter-4f2a", false),
    ] {
        let question = Question::about(Filter::parse(filter).expect(filter));
        assert_eq!(world.told(&question, AsOf::Now).is_some(), is_answered, "{filter}");
    }
}
