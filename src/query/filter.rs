//! The filter language: what an operator types after `/`, after `--filter`, and in saved segments.
//!
//! `source:google page:/pricing* country:DE,AT duration>60s pageviews>=2 -channel:Direct bounced`.
//! All terms must match, `,` is or, `-` negates, `*` globs, a bare word matches page or source (design.md section 4). A value
//! with a space, a comma or a quote in it is quoted: `source:"Direct / None"`.

mod reading;
mod way;
pub(super) mod words;
mod writing;

use std::ops::Range;

use crate::glob::Glob;
pub use way::{Way, WayStep};
pub(super) use writing::value_text;

/// A parsed filter: sessions match when every term does. The empty filter matches all.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Filter {
    terms: Vec<Term>,
}

/// One term of a filter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Term {
    /// Whether the test must fail.
    pub negated: bool,
    /// What is tested.
    pub test: Test,
}

/// What a term tests of a session.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Test {
    /// A text matches one of the patterns.
    Text(TextField, Vec<Glob>),
    /// A number compares as given; durations are in milliseconds.
    Number(NumberField, Compare, u64),
    /// A yes-or-no fact holds.
    Flag(Flag),
    /// Which sessions count with regard to bots (R3).
    Bot(BotTest),
    /// Whether it fetched page assets (R3).
    Assets(AssetsTest),
    /// It went one of these ways.
    Way(Vec<Way>),
    /// A page or the source contains the word, case ignored.
    Word(Glob),
}

macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            /// Every one, in the order that help lists them.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            /// As the filter language writes it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $($name::$variant => $text),+ }
            }

            fn named(text: &str) -> Option<$name> {
                Self::ALL.iter().copied().find(|one| one.name() == text)
            }
        }
    };
}

names!(
    /// Texts of a session that a filter can test.
    TextField {
        /// Where it came from (R9).
        Source = "source",
        /// By which channel (R10).
        Channel = "channel",
        /// `utm_campaign`.
        Campaign = "campaign",
        /// Any page that was viewed.
        Page = "page",
        /// The first page.
        Entry = "entry",
        /// The last page.
        Exit = "exit",
        /// Country, two letters.
        Country = "country",
        /// Browser family.
        Browser = "browser",
        /// Operating system.
        System = "system",
        /// Desktop, phone, tablet, …
        Device = "device",
        /// The site of the host asked for (R4).
        Site = "site",
        /// The host asked for at first, without case and port.
        Host = "host",
        /// Any action by its name.
        Action = "action",
        /// A goal it reached (R13).
        Goal = "goal",
        /// A step of a funnel that it took: `checkout/2`; without a number it entered the funnel (R13).
        Reached = "reached",
        /// A step of a funnel that it took, and none after it, now that this is settled: `checkout/2`.
        Dropped = "dropped",
        /// The group of any page that was viewed.
        Group = "group",
        /// The variant of an experiment that one of its events named (R14).
        Variant = "variant",
        /// The visitor's alias.
        Visitor = "visitor",
        /// The kept part of the visitor's address: masked, or whole under `--privacy off` (R11).
        Address = "address",
        /// The name of a bot; empty for anyone else.
        Agent = "agent",
        /// The kind of any request of the session, or of a hit (R2).
        Kind = "kind",
        /// The status of any request: `404`, or `5xx`.
        Status = "status",
        /// The method of any pageview or action, or of a hit.
        Method = "method",
        /// The path of any request that the session notes, errors and redirects as well.
        Path = "path",
    }
);

names!(
    /// Numbers of a session that a filter can test.
    NumberField {
        /// Last event minus first.
        Duration = "duration",
        /// Number of pageviews.
        Pageviews = "pageviews",
        /// Number of actions.
        Actions = "actions",
        /// Number of errors noted.
        Errors = "errors",
    }
);

names!(
    /// Facts of a session that a filter can ask for by their bare name.
    Flag {
        /// It is a bounce (R7).
        Bounced = "bounced",
        /// Last event at most `--active` ago.
        Active = "active",
        /// Not closed yet.
        Open = "open",
        /// Closed.
        Closed = "closed",
        /// Its referrer was one of the site's own pages (R9).
        Resumed = "resumed",
        /// It is its visitor's first session, as far as dwell has read.
        New = "new",
        /// Its visitor has been here before.
        Returning = "returning",
        /// The server took over 2.5 s for its first page.
        Slow = "slow",
    }
);

names!(
    /// Which sessions count with regard to bots (R3).
    BotTest {
        /// Only flagged ones.
        Yes = "yes",
        /// Only those that are not flagged.
        No = "no",
        /// Both.
        Any = "any",
        /// Flagged because the user agent says so.
        Agent = "agent",
        /// Flagged because there is no user agent.
        NoAgent = "no agent",
        /// Flagged because of robots.txt.
        RobotsTxt = "robots.txt",
        /// Flagged because of its rate.
        Rate = "rate",
        /// Flagged because the referrer is a spammer's.
        Spam = "spam",
    }
);

