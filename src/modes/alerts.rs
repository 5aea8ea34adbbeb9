//! Alerts on a running engine: a thread that asks for them, has commands run, and says what happened.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::alert::board::FiredAlert;
use crate::alert::observe::{AskAt, Common};
use crate::alert::rule::Rules;
use crate::alert::silences::Silences;
use crate::alert::watcher::{AlertEvent, Looks, ShownAlerts, Telling, Watcher, until_next};
use crate::clock;
use crate::config::Settings;
use crate::engine::port::{Asker, Port};
use crate::engine::run_once::sentence;
use crate::query::filter::Filter;
use crate::query::inquiry::{Answer, AnswerBody, AsOf, Ask, Inquiry};
use crate::query::question::{Question, Window};
use crate::query::view::{ClockState, InputState, View};
use crate::time::{Millis, Span};

/// The rules of a config, with what they need.
pub(super) fn watcher(settings: &Settings) -> Watcher {
    let silences_at = settings.config_file.as_deref().map(Silences::path);
    Watcher::new(Rules::clone(&settings.additions.alerts), common(settings), silences_at)
}

pub(super) fn common(settings: &Settings) -> Common {
    Common {
        bounce: settings.rules.bounce,
        bots: settings.bots,
        definitions: Arc::clone(&settings.additions.definitions),
    }
}

/// What the thread is told.
pub(super) enum Control {
    /// The config was read again.
    Change(Box<Settings>),
    /// It is over.
    Stop,
}

/// What the thread says.
pub(super) enum Said {
    /// Something happened.
    Event(AlertEvent),
    /// All alerts as they are now.
    Shown(ShownAlerts),
}

/// Why the thread has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WatchEnd {
    /// It was told to stop.
    Stopped,
    /// Every input has ended.
    InputsEnded,
    /// The engine has ended.
    EngineGone,
}

/// Asks a running engine, one question after the other.
pub(super) struct LiveAsker {
    asker: Asker,
    answers: UnboundedReceiver<Answer>,
    ticket: u64,
    /// From when on lines are kept, and when that was asked.
    known_from: Option<(Instant, Millis)>,
}

/// What is kept reaches less far back as time goes on; that is asked again after this.
const KNOWN_FOR: Duration = Duration::from_secs(600);

impl LiveAsker {
    pub(super) fn new(port: &Port) -> LiveAsker {
        let (answers, answered) = unbounded_channel();
        LiveAsker { asker: port.asker(answers), answers: answered, ticket: 0, known_from: None }
    }

    fn view(&mut self, question: &Question, as_of: AsOf) -> Option<Arc<View>> {
        self.ticket += 1;
        let ask = Ask::View(Box::new(question.clone()));
        self.asker.ask(Inquiry { ticket: self.ticket, as_of, ask });
        loop {
            let answer = self.answers.blocking_recv()?;
            match answer.found {
                AnswerBody::View(view) if answer.ticket == self.ticket => return Some(view),
                AnswerBody::View(_) | AnswerBody::Timeline(_) => {}
            }
        }
    }

    /// The state of the log.
    fn now(&mut self) -> Option<Arc<View>> {
        let window = Window::Last(Span::seconds(10));
        self.view(&Question { window, ..Question::about(Filter::default()) }, AsOf::Now)
    }
}

impl AskAt for LiveAsker {
    fn ask(&mut self, question: &Question, at: Millis) -> Option<Arc<View>> {
        self.view(question, AsOf::At(at))
    }

    fn known_from(&mut self) -> Option<Millis> {
        if let Some((asked, from)) = self.known_from
            && clock::monotonic() < asked + KNOWN_FOR
        {
            return Some(from);
        }
        let from = self.view(&Question::about(Filter::default()), AsOf::Now)?.from;
        self.known_from = Some((clock::monotonic(), from));
        Some(from)
    }
}

/// Watches until it is told to stop or nothing more can come. `speed` is that of a replay.
pub(super) fn watch(
    mut asker: LiveAsker,
    mut watcher: Watcher,
    speed: Option<f64>,
    control: &Receiver<Control>,
    mut say: impl FnMut(Said),
) -> WatchEnd {
    let mut looks = Looks::default();
    let mut trouble = String::new();
    let mut inputs = Vec::new();
    let end = loop {
        let Some(now) = asker.now() else { break WatchEnd::EngineGone };
        let Some(mut events) = look(&now, &mut looks, speed, &mut watcher, &mut asker) else {
            break WatchEnd::EngineGone;
        };
        events.extend(watcher.failed());
        for trouble in new_troubles(&now, &mut inputs) {
            say(Said::Event(trouble));
        }
        for event in events {
            if let AlertEvent::Failed(_) | AlertEvent::Trouble(_) = event {
                trouble = event.sentence();
            }
            say(Said::Event(event));
        }
        say(Said::Shown(watcher.shown(clock::wall(), &trouble)));
        if has_ended(&now) {
            break WatchEnd::InputsEnded;
        }
        match control.recv_timeout(until_next(now.now, looks.last(), speed.unwrap_or(1.0))) {
            Ok(Control::Change(settings)) => {
                watcher.change(Rules::clone(&settings.additions.alerts), common(&settings));
            }
            Ok(Control::Stop) | Err(RecvTimeoutError::Disconnected) => break WatchEnd::Stopped,
            Err(RecvTimeoutError::Timeout) => {}
        }
    };
    watcher.finish().into_iter().for_each(|event| say(Said::Event(event)));
    end
}

/// Looks at alerts where that is due; `None` if the engine is gone.
fn look(
    now: &View,
    looks: &mut Looks,
    speed: Option<f64>,
    watcher: &mut Watcher,
    asker: &mut LiveAsker,
) -> Option<Vec<AlertEvent>> {
    let is_loading = now.intake.inputs.iter().any(|input| input.state == InputState::Loading);
    // A replay is read as it passes; a log that ended long ago has nothing to tell.
    if is_loading && speed.is_none() {
        looks.forget();
        return Some(Vec::new());
    }
    if now.clock == ClockState::StandsAtEnd || now.intake.lines == 0 {
        return Some(Vec::new());
    }
    let mut events = Vec::new();
    // What began to fire while nobody was told, and what has been over by then.
    let mut fires_already: Vec<FiredAlert> = Vec::new();
    for (at, telling) in looks.due(now.now, watcher.memory()) {
        let found = watcher.look(at, clock::wall(), telling, asker)?;
        match telling {
            Telling::Nobody => fires_already = watcher.firing(),
            Telling::Everyone => {
                let still = watcher.firing();
                let known = std::mem::take(&mut fires_already);
                events.extend(known.into_iter().filter(|fired| still.contains(fired)).map(AlertEvent::Fires));
                events.extend(found);
            }
        }
    }
    Some(events)
}

/// What has become wrong with inputs since the last look.
fn new_troubles(now: &View, known: &mut Vec<String>) -> Vec<AlertEvent> {
    let in_trouble = now.intake.inputs.iter().filter(|input| !input.trouble.is_empty());
    let troubles: Vec<_> = in_trouble.map(sentence).collect();
    let new = troubles.iter().filter(|trouble| !known.contains(trouble)).cloned();
    let events = new.map(AlertEvent::Trouble).collect();
    *known = troubles;
    events
}

fn has_ended(now: &View) -> bool {
    let is_over = |state| matches!(state, InputState::Ended | InputState::Failed);
    !now.intake.inputs.is_empty() && now.intake.inputs.iter().all(|input| is_over(input.state))
}
