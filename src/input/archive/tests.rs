//! An archive that is damaged anywhere says so, or nothing that counts is damaged.

use std::io::Write;

use proptest::prelude::*;

use super::*;

fn log() -> Vec<u8> {
    (0..6)
        .flat_map(|line| format!("192.0.2.{line} - - a line of a log, {}\n", line * 7919).into_bytes())
        .collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("pack");
    encoder.finish().expect("pack")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).expect("an encoder");
    encoder.include_checksum(true).expect("a checksum");
    encoder.write_all(bytes).expect("pack");
    encoder.finish().expect("pack")
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).expect("pack");
    encoder.finish().expect("pack")
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder =
        lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(0)).expect("an encoder");
    encoder.write_all(bytes).expect("pack");
    encoder.finish().expect("pack")
}

type Pack = fn(&[u8]) -> Vec<u8>;
const PACKERS: [(&str, Pack); 4] = [("gz", gzip), ("zst", zstd), ("xz", xz), ("bz2", bzip2)];

/// What was unpacked, and whether there was trouble.
fn read(extension: &str, packed: &[u8]) -> (Vec<u8>, Result<(), String>) {
    let folder = tempfile::tempdir().expect("a folder");
    read_in(folder.path(), extension, packed)
}

fn read_in(folder: &Path, extension: &str, packed: &[u8]) -> (Vec<u8>, Result<(), String>) {
    let path = folder.join(format!("access.log.{extension}"));
    std::fs::write(&path, packed).expect("an archive");
    let mut archive = Archive::new(&path, File::open(&path).expect("a file")).expect("an archive");
    let (mut all, mut block, mut skipped) = (Vec::new(), Vec::new(), Skipped::default());
    loop {
        let read = archive.read(&mut block, 100, &mut skipped);
        all.append(&mut block);
        match read {
            Ok(Read::End) => return (all, Ok(())),
            Ok(_) => {}
            Err(trouble) => {
                assert!(archive.read(&mut block, 100, &mut skipped).is_err(), "it is forgotten");
                return (all, Err(trouble.to_string()));
            }
        }
    }
}

#[test]
fn whole_archives_are_read() {
    for (extension, pack) in PACKERS {
        assert_eq!(read(extension, &pack(&log())), (log(), Ok(())), "{extension}");
        assert_eq!(read(extension, &pack(b"")), (Vec::new(), Ok(())), "{extension}");
    }
}

#[test]
fn members_follow_each_other_and_zeros_behind_them_are_no_harm() {
    for (extension, pack) in PACKERS {
        let packed = [pack(&log()), pack(b"more\n"), vec![0; 100_000]].concat();
        let expected = [log(), b"more\n".to_vec()].concat();
        assert_eq!(read(extension, &packed), (expected, Ok(())), "{extension}");
    }
}

#[test]
fn what_follows_the_end_and_is_no_archive_is_told_of() {
    for (extension, pack) in PACKERS {
        let (unpacked, told) = read(extension, &[pack(&log()), b"\0\0more".to_vec()].concat());
        assert_eq!(unpacked, log(), "{extension}");
        assert!(told.is_err_and(|told| told.contains("something else follows")), "{extension}");
    }
}

#[test]
fn an_archive_that_is_cut_short_anywhere_says_so() {
    for (extension, pack) in PACKERS {
        let packed = pack(&log());
        for end in 0..packed.len() {
            let (unpacked, told) = read(extension, &packed[..end]);
            assert!(log().starts_with(&unpacked), "{extension} at {end}");
            assert!(told.is_err_and(|told| told.contains("is damaged or cut short")), "{extension} at {end}");
        }
    }
}

#[test]
fn a_bit_that_is_flipped_anywhere_is_told_of_or_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    for (extension, pack) in PACKERS {
        let packed = pack(&log());
        // Every third bit of those that take long to unpack: each bit of a byte comes in turn.
        let step = if matches!(extension, "xz" | "bz2") { 3 } else { 1 };
        for bit in (0..packed.len() * 8).step_by(step) {
            let mut flipped = packed.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let (unpacked, told) = read_in(folder.path(), extension, &flipped);
            assert!(told.is_err() || unpacked == log(), "{extension}: bit {bit} of {}", packed.len() * 8);
        }
    }
}

#[test]
fn text_that_is_named_like_an_archive_is_text() {
    assert_eq!(read("gz", &log()), (log(), Ok(())));
}

proptest! {
    #[test]
    fn any_bytes_are_read_to_an_end(bytes in proptest::collection::vec(any::<u8>(), 0..300), at in 0_usize..4) {
        let (extension, pack) = PACKERS[at];
        let magic = pack(b"")[..4].to_vec();
        let _ = read(extension, &[magic, bytes].concat());
    }
}