names!(
    /// Whether a session fetched page assets (R3).
    AssetsTest {
        /// Nothing was fetched, or the log has no assets.
        None = "none",
        /// Something was.
        Some = "some",
    }
);

/// How a number is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Compare {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `=` or `:`
    Equal,
    /// `>=`
    AtLeast,
    /// `>`
    Greater,
}

impl Compare {
    /// Applies the comparison.
    #[must_use]
    pub fn holds<T: PartialOrd>(self, left: &T, right: &T) -> bool {
        match self {
            Compare::Less => left < right,
            Compare::AtMost => left <= right,
            Compare::Equal => left == right,
            Compare::AtLeast => left >= right,
            Compare::Greater => left > right,
        }
    }
}

/// An error in a filter, and its position.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} (at byte {} of the filter)", .at.start + 1)]
pub struct FilterError {
    /// The byte range of the error.
    pub at: Range<usize>,
    /// What is wrong with them, and what to write.
    pub message: String,
}

impl Filter {
    /// The filter's terms, in the order they were given.
    #[must_use]
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Whether it is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// This filter with one more term; unchanged if it has the term already.
    #[must_use]
    pub fn and(&self, term: Term) -> Filter {
        let mut terms = self.terms.clone();
        if !terms.contains(&term) {
            terms.push(term);
        }
        Filter { terms }
    }

    /// This filter with all terms of another.
    #[must_use]
    pub fn and_all(&self, other: &Filter) -> Filter {
        other.terms.iter().cloned().fold(self.clone(), |filter, term| filter.and(term))
    }

    /// Whether any term is about bots: then the filter alone decides whether they count (R3).
    #[must_use]
    pub fn speaks_of_bots(&self) -> bool {
        let speaks = |test: &Test| matches!(test, Test::Bot(_) | Test::Text(TextField::Agent, _));
        self.terms.iter().any(|term| speaks(&term.test))
    }

    /// Whether any term asks if visitors have been here before.
    #[must_use]
    pub fn speaks_of_newness(&self) -> bool {
        self.terms.iter().any(|term| matches!(term.test, Test::Flag(Flag::New | Flag::Returning)))
    }
}

impl Term {
    /// The term for one exact value, as Enter on a table's row adds it.
    #[must_use]
    pub fn exactly(field: TextField, value: &str) -> Term {
        Term { negated: false, test: Test::Text(field, vec![Glob::literal(value)]) }
    }

    /// The term for sessions flagged as bots for this reason (R3), by its name.
    #[must_use]
    pub fn bot(reason: &str) -> Option<Term> {
        BotTest::named(reason).map(|test| Term { negated: false, test: Test::Bot(test) })
    }

    /// The term for sessions that met an error.
    #[must_use]
    pub fn with_errors() -> Term {
        Term { negated: false, test: Test::Number(NumberField::Errors, Compare::AtLeast, 1) }
    }

    /// The term for sessions that fetched no asset (R3).
    #[must_use]
    pub fn without_assets() -> Term {
        Term { negated: false, test: Test::Assets(AssetsTest::None) }
    }

    /// The term for sessions with one pageview.
    #[must_use]
    pub fn of_one_page() -> Term {
        Term { negated: false, test: Test::Number(NumberField::Pageviews, Compare::Equal, 1) }
    }

    /// The term for sessions that went a way.
    #[must_use]
    pub fn way(way: Way) -> Term {
        Term { negated: false, test: Test::Way(vec![way]) }
    }

    /// The term for a fact that holds.
    #[must_use]
    pub fn flag(flag: Flag) -> Term {
        Term { negated: false, test: Test::Flag(flag) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_designs_example_reads_and_writes_itself() {
        let text =
            "source:google page:/pricing* country:DE,AT duration>1m pageviews>=2 -channel:Direct bounced";
        assert_eq!(Filter::parse(text).map(|filter| filter.to_string()), Ok(text.to_owned()));
    }

    #[test]
    fn what_is_written_reads_back_the_same() {
        for text in [
            "source:\"Direct / None\"",
            "page:\"/a*b\"",
            "page:\"/q\\\"uote,\"",
            "-bot:any",
            "duration<90s",
            "pricing",
            "\"bounced\"",
            "visitor:otter-4f2a",
            "-\"two words\"",
            "bot:\"no agent\"",
            "site:\"\"",
            "page:/a\"b*",
        ] {
            let filter = Filter::parse(text).expect(text);
            assert_eq!(Filter::parse(&filter.to_string()), Ok(filter), "{text}");
        }
    }

    #[test]
    fn an_error_names_the_word_that_has_it() {
        let text = "bounced sorce:google";
        let error = Filter::parse(text).expect_err("no such field");
        assert_eq!(&text[error.at.clone()], "sorce:google");
        assert!(error.message.contains("source"), "{error}");
        for wrong in [
            "duration>5",
            "pageviews>many",
            "source>3",
            "bot:maybe",
            "page:\"open",
            "source:",
            "pageviews:1,2",
        ] {
            assert!(Filter::parse(wrong).is_err(), "{wrong}");
        }
    }
}
