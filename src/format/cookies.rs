//! The cookies that a request brought, where the log has them.

/// The cookies of a request: its header, or some of them with a field each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cookies<'a> {
    header: &'a [u8],
    named: [(&'a str, &'a [u8]); Cookies::MOST_NAMED],
}

impl<'a> Cookies<'a> {
    /// Format strings with more than one or two cookies are rare; of more than this many, the first count.
    const MOST_NAMED: usize = 4;

    /// Those of a `Cookie` header.
    #[must_use]
    pub fn of_header(header: &'a [u8]) -> Cookies<'a> {
        Cookies { header, ..Cookies::default() }
    }

    /// Takes in a whole header.
    pub(super) fn set_header(&mut self, header: &'a [u8]) {
        self.header = header;
    }

    /// Takes in a cookie that has a field of its own.
    pub(super) fn set(&mut self, name: &'a str, value: &'a [u8]) {
        if let Some(free) = self.named.iter_mut().find(|(name, _)| name.is_empty()) {
            *free = (name, value);
        }
    }

    /// The value of a cookie.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'a [u8]> {
        let named = self.named.iter().find(|(one, value)| *one == name && !value.is_empty());
        named.map(|(_, value)| *value).or_else(|| in_header(self.header, name))
    }
}

fn in_header<'a>(header: &'a [u8], name: &str) -> Option<&'a [u8]> {
    header.split(|&byte| byte == b';').find_map(|cookie| {
        let cookie = cookie.trim_ascii();
        let at = memchr::memchr(b'=', cookie).filter(|&at| cookie[..at] == *name.as_bytes())?;
        Some(&cookie[at + 1..])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r14_a_cookie_is_found_in_the_header_or_in_a_field_of_its_own() {
        let header = Cookies::of_header(b"id=7; ab=blue; x=y");
        assert_eq!((header.get("ab"), header.get("a")), (Some(&b"blue"[..]), None));
        let mut named = Cookies::default();
        named.set("sid", b"7");
        named.set("ab", b"green");
        assert_eq!(named.get("ab"), Some(&b"green"[..]));
        assert_eq!(named.get(""), None);
    }
}
