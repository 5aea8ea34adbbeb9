//! Compressed logs, recognized by their contents, not their names.

#[cfg(test)]
mod tests;
mod unpacked;

use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::lines::{Skipped, Unfinished, ended_lines, without_zeros};
use super::rotated::{self, PackedAs};
use super::{Read, Trouble};
use unpacked::{Compression, MAGIC, Unpacked};

/// A log that is no longer written, compressed or not.
pub(super) struct Archive {
    name: String,
    file: File,
    reader: Unpacked,
    unfinished: Unfinished,
}

/// The longest frame header of zstd.
const HEADER: usize = 18;
/// What gzip may add to a file that does not compress.
const HEADERS: u64 = 64;

impl Archive {
    pub(super) fn new(path: &Path, file: File) -> Result<Archive, Trouble> {
        let name = path.display().to_string();
        let refused = |error| Trouble::io(&name, error);
        let reader = if belies_its_name(path, &file).map_err(refused)? {
            Unpacked::broken("it does not begin like what its name says")
        } else {
            Unpacked::new(&file).map_err(refused)?
        };
        Ok(Archive { name, file, reader, unfinished: Unfinished::default() })
    }

    /// Its decompressed size, if its header or trailer tells.
    pub(super) fn bytes(&self) -> Option<u64> {
        let packed = self.file.metadata().ok()?.len();
        match Compression::at(&self.file, 0).ok()? {
            Compression::None => Some(packed),
            Compression::Gzip => gzip_bytes(&self.file, packed),
            Compression::Zstd => zstd_bytes(&self.file),
            Compression::Xz | Compression::Bzip2 => None,
        }
    }

    /// The lines among the first `most` bytes, as far as it can be decompressed.
    pub(super) fn head(&self, most: usize) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        match Unpacked::new(&self.file)?.take(most as u64).read_to_end(&mut head) {
            Err(error) if head.is_empty() => Err(error),
            Ok(read) if read < most => Ok(head),
            // Errors further on are reported when it is read.
            _ => Ok(ended_lines(head)),
        }
    }

    /// Skips this many bytes.
    pub(super) fn skip(&mut self, bytes: u64) -> io::Result<()> {
        io::copy(&mut (&mut self.reader).take(bytes), &mut io::sink()).map(drop)
    }

    /// Appends lines to the block. The last one gets a newline if it has none: other lines may follow.
    pub(super) fn read(
        &mut self,
        block: &mut Vec<u8>,
        most: usize,
        skipped: &mut Skipped,
    ) -> Result<Read, Trouble> {
        let start = block.len();
        while block.len() == start {
            self.unfinished.continue_in(block);
            block.reserve(most);
            let before = block.len();
            let read = (&mut self.reader).take(most as u64).read_to_end(block);
            let added = block.len() - before;
            self.unfinished.cut_from(block, start, skipped);
            match read {
                Err(error) if added == 0 => return Err(Trouble::Damaged { name: self.name.clone(), error }),
                Ok(0) => {
                    self.unfinished.finish(block, skipped);
                    return Ok(Read::End);
                }
                // What was decompressed before an error counts; the next read fails again.
                Ok(_) | Err(_) => {}
            }
        }
        Ok(Read::Lines)
    }

    /// Appends what could be read of the last line.
    pub(super) fn finish(&mut self, block: &mut Vec<u8>, skipped: &mut Skipped) {
        self.unfinished.finish(block, skipped);
    }
}

/// Whether a file must be decompressed: it is compressed, or its name says so and it is not text.
#[must_use]
pub fn is_packed(path: &Path) -> bool {
    let looked = File::open(path).and_then(|file| {
        Ok(Compression::at(&file, 0)? != Compression::None || belies_its_name(path, &file)?)
    });
    looked.unwrap_or(false)
}

/// Bytes read from a file's beginning and end.
const END: u64 = 64 << 10;

/// The first lines of a file, decompressed if need be, and its last ones if it is not compressed and they are
/// different.
///
/// # Errors
/// It is not a file, or cannot be read.
pub fn file_ends(path: &Path) -> io::Result<(Vec<u8>, Vec<u8>)> {
    // Opening a pipe would block.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let file = File::open(path)?;
    let mut head = Vec::new();
    let read = Unpacked::new(&file)?.take(END).read_to_end(&mut head);
    read.or_else(|error| if head.is_empty() { Err(error) } else { Ok(0) })?;
    let length = file.metadata()?.len();
    if length <= END || Compression::at(&file, 0)? != Compression::None {
        return Ok((without_zeros(head), Vec::new()));
    }
    let mut tail = vec![0; usize::try_from(END).unwrap_or(0)];
    let read = file.read_at(&mut tail, length - END)?;
    tail.truncate(read);
    // The first line there is incomplete.
    let cut = memchr::memchr(b'\n', &tail).map_or(tail.len(), |newline| newline + 1);
    Ok((without_zeros(head), without_zeros(tail.split_off(cut))))
}

/// Refuses a compression that dwell does not support.
pub(super) fn refuse_unknown(packing: PackedAs, path: &Path) -> Result<PathBuf, Trouble> {
    match packing {
        PackedAs::Plain | PackedAs::Readable => Ok(path.to_owned()),
        PackedAs::Unknown => Err(Trouble::Packed { name: path.display().to_string() }),
    }
}

/// Whether a file is named like an archive but is neither that nor text: its first bytes are damaged, or it is empty.
fn belies_its_name(path: &Path, file: &File) -> io::Result<bool> {
    let is_named_so = path.file_name().is_some_and(|name| rotated::is_named_packed(&name.to_string_lossy()));
    if !is_named_so || !file.metadata()?.is_file() || Compression::at(file, 0)? != Compression::None {
        return Ok(false);
    }
    let mut first = [0; 64];
    let read = file.read_at(&mut first, 0)?;
    let first = &first[..read];
    Ok(!is_text(first) || (read < MAGIC && !first.contains(&b'\n')))
}

fn is_text(bytes: &[u8]) -> bool {
    let is_control = |byte: &u8| matches!(byte, 0..=8 | 14..=26 | 28..=31);
    let is_utf8 = std::str::from_utf8(bytes).map_or_else(|error| error.error_len().is_none(), |_| true);
    is_utf8 && !bytes.iter().any(is_control)
}

/// The size from the last four bytes of a gzip file, which hold it modulo 4 GiB. `None` if that cannot be the size:
/// compression lengthens a file by its headers at most.
fn gzip_bytes(file: &File, packed: u64) -> Option<u64> {
    let mut size = [0; 4];
    file.read_exact_at(&mut size, packed.checked_sub(4)?).ok()?;
    Some(u64::from(u32::from_le_bytes(size))).filter(|&size| size + HEADERS >= packed)
}

fn zstd_bytes(file: &File) -> Option<u64> {
    let mut header = [0; HEADER];
    let read = file.read_at(&mut header, 0).ok()?;
    zstd::zstd_safe::get_frame_content_size(&header[..read]).ok().flatten()
}
