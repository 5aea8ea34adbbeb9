//! Replacements for characters on ASCII terminals: a fallback for symbols that have no ASCII form of their own.

/// A character of one cell that resembles the symbol.
pub(super) fn resembling(symbol: &str) -> char {
    match symbol.chars().next() {
        None => ' ',
        Some(character @ ' '..='~') => character,
        Some('│' | '┃' | '║' | '╎' | '╏' | '┆' | '┇' | '┊' | '┋' | '▏' | '▎' | '▍') => {
            '|'
        }
        Some('─' | '━' | '═' | '╌' | '╍' | '┄' | '┅' | '┈' | '┉' | '–' | '—' | '▁' | '▂') => {
            '-'
        }
        Some('\u{2500}'..='\u{257f}') => '+',
        Some('\u{2580}'..='\u{259f}' | '\u{2801}'..='\u{28ff}' | '■') => '#',
        Some('▲' | '△' | '↑') => '^',
        Some('▼' | '▽' | '↓') => 'v',
        Some('›' | '»' | '▶' | '▸' | '→') => '>',
        Some('‹' | '«' | '◀' | '◂' | '←' | '⏎') => '<',
        Some('↘') => '\\',
        Some('●' | '•') => '*',
        Some('○' | '◦') => 'o',
        Some('·') => '.',
        Some('…' | '≈') => '~',
        Some('±') => '=',
        Some('×') => 'x',
        Some(_) => '?',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_dwell_draws_stays_recognisable() {
        let drawn = "╭─┬╮│ ▲ 12 % … █▌⣿ é";
        let shown: String = drawn.chars().map(|character| resembling(&character.to_string())).collect();
        assert_eq!(shown, "+-++| ^ 12 % ~ ### ?");
    }
}
