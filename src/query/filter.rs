//! The filter language: what an operator types after `/`, after `--filter`, and in saved segments.
//!
//! `source:google page:/pricing* country:DE,AT duration>60s pageviews>=2 -channel:Direct bounced`: terms are
//! anded, `,` is or, `-` negates, `*` globs, a bare word matches page or source (design.md section 4). A value
//! with a space, a comma or a quote in it is quoted: `source:"Direct / None"`.

use std::fmt;
use std::ops::Range;

use crate::glob::Glob;
use crate::time::Span;

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
    /// A number compares as said; durations are in milliseconds.
    Number(NumberField, Compare, u64),
    /// A yes-or-no fact holds.
    Flag(Flag),
    /// Which sessions count with regard to bots (R3).
    Bot(BotTest),
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
        /// The host asked for.
        Site = "site",
        /// Any action by its name.
        Action = "action",
        /// The visitor's alias.
        Visitor = "visitor",
        /// What a bot calls itself; of everyone else it is empty.
        Agent = "agent",
    }
);

names!(
    /// Numbers of a session that a filter can test.
    NumberField {
        /// Last event less first.
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
    /// Whether `left` stands so to `right`.
    #[must_use]
    pub fn holds(self, left: u64, right: u64) -> bool {
        match self {
            Compare::Less => left < right,
            Compare::AtMost => left <= right,
            Compare::Equal => left == right,
            Compare::AtLeast => left >= right,
            Compare::Greater => left > right,
        }
    }

    fn sign(self) -> &'static str {
        match self {
            Compare::Less => "<",
            Compare::AtMost => "<=",
            Compare::Equal => ":",
            Compare::AtLeast => ">=",
            Compare::Greater => ">",
        }
    }
}

/// What is wrong with a filter, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} (at byte {} of the filter)", .at.start + 1)]
pub struct FilterError {
    /// The bytes of the text that are wrong.
    pub at: Range<usize>,
    /// What is wrong with them, and what to write.
    pub message: String,
}

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    /// An unknown field, a value of the wrong kind, or a quote that is not closed; with its place.
    pub fn parse(text: &str) -> Result<Filter, FilterError> {
        let words = super::filter_words::split(text)?;
        let terms = words.iter().map(Term::from_word).collect::<Result<_, _>>()?;
        Ok(Filter { terms })
    }

    /// The filter's terms, in the order they were given.
    #[must_use]
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Whether it lets everything through.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// This filter and one more term; the same filter where it has that term already.
    #[must_use]
    pub fn and(&self, term: Term) -> Filter {
        let mut terms = self.terms.clone();
        if !terms.contains(&term) {
            terms.push(term);
        }
        Filter { terms }
    }

    /// This filter and all terms of another.
    #[must_use]
    pub fn and_all(&self, other: &Filter) -> Filter {
        other.terms.iter().cloned().fold(self.clone(), |filter, term| filter.and(term))
    }

    /// Whether any term speaks of bots: then the filter alone decides whether they count (R3).
    #[must_use]
    pub fn speaks_of_bots(&self) -> bool {
        let speaks = |test: &Test| matches!(test, Test::Bot(_) | Test::Text(TextField::Agent, _));
        self.terms.iter().any(|term| speaks(&term.test))
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

    /// The term for a fact that holds.
    #[must_use]
    pub fn flag(flag: Flag) -> Term {
        Term { negated: false, test: Test::Flag(flag) }
    }

    fn from_word(word: &super::filter_words::Word) -> Result<Term, FilterError> {
        Ok(Term { negated: word.negated, test: Test::from_word(word)? })
    }
}

impl Test {
    fn from_word(word: &super::filter_words::Word) -> Result<Test, FilterError> {
        let Some((sign, values)) = &word.values else {
            return Ok(Test::bare(word));
        };
        let name = word.name.to_ascii_lowercase();
        if name == "bot" {
            return bot_test(word, *sign, values);
        }
        if let Some(field) = TextField::named(&name) {
            return text_test(word, field, *sign, values);
        }
        if let Some(field) = NumberField::named(&name) {
            return number_test(word, field, *sign, values);
        }
        Err(unknown_field(word))
    }

    fn bare(word: &super::filter_words::Word) -> Test {
        match Flag::named(&word.name.to_ascii_lowercase()) {
            Some(flag) if !word.quoted => Test::Flag(flag),
            _ => Test::Word(Glob::containing(&word.name)),
        }
    }
}

