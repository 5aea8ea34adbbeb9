//! The main loop: takes whatever happened, lets the program handle all of it, then draws one frame where one is
//! needed.
//!
//! Takes keys, answers, signals and the engine's word that something changed; gives messages to a [`Program`] and carries out
//! its commands. Must not know what the program shows, and knows of the engine only how to ask it.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use ratatui::backend::Backend;
use ratatui::crossterm::event::{Event, KeyEventKind};
use ratatui::{Frame, Terminal};
use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::message::{AppCommand, Changed, Message};
use super::terminal::{self, Options, Signal, TerminalDevice, TerminalError};
use crate::clock;
use crate::query::inquiry::{Answer, Inquiry};

/// How many messages are handled at most before a frame is drawn, so that a flood of them does not hide the screen.
const BATCH: usize = 1024;

/// What runs in the loop.
pub trait Program {
    /// Takes in what happened; gives what is to be done.
    fn handle(&mut self, message: Message) -> Vec<AppCommand>;
    /// Draws all of the screen.
    fn draw(&mut self, frame: &mut Frame);
    /// Whether the screen would look different if it were drawn now.
    fn needs_draw(&self) -> bool;
}

/// Whoever answers.
pub trait AskEngine {
    /// Posts the inquiry; never waits. The answer comes as a message, later.
    fn ask(&self, inquiry: Inquiry);
}

/// Why the loop ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoopEnd {
    /// The program wanted it.
    Quit,
    /// A signal of that number: end by it in the end, with [`terminal::end_by`].
    Signal(i32),
    /// The terminal is gone, or was given back by a panic elsewhere; why, as far as it is known.
    TerminalGone(String),
    /// Nobody answers any more: the engine could not begin.
    EngineGone,
}

/// Where messages come from.
#[derive(Debug)]
pub struct EventSources {
    /// What is typed; after an error nothing more comes.
    pub keyboard: mpsc::Receiver<io::Result<Event>>,
    /// What the engine answers.
    pub answers: mpsc::UnboundedReceiver<Answer>,
    /// What the system wants.
    pub signals: mpsc::UnboundedReceiver<Signal>,
    /// Told when there is something new.
    pub changes: Arc<Notify>,
}

/// Runs a program on the real terminal until it ends, and gives the terminal back.
///
/// # Errors
/// There is no terminal, or it cannot be set up.
pub fn run(
    program: &mut impl Program,
    engine: &impl AskEngine,
    answers: mpsc::UnboundedReceiver<Answer>,
    changes: Arc<Notify>,
    options: &Options,
) -> Result<LoopEnd, TerminalError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
    let runtime = runtime.map_err(TerminalError::Loop)?;
    let terminal::TakenTerminal { mut terminal, mut device, keyboard, signals } = terminal::take(options)?;
    let sources = EventSources { keyboard, answers, signals, changes };
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

/// Something that happened.
enum LoopEvent {
    Typed(io::Result<Event>),
    /// Nothing, where nobody will answer any more.
    Answered(Option<Answer>),
    Signalled(Signal),
    /// There is something new, or time has moved on.
    Beat(Changed),
}

impl EventSources {
    /// The next thing that happens.
    async fn next(&mut self, beat: &Beat) -> LoopEvent {
        tokio::select! {
            biased;
            Some(signal) = self.signals.recv() => LoopEvent::Signalled(signal),
            event = self.keyboard.recv() => LoopEvent::Typed(event.unwrap_or_else(no_keyboard)),
            answer = self.answers.recv() => LoopEvent::Answered(answer),
            news = beat.next(&self.changes) => LoopEvent::Beat(news),
        }
    }

    /// What has happened already.
    fn waiting(&mut self) -> Option<LoopEvent> {
        if let Ok(signal) = self.signals.try_recv() {
            return Some(LoopEvent::Signalled(signal));
        }
        if let Ok(event) = self.keyboard.try_recv() {
            return Some(LoopEvent::Typed(event));
        }
        self.answers.try_recv().ok().map(|answer| LoopEvent::Answered(Some(answer)))
    }
}

/// The thread that reads the keyboard ended without a word.
fn no_keyboard() -> io::Result<Event> {
    Err(io::ErrorKind::UnexpectedEof.into())
}

/// What the loop works with.
struct LoopState<'a, B: Backend, D, P, E> {
    terminal: &'a mut Terminal<B>,
    device: &'a mut D,
    program: &'a mut P,
    engine: &'a E,
    redraw: Redraw,
}

/// What the next frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Redraw {
    /// Drawn where the program needs it.
    WhenNeeded,
    /// Drawn in any case: the size changed.
    Once,
    /// Drawn on a cleared screen: nobody knows what is on it.
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

    /// A dead terminal is noticed here at the latest: it may have nothing to read or write, and send no signal.
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
            AppCommand::Mouse(reports) => self.device.report_mouse(reports).map_err(gone)?,
        }
        Ok(())
    }

    fn suspend(&mut self) -> Result<(), LoopEnd> {
        self.redraw = Redraw::All;
        self.device.suspend().map_err(gone)
    }
}

fn gone(error: impl std::error::Error) -> LoopEnd {
    LoopEnd::TerminalGone(error.to_string())
}

/// When the program is told that something is new: at once, but at most four times a second; a second later for what
/// was held back then, and every five seconds for time itself.
#[derive(Debug, Default)]
struct Beat {
    /// When there was the last one; `None` where there was none yet.
    last: Option<Instant>,
    /// What it brought.
    brought: Changed,
}

impl Beat {
    const APART: Duration = Duration::from_millis(250);
    const AFTER_NEWS: Duration = Duration::from_secs(1);
    const FOR_TIME: Duration = Duration::from_secs(5);

    /// Waits for the next one, and says whether it brings anything but time. Who stops waiting loses nothing.
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
