//! Log lines, as a web server writes them.

use dwell::clock;
use dwell::time::{Millis, Span};

/// One request that was answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit<'a> {
    pub(crate) at: Millis,
    pub(crate) address: &'a str,
    pub(crate) path: &'a str,
    pub(crate) referrer: &'a str,
    pub(crate) agent: &'a str,
}

/// A browser, as it names itself.
pub(crate) const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0";

impl Hit<'_> {
    /// A page that somebody came to directly.
    pub(crate) fn page(at: Millis, address: &'static str, path: &'static str) -> Hit<'static> {
        Hit { at, address, path, referrer: "-", agent: BROWSER }
    }

    /// Its line, in the combined format.
    pub(crate) fn line(&self) -> String {
        let Hit { at, address, path, referrer, agent } = self;
        let stamp = at.utc().format("%d/%b/%Y:%H:%M:%S +0000");
        format!("{address} - - [{stamp}] \"GET {path} HTTP/1.1\" 200 512 \"{referrer}\" \"{agent}\"\n")
    }
}

/// The time now, on this machine's clock.
pub(crate) fn today() -> Millis {
    clock::wall()
}

/// Noon of a day long gone: 2019-01-22, UTC.
pub(crate) const LONG_AGO: Millis = Millis(1_548_158_400_000);

/// A page every so often, each by a visitor of its own.
pub(crate) fn visitors(from: Millis, every: Span, count: u8) -> String {
    let line = |number: u8| {
        let address = format!("203.0.113.{number}");
        let at = from + Span(every.0 * u64::from(number));
        Hit { at, address: &address, path: "/start", referrer: "-", agent: BROWSER }.line()
    };
    (0..count).map(line).collect()
}
