//! A simulated day: the demo's traffic through the engine, looked at every so often as the monitor's Overview does.

use std::sync::Arc;

use dwell::classify::batch::{Batch, InputId};
use dwell::classify::classifier::{Classifier, Shared};
use dwell::classify::period::Period;
use dwell::classify::visitor::VisitorKey;
use dwell::demo::{TIMED_FORMAT, Traffic};
use dwell::engine::log_clock::{LogClock, Shift};
use dwell::engine::{Engine, Setup};
use dwell::format::Format;
use dwell::query::filter::Filter;
use dwell::query::question::{
    CloseupAsk, Grouping, Measures, Order, Question, SeriesAsk, TableAsk, TableSort, Window,
};
use dwell::query::view::{InputState, View};
use dwell::time::{Millis, Span};

use super::setup::setup;

/// A shop whose log is watched as it grows.
pub(crate) struct Watched {
    traffic: Traffic,
    engine: Engine,
    classifier: Classifier,
    format: Format,
}

impl Watched {
    pub(crate) fn new(traffic: Traffic, keep: Span) -> Watched {
        let setup = Setup {
            own_hosts: vec!["www.example.com".to_owned()],
            keep: Some(keep),
            clock: LogClock::Moving(Shift::Seen(0)),
            ..setup()
        };
        let shared = Shared::new(VisitorKey::new(&[1; 16]), Arc::clone(&setup.agents));
        let classifier = Classifier::new(Arc::new(shared));
        let mut engine = Engine::new(setup);
        engine.set_input(InputId(0), |status| status.state = InputState::Live);
        let format = Format::pattern(TIMED_FORMAT).expect("a format of nginx");
        Watched { traffic, engine, classifier, format }
    }

    /// Reads the lines up to a time.
    pub(crate) fn read_until(&mut self, end: Millis) {
        let mut block = Vec::new();
        while self.traffic.next_at() < end {
            self.traffic.next_line(&mut block);
            if block.len() > 1 << 20 {
                self.apply(&block);
                block.clear();
            }
        }
        self.apply(&block);
    }

    fn apply(&mut self, block: &[u8]) {
        let mut batch = Batch::default();
        self.classifier.read(block, &mut self.format, Period::ALL, &mut batch);
        self.engine.apply(InputId(0), 0, &batch);
    }

    /// What the Overview shows at a time.
    pub(crate) fn look(&mut self, at: Millis) -> View {
        self.engine.answer(&overview(), at)
    }
}

fn overview() -> Question {
    let pages = TableAsk {
        grouping: Grouping::Page,
        sort: TableSort::Count,
        order: Order::Descending,
        rows: 40,
        measures: Measures::Counts,
    };
    Question {
        window: Window::Last(Span::minutes(30)),
        series: Some(SeriesAsk { buckets: 30 }),
        tables: vec![pages],
        closeup: Some(CloseupAsk::Changes),
        ..Question::about(Filter::default())
    }
}
