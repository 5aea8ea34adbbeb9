//! Opening what has to be a file: a pipe would be waited for, and a device may never end.

use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::OFlags;

/// The longest config, theme or token that is read, in bytes: far longer than any.
pub const LONGEST_TEXT: u64 = 4 << 20;

/// Opens a file, without waiting for anything.
///
/// # Errors
/// It is not a file, or cannot be opened.
pub fn open(path: &Path) -> io::Result<File> {
    let nonblocking = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or_default();
    let file = OpenOptions::new().read(true).custom_flags(nonblocking).open(path)?;
    match not_a_file(file.metadata()?.file_type()) {
        Some(what) => Err(refusal(what)),
        None => Ok(file),
    }
}

/// The contents of a file of at most `most` bytes.
///
/// # Errors
/// It is not a file, is longer, or cannot be read.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("it is longer than {} MiB", most >> 20),
        ));
    }
    Ok(bytes)
}

/// The text of a file of at most [`LONGEST_TEXT`] bytes.
///
/// # Errors
/// It is not a file, is longer, is not UTF-8, or cannot be read.
pub fn read_text(path: &Path) -> io::Result<String> {
    let wrong = |_| io::Error::new(io::ErrorKind::InvalidData, "it is not text in UTF-8");
    String::from_utf8(read(path, LONGEST_TEXT)?).map_err(wrong)
}

/// Whether something is there that is not a file; its kind.
#[must_use]
pub fn what_else(path: &Path) -> Option<&'static str> {
    not_a_file(std::fs::metadata(path).ok()?.file_type())
}

fn not_a_file(kind: std::fs::FileType) -> Option<&'static str> {
    if kind.is_file() {
        return None;
    }
    Some(if kind.is_dir() {
        "a folder"
    } else if kind.is_fifo() {
        "a pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    })
}

fn refusal(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, format!("it is {what}, not a file"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_file_is_refused_at_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let (pipe, file) = (folder.path().join("pipe"), folder.path().join("file"));
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("a pipe").success());
        std::fs::write(&file, "text").expect("a file");
        for (path, what) in
            [(pipe.as_path(), "a pipe"), (folder.path(), "a folder"), (Path::new("/dev/zero"), "a device")]
        {
            let error = open(path).expect_err("refused").to_string();
            assert_eq!(error, format!("it is {what}, not a file"));
            assert_eq!(what_else(path), Some(what));
        }
        assert_eq!(read_text(&file).expect("a text"), "text");
        assert_eq!(read(&file, 3).expect_err("longer").to_string(), "it is longer than 0 MiB");
        assert_eq!(what_else(&file), None);
    }
}
