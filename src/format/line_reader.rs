//! What loops over lines need of a format.

use super::{Combined, Format, Hit, Malformed, Reason};

/// A line parser: any format, or a single format's, for which the loop over the lines is monomorphized.
pub trait LineReader {
    /// As [`Format::read`].
    ///
    /// # Errors
    /// What is missing in the line, and where.
    fn read<'a>(&'a mut self, line: &'a [u8]) -> Result<Hit<'a>, Malformed>;

    /// As [`Format::directive`]: most formats have none.
    fn directive(&mut self, _: &[u8]) -> bool {
        false
    }
}

impl LineReader for Format {
    #[inline]
    fn read<'a>(&'a mut self, line: &'a [u8]) -> Result<Hit<'a>, Malformed> {
        Format::read(self, line)
    }

    fn directive(&mut self, line: &[u8]) -> bool {
        Format::directive(self, line)
    }
}

impl LineReader for Combined {
    #[inline(always)]
    fn read<'a>(&'a mut self, line: &'a [u8]) -> Result<Hit<'a>, Malformed> {
        Combined::read(self, line)
    }
}

/// The formats of an input whose format is unknown: none.
#[derive(Debug, Clone, Copy)]
pub struct Unknown;

impl LineReader for Unknown {
    fn read<'a>(&'a mut self, _: &'a [u8]) -> Result<Hit<'a>, Malformed> {
        Err(Malformed { at: 0, reason: Reason::Address })
    }
}
