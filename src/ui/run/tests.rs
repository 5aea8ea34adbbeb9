//! The loop with a toy program on a screen in memory.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Mutex;

use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::widgets::Paragraph;
use tokio::time::timeout;

use super::*;
use crate::query::inquiry::{AnswerBody, AsOf, Ask};
use crate::query::question::{SessionRef, Visitor};
use crate::time::Millis;
use crate::ui::message::Reports;

/// What a hanging test waits for before it fails.
const DEADLINE: Duration = Duration::from_secs(20);

/// Shows what was typed; says what it saw.
#[derive(Default)]
struct Toy {
    typed: String,
    dirty: bool,
    frames: Vec<String>,
    log: Rc<RefCell<Vec<&'static str>>>,
}

impl Toy {
    fn press(&mut self, code: KeyCode) -> Vec<AppCommand> {
        match code {
            KeyCode::Char('q') => return vec![AppCommand::Quit],
            KeyCode::Char('?') => return vec![AppCommand::Ask(inquiry(7))],
            KeyCode::Char('y') => return vec![AppCommand::Copy("copied".into())],
            KeyCode::Char('m') => return vec![AppCommand::Mouse(Reports::On)],
            KeyCode::Char('z') => return vec![AppCommand::Suspend],
            KeyCode::Char(typed) => self.typed.push(typed),
            _ => return Vec::new(),
        }
        self.dirty = true;
        Vec::new()
    }
}

impl Program for Toy {
    fn handle(&mut self, message: Message) -> Vec<AppCommand> {
        match message {
            Message::Key(key) => return self.press(key.code),
            Message::Resize => self.log.borrow_mut().push("resize"),
            Message::Answer(_) => self.log.borrow_mut().push("answer"),
            Message::Beat { .. } => self.log.borrow_mut().push("beat"),
            Message::Alerts(_) => self.log.borrow_mut().push("alerts"),
            Message::Annotations(_) => self.log.borrow_mut().push("annotations"),
            Message::Mouse(_) | Message::Paste(_) | Message::FunnelWritten(_) => {}
        }
        Vec::new()
    }

    fn draw(&mut self, frame: &mut Frame) {
        self.dirty = false;
        self.frames.push(self.typed.clone());
        frame.render_widget(Paragraph::new(self.typed.as_str()), frame.area());
    }

    fn needs_draw(&self) -> bool {
        self.dirty
    }
}

#[derive(Default)]
struct Asked(Mutex<Vec<Inquiry>>);

impl AskEngine for Asked {
    fn ask(&self, inquiry: Inquiry) {
        self.0.lock().unwrap().push(inquiry);
    }
}

struct Paper {
    log: Rc<RefCell<Vec<&'static str>>>,
    alive: bool,
}

impl Paper {
    fn note(&self, what: &'static str) {
        self.log.borrow_mut().push(what);
    }
}

impl TerminalDevice for Paper {
    fn stop_job(&mut self) -> io::Result<()> {
        self.note("stop the job");
        Ok(())
    }
    fn suspend(&mut self) -> io::Result<()> {
        self.note("suspend");
        Ok(())
    }
    fn resume(&mut self) -> io::Result<()> {
        self.note("resume");
        Ok(())
    }
    fn copy(&mut self, text: &str) -> io::Result<()> {
        self.note(if text == "copied" { "copy" } else { "copy of something else" });
        Ok(())
    }
    fn report_mouse(&mut self, reports: Reports) -> io::Result<()> {
        self.note(if reports == Reports::On { "mouse on" } else { "mouse off" });
        Ok(())
    }
    fn notify(&mut self, text: &str) -> io::Result<()> {
        self.note(if text == "down fires" { "notice" } else { "another notice" });
        Ok(())
    }
    fn is_alive(&self) -> bool {
        self.alive
    }
}

/// The other ends of the loop's sources.
struct Bench {
    keyboard: mpsc::Sender<io::Result<Event>>,
    answers: mpsc::UnboundedSender<Answer>,
    signals: mpsc::UnboundedSender<Signal>,
    alerts: mpsc::UnboundedSender<AlertNews>,
    changes: Arc<Notify>,
    sources: Option<EventSources>,
    toy: Toy,
    paper: Paper,
    asked: Asked,
    terminal: Terminal<TestBackend>,
}

