//! Parses a request line (design.md R1).

use memchr::memchr;

use crate::bytes;

use super::cursor::LineCursor;

/// A request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request<'a> {
    /// `GET`, `POST`, …
    pub method: &'a [u8],
    /// The rest without the protocol: path and query, or a whole URL.
    pub target: &'a [u8],
    /// The position of the target's first `?` or `#`; its length if there is none.
    mark: usize,
}

/// The closing quote of a request is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoQuote;

impl<'a> Request<'a> {
    /// Splits at the first space; a trailing ` HTTP/n` is dropped, and what is left is the target (R1).
    #[must_use]
    pub fn parse(line: &'a [u8]) -> Option<Request<'a>> {
        Request::parse_marked(line, mark(line))
    }

    /// Parses up to the closing quote, and finds the first `?` or `#` in the same pass: a second search would cost as
    /// much again, and most targets have none. Gives what [`Request::parse`] gives.
    #[inline(always)]
    pub(super) fn quoted(cursor: &mut LineCursor<'a>) -> Result<Option<Request<'a>>, NoQuote> {
        let rest = cursor.rest();
        let found = bytes::position(rest, [b'"', b'?', b'#']).ok_or(NoQuote)?;
        let at_once = if rest[found] == b'"' { cursor.quoted_to(found) } else { None };
        let (line, mark) = match at_once {
            Some(line) => (line, found),
            None => Request::quoted_beyond(cursor, found)?,
        };
        Ok(Request::parse_marked(line, mark))
    }

    /// The slow path if the first mark or quote does not end the request: the whole request, and the position of its
    /// mark.
    #[inline(never)]
    fn quoted_beyond(cursor: &mut LineCursor<'a>, found: usize) -> Result<(&'a [u8], usize), NoQuote> {
        let is_mark = cursor.rest()[found] != b'"';
        let line = cursor.quoted().ok_or(NoQuote)?;
        Ok((line, if is_mark { found } else { mark(line) }))
    }

    /// As [`Request::parse`], with the position of the line's first `?` or `#` known.
    #[inline(always)]
    fn parse_marked(line: &'a [u8], mark: usize) -> Option<Request<'a>> {
        let space = end_of_method(line)?;
        let target = without_protocol(&line[space + 1..]);
        if target.is_empty() {
            return None;
        }
        let mark = match mark.checked_sub(space + 1) {
            Some(mark) => mark.min(target.len()),
            // No method contains a mark, but clients may send anything.
            None => self::mark(target),
        };
        Some(Request { method: &line[..space], target, mark })
    }

    /// A request from separate parts; `None` if one of them is empty or `-`.
    #[must_use]
    pub fn of_parts(method: &'a [u8], target: &'a [u8]) -> Option<Request<'a>> {
        let is_there = |part: &[u8]| !part.is_empty() && part != b"-";
        (is_there(method) && is_there(target)).then(|| Request { method, target, mark: mark(target) })
    }

    /// The page: the target without scheme, host, query and fragment (R1).
    #[must_use]
    #[inline]
    pub fn path(&self) -> &'a [u8] {
        let path = &self.target[..self.mark];
        if path.first() == Some(&b'/') { path } else { without_host(path) }
    }

    /// The query without its `?`; empty where there is none.
    #[must_use]
    #[inline]
    pub fn query(&self) -> &'a [u8] {
        match self.target.get(self.mark) {
            Some(b'?') => without_fragment(&self.target[self.mark + 1..]),
            _ => b"",
        }
    }
}

/// The position of the first space: nearly always within eight bytes.
#[inline]
fn end_of_method(line: &[u8]) -> Option<usize> {
    let near = line.first_chunk().map(|near| bytes::first_equal_of_8(u64::from_le_bytes(*near), b' '));
    near.filter(|&space| space < 8).or_else(|| memchr(b' ', line))
}

/// The position of the first `?` or `#`; the length of the text if there is none.
fn mark(text: &[u8]) -> usize {
    bytes::position(text, [b'?', b'#']).unwrap_or(text.len())
}

fn without_fragment(query: &[u8]) -> &[u8] {
    &query[..memchr(b'#', query).unwrap_or(query.len())]
}

/// The path of a target with scheme and host.
fn without_host(target: &[u8]) -> &[u8] {
    let after_scheme = target.strip_prefix(b"http://").or_else(|| target.strip_prefix(b"https://"));
    let Some(rest) = after_scheme else { return target };
    memchr(b'/', rest).map_or(b"/", |slash| &rest[slash..])
}