fn text_test(
    word: &super::filter_words::Word,
    field: TextField,
    sign: Compare,
    values: &[super::filter_words::Value],
) -> Result<Test, FilterError> {
    if sign != Compare::Equal {
        return Err(word.error(format!("{} is a text: write {}:VALUE", field.name(), field.name())));
    }
    let globs = values
        .iter()
        .map(|value| if value.quoted { Glob::literal(&value.text) } else { Glob::new(&value.text) })
        .collect();
    Ok(Test::Text(field, globs))
}

fn number_test(
    word: &super::filter_words::Word,
    field: NumberField,
    sign: Compare,
    values: &[super::filter_words::Value],
) -> Result<Test, FilterError> {
    let [value] = values else {
        return Err(word.error(format!("{} takes one number", field.name())));
    };
    let number = match field {
        NumberField::Duration => Span::parse(&value.text).ok().map(|span| span.0),
        _ => value.text.parse().ok(),
    };
    let wanted =
        if field == NumberField::Duration { "a length of time such as 60s or 5m" } else { "a whole number" };
    let number = number.ok_or_else(|| word.error(format!("{} takes {wanted}", field.name())))?;
    Ok(Test::Number(field, sign, number))
}

fn bot_test(
    word: &super::filter_words::Word,
    sign: Compare,
    values: &[super::filter_words::Value],
) -> Result<Test, FilterError> {
    let known = || {
        let names: Vec<_> = BotTest::ALL.iter().map(|one| one.name()).collect();
        word.error(format!("bot takes one of: {}", names.join(", ")))
    };
    match values {
        [value] if sign == Compare::Equal => BotTest::named(&value.text).map(Test::Bot).ok_or_else(known),
        _ => Err(known()),
    }
}

fn unknown_field(word: &super::filter_words::Word) -> FilterError {
    let names = TextField::ALL.iter().map(|one| one.name());
    let names: Vec<_> = names.chain(NumberField::ALL.iter().map(|one| one.name())).chain(["bot"]).collect();
    word.error(format!("no field is called `{}`; there are: {}", word.name, names.join(", ")))
}

impl fmt::Display for Filter {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, term) in self.terms.iter().enumerate() {
            let space = if index == 0 { "" } else { " " };
            write!(out, "{space}{term}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Term {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negated {
            out.write_str("-")?;
        }
        match &self.test {
            Test::Text(field, globs) => {
                let values: Vec<_> = globs.iter().map(value_text).collect();
                write!(out, "{}:{}", field.name(), values.join(","))
            }
            Test::Number(NumberField::Duration, compare, value) => {
                write!(out, "duration{}{}", compare.sign(), exact_span(*value))
            }
            Test::Number(field, compare, value) => write!(out, "{}{}{value}", field.name(), compare.sign()),
            Test::Flag(flag) => out.write_str(flag.name()),
            Test::Bot(BotTest::NoAgent) => out.write_str("bot:\"no agent\""),
            Test::Bot(test) => write!(out, "bot:{}", test.name()),
            Test::Word(glob) => out.write_str(&word_text(glob)),
        }
    }
}

/// A value as a filter reads it back: in quotes where it would otherwise be cut, or its star would be a glob's.
fn value_text(glob: &Glob) -> String {
    let text = glob.pattern();
    let cut = text.contains(|c: char| c.is_whitespace() || ",*".contains(c)) || text.starts_with('"');
    // A pattern with stars was written without quotes, and reads back so.
    if glob.is_literal() && (cut || text.is_empty()) { quote(&text) } else { text }
}

/// A bare word as a filter reads it back: in quotes where it would otherwise be a field, a flag or a negation.
fn word_text(glob: &Glob) -> String {
    let pattern = glob.pattern();
    let word = pattern.strip_prefix('*').and_then(|rest| rest.strip_suffix('*')).unwrap_or(&pattern);
    let cut = word.contains(|c: char| c.is_whitespace() || "\":=<>\\".contains(c)) || word.starts_with('-');
    let flag = Flag::named(&word.to_ascii_lowercase()).is_some();
    if cut || flag || word.is_empty() { quote(word) } else { word.to_owned() }
}

fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A span as a filter reads it back, without loss.
fn exact_span(millis: u64) -> String {
    match millis {
        0 => "0s".to_owned(),
        _ if millis.is_multiple_of(3_600_000) => format!("{}h", millis / 3_600_000),
        _ if millis.is_multiple_of(60_000) => format!("{}m", millis / 60_000),
        _ if millis.is_multiple_of(1000) => format!("{}s", millis / 1000),
        _ => format!("{millis}ms"),
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
