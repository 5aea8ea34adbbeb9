//! The main loop: passes all pending events to the program, then draws one frame if needed.
//!
//! Takes keys, answers, signals and change notifications; gives messages to a [`Program`] and carries out its
//! commands. Must not know what the program shows, nor more of the engine than how to ask it.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ratatui::backend::Backend;
use ratatui::crossterm::event::{Event, KeyEventKind};
use ratatui::{Frame, Terminal};
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::message::{AlertNews, AppCommand, Changed, Message};
use super::terminal::{self, Options, Signal, TerminalDevice, TerminalError};
use crate::clock;
use crate::config::append;
use crate::query::annotation::Annotations;
use crate::query::definitions::Funnel;
use crate::query::inquiry::{Answer, Inquiry};

/// The most messages handled between two frames, so that a flood of them does not freeze the screen.
const BATCH: usize = 1024;

/// What runs in the loop.
pub trait Program {
    /// Handles a message; returns commands.
    fn handle(&mut self, message: Message) -> Vec<AppCommand>;
    /// Draws the whole screen.
    fn draw(&mut self, frame: &mut Frame);
    /// Whether drawing now would change the screen.
    fn needs_draw(&self) -> bool;
}

/// The engine, as far as the loop needs it.
pub trait AskEngine {
    /// Posts the inquiry; never blocks. The answer comes later, as a message.
    fn ask(&self, inquiry: Inquiry);
}

/// Why the loop ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoopEnd {
    /// The program quit.
    Quit,
    /// A signal with this number; the process should finally end by it, with [`terminal::end_by`].
    Signal(i32),
    /// The terminal is gone, or was restored by a panic elsewhere; with the reason, if known.
    TerminalGone(String),
    /// The engine is gone: it could not start.
    EngineGone,
}

/// The sources of events.
#[derive(Debug)]
pub struct EventSources {
    /// Keyboard and mouse; closed after an error.
    pub keyboard: mpsc::Receiver<io::Result<Event>>,
    /// The engine's answers.
    pub answers: mpsc::UnboundedReceiver<Answer>,
    /// Signals.
    pub signals: mpsc::UnboundedReceiver<Signal>,
    /// What is said of alerts; closed where there are none.
    pub alerts: mpsc::UnboundedReceiver<AlertNews>,
    /// The annotations as they are now.
    pub annotations: watch::Receiver<Arc<Annotations>>,
    /// Notified when something has changed.
    pub changes: Arc<Notify>,
}

/// What comes from the engine and from alerts.
#[derive(Debug)]
pub struct EngineSays {
    /// The engine's answers.
    pub answers: mpsc::UnboundedReceiver<Answer>,
    /// What is said of alerts.
    pub alerts: mpsc::UnboundedReceiver<AlertNews>,
    /// The annotations as they are now.
    pub annotations: watch::Receiver<Arc<Annotations>>,
    /// Notified when something has changed.
    pub changes: Arc<Notify>,
}

/// Runs a program on the real terminal until it ends, and restores the terminal.
///
/// # Errors
/// There is no terminal, or it cannot be set up.
pub fn run(
    program: &mut impl Program,
    engine: &impl AskEngine,
    engine_says: EngineSays,
    options: &Options,
) -> Result<LoopEnd, TerminalError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.map_err(TerminalError::Loop)?;
    let terminal::TakenTerminal { mut terminal, mut device, keyboard, signals } = terminal::take(options)?;
    let EngineSays { answers, alerts, annotations, changes } = engine_says;
    let sources = EventSources { keyboard, answers, signals, alerts, annotations, changes };
    Ok(runtime.block_on(run_loop(&mut terminal, &mut device, program, engine, sources)))
}

