//! Ways: steps that a session took one right after the other, as `way:"/pricing > /signup"` names them.

use std::fmt;

use crate::glob::Glob;
use crate::query::view::PathStep;

/// Steps that a session took one right after the other; a page that was loaded again is one step.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Way {
    steps: Vec<WayStep>,
    /// The step that must be its first in the session: written with `@` before it.
    first: Option<usize>,
}

/// A step of a way.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum WayStep {
    /// `*`: any page or action.
    Any,
    /// `^`: the session began.
    Entered,
    /// `$`: it left.
    Left,
    /// `...`: it is still there.
    StillHere,
    /// `/pricing` or `page:home`: a page.
    Page(Glob),
    /// `group:docs`: pages of a page group.
    Group(Glob),
    /// `submit` or `action:submit`: an action.
    Action(Glob),
}

impl Way {
    /// Steps wherever they come in a session.
    #[must_use]
    pub fn anywhere(steps: Vec<WayStep>) -> Way {
        Way { steps, first: None }
    }

    /// Steps around the first time that the session takes one of them.
    #[must_use]
    pub fn from_first(steps: Vec<WayStep>, first: usize) -> Way {
        // The beginning and the end come only once.
        let is_event =
            !matches!(steps.get(first), Some(WayStep::Entered | WayStep::Left | WayStep::StillHere));
        Way { steps, first: is_event.then_some(first) }
    }

    /// The steps, in their order.
    #[must_use]
    pub fn steps(&self) -> &[WayStep] {
        &self.steps
    }

    /// The place of the step that must be its first in the session.
    #[must_use]
    pub fn first(&self) -> Option<usize> {
        self.first
    }

    /// Reads the steps between `>`.
    pub(super) fn parse(text: &str) -> Result<Way, String> {
        let texts = cut(text);
        if texts.len() < 2 {
            return Err("way takes two steps or more, such as way:\"/pricing > /signup\"".to_owned());
        }
        let (mut steps, mut first) = (Vec::new(), None);
        for (nth, text) in texts.iter().enumerate() {
            let (is_first, text) = text.strip_prefix('@').map_or((false, *text), |rest| (true, rest));
            if is_first && first.replace(nth).is_some() {
                return Err("only one step of a way has an @ before it".to_owned());
            }
            steps.push(WayStep::parse(text.trim())?);
        }
        let last = steps.len() - 1;
        for (nth, step) in steps.iter().enumerate() {
            match step {
                WayStep::Entered if nth > 0 => return Err("^ stands first in a way".to_owned()),
                WayStep::Left | WayStep::StillHere if nth < last => {
                    return Err(format!("{step} stands last in a way"));
                }
                _ => {}
            }
        }
        Ok(first.map_or_else(|| Way::anywhere(steps.clone()), |first| Way::from_first(steps.clone(), first)))
    }
}

/// Cuts at each `>` that has no backslash before it.
fn cut(text: &str) -> Vec<&str> {
    let (mut parts, mut from, mut is_escaped) = (Vec::new(), 0, false);
    for (at, one) in text.char_indices() {
        if one == '>' && !is_escaped {
            parts.push(text[from..at].trim());
            from = at + 1;
        }
        is_escaped = one == '\\' && !is_escaped;
    }
    parts.push(text[from..].trim());
    parts
}

impl WayStep {
    fn parse(text: &str) -> Result<WayStep, String> {
        Ok(match text {
            "" => return Err("a step of the way is missing".to_owned()),
            "*" => WayStep::Any,
            "^" => WayStep::Entered,
            "$" => WayStep::Left,
            "..." => WayStep::StillHere,
            _ if text.starts_with(['/', '*']) => WayStep::Page(read_glob(text)),
            _ => match text.split_once(':') {
                Some(("page", rest)) => WayStep::Page(read_glob(rest)),
                Some(("group", rest)) => WayStep::Group(read_glob(rest)),
                Some(("action", rest)) => WayStep::Action(read_glob(rest)),
                _ => WayStep::Action(read_glob(text)),
            },
        })
    }
}

/// Stands for a star that is a star while the others are cut at.
const STAR: char = '\u{1}';

fn read_glob(text: &str) -> Glob {
    let mut pattern = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => pattern.extend(letters.next().map(|next| if next == '*' { STAR } else { next })),
            other => pattern.push(other),
        }
    }
    Glob::new(&pattern).map(|part| part.replace(STAR, "*"))
}

fn glob_text(glob: &Glob) -> String {
    let escaped = |part: &str| part.replace('\\', "\\\\").replace('*', "\\*").replace('>', "\\>");
    glob.map(escaped).pattern()
}

impl From<&PathStep> for WayStep {
    fn from(step: &PathStep) -> WayStep {
        match step {
            PathStep::Entered => WayStep::Entered,
            PathStep::Left => WayStep::Left,
            PathStep::StillHere => WayStep::StillHere,
            PathStep::Page(page) => WayStep::Page(Glob::literal(page)),
            PathStep::Group(group) => WayStep::Group(Glob::literal(group)),
            PathStep::Action(action) => WayStep::Action(Glob::literal(action)),
        }
    }
}

impl fmt::Display for WayStep {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (field, glob) = match self {
            WayStep::Any => return out.write_str("*"),
            WayStep::Entered => return out.write_str("^"),
            WayStep::Left => return out.write_str("$"),
            WayStep::StillHere => return out.write_str("..."),
            WayStep::Page(glob) => ("page:", glob),
            WayStep::Group(glob) => ("group:", glob),
            WayStep::Action(glob) => ("action:", glob),
        };
        let text = glob_text(glob);
        // As people write it, where that reads back the same.
        let is_enough = !text.starts_with('@') && WayStep::parse(text.trim()).as_ref() == Ok(self);
        if is_enough { out.write_str(&text) } else { write!(out, "{field}{text}") }
    }
}

impl fmt::Display for Way {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, step) in self.steps.iter().enumerate() {
            let arrow = if nth == 0 { "" } else { " > " };
            let at = if self.first == Some(nth) { "@" } else { "" };
            write!(out, "{arrow}{at}{step}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_the_same() {
        for text in [
            "/pricing > /signup",
            "^ > @/docs/* > submit > $",
            "group:docs > * > action:/odd > ...",
            "/a\\*b > page:home > say \\> it",
            "action:@me > page:$ > /c\\\\d",
        ] {
            let way = Way::parse(text).expect(text);
            assert_eq!(way.to_string(), text);
            assert_eq!(Way::parse(&way.to_string()), Ok(way));
        }
        assert_eq!(Way::parse("/a>/b"), Way::parse(" /a  >  /b "));
    }

    #[test]
    fn a_way_without_two_steps_in_their_places_is_refused() {
        for wrong in ["/a", "", "/a >", "@/a > @/b", "/a > ^", "$ > /a", "... > /a"] {
            assert!(Way::parse(wrong).is_err(), "{wrong}");
        }
    }
}
