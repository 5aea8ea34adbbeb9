//! `--listen`: figures over HTTP beside whatever else a run does.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::mpsc::unbounded_channel;
use tokio::sync::watch;

use crate::alert::watcher::ShownAlerts;
use crate::clock;
use crate::config::Settings;
use crate::engine::port::{Asker, Port};
use crate::files;
use crate::query::annotation::Annotations;
use crate::query::inquiry::Inquiry;
use crate::query::question::{CloseupAsk, Grouping, Question, SeriesAsk, TableAsk, TrafficAsk, Window};
use crate::query::view::View;
use crate::report::{self, About, OutputFormat, Paint};
use crate::serve::{Ask, Served, Server, Token, WriteReport};
use crate::time::Span;

use super::ModeError;

/// The window of metrics: so long is "now" for who looks every minute.
const LATELY: Span = Span::minutes(5);
/// Points from which the usual variation of the number of sessions is told (R15).
const POINTS: usize = 30;
/// All channels that there are (R10), and those that the user adds.
const CHANNELS: usize = 100;

/// The annotations as they are now.
pub(super) type Said = watch::Receiver<Arc<Annotations>>;

/// A server that runs until it is dropped.
pub(super) struct Serving {
    server: Server,
    alerts: watch::Sender<Arc<ShownAlerts>>,
}

impl Serving {
    /// Where it listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// A way to tell it of alerts.
    pub(super) fn alerts(&self) -> watch::Sender<Arc<ShownAlerts>> {
        self.alerts.clone()
    }
}

/// Starts to serve, where the settings say so.
///
/// # Errors
/// The token or the address cannot be used.
pub(super) fn start(settings: &Settings, port: &Port, said: Said) -> Result<Option<Serving>, ModeError> {
    let Some(listen) = settings.listen else { return Ok(None) };
    let (show, alerts) = watch::channel(Arc::default());
    let served = Served {
        listen,
        token: token(settings)?,
        allowed: settings.additions.serve.allow.clone().into(),
        lately: lately(settings),
        report: report_question(settings)?,
        write_report: write_report(settings, said),
        alerts,
    };
    let (answers, answered) = unbounded_channel();
    match Server::start(served, Box::new(port.asker(answers)), answered) {
        Ok(running) => Ok(Some(Serving { server: running, alerts: show })),
        Err(error) => Err(ModeError::Usage(error.to_string())),
    }
}

fn token(settings: &Settings) -> Result<Option<Token>, ModeError> {
    let Some(path) = &settings.additions.serve.token_file else { return Ok(None) };
    let wrong = |why: String| ModeError::Usage(format!("token-file {}: {why}", path.display()));
    let text = files::read_text(path).map_err(|error| wrong(error.to_string()))?;
    Token::from_file(&text).map(Some).map_err(|error| wrong(error.to_string()))
}

/// The question of metrics, events and health.
fn lately(settings: &Settings) -> Question {
    Question {
        window: Window::Last(LATELY),
        bounce: settings.rules.bounce,
        bots: settings.bots,
        tables: vec![TableAsk::largest(Grouping::Channel, CHANNELS)],
        series: Some(SeriesAsk { buckets: POINTS }),
        closeup: Some(CloseupAsk::Changes),
        traffic: Some(TrafficAsk { rows: 0, buckets: 0, clients: false }),
        ..Question::about(settings.filter.clone())
    }
}

/// The question of a report, over all that is kept.
fn report_question(settings: &Settings) -> Result<Question, ModeError> {
    report::question(settings, OutputFormat::Json).map_err(|refused| ModeError::Usage(refused.to_string()))
}

fn write_report(settings: &Settings, said: Said) -> WriteReport {
    let settings = settings.clone();
    Arc::new(move |view: &View| {
        let annotations = Arc::clone(&said.borrow());
        let about = About {
            settings: &settings,
            generated: clock::wall(),
            paint: Paint::Plain,
            alerts: None,
            annotations: &annotations,
            earlier: None,
        };
        let mut text = Vec::new();
        match report::write(OutputFormat::Json, view, about, &mut text) {
            Ok(()) => text,
            // Memory takes all.
            Err(_) => Vec::new(),
        }
    })
}

impl Ask for Asker {
    fn ask(&self, inquiry: Inquiry) {
        Asker::ask(self, inquiry);
    }
}