/// Runs a program on any terminal until it ends.
pub async fn run_loop<B: Backend, P: Program>(
    terminal: &mut Terminal<B>,
    device: &mut impl TerminalDevice,
    program: &mut P,
    engine: &impl AskEngine,
    mut sources: EventSources,
) -> LoopEnd {
    let mut stage = LoopState { terminal, device, program, engine, redraw: Redraw::All };
    let mut beat = Beat::default();
    loop {
        if let Err(end) = stage.draw() {
            return end;
        }
        let mut next = Some(sources.next(&beat).await);
        for _ in 0..BATCH {
            let Some(happening) = next else { break };
            if let Err(end) = stage.take(happening, &mut beat) {
                return end;
            }
            next = sources.waiting();
        }
    }
}

/// An event.
enum LoopEvent {
    Typed(io::Result<Event>),
    /// `None` if the engine is gone.
    Answered(Option<Answer>),
    Signalled(Signal),
    OfAlerts(AlertNews),
    Annotated(Arc<Annotations>),
    /// Something has changed, or time has moved on.
    Beat(Changed),
}

impl EventSources {
    /// Waits for the next event.
    async fn next(&mut self, beat: &Beat) -> LoopEvent {
        tokio::select! {
            biased;
            Some(signal) = self.signals.recv() => LoopEvent::Signalled(signal),
            event = self.keyboard.recv() => LoopEvent::Typed(event.unwrap_or_else(no_keyboard)),
            answer = self.answers.recv() => LoopEvent::Answered(answer),
            Some(news) = self.alerts.recv() => LoopEvent::OfAlerts(news),
            Ok(()) = self.annotations.changed() => {
                LoopEvent::Annotated(Arc::clone(&self.annotations.borrow_and_update()))
            }
            news = beat.next(&self.changes) => LoopEvent::Beat(news),
        }
    }

    /// A pending event, if any.
    fn waiting(&mut self) -> Option<LoopEvent> {
        if let Ok(signal) = self.signals.try_recv() {
            return Some(LoopEvent::Signalled(signal));
        }
        if let Ok(event) = self.keyboard.try_recv() {
            return Some(LoopEvent::Typed(event));
        }
        if let Ok(news) = self.alerts.try_recv() {
            return Some(LoopEvent::OfAlerts(news));
        }
        self.answers.try_recv().ok().map(|answer| LoopEvent::Answered(Some(answer)))
    }
}

/// The keyboard thread ended without an error.
fn no_keyboard() -> io::Result<Event> {
    Err(io::ErrorKind::UnexpectedEof.into())
}

/// The state of the loop.
struct LoopState<'a, B: Backend, D, P, E> {
    terminal: &'a mut Terminal<B>,
    device: &'a mut D,
    program: &'a mut P,
    engine: &'a E,
    redraw: Redraw,
}

/// How to draw the next frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Redraw {
    /// Only if the program needs it.
    WhenNeeded,
    /// In any case: the size has changed.
    Once,
    /// On a cleared screen: its contents are unknown.
    All,
}

