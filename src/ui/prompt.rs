//! The filter prompt: filters while typing, and shows errors under the wrong word.

use std::sync::Arc;

use tui_input::{Input, InputRequest};

use crate::config::segments::{self, Segments};
use crate::query::definitions::Definitions;
use crate::query::filter::{Filter, FilterError};
use crate::query::privacy::Privacy;
use crate::text;

use super::action::Action;
use super::completion::{self, Completions};
use super::vocabulary::Vocabulary;

/// A filter being typed.
#[derive(Debug, Clone)]
pub(crate) struct Prompt {
    input: Input,
    /// The filter to go back to.
    before: Filter,
    read: Result<Filter, FilterError>,
    known: Known,
    /// The completions that Tab cycles through, and the index of the current one.
    cycle: Option<(Completions, usize)>,
}

/// Words to complete besides the names of fields.
#[derive(Debug, Clone, Default)]
pub(crate) struct Known {
    /// Values of fields.
    pub(crate) vocabulary: Vocabulary,
    /// Saved filters by their names.
    pub(crate) segments: Segments,
    /// What `goal:`, `group:` and `reached:` may name.
    pub(crate) definitions: Arc<Definitions>,
    /// What may be asked at all.
    pub(crate) privacy: Privacy,
}

impl Known {
    /// The filter that a text says, if it may be asked.
    fn read(&self, text: &str) -> Result<Filter, FilterError> {
        let filter = segments::read(text, &self.segments, &self.definitions)?;
        match self.privacy.refuses(&filter) {
            Some(refused) => Err(FilterError { at: 0..text.trim_end().len(), message: refused.to_string() }),
            None => Ok(filter),
        }
    }
}

/// An error in the typed text, in columns of the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PromptError {
    /// The start of the wrong word.
    pub(crate) from: usize,
    /// Its width, at least one.
    pub(crate) width: usize,
    /// The message, with advice.
    pub(crate) message: String,
}

impl Prompt {
    /// A prompt with the current filter.
    pub(crate) fn new(filter: &Filter, known: Known) -> Prompt {
        let mut text = filter.to_string();
        if !text.is_empty() {
            text.push(' ');
        }
        Prompt {
            input: Input::new(text),
            before: filter.clone(),
            read: Ok(filter.clone()),
            known,
            cycle: None,
        }
    }

    /// The filter before the prompt.
    pub(crate) fn before(&self) -> &Filter {
        &self.before
    }

    /// The typed filter, if it is valid.
    pub(crate) fn filter(&self) -> Option<&Filter> {
        self.read.as_ref().ok()
    }

    /// The typed text, made harmless.
    pub(crate) fn text(&self) -> String {
        text::harmless(self.input.value()).into_owned()
    }

    /// The cursor's column.
    pub(crate) fn cursor(&self) -> usize {
        let before: String = self.input.value().chars().take(self.input.cursor()).collect();
        text::width(&text::harmless(&before))
    }

    /// The error in it.
    pub(crate) fn mistake(&self) -> Option<PromptError> {
        let error = self.read.as_ref().err()?;
        let value = self.input.value();
        let column = |byte: usize| text::width(&text::harmless(value.get(..byte).unwrap_or(value)));
        let (from, to) = (column(error.at.start), column(error.at.end));
        Some(PromptError { from, width: to.saturating_sub(from).max(1), message: error.message.clone() })
    }

    /// Types a character; invisible ones are ignored.
    pub(crate) fn type_char(&mut self, c: char) {
        let has_room = self.input.value().len() <= Filter::LONGEST;
        if has_room && text::harmless(c.encode_utf8(&mut [0; 4])).is_as_written() {
            self.edit(InputRequest::InsertChar(c));
        }
    }

    /// Inserts pasted text at the cursor, as one edit. Of what is too long so much is taken that the mistake shows.
    pub(crate) fn paste(&mut self, text: &str) {
        let (before, after) = self.parts();
        let room = (Filter::LONGEST + 1).saturating_sub(before.len() + after.len());
        let is_seen = |c: &char| text::harmless(c.encode_utf8(&mut [0; 4])).is_as_written();
        let mut pasted = String::new();
        for c in text.chars().filter(is_seen) {
            if pasted.len() >= room {
                break;
            }
            pasted.push(c);
        }
        let written = format!("{before}{pasted}");
        let cursor = written.chars().count();
        self.input = Input::new(written + &after).with_cursor(cursor);
        self.read_again();
    }

