//! Compressed logs, gzip and zstd, read from their beginning. What a file is shows in its first bytes, not its name.

use std::fs::File;
use std::io::{self, BufReader, Read as _};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

use super::lines::Unfinished;
use super::rotated::Packing;
use super::{Read, Trouble};

/// A log that has ended, compressed or not.
pub(super) struct Archive {
    name: String,
    file: File,
    reader: Reader,
    unfinished: Unfinished,
}

type Reader = Box<dyn io::Read + Send>;

/// How a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Compression {
    None,
    Gzip,
    Zstd,
}

/// Enough for a header of zstd.
const HEADER: usize = 18;
/// Of gzip, around the smallest file.
const HEADERS: u64 = 64;
const BUFFER: usize = 64 << 10;

impl Archive {
    pub(super) fn new(path: &Path, file: File) -> Result<Archive, Trouble> {
        let name = path.display().to_string();
        let reader = reader(&file).map_err(|error| Trouble::io(&name, error))?;
        Ok(Archive { name, file, reader, unfinished: Unfinished::default() })
    }

    /// How many bytes it holds unpacked, where it says so.
    pub(super) fn bytes(&self) -> Option<u64> {
        let packed = self.file.metadata().ok()?.len();
        match compression(&self.file).ok()? {
            Compression::None => Some(packed),
            Compression::Gzip => gzip_bytes(&self.file, packed),
            Compression::Zstd => zstd_bytes(&self.file),
        }
    }

    /// Up to `most` bytes of its beginning.
    pub(super) fn head(&self, most: usize) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        reader(&self.file)?.take(most as u64).read_to_end(&mut head)?;
        Ok(head)
    }

    /// Leaves out so many bytes.
    pub(super) fn skip(&mut self, bytes: u64) -> io::Result<()> {
        io::copy(&mut (&mut self.reader).take(bytes), &mut io::sink()).map(drop)
    }

    /// Adds lines to the block. The last one gets an end where it has none: other lines may follow.
    pub(super) fn read(&mut self, block: &mut Vec<u8>, most: usize) -> Result<Read, Trouble> {
        let start = block.len();
        while block.len() == start {
            self.unfinished.continue_in(block);
            block.reserve(most);
            let before = block.len();
            let read = (&mut self.reader).take(most as u64).read_to_end(block);
            let added = block.len() - before;
            self.unfinished.cut_from(block, start, &self.name)?;
            match read {
                Err(error) if added == 0 => return Err(Trouble::Damaged { name: self.name.clone(), error }),
                Ok(0) => {
                    self.unfinished.finish(block);
                    return Ok(Read::End);
                }
                // What was unpacked before an error counts; the next reading fails again.
                Ok(_) | Err(_) => {}
            }
        }
        Ok(Read::Lines)
    }

    /// What could be read of the last line.
    pub(super) fn finish(&mut self, block: &mut Vec<u8>) {
        self.unfinished.finish(block);
    }
}

/// Whether a file is compressed in a way that dwell reads.
#[must_use]
pub fn is_packed(path: &Path) -> bool {
    File::open(path).and_then(|file| compression(&file)).is_ok_and(|found| found != Compression::None)
}

/// Refuses what only another program can unpack.
pub(super) fn refuse_unknown(packing: Packing, path: &Path) -> Result<PathBuf, Trouble> {
    match packing {
        Packing::Plain | Packing::Known => Ok(path.to_owned()),
        Packing::Unknown => Err(Trouble::Packed { name: path.display().to_string() }),
    }
}

fn compression(file: &File) -> io::Result<Compression> {
    let mut magic = [0; 4];
    let read = file.read_at(&mut magic, 0)?;
    Ok(match magic[..read] {
        [0x1f, 0x8b, ..] => Compression::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd] => Compression::Zstd,
        _ => Compression::None,
    })
}

/// A reader with a place of its own in the file.
fn reader(file: &File) -> io::Result<Reader> {
    let raw = BufReader::with_capacity(BUFFER, FromStart { file: file.try_clone()?, at: 0 });
    Ok(match compression(file)? {
        Compression::None => Box::new(raw),
        Compression::Gzip => Box::new(MultiGzDecoder::new(raw)),
        Compression::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(raw)?),
    })
}

struct FromStart {
    file: File,
    at: u64,
}

impl io::Read for FromStart {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(buffer, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

/// The last four bytes of a gzip file: the size modulo 4 GiB. Nothing where that cannot be the size: packing may
/// lengthen a file by its headers, no more.
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
