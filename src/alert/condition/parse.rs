//! Reads conditions. An error says where, and what would fit there.

use std::ops::Range;

use crate::query::view::Finding;
use crate::text::nearest;

use super::{Comparison, Condition, Figure, Measure, Reference, Sign, Statuses};

/// What is wrong with a condition, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ConditionError {
    /// The bytes of the text that are wrong.
    pub at: Range<usize>,
    /// What is wrong, and what would fit.
    pub message: String,
}

/// Deeper parentheses are no condition that a person wrote.
const DEEPEST: usize = 16;

/// The figures, as they are written.
const FIGURES: [&str; 11] = [
    "hits",
    "bytes",
    "lines",
    "active",
    "started",
    "bounce_rate",
    "load_p75",
    "errors",
    "goal.NAME",
    "goal.NAME.rate",
    "funnel.NAME.rate",
];

pub(super) fn parse(text: &str) -> Result<Condition, ConditionError> {
    let mut parser = Parser { text, at: 0, depth: 0 };
    let condition = parser.any()?;
    match parser.peek() {
        None => Ok(condition),
        Some(token) if token.text == ")" => Err(token.wrong("this `)` closes nothing: leave it out")),
        Some(token) => Err(token.wrong("write `and` or `or` between two comparisons")),
    }
}

/// A word, a number or a sign.
#[derive(Debug, Clone)]
struct Token<'a> {
    text: &'a str,
    at: Range<usize>,
}

impl Token<'_> {
    fn wrong(&self, message: impl Into<String>) -> ConditionError {
        ConditionError { at: self.at.clone(), message: message.into() }
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<Token<'a>> {
        let rest = self.text.get(self.at..)?;
        let start = self.at + (rest.len() - rest.trim_start().len());
        let rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
        let length = token_length(rest);
        Some(Token { text: rest.get(..length)?, at: start..start + length })
    }

    fn next(&mut self) -> Option<Token<'a>> {
        let token = self.peek()?;
        self.at = token.at.end;
        Some(token)
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.peek().filter(|token| token.text == word);
        self.at = found.as_ref().map_or(self.at, |token| token.at.end);
        found.is_some()
    }

    fn missing(&self, message: &str) -> ConditionError {
        let end = self.text.trim_end().len();
        ConditionError { at: end..end, message: message.to_owned() }
    }

    /// `and {"or" and}`
    fn any(&mut self) -> Result<Condition, ConditionError> {
        self.joined("or", Parser::all, Condition::Or)
    }

    /// `atom {"and" atom}`
    fn all(&mut self) -> Result<Condition, ConditionError> {
        self.joined("and", Parser::atom, Condition::And)
    }

    fn joined(
        &mut self,
        word: &str,
        part: fn(&mut Parser<'a>) -> Result<Condition, ConditionError>,
        join: fn(Vec<Condition>) -> Condition,
    ) -> Result<Condition, ConditionError> {
        let first = part(self)?;
        let mut parts = vec![first];
        while self.take(word) {
            parts.push(part(self)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { join(parts) })
    }

    fn atom(&mut self) -> Result<Condition, ConditionError> {
        let example = "write a comparison, such as `errors.5xx > 5 %`, or `finding:outage`";
        let Some(token) = self.next() else { return Err(self.missing(example)) };
        if token.text == "(" {
            return self.in_parentheses(&token);
        }
        if let Some(kinds) = token.text.strip_prefix("finding:") {
            return finding(kinds, &token);
        }
        self.comparison(&token).map(Condition::Compare)
    }

    fn in_parentheses(&mut self, open: &Token) -> Result<Condition, ConditionError> {
        if self.depth == DEEPEST {
            return Err(open.wrong(format!("parentheses are at most {DEEPEST} deep")));
        }
        self.depth += 1;
        let inside = self.any()?;
        self.depth -= 1;
        if self.take(")") { Ok(inside) } else { Err(open.wrong("this `(` is not closed: add a `)`")) }
    }

    fn comparison(&mut self, word: &Token<'a>) -> Result<Comparison, ConditionError> {
        let figure = figure(word)?;
        let sign = self.sign(word)?;
        let (number, token) = self.number()?;
        let unit = self.unit();
        let reference = self.reference()?;
        let (measure, threshold) = meant(&figure, number, unit.as_ref(), reference, &token)?;
        Ok(Comparison { figure, measure, sign, threshold })
    }

    fn sign(&mut self, figure: &Token) -> Result<Sign, ConditionError> {
        let message = format!("compare `{}` with a number: write >, >=, < or <= after it", figure.text);
        let Some(token) = self.next() else { return Err(self.missing(&message)) };
        match token.text {
            ">" => Ok(Sign::More),
            ">=" => Ok(Sign::AtLeast),
            "<" => Ok(Sign::Less),
            "<=" => Ok(Sign::AtMost),
            _ => Err(token.wrong(message)),
        }
    }

    fn number(&mut self) -> Result<(f64, Token<'a>), ConditionError> {
        let message = "write a number here, such as 5 %, 300 ms or 100";
        let Some(token) = self.next() else { return Err(self.missing(message)) };
        let number = token.text.replace('_', "").parse().ok();
        let number = number.filter(|number: &f64| number.is_finite() && *number >= 0.0);
        number.map(|number| (number, token.clone())).ok_or_else(|| token.wrong(message))
    }

    fn unit(&mut self) -> Option<Token<'a>> {
        let is_joint = |text: &str| matches!(text, "and" | "or" | "of" | "(" | ")");
        self.peek().filter(|token| !is_joint(token.text))?;
        self.next()
    }

    fn reference(&mut self) -> Result<Option<Reference>, ConditionError> {
        if !self.take("of") {
            return Ok(None);
        }
        let message =
            "after `of` comes `usual`, the same time on earlier days, or `before`, the window before";
        let Some(token) = self.next() else { return Err(self.missing(message)) };
        match token.text {
            "usual" => Ok(Some(Reference::Usual)),
            "before" => Ok(Some(Reference::Before)),
            _ => Err(token.wrong(message)),
        }
    }
}

