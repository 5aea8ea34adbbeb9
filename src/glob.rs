//! Globs: `*` stands for any text, everything else for itself.

use crate::text::{decoded_path, readable_path};

/// A pattern over whole texts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Glob {
    /// The literal parts between the stars: one part without a star, two with one star, and so on.
    parts: Vec<String>,
}

impl Glob {
    /// A pattern in which `*` stands for any text, an empty one too.
    ///
    /// ```
    /// use dwell::glob::Glob;
    ///
    /// assert!(Glob::new("/pricing*").matches("/pricing/eu"));
    /// assert!(!Glob::new("/pricing*").matches("/en/pricing"));
    /// assert!(Glob::new("/*/edit").matches("/posts/7/edit"));
    /// // Nothing but the star is special.
    /// assert!(!Glob::new("/a?c").matches("/abc"));
    /// ```
    #[must_use]
    pub fn new(pattern: &str) -> Glob {
        Glob { parts: pattern.split('*').map(str::to_owned).collect() }
    }

    /// A pattern that only `text` itself matches.
    #[must_use]
    pub fn literal(text: &str) -> Glob {
        Glob { parts: vec![text.to_owned()] }
    }

    /// A pattern that every text containing `word` matches.
    #[must_use]
    pub fn containing(word: &str) -> Glob {
        Glob::new(&format!("*{word}*"))
    }

    /// Whether `text` matches as it is written.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        matches_parts(&self.parts, text)
    }

    /// Whether `text` matches when upper and lower case are the same.
    #[must_use]
    pub fn matches_ignoring_case(&self, text: &str) -> bool {
        let parts: Vec<_> = self.parts.iter().map(|part| part.to_lowercase()).collect();
        matches_parts(&parts, &text.to_lowercase())
    }

    /// Whether a page matches, in its one spelling (R1) or as people read and write it: with its escapes decoded.
    #[must_use]
    pub fn matches_page(&self, page: &str) -> bool {
        self.matches(page) || decodings(page).any(|decoded| self.matches(&decoded))
    }

    /// The same, where upper and lower case are the same.
    #[must_use]
    pub fn matches_page_ignoring_case(&self, page: &str) -> bool {
        self.matches_ignoring_case(page)
            || decodings(page).any(|decoded| self.matches_ignoring_case(&decoded))
    }

    /// The pattern whose literal parts are these.
    #[must_use]
    pub fn map(&self, part: impl Fn(&str) -> String) -> Glob {
        Glob { parts: self.parts.iter().map(|text| part(text)).collect() }
    }

    /// The pattern as it was written, stars and all.
    #[must_use]
    pub fn pattern(&self) -> String {
        self.parts.join("*")
    }

    /// Whether it has no star in it.
    #[must_use]
    pub fn is_literal(&self) -> bool {
        self.parts.len() == 1
    }
}

/// A path as screens show it, and with all its escapes decoded.
fn decodings(path: &str) -> impl Iterator<Item = String> {
    let decodings = path.contains('%').then(|| [readable_path(path).into_owned(), decoded_path(path)]);
    decodings.into_iter().flatten()
}

fn matches_parts<S: AsRef<str>>(parts: &[S], text: &str) -> bool {
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return false };
    if parts.len() == 1 {
        return first.as_ref() == text;
    }
    let Some(mut rest) = text.strip_prefix(first.as_ref()) else { return false };
    for part in &parts[1..parts.len() - 1] {
        // The first place is enough: what a later place leaves over, an earlier one leaves over too.
        let Some(at) = rest.find(part.as_ref()) else { return false };
        rest = &rest[at + part.as_ref().len()..];
    }
    rest.ends_with(last.as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_text() {
        for (pattern, text, matches) in [
            ("/pricing*", "/pricing/eu", true),
            ("/pricing*", "/price", false),
            ("*", "", true),
            ("a*b*c", "abc", true),
            ("a*b*c", "acb", false),
            ("ab*ba", "aba", false),
            ("*x*", "axb", true),
            ("exact", "exact", true),
            ("exact", "exactly", false),
            ("a**b", "ab", true),
        ] {
            assert_eq!(Glob::new(pattern).matches(text), matches, "{pattern} {text}");
        }
        assert!(!Glob::literal("/a*b").matches("/axb"));
        assert!(Glob::new("GOOG*").matches_ignoring_case("google"));
    }
}
