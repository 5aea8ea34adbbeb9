//! Parses nginx's config: directives that end with `;` or open a block.

use super::is_path_of;

/// The files that a config includes.
pub(super) fn includes(config: &str) -> Vec<String> {
    let included = directives(config).into_iter().filter(|words| is(words, "include"));
    included.filter_map(|words| words.into_iter().nth(1)).collect()
}

/// The format string of the log at `log`.
pub(super) fn format_of(config: &str, log: &str) -> Option<String> {
    let directives = directives(config);
    let names_log = |words: &&Vec<String>| {
        is(words, "access_log") && words.get(1).is_some_and(|path| is_path_of(log, path))
    };
    let name = directives.iter().filter(names_log).find_map(|words| words.get(2))?;
    let format = directives.iter().find(|words| is(words, "log_format") && words.get(1) == Some(name))?;
    let parts = format.iter().skip(2).filter(|part| !part.starts_with("escape="));
    let text: String = parts.map(String::as_str).collect();
    (!text.is_empty()).then_some(text)
}

fn is(words: &[String], name: &str) -> bool {
    words.first().is_some_and(|word| word == name)
}

/// All directives as lists of words, regardless of blocks.
fn directives(config: &str) -> Vec<Vec<String>> {
    let (mut directives, mut words) = (Vec::new(), Vec::new());
    let mut rest = config.trim_start();
    while let Some(first) = rest.chars().next() {
        rest = match first {
            '#' => rest.find('\n').map_or("", |end| &rest[end..]),
            ';' | '{' | '}' => {
                directives.push(std::mem::take(&mut words));
                &rest[1..]
            }
            '"' | '\'' => {
                let (word, after) = quoted(&rest[1..], first);
                words.push(word);
                after
            }
            _ => {
                let (word, after) = bare(rest);
                words.push(word);
                after
            }
        };
        rest = rest.trim_start();
    }
    directives
}

/// Reads up to the closing quote, with backslash escapes.
fn quoted(text: &str, quote: char) -> (String, &str) {
    let mut word = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some(escaped) if escaped == quote || escaped == '\\' => word.push(escaped),
                Some(other) => word.extend(['\\', other]),
                None => {}
            },
            _ if character == quote => break,
            _ => word.push(character),
        }
    }
    (word, characters.as_str())
}

/// Reads an unquoted word; `${name}` does not open a block.
fn bare(text: &str) -> (String, &str) {
    let (mut in_variable, mut before) = (false, ' ');
    for (at, character) in text.char_indices() {
        let ends = match character {
            '{' if before == '$' => {
                in_variable = true;
                false
            }
            '}' if in_variable => {
                in_variable = false;
                false
            }
            '{' | '}' | ';' => true,
            other => other.is_whitespace(),
        };
        if ends {
            return (text[..at].to_owned(), &text[at..]);
        }
        before = character;
    }
    (text.to_owned(), "")
}
