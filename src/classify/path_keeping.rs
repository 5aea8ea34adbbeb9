//! What is kept of a path (R11).

use std::borrow::Cow;

use super::address::AddressKeeping;
use super::scrub::scrub;
use crate::glob::Glob;

/// What is kept of paths.
#[derive(Debug, Clone, Copy)]
pub(super) struct PathKeeping<'a> {
    /// How much is kept of addresses.
    pub(super) addresses: AddressKeeping,
    /// Paths that the operator knows to hold no secrets, such as `/commit/*`.
    pub(super) exempt: &'a [Glob],
}

impl PathKeeping<'_> {
    /// The path without personal data.
    pub(super) fn text(self, path: &[u8]) -> Vec<u8> {
        let scrubbed = if self.exempts(path) { Cow::Borrowed(path) } else { scrub(path) };
        self.addresses.text(&scrubbed).into_owned()
    }

    fn exempts(self, path: &[u8]) -> bool {
        // Nearly always there are none, and a path need not be read.
        !self.exempt.is_empty()
            && std::str::from_utf8(path)
                .is_ok_and(|path| self.exempt.iter().any(|glob| glob.matches_page(path)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r11_paths_that_the_operator_names_keep_what_looks_like_a_secret() {
        let exempt = [Glob::new("/commit/*")];
        let kept = |exempt, path: &str| {
            let keeping = PathKeeping { addresses: AddressKeeping::Masked, exempt };
            String::from_utf8(keeping.text(path.as_bytes())).expect("as it was")
        };
        let path = "/commit/7a8dd66c3d4c1c0b7ad3e93c64bcd5c79a66e566";
        assert_eq!(kept(&exempt[..], path), path);
        assert_eq!(kept(&[], path), "/commit/{token}");
        assert_eq!(kept(&exempt[..], "/reset/7a8dd66c3d4c1c0b7ad3e93c64bcd5c79a66e566"), "/reset/{token}");
        assert_eq!(
            kept(&exempt[..], "/commit/203.0.113.77"),
            "/commit/203.0.113.xx",
            "addresses are masked all the same"
        );
    }
}