/// How many bytes the first token of a text has.
fn token_length(text: &str) -> usize {
    let two = [">=", "<="];
    if two.iter().any(|sign| text.starts_with(sign)) {
        return 2;
    }
    let is_sign = |c: char| matches!(c, '(' | ')' | '<' | '>' | '%');
    let first = text.chars().next().unwrap_or_default();
    if is_sign(first) {
        return first.len_utf8();
    }
    if first.is_ascii_digit() {
        // The unit may follow without a blank: 300ms.
        let is_number = |c: char| c.is_ascii_digit() || c == '.' || c == '_';
        return text.find(|c| !is_number(c)).unwrap_or(text.len());
    }
    let mut quoted = false;
    let ends = |c: char| {
        quoted ^= c == '"';
        !quoted && (c.is_whitespace() || is_sign(c))
    };
    text.find(ends).unwrap_or(text.len())
}

fn figure(token: &Token) -> Result<Figure, ConditionError> {
    match token.text {
        "hits" => return Ok(Figure::Hits),
        "bytes" => return Ok(Figure::Bytes),
        "lines" => return Ok(Figure::Lines),
        "active" => return Ok(Figure::Active),
        "started" => return Ok(Figure::Started),
        "bounce_rate" => return Ok(Figure::BounceRate),
        "load_p75" => return Ok(Figure::LoadP75),
        "errors" => return Ok(Figure::Errors(Statuses::All)),
        _ => {}
    }
    if let Some(status) = token.text.strip_prefix("errors.") {
        return statuses(status).map(Figure::Errors).ok_or_else(|| {
            token.wrong(format!("`{status}` is no failure: write errors.4xx, errors.5xx or errors.404"))
        });
    }
    if let Some(goal) = token.text.strip_prefix("goal.") {
        return match named(goal) {
            (name, "") if !name.is_empty() => Ok(Figure::Goal(name)),
            (name, "rate") if !name.is_empty() => Ok(Figure::GoalRate(name)),
            _ => Err(token.wrong("write goal.NAME, or goal.NAME.rate for its share of sessions")),
        };
    }
    if let Some(funnel) = token.text.strip_prefix("funnel.") {
        return match named(funnel) {
            (name, "rate") if !name.is_empty() => Ok(Figure::FunnelRate(name)),
            _ => Err(token.wrong("write funnel.NAME.rate, the share that completes the funnel")),
        };
    }
    Err(unknown_figure(token))
}

