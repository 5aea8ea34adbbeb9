//! The live monitor: the engine on its thread, the screen on this one.

use tokio::sync::mpsc::unbounded_channel;

use crate::config::{Privacy, Settings, Since};
use crate::engine::arrival::Arrival;
use crate::engine::live::{self, Handle, Pacing};
use crate::engine::log_clock::{LogClock, Shift};
use crate::engine::opening::Opened;
use crate::input::AtEnd;
use crate::input::watch::Watch;
use crate::query::inquiry::{Ask, Inquiry};
use crate::query::question::SmallGroups;
use crate::query::question::Window;
use crate::time::Span;
use crate::ui::app::App;
use crate::ui::keymap::Keymap;
use crate::ui::run::{Ended as ScreenEnded, Engine, run as run_screen};
use crate::ui::settings::Settings as ScreenSettings;
use crate::ui::terminal::{Charset, Options, end_by};
use crate::ui::theme::{Catalogue, Depth, Symbols};

use super::{Ended, ModeError, Run, STARTING, inputs, prepare};

/// Shows the monitor on the operator's logs.
///
/// # Errors
/// A run that cannot begin, or a terminal that cannot be used.
pub fn run(settings: &Settings) -> Result<Ended, ModeError> {
    let (inputs, watch) = inputs::open(settings, AtEnd::Persist)?;
    refuse_if_none_can_be_read(&inputs)?;
    monitor(settings, inputs, watch, LogClock::Newest)
}

/// With several inputs the good ones go on; with none there is nothing to show.
fn refuse_if_none_can_be_read(inputs: &[Opened]) -> Result<(), ModeError> {
    if inputs.iter().any(|input| input.source.is_ok()) {
        return Ok(());
    }
    let troubles = inputs.iter().filter_map(|input| input.source.as_ref().err());
    let troubles: Vec<_> = troubles.map(ToString::to_string).collect();
    Err(ModeError::Inputs(troubles.join("\ndwell: ")))
}

/// Shows the monitor on open inputs.
pub(super) fn monitor(
    settings: &Settings,
    inputs: Vec<Opened>,
    watch: Watch,
    clock: LogClock,
) -> Result<Ended, ModeError> {
    let env = |name: &str| std::env::var(name).ok();
    let themes = themes(settings, &env);
    let theme = themes.load(&settings.theme)?;
    let names = inputs.iter().map(|input| input.name.clone()).collect();
    let mut app = App::new(screen_settings(settings, names)?, themes, theme);
    let keep = Some(settings.keep);
    let prepared = prepare(
        settings,
        Run { inputs, watch, clock, keep, stop_after: None, arrival: Arrival::Live, measured: None },
    )?;
    let (answers, answered) = unbounded_channel();
    // The first frame waits for no table.
    let (handle, running) = live::start(move || prepared.begin(), pacing(settings), answers)
        .map_err(ModeError::system("starting the engine"))?;
    let options = Options { charset: Charset::detect(&env), ..Options::default() };
    let changes = handle.changes();
    match run_screen(
        &mut app,
        &Post { engine: handle, privacy: settings.privacy },
        answered,
        changes,
        &options,
    )? {
        ScreenEnded::Quit => Ok(Ended::Done),
        ScreenEnded::TerminalGone(_) => Ok(Ended::Failed),
        ScreenEnded::EngineGone => running.join().map_or(Ok(Ended::Failed), |ended| {
            ended.map(|()| Ended::Failed).map_err(ModeError::system(STARTING))
        }),
        ScreenEnded::Signal(signal) => {
            end_by(signal);
            Ok(Ended::Failed)
        }
    }
}

/// Posts the screen's questions to the engine, as far as the privacy level lets them be asked.
struct Post {
    engine: Handle,
    privacy: Privacy,
}

impl Engine for Post {
    fn ask(&self, inquiry: Inquiry) {
        if let Some(inquiry) = allowed(self.privacy, inquiry) {
            self.engine.ask(inquiry);
        }
    }
}

