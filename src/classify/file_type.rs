//! File types: the kind that a path's extension implies (design.md R2).

use crate::bytes::first_equal_of_8;

/// The type of a file with an extension from R2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileType {
    /// A part of a page.
    Asset,
    /// A download.
    Download,
}

impl FileType {
    /// The type of the file that a path names, if its extension tells. It runs for every hit, so the last eight bytes
    /// are compared as one word (SWAR).
    pub(super) fn of(path: &[u8]) -> Option<FileType> {
        let end = last_eight(path);
        let (dot, slash) = (first_equal_of_8(end, b'.'), first_equal_of_8(end, b'/'));
        if dot < slash {
            return known(lower_case(end & lowest(dot)));
        }
        if slash == NONE { longer(path) } else { None }
    }
}

/// Extensions longer than seven bytes.
const LONGER: [(&[u8], FileType); 2] =
    [(b".webmanifest", FileType::Asset), (b".appimage", FileType::Download)];

fn longer(path: &[u8]) -> Option<FileType> {
    let ends = |name: &[u8]| {
        let end = path.len().checked_sub(name.len()).map(|at| &path[at..]);
        end.is_some_and(|end| end.eq_ignore_ascii_case(name))
    };
    LONGER.into_iter().find(|(name, _)| ends(name)).map(|(_, file)| file)
}

/// The last eight bytes as a number, the last one lowest; fewer if the path is shorter.
fn last_eight(path: &[u8]) -> u64 {
    match path.last_chunk() {
        Some(chunk) => u64::from_be_bytes(*chunk),
        None => path.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)),
    }
}

/// The position of a byte that does not occur.
const NONE: usize = 8;

/// A mask of the lowest `bytes` bytes, less than eight.
fn lowest(bytes: usize) -> u64 {
    (1 << (8 * bytes)) - 1
}

/// Branch-free lower case: letters are lowered, digits stay, nothing else becomes a letter or digit.
fn lower_case(name: u64) -> u64 {
    const LETTERS: u64 = 0x4040_4040_4040_4040;
    name | ((name & LETTERS) >> 1)
}

fn known(name: u64) -> Option<FileType> {
    let mut at = slot(name);
    while TABLE[at].name != name {
        TABLE[at].file?;
        at = (at + 1) % SLOTS;
    }
    TABLE[at].file
}

/// A slot of [`TABLE`]: an extension and its type, or empty.
#[derive(Clone, Copy)]
struct TableSlot {
    name: u64,
    file: Option<FileType>,
}

/// Three times as many slots as names, rounded to a power of two, so that one probe nearly always decides.
const SLOTS: usize = 512;

/// The hash table of all names, built at compile time.
static TABLE: [TableSlot; SLOTS] = {
    let empty = [TableSlot { name: 0, file: None }; SLOTS];
    filled(filled(empty, &ASSETS, FileType::Asset), &DOWNLOADS, FileType::Download)
};

const fn filled(mut table: [TableSlot; SLOTS], names: &[&str], file: FileType) -> [TableSlot; SLOTS] {
    let mut next = 0;
    while next < names.len() {
        let name = packed(names[next]);
        let mut at = slot(name);
        while table[at].file.is_some() {
            at = (at + 1) % SLOTS;
        }
        table[at] = TableSlot { name, file: Some(file) };
        next += 1;
    }
    table
}

/// The first slot to probe: Fibonacci hashing, which spreads keys that differ in few bits.
const fn slot(name: u64) -> usize {
    (name.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 55) as usize
}

/// A name as [`last_eight`] packs it.
const fn packed(name: &str) -> u64 {
    let (bytes, mut value, mut at) = (name.as_bytes(), 0, 0);
    while at < bytes.len() {
        value = value << 8 | bytes[at] as u64;
        at += 1;
    }
    value
}

const ASSETS: [&str; 70] = [
    "css", "js", "mjs", "map", "gif", "jpg", "jpeg", "jfif", "png", "apng", "webp", "avif", "heic", "jxl",
    "bmp", "tif", "tiff", "ico", "cur", "svg", "svgz", "ttf", "otf", "eot", "woff", "woff2", "swf", "class",
    "xml", "rss", "atom", "json", "jsonld", "geojson", "wasm", "txt", "md5", "sha256", "sig", "asc", "pgp",
    "bcmap", "pbf", "mvt", "glb", "vtt", "srt", "axd", "ashx", "mp3", "mp4", "m4a", "m4v", "m4s", "ogg",
    "ogv", "oga", "opus", "wav", "webm", "flac", "avi", "mov", "mkv", "mpg", "mpeg", "mpd", "wmv", "ts",
    "m3u8",
];

const DOWNLOADS: [&str; 41] = [
    "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp", "rtf", "csv", "epub", "mobi",
    "azw3", "ics", "gpx", "torrent", "zip", "gz", "tgz", "bz2", "xz", "zst", "7z", "rar", "tar", "dmg",
    "pkg", "exe", "msi", "msix", "cab", "deb", "rpm", "apk", "whl", "iso", "img", "bin", "jar",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r2_every_extension_is_known_in_any_case() {
        let assets = ASSETS.into_iter().map(|name| (name, FileType::Asset));
        let downloads = DOWNLOADS.into_iter().map(|name| (name, FileType::Download));
        for (name, file) in assets
            .chain(downloads)
            .chain([("webmanifest", FileType::Asset), ("AppImage", FileType::Download)])
        {
            for path in [format!("/a/b.{name}"), format!("/x.{}", name.to_uppercase()), format!("a.{name}")] {
                assert_eq!(FileType::of(path.as_bytes()), Some(file), "{path}");
            }
            for path in
                [format!("/a.{name}/b"), format!("/{name}"), format!("/a.{name}-"), format!("/a.-{name}")]
            {
                assert_eq!(FileType::of(path.as_bytes()), None, "{path}");
            }
        }
    }

    #[test]
    fn what_only_looks_like_an_extension_is_none() {
        for path in
            ["", "/", ".", "/.", "/a.", "/js", "/a.mp\u{13}", "/a.j/s", "/a.longername", "webmanifest"]
        {
            assert_eq!(FileType::of(path.as_bytes()), None, "{path}");
        }
    }
}