fn unknown_figure(token: &Token) -> ConditionError {
    let meant = nearest(token.text, FIGURES).map(|figure| format!("; did you mean `{figure}`?"));
    let all = || format!("; there are: {}, finding:KIND", FIGURES.join(", "));
    token.wrong(format!("no figure is called `{}`{}", token.text, meant.unwrap_or_else(all)))
}

fn statuses(text: &str) -> Option<Statuses> {
    match text {
        "4xx" => Some(Statuses::Class(4)),
        "5xx" => Some(Statuses::Class(5)),
        _ => text.parse().ok().filter(|status| (400..600).contains(status)).map(Statuses::One),
    }
}

/// A name, in quotes if it holds blanks, and the word after its last dot: `signup.rate`.
fn named(text: &str) -> (String, &str) {
    if let Some((name, rest)) = text.strip_prefix('"').and_then(|text| text.split_once('"')) {
        return (name.to_owned(), rest.strip_prefix('.').unwrap_or(rest));
    }
    match text.strip_suffix(".rate") {
        Some(name) => (name.to_owned(), "rate"),
        None => (text.to_owned(), ""),
    }
}

fn finding(kinds: &str, token: &Token) -> Result<Condition, ConditionError> {
    let known = |kind: &str| Finding::KINDS.into_iter().find(|known| *known == kind);
    let each = kinds.split(',').map(|kind| known(kind).ok_or_else(|| unknown_kind(kind, token)));
    each.collect::<Result<Vec<_>, _>>().map(Condition::Finding)
}

fn unknown_kind(kind: &str, token: &Token) -> ConditionError {
    if kind.is_empty() {
        return token.wrong("name kinds of findings without blanks: finding:errors,slower");
    }
    let meant = nearest(kind, Finding::KINDS).map(|known| format!("; did you mean `{known}`?"));
    let all = || format!("; there are: {}", Finding::KINDS.join(", "));
    token.wrong(format!("no kind of finding is called `{kind}`{}", meant.unwrap_or_else(all)))
}

/// What is compared, and with what, in the figure's own unit.
fn meant(
    figure: &Figure,
    number: f64,
    unit: Option<&Token>,
    reference: Option<Reference>,
    at: &Token,
) -> Result<(Measure, f64), ConditionError> {
    let written = unit.map(|unit| unit.text);
    if let Some(reference) = reference {
        return match written {
            Some("%") => Ok((Measure::Of(reference), number / 100.0)),
            _ => Err(unit
                .unwrap_or(at)
                .wrong("what is compared with another time is a share: write 50 % of usual")),
        };
    }
    match (written, figure.needs_unit()) {
        (None, None) | (Some("s"), Some("ms")) => Ok((Measure::Itself, number)),
        (None, Some(unit)) => Err(at.wrong(format!("add the unit: write {number} {unit}"))),
        (Some("%"), Some("%")) => Ok((Measure::Itself, number / 100.0)),
        (Some("%"), None) if matches!(figure, Figure::Errors(_)) => Ok((Measure::OfHits, number / 100.0)),
        (Some("ms"), Some("ms")) => Ok((Measure::Itself, number / 1000.0)),
        (Some("/s"), None) if figure.adds_up() => Ok((Measure::PerSecond, number)),
        (Some("/min"), None) if figure.adds_up() => Ok((Measure::PerMinute, number)),
        (Some(_), _) => Err(wrong_unit(figure, unit.unwrap_or(at))),
    }
}

fn wrong_unit(figure: &Figure, unit: &Token) -> ConditionError {
    let fits = match figure.needs_unit() {
        Some("ms") => "ms or s, or % of usual",
        Some(_) => "%, or % of usual",
        None if matches!(figure, Figure::Errors(_)) => "%, /s, /min, nothing, or % of usual",
        None if figure.adds_up() => "/s, /min, nothing, or % of usual",
        None => "nothing, or % of usual",
    };
    unit.wrong(format!("`{}` does not fit this figure: it takes {fits}", unit.text))
}