/// R11: under `strict` no single visitor is shown, neither in a list nor opened, nor is a small group.
fn allowed(privacy: Privacy, inquiry: Inquiry) -> Option<Inquiry> {
    match (privacy, inquiry.ask) {
        (Privacy::Strict, Ask::Timeline(_)) => None,
        (Privacy::Strict, Ask::View(mut question)) => {
            question.sessions = None;
            question.small_groups = SmallGroups::Folded;
            Some(Inquiry { ask: Ask::View(question), ..inquiry })
        }
        (_, ask) => Some(Inquiry { ask, ..inquiry }),
    }
}

fn pacing(settings: &Settings) -> Pacing {
    let since = match settings.since {
        Since::Ago(span) => span,
        Since::All | Since::At(_) => DAY,
    };
    Pacing { since, bounce: settings.bounce }
}

/// A log that ended longer ago than this stands still at its end.
const DAY: Span = Span::hours(24);

/// The clock of traffic that is made as it comes.
pub(super) fn wall_clock() -> LogClock {
    LogClock::Moving(Shift::Seen(0))
}

/// The themes that there are, as this terminal can show them.
fn themes(settings: &Settings, env: &dyn Fn(&str) -> Option<String>) -> Catalogue {
    let folder =
        crate::config::file::usual_path().and_then(|path| path.parent().map(|folder| folder.join("themes")));
    Catalogue {
        folder,
        depth: Depth::detect(env, settings.color),
        symbols: Symbols::of(Charset::detect(env)),
    }
}

fn screen_settings(settings: &Settings, inputs: Vec<String>) -> Result<ScreenSettings, ModeError> {
    let keymap = Keymap::customized(&settings.additions.keys);
    Ok(ScreenSettings {
        inputs,
        filter: settings.filter.clone(),
        window: Window::Last(settings.window),
        bounce: settings.bounce,
        bots: settings.bots,
        gap: settings.gap,
        active: settings.active,
        privacy: settings.privacy,
        replay: settings.replay,
        zone: settings.zone,
        segments: settings.additions.segments.clone(),
        keymap: keymap.map_err(|mistake| ModeError::Usage(mistake.to_string()))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::filter::Filter;
    use crate::query::inquiry::AsOf;
    use crate::query::question::{
        Bots, BounceRule, Order, Population, Question, SessionRef, SessionSort, SessionsAsk, SmallGroups,
        Visitor,
    };
    use crate::time::Millis;

    fn inquiry(ask: Ask) -> Inquiry {
        Inquiry { ticket: 1, as_of: AsOf::Now, ask }
    }

    fn question() -> Question {
        let sessions = SessionsAsk {
            population: Population::Active,
            sort: SessionSort::LastEvent,
            order: Order::Descending,
            rows: 10,
        };
        Question {
            filter: Filter::default(),
            window: Window::All,
            bounce: BounceRule::Single,
            bots: Bots::LeftOut,
            tables: Vec::new(),
            sessions: Some(sessions),
            series: None,
            closeup: None,
            small_groups: SmallGroups::Shown,
        }
    }

    #[test]
    fn r11_strict_asks_for_no_single_visitor() {
        let view = || inquiry(Ask::View(Box::new(question())));
        let stripped = inquiry(Ask::View(Box::new(Question {
            sessions: None,
            small_groups: SmallGroups::Folded,
            ..question()
        })));
        assert_eq!(allowed(Privacy::Strict, view()), Some(stripped));
        assert_eq!(allowed(Privacy::Standard, view()), Some(view()));
        let opened = || inquiry(Ask::Timeline(SessionRef { visitor: Visitor(1), start: Millis(0) }));
        assert_eq!(allowed(Privacy::Strict, opened()), None);
        assert_eq!(allowed(Privacy::Standard, opened()), Some(opened()));
    }
}
