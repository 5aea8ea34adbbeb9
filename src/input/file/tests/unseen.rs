//! What bore the name between two looks and is packed or deleted by now.

use flate2::Compression;
use flate2::write::GzEncoder;

use super::*;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("pack");
    encoder.finish().expect("pack")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(bytes, 0).expect("pack")
}

impl Log {
    fn sibling(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn pack(&self, name: &str, ending: &str, packed: impl Fn(&[u8]) -> Vec<u8>) {
        let plain = self.sibling(name);
        let bytes = std::fs::read(&plain).expect("read");
        std::fs::write(self.sibling(&format!("{name}.{ending}")), packed(&bytes)).expect("write");
        std::fs::remove_file(plain).expect("remove");
    }
}

#[test]
fn what_was_packed_between_two_looks_is_read_once() {
    for (ending, packed) in [("gz", gzip as fn(&[u8]) -> Vec<u8>), ("zst", zstd)] {
        let log = Log::new();
        log.append_to("access.log.1", "older\n");
        log.append("one\n");
        let mut file = log.follow();
        assert_eq!(drain(&mut file), "one\n");
        log.append("tail of one\n");
        for lines in ["two\nalso two\n", "three\n", "four\n"] {
            log.rotate();
            log.append(lines);
        }
        for name in ["access.log.4", "access.log.3", "access.log.2"] {
            log.pack(name, ending, packed);
        }
        assert_eq!(drain(&mut file), "tail of one\ntwo\nalso two\nthree\nfour\n", "{ending}");
        log.pack("access.log.1", ending, packed);
        log.append("five\n");
        assert_eq!(drain(&mut file), "five\n", "{ending}");
        log.append("six\n");
        std::fs::rename(log.path(), log.sibling("access.log.0")).expect("rename");
        log.append("seven\n");
        assert_eq!(drain(&mut file), "six\nseven\n", "{ending}");
        assert_eq!(file.aside(), None, "{ending}");
    }
}

#[test]
fn what_was_rotated_and_packed_before_its_end_was_read_is_read_in_the_open_file() {
    let log = Log::new();
    log.append("one\n");
    let mut file = log.follow();
    assert_eq!(drain(&mut file), "one\n");
    log.append("tail\n");
    log.rotate();
    log.pack("access.log.1", "gz", gzip);
    log.append("new\n");
    assert_eq!(drain(&mut file), "tail\nnew\n");
    assert_eq!(file.aside(), None);
}

#[test]
fn what_was_copied_and_packed_before_it_was_read_is_read_in_the_packed_copy() {
    let log = Log::new();
    log.append("one\nhal");
    let mut file = log.follow();
    assert_eq!(drain(&mut file), "one\n");
    log.append("f\nunread\n");
    log.copy_and_truncate();
    log.pack("access.log.1", "gz", gzip);
    log.append("x\n");
    assert_eq!(drain(&mut file), "half\nunread\nx\n");
}

#[test]
fn several_copies_and_truncations_between_two_looks_lose_nothing() {
    let log = Log::new();
    log.append("one\n");
    let mut file = log.follow();
    assert_eq!(drain(&mut file), "one\n");
    for lines in ["unread\n", "two\n", "three\n", "four\n"] {
        log.append(lines);
        log.copy_and_truncate();
    }
    log.append("five\n");
    assert_eq!(sorted(&drain(&mut file)), sorted("unread\ntwo\nthree\nfour\nfive\n"));
    assert_eq!(drain(&mut file), "");
}

fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<_> = text.lines().collect();
    lines.sort_unstable();
    lines
}

#[test]
fn what_was_deleted_between_two_looks_is_told_of() {
    let log = Log::new();
    log.append("one\n");
    let mut file = log.follow();
    drain(&mut file);
    for line in ["two\n", "three\n", "four\n"] {
        log.rotate();
        log.append(line);
    }
    // `rotate 1`: only the last one is left.
    std::fs::remove_file(log.sibling("access.log.3")).expect("remove");
    std::fs::remove_file(log.sibling("access.log.2")).expect("remove");
    assert_eq!(drain(&mut file), "three\nfour\n");
    assert!(matches!(file.aside(), Some(Aside::Trouble(said)) if said.contains("lines may be missing")));
    log.append("five\n");
    assert_eq!(drain(&mut file), "five\n");
    assert_eq!(file.aside(), None, "it is told once, and stays");
}

#[test]
fn a_file_that_is_deleted_once_between_two_looks_is_no_loss() {
    let log = Log::new();
    log.append("one\n");
    let mut file = log.follow();
    log.append("two\n");
    // `rotate 0`: the new one is there before the old one is deleted.
    std::fs::rename(log.path(), log.sibling("access.log.1")).expect("rename");
    log.append("three\n");
    std::fs::remove_file(log.sibling("access.log.1")).expect("remove");
    assert_eq!(drain(&mut file), "one\ntwo\nthree\n");
    assert_eq!(file.aside(), None);
}

#[test]
fn a_packed_one_that_is_damaged_is_told_of() {
    let log = Log::new();
    log.append("one\n");
    let mut file = log.follow();
    drain(&mut file);
    log.rotate();
    log.append(&"two\n".repeat(100));
    log.rotate();
    log.pack("access.log.1", "gz", |bytes| {
        let whole = gzip(bytes);
        whole[..whole.len() - 8].to_vec()
    });
    log.append("three\n");
    assert!(drain(&mut file).ends_with("three\n"));
    assert!(matches!(file.aside(), Some(Aside::Trouble(said)) if said.contains("damaged or cut short")));
}
