//! Every file, folder, function and type named in ARCHITECTURE.md must exist.

use std::path::{Path, PathBuf};

const MAP: &str = include_str!("../ARCHITECTURE.md");

/// Inline code spans, without code blocks.
fn names() -> impl Iterator<Item = &'static str> {
    let prose = MAP.split("```").step_by(2);
    prose.flat_map(|text| text.split('`').skip(1).step_by(2))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Resolves a path relative to `src/` or to the project.
fn place(path: &str) -> Option<PathBuf> {
    [root().join("src").join(path), root().join(path)].into_iter().find(|place| place.exists())
}

fn is_path(name: &str) -> bool {
    let file = [".rs", ".txt", ".toml"].iter().any(|end| name.ends_with(end)) || name.ends_with('/');
    file && name.contains('/') && !name.starts_with('~')
}

/// Whether the source defines this name.
fn defines(text: &str, name: &str) -> bool {
    let words = ["fn", "struct", "enum", "const"].map(|word| format!("{word} {name}"));
    let whole = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    words.iter().any(|word| text.split(word.as_str()).skip(1).any(whole))
}

#[test]
fn every_path_is_there() {
    let paths: Vec<_> = names().filter(|name| is_path(name)).collect();
    let missing: Vec<_> = paths.iter().filter(|path| place(path).is_none()).collect();
    assert!(paths.len() > 60, "{} paths were found", paths.len());
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_test_that_security_names_is_there() {
    let spans = include_str!("../SECURITY.md").split('`').skip(1).step_by(2);
    let paths: Vec<_> = spans.filter(|name| is_path(name)).collect();
    let missing: Vec<_> = paths.iter().filter(|path| !root().join(path).exists()).collect();
    assert!(paths.len() > 20, "{} paths were found", paths.len());
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_rule_has_its_functions() {
    let mut found = 0;
    for (path, name) in names().filter_map(|name| name.split_once(": ")).filter(|(path, _)| is_path(path)) {
        let file = place(path).unwrap_or_else(|| panic!("{path} is not there"));
        let text = std::fs::read_to_string(&file).expect("a text");
        assert!(defines(&text, name), "{path} defines no {name}");
        found += 1;
    }
    assert!(found > 40, "{found} functions were found");
}

#[test]
fn every_folder_is_on_the_map() {
    let entries = std::fs::read_dir(root().join("src")).expect("a folder").flatten();
    let folders = entries.filter(|entry| entry.path().is_dir()).map(|entry| entry.file_name());
    let missing: Vec<_> =
        folders.filter(|name| !MAP.contains(&format!("| `{}/` |", name.display()))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
