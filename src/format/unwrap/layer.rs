//! The kinds of wrappers, and how to remove each.

use super::super::stamp::StampReader;
use super::{Peeled, colours, envelope, prefix, quotes, syslog};

/// A kind of wrapper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum WrapperLayer {
    /// ANSI escape sequences that colour a line for a terminal.
    Colours,
    /// A syslog header: RFC 3164, RFC 5424, or as rsyslog and journald write it into files.
    Syslog,
    /// The container runtime interface: `2026-11-24T14:02:33.250Z stdout F `.
    Cri,
    /// A timestamp from `docker logs -t`, `kubectl logs --timestamps` or `ts`.
    Stamp,
    /// A name from Compose, Swarm, PM2 or foreman: `web-1  | `.
    Name,
    /// Text before a JSON object that extends to the end of the line: `[pod/web-7d8/nginx] {"ts": …}`, Caddy's console.
    TextBeforeJson,
    /// A JSON object with the line in `log`, `message`, `MESSAGE` or `line`.
    Envelope,
    /// Quotes around the whole line, or around the last field of a CSV row.
    Quotes,
}

impl WrapperLayer {
    pub(in super::super) const ALL: [WrapperLayer; 8] = [
        WrapperLayer::Colours,
        WrapperLayer::Cri,
        WrapperLayer::Syslog,
        WrapperLayer::Stamp,
        WrapperLayer::Name,
        WrapperLayer::TextBeforeJson,
        WrapperLayer::Envelope,
        WrapperLayer::Quotes,
    ];

    /// The line inside, if it has this wrapper. Text that must be unescaped goes to `written`.
    pub(in super::super) fn peel<'a>(
        self,
        line: &'a [u8],
        written: &'a mut Vec<u8>,
        stamps: &mut StampReader,
    ) -> Option<Peeled<'a>> {
        match self {
            WrapperLayer::Colours => colours::taken_off(line, written),
            WrapperLayer::Syslog => syslog::without_header(line, stamps),
            WrapperLayer::Cri => prefix::cri(line, stamps),
            WrapperLayer::Stamp => prefix::stamp(line, stamps),
            WrapperLayer::Name => prefix::name(line),
            WrapperLayer::TextBeforeJson => prefix::text_before_json(line, stamps),
            WrapperLayer::Envelope => envelope::opened(line, written, stamps),
            WrapperLayer::Quotes => quotes::within(line, written, stamps),
        }
    }

    /// Its display name.
    pub(in super::super) fn name(self) -> &'static str {
        match self {
            WrapperLayer::Colours => "colours",
            WrapperLayer::Syslog => "syslog",
            WrapperLayer::Cri => "CRI",
            WrapperLayer::Stamp => "time-stamped lines",
            WrapperLayer::Name => "prefixed lines",
            WrapperLayer::TextBeforeJson => "text",
            WrapperLayer::Envelope => "JSON",
            WrapperLayer::Quotes => "quotes",
        }
    }
}
