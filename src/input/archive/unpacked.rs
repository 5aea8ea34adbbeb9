//! Decompression: gzip, zstd, xz and bzip2, member after member, each read to its end so that its checksum is verified.

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::os::unix::fs::FileExt;

use bzip2::bufread::BzDecoder;
use flate2::bufread::GzDecoder;
use lzma_rust2::XzReader;
use zstd::stream::read::Decoder as ZstdDecoder;

/// The compression of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Gzip,
    Zstd,
    Xz,
    Bzip2,
}

/// The magic numbers of a bzip2 block and of an empty archive's end: the digits of pi and of its square root.
const BZIP2_BLOCKS: [&[u8]; 2] =
    [&[0x31, 0x41, 0x59, 0x26, 0x53, 0x59], &[0x17, 0x72, 0x45, 0x38, 0x50, 0x90]];
/// The longest magic number.
pub(super) const MAGIC: usize = 10;
const BUFFER: usize = 64 << 10;
/// Memory limit for xz, in KiB: twice what `xz -9` needs. A forged header could demand 4 GiB.
const XZ_MEMORY: u32 = 130 << 10;

impl Compression {
    /// The compression at an offset of a file, by its magic number.
    pub(super) fn at(file: &File, offset: u64) -> io::Result<Compression> {
        let mut magic = [0; MAGIC];
        let read = FromOffset { file, at: offset }.fill(&mut magic)?;
        Ok(match magic[..read] {
            [0x1f, 0x8b, ..] => Compression::Gzip,
            // The second is a skippable frame (RFC 8878, 3.1.2): seekable archives end with one.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Compression::Zstd,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Compression::Xz,
            [b'B', b'Z', b'h', b'1'..=b'9', ref first @ ..] if BZIP2_BLOCKS.contains(&first) => {
                Compression::Bzip2
            }
            _ => Compression::None,
        })
    }
}

/// The decompressed contents of a file. After an error every further read fails too.
pub(super) struct Unpacked(UnpackState);

enum UnpackState {
    Plain(Raw),
    Member(Box<dyn Member>),
    Ended,
    Failed(ErrorKind, String),
}

impl Unpacked {
    /// Decompresses a file from its beginning.
    pub(super) fn new(file: &File) -> io::Result<Unpacked> {
        let raw = raw_at(file.try_clone()?, 0);
        match Compression::at(file, 0)? {
            Compression::None => Ok(Unpacked(UnpackState::Plain(raw))),
            compression => member(compression, raw).map(UnpackState::Member).map(Unpacked),
        }
    }

    /// A file that is known to be unreadable.
    pub(super) fn broken(why: &str) -> Unpacked {
        Unpacked(UnpackState::Failed(ErrorKind::InvalidData, why.to_owned()))
    }

    fn fail(&mut self, error: io::Error) -> io::Error {
        self.0 = UnpackState::Failed(error.kind(), error.to_string());
        error
    }

    /// The end of a member: another one may follow.
    fn next_member(&mut self) -> io::Result<()> {
        self.0 = match std::mem::replace(&mut self.0, UnpackState::Ended) {
            UnpackState::Member(member) => following(member.into_raw())?,
            other => other,
        };
        Ok(())
    }
}

impl Read for Unpacked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = match &mut self.0 {
                UnpackState::Plain(raw) => return raw.read(buffer),
                UnpackState::Member(member) => member.read(buffer),
                UnpackState::Ended => return Ok(0),
                UnpackState::Failed(kind, why) => return Err(io::Error::new(*kind, why.clone())),
            };
            match read {
                Ok(0) if !buffer.is_empty() => self.next_member().map_err(|error| self.fail(error))?,
                Err(error) if error.kind() != ErrorKind::Interrupted => return Err(self.fail(error)),
                read => return read,
            }
        }
    }
}

/// What follows a member: another one, or padding with zeros, which tapes and some rotators leave.
fn following(raw: Raw) -> io::Result<UnpackState> {
    let end = raw.get_ref().at - raw.buffer().len() as u64;
    let mut rest = raw_at(raw.into_inner().file, end);
    let next = loop {
        let bytes = rest.fill_buf()?;
        if bytes.is_empty() {
            return Ok(UnpackState::Ended);
        }
        let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
        let is_over = zeros < bytes.len();
        rest.consume(zeros);
        if is_over {
            break rest.get_ref().at - rest.buffer().len() as u64;
        }
    };
    let file = rest.into_inner().file;
    match Compression::at(&file, next)? {
        Compression::None => {
            Err(io::Error::new(ErrorKind::InvalidData, format!("something else follows at byte {next}")))
        }
        compression => member(compression, raw_at(file, next)).map(UnpackState::Member),
    }
}

/// A stream, frame or member of an archive, read to its end to verify its checksum.
trait Member: Read + Send {
    /// The reader behind it.
    fn into_raw(self: Box<Self>) -> Raw;
}

fn member(compression: Compression, raw: Raw) -> io::Result<Box<dyn Member>> {
    Ok(match compression {
        Compression::None => Box::new(raw),
        Compression::Gzip => Box::new(GzDecoder::new(raw)),
        Compression::Zstd => Box::new(ZstdDecoder::with_buffer(raw)?.single_frame()),
        Compression::Xz => Box::new(XzReader::new_mem_limit(raw, false, XZ_MEMORY)),
        Compression::Bzip2 => Box::new(BzDecoder::new(raw)),
    })
}

impl Member for Raw {
    fn into_raw(self: Box<Self>) -> Raw {
        *self
    }
}

impl Member for GzDecoder<Raw> {
    fn into_raw(self: Box<Self>) -> Raw {
        self.into_inner()
    }
}

impl Member for ZstdDecoder<'static, Raw> {
    fn into_raw(self: Box<Self>) -> Raw {
        self.finish()
    }
}

impl Member for XzReader<Raw> {
    fn into_raw(self: Box<Self>) -> Raw {
        self.into_inner()
    }
}

impl Member for BzDecoder<Raw> {
    fn into_raw(self: Box<Self>) -> Raw {
        self.into_inner()
    }
}

type Raw = BufReader<FromOffset<File>>;

fn raw_at(file: File, at: u64) -> Raw {
    BufReader::with_capacity(BUFFER, FromOffset { file, at })
}

/// An independent cursor in a shared file.
struct FromOffset<F> {
    file: F,
    at: u64,
}

impl FromOffset<&File> {
    /// Fills the buffer as far as the file reaches.
    fn fill(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.file.read_at(&mut buffer[filled..], self.at + filled as u64)? {
                0 => break,
                read => filled += read,
            }
        }
        Ok(filled)
    }
}

impl Read for FromOffset<File> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(buffer, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}
