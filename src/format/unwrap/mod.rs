//! Wrappers: what collectors and containers put around a server's lines.
//!
//! Takes a line as it arrived, gives the line that the server wrote, and the wrapper's time for lines without one. Must
//! not know what the inner line means: it is detected and parsed as if it were alone.

mod colours;
mod envelope;
mod layer;
mod prefix;
mod quotes;
mod syslog;

use super::hit::Hit;
use super::stamp::StampReader;
use super::{Format, LogZone, Malformed};
use crate::time::Millis;

pub(super) use layer::WrapperLayer;

/// The deepest stack that is searched: colours around Compose around syslog around JSON.
pub(super) const DEEPEST: usize = 4;

/// A format inside wrappers.
#[derive(Debug, Clone)]
pub struct Wrapped {
    wrappers: Wrappers,
    inner: Box<Format>,
}

/// The layers around a line, outermost first.
#[derive(Debug, Clone)]
pub(super) struct Wrappers {
    layers: Vec<LayerBuffer>,
    stamps: StampReader,
}

/// A layer, and a buffer for its unescaped text.
#[derive(Debug, Clone)]
struct LayerBuffer {
    layer: WrapperLayer,
    written: Vec<u8>,
}

/// A line without its wrappers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Peeled<'a> {
    pub(super) line: &'a [u8],
    /// The wrapper's time.
    pub(super) time: Option<Millis>,
}

impl Wrappers {
    pub(super) fn new(layers: &[WrapperLayer]) -> Wrappers {
        let layers = layers.iter().map(|&layer| LayerBuffer { layer, written: Vec::new() }).collect();
        Wrappers { layers, stamps: StampReader::new() }
    }

    /// Removes each layer that is present: lines may lack some. The innermost time counts.
    pub(super) fn peel<'a>(&'a mut self, line: &'a [u8]) -> Peeled<'a> {
        let mut peeled = Peeled { line, time: None };
        for LayerBuffer { layer, written } in &mut self.layers {
            if let Some(within) = layer.peel(peeled.line, written, &mut self.stamps) {
                peeled = Peeled { line: within.line, time: within.time.or(peeled.time) };
            }
        }
        peeled
    }
}

impl Wrapped {
    pub(super) fn new(layers: &[WrapperLayer], mut inner: Format) -> Wrapped {
        inner.take_time_from_around();
        Wrapped { wrappers: Wrappers::new(layers), inner: Box::new(inner) }
    }

    #[inline(never)]
    pub(super) fn read<'a>(&'a mut self, line: &'a [u8]) -> Result<Hit<'a>, Malformed> {
        let Peeled { line: within, time } = self.wrappers.peel(line);
        let before = line.len().saturating_sub(within.len());
        let mut hit = self.inner.read(within).map_err(|stop| Malformed { at: stop.at + before, ..stop })?;
        if hit.time == Format::NO_TIME {
            let lacks = Malformed { at: line.len(), reason: super::Reason::Time };
            hit.time = time.ok_or(lacks)?;
        }
        Ok(hit)
    }

    pub(super) fn directive(&mut self, line: &[u8]) -> bool {
        let Peeled { line, .. } = self.wrappers.peel(line);
        self.inner.directive(line)
    }

    /// Takes note of the last directive in a block of wrapped lines.
    pub(super) fn follow(&mut self, block: &[u8]) -> bool {
        if !self.inner.has_directives() {
            return false;
        }
        let mut any = false;
        for line in block.split(|&byte| byte == b'\n') {
            let Peeled { line, .. } = self.wrappers.peel(line);
            any |= line.starts_with(b"#") && self.inner.follow(line);
        }
        any
    }

    /// Sets the zone of stamps without one.
    pub(super) fn in_zone(mut self, zone: &LogZone) -> Wrapped {
        self.wrappers.stamps.set_zone(zone.clone());
        *self.inner = self.inner.clone().in_zone(zone);
        self
    }

    pub(super) fn inner(&self) -> &Format {
        &self.inner
    }

    pub(super) fn inner_mut(&mut self) -> &mut Format {
        &mut self.inner
    }

    /// The display name: `combined in Docker's JSON`.
    pub(super) fn name(&self) -> String {
        let around = self.wrappers.layers.iter().rev().map(|buffer| buffer.layer.name());
        around.fold(self.inner.name(), |name, layer| format!("{name} in {layer}"))
    }
}

#[cfg(test)]
mod tests;
