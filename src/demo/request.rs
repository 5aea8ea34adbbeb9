//! A request that someone is about to send, and the answer it will get.

use std::borrow::Cow;

use super::line::{LogEntry, LogWriter, RefererField, RequestField, Requester};
use super::site::PageNumber;
use crate::time::Millis;

/// A request and its answer.
pub(super) struct SimulatedRequest {
    /// How long after the one before it is sent, in milliseconds.
    pub(super) wait: u32,
    method: &'static str,
    pub(super) target: Cow<'static, str>,
    pub(super) status: u16,
    bytes: u32,
    /// The page that its answer shows.
    pub(super) shows: Option<PageNumber>,
}

impl SimulatedRequest {
    /// A GET that goes well, sent at once.
    pub(super) fn get(target: impl Into<Cow<'static, str>>, bytes: u32) -> SimulatedRequest {
        SimulatedRequest { wait: 0, method: "GET", target: target.into(), status: 200, bytes, shows: None }
    }

    /// The same, sent so many milliseconds after the request before.
    pub(super) fn after(self, wait: u32) -> SimulatedRequest {
        SimulatedRequest { wait, ..self }
    }

    /// The same by another method.
    pub(super) fn by(self, method: &'static str) -> SimulatedRequest {
        SimulatedRequest { method, ..self }
    }

    /// The same, showing a page.
    pub(super) fn showing(self, page: PageNumber) -> SimulatedRequest {
        SimulatedRequest { shows: Some(page), ..self }
    }

    /// The same with another answer, of the size that such answers have.
    pub(super) fn answered(self, status: u16) -> SimulatedRequest {
        let bytes = match status {
            200 => self.bytes,
            301 => 162,
            404 => 4_318,
            401 | 403 => 1_207,
            500.. => 552,
            _ => 0,
        };
        SimulatedRequest { status, bytes, ..self }
    }

    /// Whether the server refused it or failed.
    pub(super) fn failed(&self) -> bool {
        self.status >= 400
    }

    /// Writes its line.
    pub(super) fn write(&self, at: Millis, client: &Requester, referrer: &RefererField, pen: &mut LogWriter) {
        let asked = RequestField::For { method: self.method, target: &self.target };
        let bytes = if self.method == "HEAD" { 0 } else { self.bytes };
        pen.write(&LogEntry { at, client, asked, status: self.status, bytes, referrer });
    }
}
