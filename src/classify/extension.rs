//! Extensions: what the end of a path says of its kind (design.md R2).

/// The end of a path's last name, in lower case, as a number: comparing numbers is what makes assets cheap.
#[derive(Clone, Copy)]
pub(super) struct Extension(u128);

impl Extension {
    /// The longest one that matters, `webmanifest`, has 11 letters; longer ones count as none.
    const LONGEST: usize = 11;

    pub(super) fn of(path: &[u8]) -> Extension {
        let mut packed = 0;
        for (length, &byte) in path.iter().rev().enumerate() {
            match byte {
                b'.' => return Extension(packed),
                b'/' => break,
                _ if length == Extension::LONGEST => break,
                _ => packed |= u128::from(byte.to_ascii_lowercase()) << (8 * length),
            }
        }
        Extension(0)
    }

    pub(super) fn is_asset(self) -> bool {
        is_among(self, &ASSETS)
    }

    pub(super) fn is_download(self) -> bool {
        is_among(self, &DOWNLOADS)
    }
}

fn is_among(extension: Extension, sorted: &[u128]) -> bool {
    extension.0 != 0 && sorted.binary_search(&extension.0).is_ok()
}

/// A name as [`Extension::of`] packs it.
const fn packed(name: &str) -> u128 {
    let (bytes, mut value, mut at) = (name.as_bytes(), 0, 0);
    while at < bytes.len() {
        value = value << 8 | bytes[at] as u128;
        at += 1;
    }
    value
}

/// Names packed and sorted, at compile time.
const fn packed_all<const N: usize>(names: [&str; N]) -> [u128; N] {
    let (mut all, mut filled) = ([0; N], 0);
    while filled < N {
        let value = packed(names[filled]);
        let mut at = filled;
        while at > 0 && all[at - 1] > value {
            all[at] = all[at - 1];
            at -= 1;
        }
        all[at] = value;
        filled += 1;
    }
    all
}

const ASSETS: [u128; 50] = packed_all([
    "css",
    "js",
    "mjs",
    "map",
    "gif",
    "jpg",
    "jpeg",
    "png",
    "webp",
    "avif",
    "bmp",
    "ico",
    "svg",
    "svgz",
    "ttf",
    "otf",
    "eot",
    "woff",
    "woff2",
    "swf",
    "class",
    "xml",
    "rss",
    "atom",
    "json",
    "wasm",
    "webmanifest",
    "txt",
    "md5",
    "sig",
    "asc",
    "mp3",
    "mp4",
    "m4a",
    "m4v",
    "m4s",
    "ogg",
    "ogv",
    "oga",
    "wav",
    "webm",
    "flac",
    "avi",
    "mov",
    "mkv",
    "mpg",
    "mpeg",
    "wmv",
    "ts",
    "m3u8",
]);

const DOWNLOADS: [u128; 33] = packed_all([
    "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "odp", "rtf", "csv", "epub", "mobi",
    "azw3", "zip", "gz", "tgz", "bz2", "xz", "zst", "7z", "rar", "tar", "dmg", "pkg", "exe", "msi", "deb",
    "rpm", "apk", "iso", "jar",
]);
