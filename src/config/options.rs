//! The options, as given on the command line or in the config file. Each is declared once: flag, config key, help and
//! parser cannot drift apart.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::ValueHint;
use serde::Deserialize;

use super::additions::Additions;
use super::choices::{ColorChoice, parser};
use super::format_choice::{self, FormatChoice};
use super::from_text::{Bytes, FileMode, FromText, Host, Speed};
use super::moment::{SinceText, TimeText};
use super::section::{one, some};
use super::segments::FilterText;
use super::zone::Zone;
use crate::classify::site::IdScope;
use crate::peers::Network;
use crate::query::comparison::CompareWith;
use crate::query::privacy::Privacy;
use crate::query::question::BounceRule;
use crate::time::Span;

fn read<T: FromText>(text: &str) -> Result<T, String> {
    T::from_text(text)
}

/// The options of one source, command line or file; `None` where it does not set one.
#[derive(Debug, Clone, PartialEq, Default, clap::Args, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
#[expect(clippy::doc_markdown, reason = "the comments on the fields are the help texts")]
pub struct Options {
    /// How lines are read: auto, a name such as combined, or a log_format string [default: auto]
    #[arg(long, value_name = "FORMAT", help_heading = "Input", value_parser = read::<FormatChoice>)]
    #[serde(deserialize_with = "format_choice::read")]
    pub format: Option<FormatChoice>,

    /// How far back to read: a span, a time, or all [default: 24h; report and check: all]
    #[arg(long, value_name = "24h|all|TIME", help_heading = "Input", value_parser = read::<SinceText>)]
    #[serde(deserialize_with = "one")]
    pub since: Option<SinceText>,

    /// Read up to a time: 14:00, 2026-11-24, "2026-11-24 14:00" or RFC 3339 [default: the end]
    #[arg(long, value_name = "TIME", help_heading = "Input", value_parser = read::<TimeText>)]
    #[serde(deserialize_with = "one")]
    pub until: Option<TimeText>,

    /// Also read rotated files: access.log.1, .2.gz, -20261101.zst [default: false]
    #[arg(long, value_name = "true|false", help_heading = "Input", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", hide_possible_values = true)]
    pub history: Option<bool>,

    /// The time zone of log times that name none, and of all times shown [default: the machine's]
    #[arg(long, value_name = "ZONE", help_heading = "Input", value_parser = read::<Zone>, allow_hyphen_values = true)]
    #[serde(deserialize_with = "one")]
    pub tz: Option<Zone>,

    /// Replay the log at SPEED times its original pace [default: as fast as it can be read]
    #[arg(long, value_name = "SPEED", help_heading = "Input", value_parser = read::<Speed>)]
    #[serde(deserialize_with = "one")]
    pub replay: Option<Speed>,

    /// A network that may send to tcp:// and udp://, e.g. 10.0.0.0/8; repeatable [default: whoever reaches them]
    #[arg(long, value_name = "CIDR", help_heading = "Input", value_delimiter = ',', value_parser = read::<Network>)]
    #[serde(deserialize_with = "some")]
    pub allow: Option<Vec<Network>>,

    /// Who may send to unix: and unix-dgram: sockets [default: 0660 under the umask]
    #[arg(long, value_name = "MODE", help_heading = "Input", value_parser = read::<FileMode>)]
    #[serde(deserialize_with = "one")]
    pub socket_mode: Option<FileMode>,

    /// The longest silence within a session [default: 30m]
    #[arg(long, value_name = "SPAN", help_heading = "Sessions", value_parser = read::<Span>)]
    #[serde(deserialize_with = "one")]
    pub gap: Option<Span>,

    /// How long a session stays active after its last event [default: 5m]
    #[arg(long, value_name = "SPAN", help_heading = "Sessions", value_parser = read::<Span>)]
    #[serde(deserialize_with = "one")]
    pub active: Option<Span>,

    /// How far out of order a line may be and still count [default: 5m]
    #[arg(long, value_name = "SPAN", help_heading = "Sessions", value_parser = read::<Span>)]
    #[serde(deserialize_with = "one")]
    pub lateness: Option<Span>,