/// Removes a trailing ` HTTP/1.1` and the like.
#[inline]
fn without_protocol(target: &[u8]) -> &[u8] {
    if let Some((rest, [b' ', protocol @ ..])) = target.split_last_chunk::<9>()
        && is_usual_protocol(*protocol)
    {
        return rest;
    }
    let digits = target.iter().rev().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    match target[..target.len() - digits].strip_suffix(b" HTTP/") {
        Some(rest) if digits > 0 => rest,
        _ => target,
    }
}

/// Whether the text is `HTTP/d.d`. Branch-free: nearly all requests match, and comparing with each version would
/// mispredict.
fn is_usual_protocol(text: [u8; 8]) -> bool {
    const ZEROS: u64 = u64::from_le_bytes(*b"HTTP/0.0");
    const DIGITS: u64 = u64::from_le_bytes(*b"\0\0\0\0\0\x0f\0\x0f");
    // SWAR digit check: adding 6 to a digit must not carry into the high nibble.
    let left = u64::from_le_bytes(text) ^ ZEROS;
    (left | left.wrapping_add(DIGITS / 15 * 6)) & !DIGITS == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(line: &str) -> Option<(String, String)> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Request::parse(line.as_bytes()).map(|request| (text(request.method), text(request.target)))
    }

    #[test]
    fn r1_a_request_splits_at_its_first_space() {
        let split = |method: &str, target: &str| Some((method.to_owned(), target.to_owned()));
        assert_eq!(request("GET /a HTTP/1.1"), split("GET", "/a"));
        assert_eq!(request("GET /a b c HTTP/2.0"), split("GET", "/a b c"));
        assert_eq!(request("GET /a HTTP/3"), split("GET", "/a"));
        assert_eq!(request("GET /a"), split("GET", "/a"));
        assert_eq!(request("GET /1.1"), split("GET", "/1.1"));
        assert_eq!(request("GET HTTP/1.1"), split("GET", "HTTP/1.1"));
    }

    #[test]
    fn r1_a_request_that_is_empty_a_dash_or_one_word_is_none() {
        for line in ["", "-", "\\x16\\x03", "GET", "GET ", "GET  HTTP/1.1"] {
            assert_eq!(request(line), None, "{line}");
        }
    }

    #[test]
    fn r1_a_page_is_the_target_without_scheme_host_query_and_fragment() {
        for (target, path, query) in [
            ("/a/b?c=d#e", "/a/b", "c=d"),
            ("/a#b?c", "/a", ""),
            ("http://shop.example/a?b", "/a", "b"),
            ("https://shop.example", "/", ""),
            ("https://shop.example?a=/b", "/", "a=/b"),
            ("?a", "", "a"),
            ("*", "*", ""),
        ] {
            let line = format!("GET {target} HTTP/1.1");
            for request in [Request::parse(line.as_bytes()), Request::of_parts(b"GET", target.as_bytes())] {
                let request = request.expect("a request");
                assert_eq!(
                    (request.path(), request.query()),
                    (path.as_bytes(), query.as_bytes()),
                    "{target}"
                );
            }
        }
    }

    #[test]
    fn what_is_read_up_to_a_quote_is_what_is_read_whole() {
        for line in ["GET /a HTTP/1.1", "GET /a?b#c HTTP/2.0", r#"GET /a\"?b HTTP/1.1"#, "G?T /a#b", "-", ""]
        {
            for after in [r#"" 200 5 "/?#" "x""#, r#"""#] {
                let text = format!("{line}{after}");
                let read = Request::quoted(&mut LineCursor::new(text.as_bytes()));
                assert_eq!(read, Ok(Request::parse(line.as_bytes())), "{text}");
            }
        }
        assert_eq!(Request::quoted(&mut LineCursor::new(b"GET /a?b HTTP/1.1 200")), Err(NoQuote));
    }

    #[test]
    fn r1_a_protocol_has_a_digit_on_both_sides_of_its_dot() {
        for (major, minor) in (0..=255).flat_map(|major| (0..=255).map(move |minor| (major, minor))) {
            let text = [b'H', b'T', b'T', b'P', b'/', major, b'.', minor];
            let is_usual = major.is_ascii_digit() && minor.is_ascii_digit();
            assert_eq!(is_usual_protocol(text), is_usual, "{}", text.escape_ascii());
        }
        for text in [b"HTTP/1,1", b"HTTP:1.1", b"HTTQ/1.1", b"http/1.1", b"\xc8TTP/1.1"] {
            assert!(!is_usual_protocol(*text), "{}", text.escape_ascii());
        }
    }
}