impl Bench {
    fn new() -> Bench {
        let (keyboard, typed) = mpsc::channel(64);
        let (answers, answered) = mpsc::unbounded_channel();
        let (signals, signalled) = mpsc::unbounded_channel();
        let (alerts, said) = mpsc::unbounded_channel();
        let changes = Arc::new(Notify::new());
        let toy = Toy::default();
        let paper = Paper { log: Rc::clone(&toy.log), alive: true };
        let sources = EventSources {
            keyboard: typed,
            answers: answered,
            signals: signalled,
            alerts: said,
            annotations: tokio::sync::watch::channel(Arc::default()).1,
            changes: changes.clone(),
        };
        let terminal = Terminal::new(TestBackend::new(20, 1)).unwrap();
        let (sources, asked) = (Some(sources), Asked::default());
        Bench { keyboard, answers, signals, alerts, changes, sources, toy, paper, asked, terminal }
    }

    fn press(&self, keys: &str) {
        for key in keys.chars() {
            let event = Event::Key(KeyEvent::new(KeyCode::Char(key), KeyModifiers::NONE));
            self.keyboard.try_send(Ok(event)).unwrap();
        }
    }

    async fn run(&mut self) -> LoopEnd {
        let sources = self.sources.take().unwrap();
        let run = run_loop(&mut self.terminal, &mut self.paper, &mut self.toy, &self.asked, sources);
        timeout(DEADLINE, run).await.expect("the loop ends")
    }

    /// What happened, but for beats, which depend on how long the test took.
    fn log(&self) -> Vec<&'static str> {
        self.toy.log.borrow().iter().copied().filter(|what| *what != "beat").collect()
    }
}

fn inquiry(ticket: u64) -> Inquiry {
    Inquiry {
        ticket,
        as_of: AsOf::Now,
        ask: Ask::Timeline(SessionRef { visitor: Visitor(1), start: Millis(0) }),
    }
}

#[tokio::test]
async fn one_frame_is_drawn_for_all_that_is_waiting() {
    let mut bench = Bench::new();
    bench.press("abc");
    let keyboard = bench.keyboard.clone();
    let run = bench.run();
    let typist = async {
        // Comes once the loop has nothing to do: after the frame for what was waiting.
        tokio::task::yield_now().await;
        let key = |code| Ok(Event::Key(KeyEvent::new(KeyCode::Char(code), KeyModifiers::NONE)));
        keyboard.send(key('d')).await.unwrap();
        tokio::task::yield_now().await;
        keyboard.send(key('q')).await.unwrap();
    };
    let (ended, ()) = tokio::join!(biased; run, typist);
    assert_eq!(ended, LoopEnd::Quit);
    assert_eq!(bench.toy.frames, ["", "abc", "abcd"]);
    bench.terminal.backend().assert_buffer_lines(["abcd                "]);
}

#[tokio::test]
async fn nothing_is_drawn_where_nothing_changed() {
    let mut bench = Bench::new();
    bench.answers.send(Answer { ticket: 1, found: AnswerBody::Timeline(None) }).unwrap();
    bench.press("?q");
    assert_eq!(bench.run().await, LoopEnd::Quit);
    assert_eq!(bench.toy.frames, [""]);
}

#[tokio::test]
async fn where_nobody_answers_any_more_the_loop_ends() {
    let mut bench = Bench::new();
    bench.answers = mpsc::unbounded_channel().0;
    assert_eq!(bench.run().await, LoopEnd::EngineGone);
}

#[tokio::test]
async fn commands_are_carried_out_in_their_order() {
    let mut bench = Bench::new();
    bench.press("?ymzq");
    assert_eq!(bench.run().await, LoopEnd::Quit);
    assert_eq!(bench.log(), ["copy", "mouse on", "stop the job"]);
    assert_eq!(*bench.asked.0.lock().unwrap(), [inquiry(7)]);
}

#[tokio::test]
async fn what_comes_after_quit_is_not_handled() {
    let mut bench = Bench::new();
    bench.press("aqb");
    assert_eq!(bench.run().await, LoopEnd::Quit);
    assert_eq!(bench.toy.typed, "a");
}

#[tokio::test]
async fn another_size_is_drawn_whether_or_not_the_program_asks() {
    let mut bench = Bench::new();
    bench.keyboard.try_send(Ok(Event::Resize(20, 1))).unwrap();
    let keyboard = bench.keyboard.clone();
    let run = bench.run();
    let quit = async {
        tokio::task::yield_now().await;
        let key = KeyEvent::new(KeyCode::Char('q'), KeyModifiers::NONE);
        keyboard.send(Ok(Event::Key(key))).await.unwrap();
    };
    tokio::join!(biased; run, quit);
    assert_eq!(bench.toy.frames.len(), 2);
    assert_eq!(bench.log(), ["resize"]);
}