impl<B: Backend, D: TerminalDevice, P: Program, E: AskEngine> LoopState<'_, B, D, P, E> {
    fn draw(&mut self) -> Result<(), LoopEnd> {
        if self.redraw == Redraw::WhenNeeded && !self.program.needs_draw() {
            return Ok(());
        }
        if self.redraw == Redraw::All {
            self.terminal.clear().map_err(gone)?;
        }
        self.redraw = Redraw::WhenNeeded;
        self.terminal.draw(|frame| self.program.draw(frame)).map_err(gone)?;
        Ok(())
    }

    fn take(&mut self, happening: LoopEvent, beat: &mut Beat) -> Result<(), LoopEnd> {
        match happening {
            LoopEvent::Typed(event) => self.take_event(event.map_err(gone)?),
            LoopEvent::Answered(answer) => self.tell(Message::Answer(answer.ok_or(LoopEnd::EngineGone)?)),
            LoopEvent::Signalled(signal) => self.obey_signal(signal),
            LoopEvent::OfAlerts(AlertNews::Shown(alerts)) => self.tell(Message::Alerts(alerts)),
            LoopEvent::OfAlerts(AlertNews::Notice(text)) => self.device.notify(&text).map_err(gone),
            LoopEvent::Annotated(annotations) => self.tell(Message::Annotations(annotations)),
            LoopEvent::Beat(news) => {
                *beat = Beat { last: Some(clock::timer()), brought: news };
                self.beat(news)
            }
        }
    }

    fn take_event(&mut self, event: Event) -> Result<(), LoopEnd> {
        match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => self.tell(Message::Key(key)),
            Event::Mouse(mouse) => self.tell(Message::Mouse(mouse)),
            Event::Paste(text) => self.tell(Message::Paste(text)),
            Event::Resize(..) => {
                self.redraw = self.redraw.max(Redraw::Once);
                self.tell(Message::Resize)
            }
            Event::Key(_) | Event::FocusGained | Event::FocusLost => Ok(()),
        }
    }

    fn obey_signal(&mut self, signal: Signal) -> Result<(), LoopEnd> {
        match signal {
            Signal::End(number) => Err(LoopEnd::Signal(number)),
            Signal::Stop => self.suspend(),
            Signal::Continue => {
                self.redraw = Redraw::All;
                self.device.resume().map_err(gone)
            }
        }
    }

    /// Detects a dead terminal: there may be nothing to read or write, and no signal.
    fn beat(&mut self, news: Changed) -> Result<(), LoopEnd> {
        if !self.device.is_alive() {
            return Err(LoopEnd::TerminalGone("it was hung up or given back".to_owned()));
        }
        self.tell(Message::Beat { wall: clock::wall(), news })
    }

    fn tell(&mut self, message: Message) -> Result<(), LoopEnd> {
        self.program.handle(message).into_iter().try_for_each(|command| self.obey(command))
    }

    fn obey(&mut self, command: AppCommand) -> Result<(), LoopEnd> {
        match command {
            AppCommand::Ask(inquiry) => self.engine.ask(inquiry),
            AppCommand::Quit => return Err(LoopEnd::Quit),
            AppCommand::Suspend => self.device.stop_job().map_err(gone)?,
            AppCommand::Copy(text) => self.device.copy(&text).map_err(gone)?,
            AppCommand::WriteFunnel(path, funnel) => return self.write(&path, *funnel),
            AppCommand::Mouse(reports) => self.device.report_mouse(reports).map_err(gone)?,
        }
        Ok(())
    }

    fn write(&mut self, path: &Path, funnel: Funnel) -> Result<(), LoopEnd> {
        let written = append::funnel(path, &funnel);
        self.tell(Message::FunnelWritten(written.map(|()| funnel).map_err(|error| error.to_string())))
    }

    fn suspend(&mut self) -> Result<(), LoopEnd> {
        self.redraw = Redraw::All;
        self.device.suspend().map_err(gone)
    }
}

fn gone(error: impl std::error::Error) -> LoopEnd {
    LoopEnd::TerminalGone(error.to_string())
}

/// Decides when to tell the program about changes: at once, but at most four times a second; again a second later for
/// what the screen held back; and every five seconds because time passes.
#[derive(Debug, Default)]
struct Beat {
    /// The time of the last beat; `None` if there was none yet.
    last: Option<Instant>,
    /// Whether it brought a change.
    brought: Changed,
}

impl Beat {
    const APART: Duration = Duration::from_millis(250);
    const AFTER_NEWS: Duration = Duration::from_secs(1);
    const FOR_TIME: Duration = Duration::from_secs(5);

    /// Waits for the next beat; returns whether anything has changed. Cancel-safe.
    async fn next(&self, changes: &Notify) -> Changed {
        let Some(last) = self.last else { return Changed::No };
        sleep_until(last + Beat::APART).await;
        let at_most = match self.brought {
            Changed::Yes => Beat::AFTER_NEWS,
            Changed::No => Beat::FOR_TIME,
        };
        match timeout_at(last + at_most, changes.notified()).await {
            Ok(()) => Changed::Yes,
            Err(_) => Changed::No,
        }
    }
}

#[cfg(test)]
mod tests;
