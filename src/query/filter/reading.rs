//! Reading filters: words become terms.

use crate::glob::Glob;
use crate::time::Span;

use super::words::{Value, Word, split};
use super::{
    AssetsTest, BotTest, Compare, Filter, FilterError, Flag, NumberField, Term, Test, TextField, Way,
};

impl Filter {
    /// The longest filter, in bytes: far longer than any that is typed, and soon tried on every session.
    pub const LONGEST: usize = 4 << 10;
    /// The most terms, those of saved filters in it included: as many as the longest filter can have.
    pub const MOST_TERMS: usize = Filter::LONGEST / 2;

    /// Refuses a text that is too long for a filter.
    ///
    /// # Errors
    /// It is longer than [`Filter::LONGEST`].
    pub fn refuse_if_long(text: &str) -> Result<(), FilterError> {
        if text.len() <= Filter::LONGEST {
            return Ok(());
        }
        let message =
            format!("a filter has at most 4 KiB, and this one has {} bytes; shorten it", text.len());
        Err(FilterError { at: 0..text.len(), message })
    }

    /// Reads a filter.
    ///
    /// ```
    /// use dwell::Filter;
    ///
    /// // All terms must match. `,` is or, `-` is not, and `*` stands for any text.
    /// let filter = Filter::parse("page:/pricing* country:DE,AT duration>90s pageviews>=2 -channel:Direct bounced")?;
    /// assert_eq!(filter.terms().len(), 6);
    ///
    /// // Quotes keep a value together, and a bare word matches any page or source that contains it.
    /// Filter::parse(r#"source:"Direct / None" bot:"no agent" checkout"#)?;
    ///
    /// // An error says which bytes are wrong, and what to write.
    /// let text = "bounced duration>5";
    /// let error = Filter::parse(text).unwrap_err();
    /// assert_eq!(&text[error.at], "duration>5");
    /// # Ok::<_, dwell::FilterError>(())
    /// ```
    ///
    /// # Errors
    /// An unknown field, a value of the wrong kind, or a quote that is not closed; with its place.
    pub fn parse(text: &str) -> Result<Filter, FilterError> {
        let words = split(text)?;
        let terms = words.iter().map(Term::from_word).collect::<Result<_, _>>()?;
        Ok(Filter { terms })
    }
}

impl Term {
    fn from_word(word: &Word) -> Result<Term, FilterError> {
        Ok(Term { negated: word.negated, test: Test::from_word(word)? })
    }
}

impl Test {
    fn from_word(word: &Word) -> Result<Test, FilterError> {
        let Some((sign, values)) = &word.values else {
            return Ok(Test::bare(word));
        };
        let name = word.name.to_ascii_lowercase();
        if name == "bot" {
            return bot_test(word, *sign, values);
        }
        if name == "assets" {
            return assets_test(word, *sign, values);
        }
        if name == "way" {
            return way_test(word, *sign, values);
        }
        if let Some(field) = TextField::named(&name) {
            return text_test(word, field, *sign, values);
        }
        if let Some(field) = NumberField::named(&name) {
            return number_test(word, field, *sign, values);
        }
        Err(unknown_field(word))
    }

    fn bare(word: &Word) -> Test {
        match Flag::named(&word.name.to_ascii_lowercase()) {
            Some(flag) if !word.quoted => Test::Flag(flag),
            _ => Test::Word(Glob::containing(&word.name)),
        }
    }
}

fn text_test(word: &Word, field: TextField, sign: Compare, values: &[Value]) -> Result<Test, FilterError> {
    if sign != Compare::Equal {
        return Err(word.error(format!("{} is a text: write {}:VALUE", field.name(), field.name())));
    }
    let globs = values.iter().map(Value::glob).collect();
    Ok(Test::Text(field, globs))
}

fn number_test(
    word: &Word,
    field: NumberField,
    sign: Compare,
    values: &[Value],
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

fn bot_test(word: &Word, sign: Compare, values: &[Value]) -> Result<Test, FilterError> {
    let known = || {
        let names: Vec<_> = BotTest::ALL.iter().map(|one| one.name()).collect();
        word.error(format!("bot takes one of: {}", names.join(", ")))
    };
    match values {
        [value] if sign == Compare::Equal => BotTest::named(&value.text).map(Test::Bot).ok_or_else(known),
        _ => Err(known()),
    }
}

fn assets_test(word: &Word, sign: Compare, values: &[Value]) -> Result<Test, FilterError> {
    let test = match values {
        [value] if sign == Compare::Equal => AssetsTest::named(&value.text),
        _ => None,
    };
    test.map(Test::Assets).ok_or_else(|| word.error("assets takes one of: none, some".to_owned()))
}

fn way_test(word: &Word, sign: Compare, values: &[Value]) -> Result<Test, FilterError> {
    if sign != Compare::Equal {
        return Err(word.error("way is a text: write way:\"/pricing > /signup\"".to_owned()));
    }
    let ways = values.iter().map(|value| Way::parse(&value.text)).collect::<Result<_, _>>();
    ways.map(Test::Way).map_err(|message| word.error(message))
}

fn unknown_field(word: &Word) -> FilterError {
    let names = TextField::ALL.iter().map(|one| one.name());
    let names: Vec<_> =
        names.chain(NumberField::ALL.iter().map(|one| one.name())).chain(["bot", "assets", "way"]).collect();
    word.error(format!("no field is called `{}`; there are: {}", word.name, names.join(", ")))
}
