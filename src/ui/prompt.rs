//! The line in which a filter is written: it filters as one types, and says what is wrong under the word that is.

use tui_input::{Input, InputRequest};

use crate::query::filter::{Filter, FilterError};
use crate::text;

use super::action::Action;

/// A filter being written.
#[derive(Debug, Clone)]
pub(crate) struct Prompt {
    input: Input,
    /// The filter to go back to.
    before: Filter,
    read: Result<Filter, FilterError>,
}

/// What is wrong with what was typed, by columns of the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    /// Where the wrong word begins.
    pub(crate) from: usize,
    /// How wide it is; at least one.
    pub(crate) width: usize,
    /// What is wrong with it, and what to write.
    pub(crate) message: String,
}

impl Prompt {
    /// A prompt that begins with the filter as it is.
    pub(crate) fn new(filter: &Filter) -> Prompt {
        let mut text = filter.to_string();
        if !text.is_empty() {
            text.push(' ');
        }
        Prompt { input: Input::new(text), before: filter.clone(), read: Ok(filter.clone()) }
    }

    /// The filter that was there before.
    pub(crate) fn before(&self) -> &Filter {
        &self.before
    }

    /// The filter as written, where it can be read.
    pub(crate) fn filter(&self) -> Option<&Filter> {
        self.read.as_ref().ok()
    }

    /// What is written, harmless.
    pub(crate) fn text(&self) -> String {
        text::harmless(self.input.value()).into_owned()
    }

    /// The column at which the cursor stands.
    pub(crate) fn cursor(&self) -> usize {
        let before: String = self.input.value().chars().take(self.input.cursor()).collect();
        text::width(&text::harmless(&before))
    }

    /// What is wrong with it.
    pub(crate) fn mistake(&self) -> Option<Mistake> {
        let error = self.read.as_ref().err()?;
        let value = self.input.value();
        let column = |byte: usize| text::width(&text::harmless(value.get(..byte).unwrap_or(value)));
        let (from, to) = (column(error.at.start), column(error.at.end));
        Some(Mistake { from, width: to.saturating_sub(from).max(1), message: error.message.clone() })
    }

    /// Types a character. One that cannot be seen is left out.
    pub(crate) fn type_char(&mut self, c: char) {
        if text::harmless(c.encode_utf8(&mut [0; 4])) == c.to_string() {
            self.edit(InputRequest::InsertChar(c));
        }
    }

    /// Changes what is written; false where the action is not one of writing.
    pub(crate) fn act(&mut self, action: Action) -> bool {
        let Some(request) = request(action) else { return false };
        self.edit(request);
        true
    }

    fn edit(&mut self, request: InputRequest) {
        self.input.handle(request);
        self.read = Filter::parse(self.input.value());
    }
}

fn request(action: Action) -> Option<InputRequest> {
    Some(match action {
        Action::CursorLeft => InputRequest::GoToPrevChar,
        Action::CursorRight => InputRequest::GoToNextChar,
        Action::WordLeft => InputRequest::GoToPrevWord,
        Action::WordRight => InputRequest::GoToNextWord,
        Action::LineStart => InputRequest::GoToStart,
        Action::LineEnd => InputRequest::GoToEnd,
        Action::DeleteBack => InputRequest::DeletePrevChar,
        Action::DeleteForward => InputRequest::DeleteNextChar,
        Action::DeleteWord => InputRequest::DeletePrevWord,
        Action::DeleteLine => InputRequest::DeleteLine,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Prompt {
        let mut prompt = Prompt::new(&Filter::default());
        text.chars().for_each(|c| prompt.type_char(c));
        prompt
    }

    #[test]
    fn the_mistake_stands_under_its_word() {
        let mistake = typed("page:/日本 sorce:x bounced").mistake().expect("sorce is no field");
        assert_eq!((mistake.from, mistake.width), (11, 7), "columns, not bytes");
        assert!(typed("source:x").mistake().is_none());
    }

    #[test]
    fn what_cannot_be_seen_is_not_typed() {
        assert_eq!(typed("a\u{202e}\u{7}b\u{200b}").text(), "ab");
    }

    #[test]
    fn a_filter_that_cannot_be_read_is_none() {
        assert_eq!(typed("duration>").filter(), None);
        assert!(typed("duration>5m").filter().is_some());
    }
}
