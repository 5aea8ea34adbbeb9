//! Reading the log once more for the span that a report is compared with (R17).

use std::io;

use crate::config::{Settings, Since};
use crate::engine::open_input::LineSource;
use crate::engine::read_mode::FirstReading;
use crate::engine::run_once;
use crate::input::AtEnd;
use crate::query::comparison::CompareWith;
use crate::query::question::Question;
use crate::query::view::View;
use crate::report::OutputFormat;
use crate::time::{Millis, Span};

use super::reading::{Open, StartedRun};
use super::{ModeError, inputs};

/// Refuses what cannot be compared before anything is read.
pub(super) fn refuse(settings: &Settings, output: OutputFormat, open: &Open) -> Result<(), ModeError> {
    if settings.compare.is_none() {
        return Ok(());
    }
    let refused = |why: &str| Err(ModeError::Usage(format!("--compare: {why}")));
    if !matches!(output, OutputFormat::Text | OutputFormat::Json) {
        return refused("a comparison is part of the text and of --json; leave --csv or --sessions out");
    }
    if settings.since == Since::All {
        return refused(
            "a report over all of the log has nothing to compare with; name a time with --since, such as --since 24h",
        );
    }
    if open.0.iter().any(|input| matches!(input.source, Ok(LineSource::Stream(_)))) {
        return refused("the log is read twice, which an input that comes once cannot be; name files");
    }
    Ok(())
}

/// The answer to the question over the span that `view`, the report, is compared with.
///
/// # Errors
/// The log cannot be read again, or both spans would overlap.
pub(super) fn read(
    settings: &Settings,
    with: CompareWith,
    question: &Question,
    view: &View,
    wall: Millis,
) -> io::Result<View> {
    let (from, to) = span(settings, view, wall);
    let behind = with.behind(to.since(from)).ok_or_else(|| {
        io::Error::other(
            "--compare: the span is longer than that, so the two would overlap; use --compare before, or a later --since",
        )
    })?;
    let (from, to) = (from - behind, to - behind);
    let shifted = Settings { since: Since::At(from), until: Some(to), ..settings.clone() };
    let open = inputs::open(&shifted, AtEnd::Stop).map_err(io::Error::other)?;
    let run = StartedRun::new(&shifted, open, None, FirstReading::Counts).map_err(io::Error::other)?;
    let earlier = run.read(|engine, pipeline| Ok(run_once::answer(engine, pipeline, question)))?;
    let has_any = earlier.intake.hits > 0;
    Ok(View { from, to, kept_from: has_any.then_some(earlier.from), ..earlier })
}

/// The span of the report, as it was asked for: the log's last hit ends it where no other end was given.
fn span(settings: &Settings, view: &View, wall: Millis) -> (Millis, Millis) {
    let to = settings.until.unwrap_or(view.to + Span(1));
    let from = match settings.since {
        Since::At(from) => from,
        // If all of the log is older, its own last part was read.
        Since::Ago(span) if wall - span < to => wall - span,
        Since::Ago(span) => to - span,
        Since::All => view.from,
    };
    (from, to)
}
