//! Files as they lie on a disk, packed or not: what is damaged says so each time that it is read.

use std::io::Write;
use std::path::Path;

use dwell::input::archive::{file_ends, is_packed};
use dwell::input::file::LogFile;
use dwell::input::history::LogHistory;
use dwell::input::{AtEnd, Read, Source};

fn opened(path: &Path) -> Option<Box<dyn Source>> {
    if is_packed(path) {
        LogHistory::of_archive(path).ok().map(|history| Box::new(history) as Box<dyn Source>)
    } else {
        LogFile::open(path, AtEnd::Stop).ok().map(|file| Box::new(file) as Box<dyn Source>)
    }
}

/// Reads these bytes.
pub fn run(data: &[u8]) {
    let Ok(mut file) = tempfile::Builder::new().prefix("access.log.").tempfile() else { return };
    if file.write_all(data).is_err() {
        return;
    }
    drop(file_ends(file.path()));
    let Some(mut source) = opened(file.path()) else { return };
    source.head();
    let mut block = Vec::new();
    loop {
        block.clear();
        match source.read(&mut block, 4096) {
            Ok(Read::End) => return,
            Ok(_) => {}
            Err(_) => return assert!(source.read(&mut block, 4096).is_err(), "the damage is forgotten"),
        }
    }
}
