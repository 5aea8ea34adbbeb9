//! The kinds of wrappers, and how to remove each.

use super::super::stamp::StampReader;
use super::{Peeled, colours, envelope, prefix, quotes, syslog};

/// A kind of wrapper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Layer {
    /// ANSI escape sequences that colour a line for a terminal.
    Colours,
    /// A syslog header: RFC 3164, RFC 5424, or as rsyslog and journald write it into files.
    Syslog,
    /// The container runtime interface: `2026-11-24T14:02:33.250Z stdout F `.
    Cri,
    /// A time stamp alone, as `docker logs -t`, `kubectl logs --timestamps` and `ts` put it there.
    Stamp,
    /// `web-1  | `, as Compose, Swarm, PM2 and foreman put it there.
    Name,
    /// Text before a JSON object that ends with the line: `[pod/web-7d8/nginx] {"ts": …}`, Caddy's console.
    TextBeforeJson,
    /// A JSON object with the line in `log`, `message`, `MESSAGE` or `line`.
    Envelope,
    /// Quotes around the whole line, or around what stands last in one of CSV.
    Quotes,
}

impl Layer {
    pub(in super::super) const ALL: [Layer; 8] = [
        Layer::Colours,
        Layer::Cri,
        Layer::Syslog,
        Layer::Stamp,
        Layer::Name,
        Layer::TextBeforeJson,
        Layer::Envelope,
        Layer::Quotes,
    ];

    /// The line within, if it has this wrapper. Unescaped texts are written into `written`.
    pub(in super::super) fn peel<'a>(
        self,
        line: &'a [u8],
        written: &'a mut Vec<u8>,
        stamps: &mut StampReader,
    ) -> Option<Peeled<'a>> {
        match self {
            Layer::Colours => colours::taken_off(line, written),
            Layer::Syslog => syslog::without_header(line, stamps),
            Layer::Cri => prefix::cri(line, stamps),
            Layer::Stamp => prefix::stamp(line, stamps),
            Layer::Name => prefix::name(line),
            Layer::TextBeforeJson => prefix::text_before_json(line, stamps),
            Layer::Envelope => envelope::opened(line, written, stamps),
            Layer::Quotes => quotes::within(line, written, stamps),
        }
    }

    /// Its display name.
    pub(in super::super) fn name(self) -> &'static str {
        match self {
            Layer::Colours => "colours",
            Layer::Syslog => "syslog",
            Layer::Cri => "CRI",
            Layer::Stamp => "time-stamped lines",
            Layer::Name => "prefixed lines",
            Layer::TextBeforeJson => "text",
            Layer::Envelope => "JSON",
            Layer::Quotes => "quotes",
        }
    }
}
