//! What others may read over HTTP: figures for Prometheus, the report as JSON, findings as they come, and whether dwell is well.
//!
//! Takes views, which it asks for through [`Ask`], and the states of alerts; gives answers to HTTP requests. Must not know the engine, the inputs,
//! the screen, nor how a report is written: that is handed in. A thread and a runtime of its own; privacy is decided
//! where it asks (design.md R11).

mod access;
mod events;
mod metrics;
mod server;
#[cfg(test)]
mod tests;
mod views;

use std::net::SocketAddr;
use std::sync::Arc;

pub use access::{Token, TokenError};
pub use server::Server;
pub use views::Ask;

use tokio::sync::watch;

use crate::alert::watcher::ShownAlerts;
use crate::peers::Allowed;
use crate::query::question::Question;
use crate::query::view::View;

/// What is served, and to whom.
pub struct Served {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// What a request must bear; needed beyond loopback.
    pub token: Option<Token>,
    /// The networks whose requests are answered.
    pub allowed: Allowed,
    /// The question of `/metrics`, `/events` and `/healthz`: about the last minutes.
    pub lately: Question,
    /// The question of `/report.json`.
    pub report: Question,
    /// Writes the answer to it.
    pub write_report: WriteReport,
    /// The alerts as they are now.
    pub alerts: watch::Receiver<Arc<ShownAlerts>>,
}

/// Writes a report as JSON.
pub type WriteReport = Arc<dyn Fn(&View) -> Vec<u8> + Send + Sync>;

/// Why nothing can be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Anybody could read.
    #[error(
        "--listen {0}: others than this machine could read it; write the token that they must bear into a file, and \
         name that as token-file in [serve] of the config, or listen on 127.0.0.1"
    )]
    NoToken(SocketAddr),
    /// The address cannot be used.
    #[error("--listen {listen}: {error}; choose another port, or stop what listens there")]
    Address {
        /// The address.
        listen: SocketAddr,
        /// Why.
        error: std::io::Error,
    },
    /// The system gives no thread or runtime.
    #[error("starting to serve: {0}")]
    Thread(std::io::Error),
}