#[tokio::test]
async fn a_signal_ends_the_loop_before_waiting_keys_are_handled() {
    let mut bench = Bench::new();
    bench.press("abc");
    bench.signals.send(Signal::End(15)).unwrap();
    assert_eq!(bench.run().await, LoopEnd::Signal(15));
    assert_eq!(bench.toy.typed, "");
}

#[tokio::test]
async fn stop_and_continue_reach_the_terminal_and_draw_all_anew() {
    let mut bench = Bench::new();
    bench.signals.send(Signal::Stop).unwrap();
    bench.signals.send(Signal::Continue).unwrap();
    let signals = bench.signals.clone();
    let run = bench.run();
    let end = async {
        tokio::task::yield_now().await;
        signals.send(Signal::End(15)).unwrap();
    };
    tokio::join!(biased; run, end);
    assert_eq!(bench.log(), ["suspend", "resume"]);
    assert_eq!(bench.toy.frames.len(), 2);
}

#[tokio::test]
async fn what_is_said_of_alerts_reaches_the_program_and_the_terminal() {
    let mut bench = Bench::new();
    bench.alerts.send(AlertNews::Shown(Arc::default())).unwrap();
    bench.alerts.send(AlertNews::Notice("down fires".to_owned())).unwrap();
    let keyboard = bench.keyboard.clone();
    let log = Rc::clone(&bench.toy.log);
    let run = bench.run();
    let end = async {
        while !log.borrow().contains(&"notice") {
            tokio::task::yield_now().await;
        }
        let key = KeyEvent::new(KeyCode::Char('q'), KeyModifiers::NONE);
        keyboard.send(Ok(Event::Key(key))).await.unwrap();
    };
    tokio::join!(biased; run, end);
    assert_eq!(bench.log(), ["alerts", "notice"]);
}

#[tokio::test]
async fn a_keyboard_that_cannot_be_read_ends_the_loop() {
    let mut bench = Bench::new();
    bench.keyboard.try_send(Err(io::Error::other("no such device"))).unwrap();
    assert_eq!(bench.run().await, LoopEnd::TerminalGone("no such device".to_owned()));
}

#[tokio::test]
async fn a_terminal_that_died_in_silence_ends_the_loop() {
    let mut bench = Bench::new();
    bench.paper.alive = false;
    assert!(matches!(bench.run().await, LoopEnd::TerminalGone(_)));
}

#[tokio::test]
async fn something_new_makes_a_beat() {
    let mut bench = Bench::new();
    let (changes, log, keyboard) = (bench.changes.clone(), Rc::clone(&bench.toy.log), bench.keyboard.clone());
    let run = bench.run();
    let engine = async {
        changes.notify_one();
        while !log.borrow().contains(&"beat") {
            tokio::task::yield_now().await;
        }
        let key = KeyEvent::new(KeyCode::Char('q'), KeyModifiers::NONE);
        keyboard.send(Ok(Event::Key(key))).await.unwrap();
    };
    let (ended, ()) = tokio::join!(biased; run, engine);
    assert_eq!(ended, LoopEnd::Quit);
}

/// A little less than ten seconds, so that nothing falls on the end.
const LOOKED_AT: Duration = Duration::from_millis(9_900);

/// How many beats there are in that time, where something changes as often as said from an instant on.
async fn beats(changing_from: Duration, every: Duration) -> usize {
    let mut bench = Bench::new();
    let (changes, keyboard) = (bench.changes.clone(), bench.keyboard.clone());
    let log = Rc::clone(&bench.toy.log);
    let engine = async {
        tokio::time::sleep(changing_from).await;
        let mut ticks = tokio::time::interval(every);
        let ticking = async {
            loop {
                ticks.tick().await;
                changes.notify_one();
            }
        };
        let left = LOOKED_AT.saturating_sub(changing_from);
        timeout(left, ticking).await.expect_err("it goes on");
        let key = KeyEvent::new(KeyCode::Char('q'), KeyModifiers::NONE);
        keyboard.send(Ok(Event::Key(key))).await.unwrap();
    };
    tokio::join!(biased; bench.run(), engine);
    log.borrow().iter().filter(|what| **what == "beat").count()
}

#[tokio::test(start_paused = true)]
async fn beats_come_four_times_a_second_while_something_is_new() {
    assert_eq!(beats(Duration::ZERO, Duration::from_millis(10)).await, 40);
}

#[tokio::test(start_paused = true)]
async fn time_itself_makes_a_beat_seldom() {
    // At 0 and 5 s.
    assert_eq!(beats(LOOKED_AT, Duration::from_secs(1)).await, 2);
    // At once at 7 s, and a second later for what was held back.
    assert_eq!(beats(Duration::from_secs(7), Duration::from_secs(60)).await, 4);
}
