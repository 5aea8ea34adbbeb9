//! Parses Apache's config: one directive per line, words optionally quoted.

use super::is_path_of;

/// The files that a config includes.
pub(super) fn includes(config: &str) -> Vec<String> {
    let included = directives(config).into_iter();
    let included = included.filter(|words| is(words, "Include") || is(words, "IncludeOptional"));
    included.filter_map(|words| words.into_iter().nth(1)).collect()
}

/// The format string of the log at `log`.
pub(super) fn format_of(config: &str, log: &str) -> Option<String> {
    let directives = directives(config);
    let names_log = |words: &&Vec<String>| {
        is(words, "CustomLog") && words.get(1).is_some_and(|path| is_path_of(log, path))
    };
    let format = directives.iter().filter(names_log).find_map(|words| words.get(2))?;
    if format.contains('%') {
        return Some(format.clone());
    }
    let is_named = |words: &&Vec<String>| is(words, "LogFormat") && words.get(2) == Some(format);
    directives.iter().find(is_named).and_then(|words| words.get(1)).cloned()
}

fn is(words: &[String], name: &str) -> bool {
    words.first().is_some_and(|word| word.eq_ignore_ascii_case(name))
}

/// The directives, each as its words. A backslash at the end of a line continues it.
fn directives(config: &str) -> Vec<Vec<String>> {
    let joined = config.replace("\\\r\n", " ").replace("\\\n", " ");
    joined.lines().map(str::trim).filter(|line| !line.starts_with('#')).map(words).collect()
}

fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut characters = line.chars().peekable();
    while let Some(&first) = characters.peek() {
        if first.is_whitespace() {
            characters.next();
            continue;
        }
        let quote = matches!(first, '"' | '\'').then_some(first);
        if quote.is_some() {
            characters.next();
        }
        words.push(word(&mut characters, quote));
    }
    words
}

/// Reads a word up to its closing quote, or to a blank if unquoted.
fn word(characters: &mut std::iter::Peekable<std::str::Chars>, quote: Option<char>) -> String {
    let mut word = String::new();
    while let Some(character) = characters.next() {
        match (character, quote) {
            ('\\', Some(quote)) if characters.peek() == Some(&quote) => word.extend(characters.next()),
            (_, Some(quote)) if character == quote => break,
            (_, None) if character.is_whitespace() => break,
            _ => word.push(character),
        }
    }
    word
}