    /// Edits the text.
    pub(crate) fn act(&mut self, action: Action) {
        match request(action) {
            Some(request) => self.edit(request),
            None if action == Action::Complete => self.complete(),
            None => {}
        }
    }

    /// Whether no word has been begun at the cursor.
    pub(crate) fn is_between_words(&self) -> bool {
        let before = self.parts().0;
        before.is_empty() || before.ends_with(char::is_whitespace)
    }

    /// The completions of the word at the cursor, and the current one if Tab was pressed.
    pub(crate) fn suggestions(&self) -> (Vec<String>, Option<usize>) {
        match &self.cycle {
            Some((ways, shown)) => (ways.candidates.clone(), Some(*shown)),
            None => (self.completions().candidates, None),
        }
    }

    fn edit(&mut self, request: InputRequest) {
        self.input.handle(request);
        self.read_again();
    }

    fn read_again(&mut self) {
        self.cycle = None;
        self.read = self.known.read(self.input.value());
    }

    /// Completes the word at the cursor; pressed again, with the next completion.
    fn complete(&mut self) {
        let (ways, shown) = match self.cycle.take() {
            Some((ways, shown)) => {
                let next = (shown + 1) % ways.candidates.len().max(1);
                (ways, next)
            }
            None => (self.completions(), 0),
        };
        let Some(word) = ways.candidates.get(shown) else { return };
        let is_whole = ways.candidates.len() == 1 && !word.ends_with([':', '>']);
        let (before, after) = self.parts();
        let written = format!("{}{word}{}", &before[..ways.from], if is_whole { " " } else { "" });
        let cursor = written.chars().count();
        self.input = Input::new(written + &after).with_cursor(cursor);
        self.cycle = (!is_whole).then_some((ways, shown));
        self.read = self.known.read(self.input.value());
    }

    fn completions(&self) -> Completions {
        completion::completions(&self.parts().0, &self.known.vocabulary, &self.known.segments)
    }

    /// The text before and after the cursor.
    fn parts(&self) -> (String, String) {
        let mut chars = self.input.value().chars();
        let before = chars.by_ref().take(self.input.cursor()).collect();
        (before, chars.collect())
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
        let saved = Filter::parse("device:Phone channel:Email").expect("a filter");
        let segments = Segments::from([("mail".to_owned(), saved)]);
        let mut prompt = Prompt::new(&Filter::default(), Known { segments, ..Known::default() });
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
    fn a_saved_filter_stands_by_its_name() {
        let written = |text| typed(text).filter().map(ToString::to_string);
        assert_eq!(
            written("bounced segment:mail open"),
            Some("bounced open device:Phone channel:Email".to_owned())
        );
        let mistake = typed("bounced segment:male").mistake().expect("no such segment");
        assert_eq!((mistake.from, mistake.width), (8, 12));
        assert!(mistake.message.contains("there are: mail"), "{}", mistake.message);
        assert!(typed("-segment:mail").mistake().is_some());
    }

    #[test]
    fn tab_completes_and_goes_through_the_ways_to() {
        let mut prompt = typed("-e");
        let mut tab = || {
            prompt.act(Action::Complete);
            prompt.text()
        };
        assert_eq!([tab(), tab(), tab()], ["-entry:", "-exit:", "-errors>"]);
        prompt.act(Action::DeleteBack);
        assert_eq!(prompt.text(), "-errors");
        let mut prompt = typed("segment:m");
        prompt.act(Action::Complete);
        assert_eq!(prompt.text(), "segment:mail ");
    }

    #[test]
    fn what_is_too_long_for_a_filter_is_said_and_can_be_deleted() {
        let mut prompt = typed("bounced ");
        prompt.paste(&"word ".repeat(4000));
        let mistake = prompt.mistake().expect("it is too long");
        assert!(mistake.message.starts_with("a filter has at most 4 KiB"), "{}", mistake.message);
        assert_eq!(prompt.text().len(), Filter::LONGEST + 1);
        prompt.type_char('x');
        assert_eq!(prompt.text().len(), Filter::LONGEST + 1, "there is no room for more");
        prompt.act(Action::DeleteBack);
        assert!(prompt.filter().is_some());
        prompt.act(Action::DeleteLine);
        prompt.paste("source:goo\u{202e}\ngle");
        assert_eq!(prompt.text(), "source:google");
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