    /// What counts as a bounce: single, one pageview and no action; engaged, as in GA4 [default: single]
    #[arg(long, value_name = "RULE", help_heading = "Sessions", value_parser = parser::<BounceRule>(),
        hide_possible_values = true)]
    #[serde(deserialize_with = "one")]
    pub bounce: Option<BounceRule>,

    /// The site's own host names, comma-separated or repeated [default: found in the log]
    #[arg(long, value_name = "HOST", help_heading = "Sessions", value_delimiter = ',', value_parser = read::<Host>)]
    #[serde(deserialize_with = "some")]
    pub site: Option<Vec<Host>>,

    /// The field of the format string that identifies a visitor, such as '$cookie_sid' [default: none does]
    #[arg(long, value_name = "FIELD", help_heading = "Sessions", value_parser = read::<String>)]
    #[serde(deserialize_with = "one")]
    pub visitor: Option<String>,

    /// Whether user and device ids are shared by all sites: everywhere or per-site [default: everywhere]
    #[arg(long, value_name = "SCOPE", help_heading = "Sessions", value_parser = parser::<IdScope>(),
        hide_possible_values = true)]
    #[serde(deserialize_with = "one")]
    pub ids: Option<IdScope>,

    /// Count bots like any other visitor [default: false]
    #[arg(long, value_name = "true|false", help_heading = "Sessions", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", hide_possible_values = true)]
    pub include_bots: Option<bool>,

    /// Only sessions that match, such as 'source:google duration>60s -channel:Direct' [default: all]
    // Allow values that start with `-`, the negation of a filter term.
    #[arg(long, value_name = "EXPR", help_heading = "Sessions", value_parser = read::<FilterText>,
        allow_hyphen_values = true)]
    #[serde(deserialize_with = "one")]
    pub filter: Option<FilterText>,

    /// The time window that figures cover [default: 30m]
    #[arg(long, value_name = "SPAN", help_heading = "What is kept", value_parser = read::<Span>)]
    #[serde(deserialize_with = "one")]
    pub window: Option<Span>,

    /// Compare with the time before, the same time yesterday, or last week: before, yesterday or week [default: with nothing]
    #[arg(long, value_name = "TIME", help_heading = "What is kept", value_parser = parser::<CompareWith>(),
        hide_possible_values = true)]
    #[serde(skip)]
    pub compare: Option<CompareWith>,

    /// How long to keep sessions [default: 24h]
    #[arg(long, value_name = "SPAN", help_heading = "What is kept", value_parser = read::<Span>)]
    #[serde(deserialize_with = "one")]
    pub keep: Option<Span>,

    /// Memory limit for sessions and their strings [default: 512MiB]
    #[arg(long, value_name = "SIZE", help_heading = "What is kept", value_parser = read::<Bytes>)]
    #[serde(deserialize_with = "one")]
    pub max_memory: Option<Bytes>,

    /// Visitors: standard, masked; strict, in groups only; off, by address [default: standard]
    #[arg(long, value_name = "LEVEL", help_heading = "What is kept", value_parser = parser::<Privacy>(),
        hide_possible_values = true)]
    #[serde(deserialize_with = "one")]
    pub privacy: Option<Privacy>,

    /// A MaxMind database of countries [default: countries are not known]
    #[arg(long, value_name = "FILE", help_heading = "What is kept", value_hint = ValueHint::FilePath)]
    pub geoip: Option<PathBuf>,

    /// Show times in UTC, and read --since and --until as UTC [default: false]
    #[arg(long, value_name = "true|false", help_heading = "Screen", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", hide_possible_values = true)]
    pub utc: Option<bool>,

    /// The theme [default: terminal]
    #[arg(long, value_name = "NAME", help_heading = "Screen", value_parser = read::<String>)]
    #[serde(deserialize_with = "one")]
    pub theme: Option<String>,

    /// Colours: auto, always or never [default: auto]
    #[arg(long, value_name = "WHEN", help_heading = "Screen", value_parser = parser::<ColorChoice>(),
        hide_possible_values = true)]
    #[serde(deserialize_with = "one")]
    pub color: Option<ColorChoice>,

    /// Ring no bell and send the terminal no notification when an alert fires [default: false]
    #[arg(long, value_name = "true|false", help_heading = "Screen", num_args = 0..=1, require_equals = true,
        default_missing_value = "true", hide_possible_values = true)]
    pub no_bell: Option<bool>,

    /// Write dwell's own log to a file [default: nowhere]
    #[arg(long, value_name = "FILE", help_heading = "Program", value_hint = ValueHint::FilePath)]
    pub log: Option<PathBuf>,

    /// Serve /metrics for Prometheus, /report.json, /events and /healthz over HTTP, e.g. 127.0.0.1:9464 [default: nowhere]
    #[arg(long, value_name = "ADDR", help_heading = "Program", value_parser = read::<SocketAddr>)]
    #[serde(skip)]
    pub listen: Option<SocketAddr>,

    /// The user's own names and rules; config file only.
    #[arg(skip)]
    #[serde(skip)]
    pub additions: Additions,
}

impl Options {
    /// Overrides `lower`: values set here win.
    #[must_use]
    pub fn over(self, lower: Options) -> Options {
        Options {
            format: self.format.or(lower.format),
            since: self.since.or(lower.since),
            until: self.until.or(lower.until),
            history: self.history.or(lower.history),
            tz: self.tz.or(lower.tz),
            replay: self.replay.or(lower.replay),
            allow: self.allow.or(lower.allow),
            socket_mode: self.socket_mode.or(lower.socket_mode),
            gap: self.gap.or(lower.gap),
            active: self.active.or(lower.active),
            lateness: self.lateness.or(lower.lateness),
            bounce: self.bounce.or(lower.bounce),
            site: self.site.or(lower.site),
            visitor: self.visitor.or(lower.visitor),
            ids: self.ids.or(lower.ids),
            include_bots: self.include_bots.or(lower.include_bots),
            filter: self.filter.or(lower.filter),
            window: self.window.or(lower.window),
            compare: self.compare.or(lower.compare),
            keep: self.keep.or(lower.keep),
            max_memory: self.max_memory.or(lower.max_memory),
            privacy: self.privacy.or(lower.privacy),
            geoip: self.geoip.or(lower.geoip),
            utc: self.utc.or(lower.utc),
            theme: self.theme.or(lower.theme),
            color: self.color.or(lower.color),
            no_bell: self.no_bell.or(lower.no_bell),
            log: self.log.or(lower.log),
            listen: self.listen.or(lower.listen),
            additions: self.additions.over(lower.additions),
        }
    }
}
