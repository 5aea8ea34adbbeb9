//! dwell: who is on a web site right now, from the access log that the server already writes.
//!
//! dwell is a program first. As a library it does one thing: it reads the lines of a log and answers questions about
//! the sessions in them, exactly as `dwell report` does.
//!
//! ```
//! use dwell::query::question::{Grouping, TableAsk};
//! use dwell::{Filter, Question};
//!
//! let log = dwell::read(
//!     r#"
//! 192.0.2.7 - - [24/Nov/2026:10:00:00 +0000] "GET /pricing HTTP/1.1" 200 512 "https://www.google.com/" "Firefox/140.0"
//! 192.0.2.7 - - [24/Nov/2026:10:01:30 +0000] "GET /signup HTTP/1.1" 200 512 "https://shop.example/pricing" "Firefox/140.0"
//! 203.0.113.9 - - [24/Nov/2026:10:02:00 +0000] "GET / HTTP/1.1" 200 512 "-" "Safari/605.1.15"
//! 198.51.100.4 - - [24/Nov/2026:10:03:00 +0000] "GET / HTTP/1.1" 200 512 "-" "Googlebot/2.1"
//! "#,
//! );
//!
//! // Everyone: bots are left out, and counted.
//! let view = log.ask(&Question::default())?;
//! assert_eq!(view.totals.sessions, 2);
//! assert_eq!(view.totals.pageviews, 3);
//! assert_eq!(view.totals.bots.total(), 1);
//! assert_eq!(view.bounce.settled.share(), Some(0.5));
//!
//! // Only those whom Google sent, and the pages that they saw.
//! let question = Question {
//!     tables: vec![TableAsk::largest(Grouping::Page, 10)],
//!     ..Question::about(Filter::parse("source:google")?)
//! };
//! let view = log.ask(&question)?;
//! let pages: Vec<_> = view.tables[0].rows.iter().map(|row| row.key.as_str()).collect();
//! assert_eq!(pages, ["/pricing", "/signup"]);
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! ```
//!
//! [`read`] takes the lines, [`Log`] says how they are read, a [`Question`] says what is wanted of which sessions (a
//! [`Filter`]), and a [`View`] is the answer. What these figures mean is in the README.
//!
//! Everything else is internal: the program's own parts, public so that its tests and benchmarks reach them, without any
//! promise, and left out of these pages. ARCHITECTURE.md is the map of them.

// What is internal is documented as well where `--cfg internals` says so: `.ci/run` has its links checked.
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod alert;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod bytes;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod classify;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod cli;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod clock;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod config;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod demo;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod ending;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod engine;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod files;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod format;
pub mod glob;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod ids;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod input;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod modes;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod peers;
pub mod query;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod report;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod serve;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod session;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod store;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod text;
pub mod time;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod traffic;
#[cfg_attr(all(doc, not(internals)), doc(hidden))]
pub mod ui;

#[doc(inline)]
pub use modes::library::{Log, ReadError, read};
#[doc(inline)]
pub use query::filter::{Filter, FilterError};
#[doc(inline)]
pub use query::question::Question;
#[doc(inline)]
pub use query::view::View;
