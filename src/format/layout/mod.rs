//! Layout inference: derives a format string from sample lines alone.
//!
//! Takes sample lines, gives a string that a user could pass to `--format`. A tokenizer cuts the lines (`tokens`),
//! separators shared by most lines define the columns (`columns`), and heuristics on their values assign fields
//! (`roles`). Must not know how well the string reads: detection scores it against other candidates.

mod columns;
mod looks;
mod numbers;
mod roles;
mod tokens;

use columns::LayoutColumns;
use roles::{ColumnRole, Roles};
use tokens::Cutting;

/// Candidate format strings for these lines, most likely first.
pub(super) fn strings(sample: &[&[u8]]) -> Vec<String> {
    let mut strings = Vec::new();
    for columns in Cutting::ALL.iter().flat_map(|&cutting| LayoutColumns::of(sample, cutting)) {
        if let Some(string) = string(&columns)
            && !strings.contains(&string)
        {
            strings.push(string);
        }
    }
    strings
}

/// The format string for these columns; `None` if there is no status or no request.
fn string(columns: &LayoutColumns) -> Option<String> {
    let roles = Roles::of(columns);
    if !roles.has_request() || !roles.has(ColumnRole::Status) {
        return None;
    }
    let mut string = String::new();
    for (column, role) in columns.iter().zip(roles.iter()) {
        push_literal(&mut string, &column.before)?;
        string.push_str(role.name());
    }
    push_literal(&mut string, &columns.after)?;
    Some(string)
}

/// A display name for a format string: `combined + load time`.
pub(super) fn description(string: &str) -> String {
    const COMMON: &str = "[$time_local] \"$request\" $status $body_bytes_sent";
    const COMBINED: &str =
        "[$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" \"$http_user_agent\"";
    const BESIDES: [(&str, &str); 3] =
        [("$host", "host"), ("$http_x_forwarded_for", "forwarded address"), ("$request_time", "load time")];
    let base = [(COMBINED, "combined"), (COMMON, "common")]
        .into_iter()
        .find(|(beginning, _)| string.contains(beginning));
    let besides = BESIDES.into_iter().filter(|(field, _)| string.contains(field)).map(|(_, name)| name);
    let parts: Vec<_> =
        [base.map_or("a layout of its own", |(_, name)| name)].into_iter().chain(besides).collect();
    parts.join(" + ")
}

/// Appends a literal to the format string; `None` if it would be parsed as a field.
fn push_literal(string: &mut String, text: &[u8]) -> Option<()> {
    let text = std::str::from_utf8(text).ok()?;
    if text.contains('$') || text.contains('\t') && text.contains('%') {
        return None;
    }
    string.push_str(text);
    Some(())
}

#[cfg(test)]
mod tests;
