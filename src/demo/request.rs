//! A pending request and the response it will get.

use std::borrow::Cow;

use super::line::{LogEntry, LogWriter, RefererField, RequestField, Requester};
use super::site::PageNumber;
use crate::time::Millis;

/// A request and its response.
pub(super) struct SimulatedRequest {
    /// Delay after the previous request in milliseconds.
    pub(super) wait: u32,
    method: &'static str,
    pub(super) target: Cow<'static, str>,
    pub(super) status: u16,
    bytes: u32,
    /// The page that the response shows.
    pub(super) shows: Option<PageNumber>,
}

impl SimulatedRequest {
    /// A successful GET without delay.
    pub(super) fn get(target: impl Into<Cow<'static, str>>, bytes: u32) -> SimulatedRequest {
        SimulatedRequest { wait: 0, method: "GET", target: target.into(), status: 200, bytes, shows: None }
    }

    /// Sets the delay.
    pub(super) fn after(self, wait: u32) -> SimulatedRequest {
        SimulatedRequest { wait, ..self }
    }

    /// Sets the method.
    pub(super) fn by(self, method: &'static str) -> SimulatedRequest {
        SimulatedRequest { method, ..self }
    }

    /// Sets the page.
    pub(super) fn showing(self, page: PageNumber) -> SimulatedRequest {
        SimulatedRequest { shows: Some(page), ..self }
    }

    /// Sets the status, and the size typical for it.
    pub(super) fn answered(self, status: u16) -> SimulatedRequest {
        let bytes = match status {
            200 => self.bytes,
            301 => 162,
            404 => 4_318,
            401 | 403 | 422 => 1_207,
            500.. => 552,
            _ => 0,
        };
        SimulatedRequest { status, bytes, ..self }
    }

    /// Whether the response is an error.
    pub(super) fn failed(&self) -> bool {
        self.status >= 400
    }

    /// Writes the log line.
    pub(super) fn write(&self, at: Millis, client: &Requester, referrer: &RefererField, pen: &mut LogWriter) {
        let asked = RequestField::For { method: self.method, target: &self.target };
        let bytes = if self.method == "HEAD" { 0 } else { self.bytes };
        pen.write(&LogEntry { at, client, asked, status: self.status, bytes, referrer });
    }
}
