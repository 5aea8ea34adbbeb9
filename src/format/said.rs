//! What a browser's headers say about a request, in the few logs that have them (design.md R2.3).

/// The headers' statements; none by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Said {
    /// Why it was requested.
    pub destination: Destination,
    /// What it was requested for.
    pub purpose: Purpose,
    /// `Accept` begins with a page's type.
    pub wants_page: bool,
    /// A script swaps in a whole page: htmx, Inertia, pjax, Turbo.
    pub swaps_page: bool,
}

/// Whether a person asked for the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Purpose {
    /// No header says so, nor any that could.
    #[default]
    Untold,
    /// A person did.
    Asked,
    /// It is a prefetch.
    Prefetch,
}

/// What the answer is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Destination {
    /// Unknown, or a page.
    #[default]
    Page,
    /// A part of a page: an image, a script, a font, …
    Part,
    /// A frame in a page, or a worker.
    Frame,
    /// A script.
    Script,
}

/// A header that describes the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Header {
    Purpose,
    Destination,
    Accept,
    Swap,
}

/// The names, in lower case, with `_` for `-` as in nginx's variables.
const HEADERS: [(&str, Header); 9] = [
    ("sec_purpose", Header::Purpose),
    ("purpose", Header::Purpose),
    ("x_moz", Header::Purpose),
    ("sec_fetch_dest", Header::Destination),
    ("accept", Header::Accept),
    ("hx_boosted", Header::Swap),
    ("x_inertia", Header::Swap),
    ("x_pjax", Header::Swap),
    ("turbo_frame", Header::Swap),
];

impl Header {
    /// The header with that name in any spelling: `Sec-Fetch-Dest`, `sec_fetch_dest`.
    pub(super) fn named(name: &str) -> Option<Header> {
        let name = name.to_ascii_lowercase().replace('-', "_");
        HEADERS.into_iter().find(|(known, _)| *known == name).map(|(_, header)| header)
    }
}

impl Said {
    /// Whether it is a prefetch.
    #[must_use]
    pub fn prefetches(self) -> bool {
        self.purpose == Purpose::Prefetch
    }

    /// Takes in a header.
    pub(super) fn hear(&mut self, header: Header, text: &[u8]) {
        let holds = |word: &[u8]| text.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
        self.purpose = self.purpose.max(Purpose::Asked);
        match header {
            Header::Purpose if holds(b"prefetch") || holds(b"prerender") => self.purpose = Purpose::Prefetch,
            Header::Purpose => {}
            Header::Destination => self.destination = Destination::named(text),
            Header::Accept => self.wants_page |= text.starts_with(b"text/html"),
            Header::Swap => self.swaps_page |= !matches!(text, b"" | b"-"),
        }
    }

    /// Merges two sets of statements.
    pub(super) fn or(self, other: Said) -> Said {
        let of_self = self.destination != Destination::Page;
        Said {
            destination: if of_self { self.destination } else { other.destination },
            purpose: self.purpose.max(other.purpose),
            wants_page: self.wants_page || other.wants_page,
            swaps_page: self.swaps_page || other.swaps_page,
        }
    }
}

impl Destination {
    fn named(name: &[u8]) -> Destination {
        match name {
            b"image" | b"script" | b"style" | b"font" | b"audio" | b"video" | b"track" | b"manifest" => {
                Destination::Part
            }
            b"iframe" | b"embed" | b"object" | b"worker" => Destination::Frame,
            b"empty" => Destination::Script,
            _ => Destination::Page,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(headers: &[(&str, &str)]) -> Said {
        headers.iter().fold(Said::default(), |mut said, (name, text)| {
            said.hear(Header::named(name).expect("a known header"), text.as_bytes());
            said
        })
    }

    #[test]
    fn r2_headers_say_what_an_answer_is_for() {
        assert_eq!(said(&[("Sec-Fetch-Dest", "image")]).destination, Destination::Part);
        assert_eq!(said(&[("sec_fetch_dest", "iframe")]).destination, Destination::Frame);
        assert_eq!(said(&[("Sec-Fetch-Dest", "empty")]).destination, Destination::Script);
        let document = Said { purpose: Purpose::Asked, ..Said::default() };
        assert_eq!(said(&[("Sec-Fetch-Dest", "document")]), document);
        assert!(said(&[("Sec-Purpose", "prefetch;prerender")]).prefetches());
        assert!(said(&[("X-moz", "Prefetch")]).prefetches());
        assert!(!said(&[("Purpose", "-"), ("Turbo-Frame", "-")]).prefetches());
        assert!(said(&[("HX-Boosted", "true")]).swaps_page);
        assert!(said(&[("Accept", "text/html,*/*")]).wants_page && !said(&[("Accept", "*/*")]).wants_page);
        assert_eq!(Header::named("Sec-Fetch-Mode"), None);
    }
}
