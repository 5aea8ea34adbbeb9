//! The referrer of a request: which site or app the visitor came from.

use std::borrow::Cow;

use super::host;
use super::scrub::scrub;

/// The longest name that DNS allows (RFC 1035 section 2.3.4); a longer one is not a host.
const LONGEST_HOST: usize = 253;

/// A parsed referrer, without query, fragment, user-info and port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Referrer<'a> {
    /// Its scheme.
    pub scheme: Scheme,
    /// The host or the app's id, as logged.
    pub host: &'a [u8],
    /// The path, as logged; `/` if there is none.
    pub path: &'a [u8],
}

/// The schemes that tell where a visitor came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// A page.
    Http,
    /// A page.
    Https,
    /// An Android app; the host is the app's id.
    AndroidApp,
}

impl Scheme {
    const ALL: [Scheme; 3] = [Scheme::Https, Scheme::Http, Scheme::AndroidApp];

    fn prefix(self) -> &'static str {
        match self {
            Scheme::Http => "http://",
            Scheme::Https => "https://",
            Scheme::AndroidApp => "android-app://",
        }
    }
}

/// Parses a referrer; `None` if it names no site or app (`-`, `about:blank`, a bare word).
#[must_use]
pub fn parse(referrer: &[u8]) -> Option<Referrer<'_>> {
    let scheme = Scheme::ALL.into_iter().find(|scheme| starts_with(referrer, scheme.prefix()))?;
    let address = &referrer[scheme.prefix().len()..];
    let address = &address[..memchr::memchr2(b'?', b'#', address).unwrap_or(address.len())];
    let (authority, path) = address.split_at(memchr::memchr(b'/', address).unwrap_or(address.len()));
    let after_user = memchr::memrchr(b'@', authority).map_or(0, |at| at + 1);
    let host = host::without_port(&authority[after_user..]);
    let path = if path.is_empty() { b"/" } else { path };
    (1..=LONGEST_HOST).contains(&host.len()).then_some(Referrer { scheme, host, path })
}

fn starts_with(text: &[u8], prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}

/// The longest referrer that is kept, in bytes.
pub(super) const LONGEST: usize = 512;

/// What is kept of a referrer: `scheme://host/path`, at most 512 bytes, with personal data replaced (R11). Empty if
/// it names no site or app.
#[must_use]
pub fn kept(referrer: &[u8]) -> String {
    let utf8 = as_utf8(referrer);
    let Some(Referrer { scheme, host, path }) = parse(utf8.as_bytes()) else { return String::new() };
    let mut out = Vec::with_capacity(scheme.prefix().len() + host.len() + path.len());
    out.extend_from_slice(scheme.prefix().as_bytes());
    out.extend_from_slice(host);
    out.make_ascii_lowercase();
    out.extend_from_slice(&scrub(path));
    let mut kept = into_utf8(out);
    kept.truncate(cut(&kept, LONGEST).len());
    kept
}

/// As `from_utf8_lossy`, which is slow where nothing is lost.
fn as_utf8(text: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(text).map_or_else(|_| String::from_utf8_lossy(text), Cow::Borrowed)
}

/// As [`as_utf8`], of a text of our own.
fn into_utf8(text: Vec<u8>) -> String {
    String::from_utf8(text).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// The text, cut to at most `length` bytes at a character boundary.
pub(super) fn cut(text: &str, length: usize) -> &str {
    if text.len() <= length {
        return text;
    }
    let end = (0..=length).rev().find(|&end| text.is_char_boundary(end));
    &text[..end.unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r9_scheme_host_and_path_are_kept() {
        for (referrer, expected) in [
            ("https://Example.com/a/b?secret=1#top", "https://example.com/a/b"),
            ("HTTP://user:password@example.com:8080", "http://example.com/"),
            ("https://example.com?q=dwell", "https://example.com/"),
            ("http://[2001:db8::1]:8080/x", "http://[2001:db8::1]/x"),
            ("android-app://com.google.android.gm/", "android-app://com.google.android.gm/"),
            ("https://example.com/u/jane@example.org/inbox", "https://example.com/u/{email}/inbox"),
        ] {
            assert_eq!(kept(referrer.as_bytes()), expected);
        }
    }

    #[test]
    fn r9_what_names_no_site_is_no_referrer() {
        for nothing in
            ["", "-", "about:blank", "example.com/page", "http://", "https:///path", "file:///home/x"]
        {
            assert_eq!(kept(nothing.as_bytes()), "", "{nothing}");
        }
    }

    #[test]
    fn long_and_broken_referrers_end_at_a_character() {
        let long = format!("https://example.org:80/{}", "é".repeat(LONGEST));
        assert_eq!(kept(long.as_bytes()), format!("https://example.org/{}", "é".repeat((LONGEST - 20) / 2)));
        assert_eq!(cut("https://é/", 9), "https://");
        assert_eq!(kept(b"http://example.com/\xff"), "http://example.com/\u{fffd}");
    }
}
