//! Unpacking: gzip, zstd, xz and bzip2, member after member, each with its checksums verified to its very end.

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::os::unix::fs::FileExt;

use bzip2::bufread::BzDecoder;
use flate2::bufread::GzDecoder;
use lzma_rust2::XzReader;
use zstd::stream::read::Decoder as ZstdDecoder;

/// How a file is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Gzip,
    Zstd,
    Xz,
    Bzip2,
}

/// How a block begins, and the end of an archive that holds none: with the digits of pi and of its root.
const BZIP2_BLOCKS: [&[u8]; 2] =
    [&[0x31, 0x41, 0x59, 0x26, 0x53, 0x59], &[0x17, 0x72, 0x45, 0x38, 0x50, 0x90]];
/// The longest of the first bytes by which a compression is known.
pub(super) const MAGIC: usize = 10;
const BUFFER: usize = 64 << 10;
/// What xz may take to unpack, in KiB: twice what `xz -9` needs. A forged header could ask for 4 GiB.
const XZ_MEMORY: u32 = 130 << 10;

impl Compression {
    /// What begins at an offset of a file, by its first bytes.
    pub(super) fn at(file: &File, offset: u64) -> io::Result<Compression> {
        let mut magic = [0; MAGIC];
        let read = FromOffset { file, at: offset }.fill(&mut magic)?;
        Ok(match magic[..read] {
            [0x1f, 0x8b, ..] => Compression::Gzip,
            // The second is a frame that holds nothing to unpack (RFC 8878, 3.1.2): seekable archives end with one.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Compression::Zstd,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Compression::Xz,
            [b'B', b'Z', b'h', b'1'..=b'9', ref first @ ..] if BZIP2_BLOCKS.contains(&first) => {
                Compression::Bzip2
            }
            _ => Compression::None,
        })
    }
}

/// A file's content, unpacked. Once it has failed, it fails however often it is read again.
pub(super) struct Unpacked(State);

enum State {
    Plain(Raw),
    Member(Box<dyn Member>),
    Ended,
    Failed(ErrorKind, String),
}

impl Unpacked {
    /// What is in a file, from its beginning.
    pub(super) fn new(file: &File) -> io::Result<Unpacked> {
        let raw = raw_at(file.try_clone()?, 0);
        match Compression::at(file, 0)? {
            Compression::None => Ok(Unpacked(State::Plain(raw))),
            compression => member(compression, raw).map(State::Member).map(Unpacked),
        }
    }

    /// A file of which it is known that it cannot be unpacked.
    pub(super) fn broken(why: &str) -> Unpacked {
        Unpacked(State::Failed(ErrorKind::InvalidData, why.to_owned()))
    }

    fn fail(&mut self, error: io::Error) -> io::Error {
        self.0 = State::Failed(error.kind(), error.to_string());
        error
    }

    /// A member has ended: another may follow it.
    fn next_member(&mut self) -> io::Result<()> {
        self.0 = match std::mem::replace(&mut self.0, State::Ended) {
            State::Member(member) => following(member.into_raw())?,
            other => other,
        };
        Ok(())
    }
}

impl Read for Unpacked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = match &mut self.0 {
                State::Plain(raw) => return raw.read(buffer),
                State::Member(member) => member.read(buffer),
                State::Ended => return Ok(0),
                State::Failed(kind, why) => return Err(io::Error::new(*kind, why.clone())),
            };
            match read {
                Ok(0) if !buffer.is_empty() => self.next_member().map_err(|error| self.fail(error))?,
                Err(error) if error.kind() != ErrorKind::Interrupted => return Err(self.fail(error)),
                read => return read,
            }
        }
    }
}

/// What stands behind a member: another one, or nothing but zeros, which tapes and some rotators leave.
fn following(raw: Raw) -> io::Result<State> {
    let end = raw.get_ref().at - raw.buffer().len() as u64;
    let mut rest = raw_at(raw.into_inner().file, end);
    let next = loop {
        let bytes = rest.fill_buf()?;
        if bytes.is_empty() {
            return Ok(State::Ended);
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
        compression => member(compression, raw_at(file, next)).map(State::Member),
    }
}

/// A stream, frame or member of an archive: read to its end, which verifies its checksums.
trait Member: Read + Send {
    /// What stands behind it.
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

/// A place of one's own in a file that others read too.
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
