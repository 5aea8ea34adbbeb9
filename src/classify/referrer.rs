//! The referrer of a request: which site or app the visitor came from.

use super::{emails, host};

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
    // A control character ends the address: URLs have none, and arrival texts use it as separator.
    let address = &address[..memchr::memchr3(b'?', b'#', 0x1f, address).unwrap_or(address.len())];
    let address = &address[..memchr::memchr(0x1e, address).unwrap_or(address.len())];
    let (authority, path) = address.split_at(memchr::memchr(b'/', address).unwrap_or(address.len()));
    let after_user = memchr::memrchr(b'@', authority).map_or(0, |at| at + 1);
    let host = host::without_port(&authority[after_user..]);
    let path = if path.is_empty() { b"/" } else { path };
    (1..=LONGEST_HOST).contains(&host.len()).then_some(Referrer { scheme, host, path })
}

fn starts_with(text: &[u8], prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}

/// Appends the referrer as `scheme://host/path` in UTF-8, truncated to `limit` bytes, with e-mail addresses replaced.
/// Appends nothing if it names no site or app.
pub(super) fn write(referrer: &[u8], limit: usize, out: &mut Vec<u8>) {
    let lossy;
    let utf8 = if referrer.is_ascii() {
        referrer
    } else {
        lossy = String::from_utf8_lossy(referrer);
        lossy.as_bytes()
    };
    let Some(Referrer { scheme, host, path }) = parse(utf8) else { return };
    let start = out.len();
    out.extend_from_slice(scheme.prefix().as_bytes());
    let host_at = out.len();
    out.extend_from_slice(host);
    out[host_at..].make_ascii_lowercase();
    write_path(path, out);
    truncate_at_character(out, start + limit);
}

fn write_path(path: &[u8], out: &mut Vec<u8>) {
    if emails::may_occur(path) {
        out.extend_from_slice(emails::replaced(&String::from_utf8_lossy(path)).as_bytes());
    } else {
        out.extend_from_slice(path);
    }
}

/// Truncates UTF-8 to at most `length` bytes at a character boundary.
fn truncate_at_character(out: &mut Vec<u8>, length: usize) {
    let is_continuation = |byte: Option<&u8>| byte.is_some_and(|byte| byte & 0b1100_0000 == 0b1000_0000);
    let mut end = length;
    while end > 0 && is_continuation(out.get(end)) {
        end -= 1;
    }
    out.truncate(end);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(referrer: &[u8]) -> String {
        let mut out = Vec::new();
        write(referrer, 64, &mut out);
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn r9_scheme_host_and_path_are_kept() {
        for (referrer, expected) in [
            ("https://Example.com/a/b?secret=1#top", "https://example.com/a/b"),
            ("HTTP://user:password@example.com:8080", "http://example.com/"),
            ("https://example.com?q=dwell", "https://example.com/"),
            ("http://[2001:db8::1]:8080/x", "http://[2001:db8::1]/x"),
            ("android-app://com.google.android.gm/", "android-app://com.google.android.gm/"),
            ("https://example.com/u/jane@example.org/inbox", "https://example.com/u/(email)/inbox"),
        ] {
            assert_eq!(written(referrer.as_bytes()), expected);
        }
    }

    #[test]
    fn r9_what_names_no_site_is_no_referrer() {
        for nothing in
            ["", "-", "about:blank", "example.com/page", "http://", "https:///path", "file:///home/x"]
        {
            assert_eq!(written(nothing.as_bytes()), "", "{nothing}");
        }
    }

    #[test]
    fn long_and_broken_referrers_end_at_a_character() {
        let long = format!("https://example.com/{}", "é".repeat(100));
        assert_eq!(written(long.as_bytes()), format!("https://example.com/{}", "é".repeat(22)));
        assert_eq!(written(b"http://example.com/\xff"), "http://example.com/\u{fffd}");
    }
}
