//! Parts of the README that a test makes: they stand between two comments, and are compared or written anew.

#![expect(clippy::expect_used, clippy::panic, reason = "what helps a test fails as the test would")]
#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::fs;

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");

/// Fails where a part of the README differs from what it should be; with `UPDATE_README` set, writes it.
pub(crate) fn holds(part: &str, wanted: &str) {
    let text = fs::read_to_string(README).expect("the README");
    let [before, found, after] = split(&text, part);
    if found == wanted {
        return;
    }
    assert!(
        std::env::var_os("UPDATE_README").is_some(),
        "README.md does not say what dwell reads; write its part with\n\n    UPDATE_README=1 cargo test {}\n\nIt should \
         be:\n{wanted}\n\nIt is:\n{found}",
        env!("CARGO_CRATE_NAME")
    );
    fs::write(README, format!("{before}{wanted}{after}")).expect("a README that can be written");
}

/// A text as a paragraph of the README.
pub(crate) fn paragraph(text: &str) -> String {
    let mut lines: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + word.chars().count() < WIDTH => line.extend([" ", word]),
            _ => lines.push(word.to_owned()),
        }
    }
    format!("\n{}\n\n", lines.join("\n"))
}

/// How wide the README's lines are.
const WIDTH: usize = 120;

/// What stands before a part, in it and after it.
fn split<'t>(text: &'t str, part: &str) -> [&'t str; 3] {
    let first = format!(
        "<!-- {part}: made by a test, UPDATE_README=1 cargo test --test {} -->\n",
        env!("CARGO_CRATE_NAME")
    );
    let last = format!("<!-- end of {part} -->\n");
    let (start, end) = (text.find(&first), text.find(&last));
    let (Some(start), Some(end)) = (start, end) else {
        panic!("README.md lacks one of these lines:\n{first}{last}")
    };
    let start = start + first.len();
    [&text[..start], &text[start..end], &text[end..]]
}
