//! Error logs among the inputs: a glob skips them with a notice; one named directly is refused, with a hint at the
//! access log beside it.

use std::path::{Path, PathBuf};

use crate::engine::open_input::sample;
use crate::format::error_log::ErrorLog;
use crate::input::Trouble;
use crate::input::archive::file_ends;
use crate::input::newcomers::matching_files;

/// What a file is, if it is clearly no access log.
pub(super) fn named(path: &Path) -> Option<String> {
    let (head, tail) = file_ends(path).ok()?;
    if head.is_empty() {
        return is_named_so(path).then(|| "empty, and named like an error log".to_owned());
    }
    // Look at both ends: startup messages may precede the hits.
    let lines = [sample(&head), sample(&tail)].concat();
    ErrorLog::of(&lines).map(|log| log.name().to_owned())
}

fn is_named_so(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().to_lowercase().contains("error"))
}

/// The error for an error log that was named directly.
pub(super) fn refusal(path: &Path) -> Option<Trouble> {
    let (head, tail) = file_ends(path).ok()?;
    let log = ErrorLog::of(&[sample(&head), sample(&tail)].concat())?;
    let hint = access_log_beside(path).map_or_else(
        || "name the access log".to_owned(),
        |beside| format!("the access log is beside it: dwell {}", beside.display()),
    );
    Some(Trouble::ErrorLog { name: path.display().to_string(), what: log.name(), hint })
}

/// Finds `access.log` beside `error.log`, `shop-access.log` beside `shop-error.log`; else any `*access*log*`.
fn access_log_beside(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let namesake = path.with_file_name(name.replace("error", "access"));
    if namesake != path && namesake.is_file() {
        return Some(namesake);
    }
    let pattern = path.with_file_name("*access*log*");
    matching_files(&pattern).into_iter().find(|path| named(path).is_none())
}

/// Splits the matches of a glob into possible access logs and a notice about the rest.
pub(super) fn left_out(pattern: &Path, files: Vec<PathBuf>) -> (Vec<PathBuf>, Option<String>) {
    let looked: Vec<_> = files.into_iter().map(|path| (named(&path), path)).collect();
    let others: Vec<_> = looked.iter().filter_map(|(what, path)| Some((what.as_deref()?, path))).collect();
    let sentence = (!others.is_empty()).then(|| sentence(pattern, &others));
    (looked.into_iter().filter(|(what, _)| what.is_none()).map(|(_, path)| path).collect(), sentence)
}

/// Files named in the notice; the rest are only counted, to keep it on one line.
const NAMED: usize = 3;

fn sentence(pattern: &Path, others: &[(&str, &PathBuf)]) -> String {
    let name = |path: &PathBuf| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let some = others.iter().take(NAMED).map(|(what, path)| format!("{} ({what})", name(path)));
    let some = some.collect::<Vec<_>>().join(", ");
    let more = others.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more error logs") } else { String::new() };
    format!("{}: left out {some}{more}", pattern.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HIT: &str =
        "192.0.2.1 - - [24/Nov/2026:14:00:00 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"Mozilla/5.0\"\n";
    const ERROR: &str = "2026/11/24 14:00:00 [error] 123#0: *1 open() failed\n";

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).expect("a file");
        }
        folder
    }

    #[test]
    fn a_pattern_leaves_error_logs_out_and_names_them() {
        let folder =
            folder(&[("access.log", HIT), ("error.log", ERROR), ("shop.error.log", ""), ("quiet.log", "")]);
        let path = |name: &str| folder.path().join(name);
        let files = ["access.log", "error.log", "quiet.log", "shop.error.log"].map(path).to_vec();
        let (kept, said) = left_out(&path("*.log"), files);
        assert_eq!(kept, [path("access.log"), path("quiet.log")]);
        let said = said.expect("a sentence");
        assert!(said.contains("left out error.log (nginx's error log), shop.error.log (empty,"), "{said}");
    }

    #[test]
    fn an_error_log_by_itself_is_refused_with_the_access_log_beside_it() {
        let folder =
            folder(&[("shop-access.log", HIT), ("shop-error.log", ERROR), ("other-access.log", HIT)]);
        let said = |name: &str| refusal(&folder.path().join(name)).map(|trouble| trouble.to_string());
        let refused = said("shop-error.log").expect("a refusal");
        assert!(
            refused.contains("is nginx's error log") && refused.ends_with("/shop-access.log"),
            "{refused}"
        );
        assert_eq!(said("shop-access.log"), None);
        std::fs::write(folder.path().join("php.log"), "[24-Nov-2026 14:00:00] NOTICE: fpm is running\n")
            .expect("write");
        let refused = said("php.log").expect("a refusal");
        assert!(refused.ends_with("/other-access.log"), "{refused}");
    }
}
