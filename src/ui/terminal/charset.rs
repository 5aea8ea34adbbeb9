//! The characters that the terminal can show, by the locale.

/// Which characters the terminal can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Charset {
    /// Unicode.
    #[default]
    Unicode,
    /// ASCII: other characters are replaced by similar ones.
    Ascii,
}

impl Charset {
    /// What the environment's locale says: the first of `LC_ALL`, `LC_CTYPE` and `LANG` that is not empty decides
    /// (POSIX).
    #[must_use]
    pub fn detect(env: &dyn Fn(&str) -> Option<String>) -> Charset {
        let set = |name: &&str| env(name).filter(|value| !value.is_empty());
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(set).unwrap_or_default();
        let locale = locale.to_ascii_lowercase();
        if locale.contains("utf-8") || locale.contains("utf8") { Charset::Unicode } else { Charset::Ascii }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detect(variables: &[(&str, &str)]) -> Charset {
        Charset::detect(&|wanted| {
            variables.iter().find(|(name, _)| *name == wanted).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_locale_decides() {
        assert_eq!(detect(&[("LANG", "de_DE.UTF-8")]), Charset::Unicode);
        assert_eq!(detect(&[("LANG", "C.utf8"), ("LC_ALL", "")]), Charset::Unicode);
        assert_eq!(detect(&[("LANG", "de_DE.UTF-8"), ("LC_ALL", "C")]), Charset::Ascii);
        assert_eq!(detect(&[("LANG", "de_DE.ISO-8859-1")]), Charset::Ascii);
        assert_eq!(detect(&[]), Charset::Ascii);
    }
}
