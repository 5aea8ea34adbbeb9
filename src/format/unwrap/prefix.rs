//! Prefixes added by container tools: a timestamp, a name, or both.

use super::super::stamp::StampReader;
use super::super::stamps::leading;
use super::super::when;
use super::Peeled;

/// Kubernetes CRI log format: `2026-11-24T14:02:33.250000000Z stdout F `; F is a full line, P a partial one.
pub(super) fn cri<'a>(line: &'a [u8], stamps: &mut StampReader) -> Option<Peeled<'a>> {
    let (time, length) = when::iso(line, stamps)?;
    let rest = line[length..].strip_prefix(b" ")?;
    let rest = rest.strip_prefix(b"stdout ").or_else(|| rest.strip_prefix(b"stderr "))?;
    let rest = rest.strip_prefix(b"F ").or_else(|| rest.strip_prefix(b"P ")).or_else(|| after_tags(rest))?;
    Some(Peeled { line: rest, time: Some(time) })
}

/// Skips tags, which may be joined by colons: `F:tag `.
fn after_tags(rest: &[u8]) -> Option<&[u8]> {
    let tagged = rest.strip_prefix(b"F:").or_else(|| rest.strip_prefix(b"P:"))?;
    Some(&tagged[memchr::memchr(b' ', tagged)? + 1..])
}

/// `2026-11-24T14:02:33.250Z `, also in brackets, or with a colon after it (PM2).
pub(super) fn stamp<'a>(line: &'a [u8], stamps: &mut StampReader) -> Option<Peeled<'a>> {
    let open = usize::from(line.first() == Some(&b'['));
    let found = leading(&line[open..], stamps)?;
    let rest = &line[open + found.length..];
    let rest = if open == 1 { rest.strip_prefix(b"]")? } else { rest };
    let rest = rest.strip_prefix(b":").unwrap_or(rest);
    let rest = rest.strip_prefix(b" ").or_else(|| rest.strip_prefix(b"\t"))?;
    Some(Peeled { line: rest.trim_ascii_start(), time: Some(found.time) })
}

/// Length limit for container and process names, so that long lines are not searched in vain.
const LONGEST_NAME: usize = 100;

/// A name before the line, in any notation.
pub(super) fn name(line: &[u8]) -> Option<Peeled<'_>> {
    let near = &line[..line.len().min(LONGEST_NAME)];
    let length = before_bar(near).or_else(|| in_brackets(near)).or_else(|| before_colon(near))?;
    Some(Peeled { line: &line[length..], time: None })
}

/// `[pod/web-7d8/nginx] ` (`kubectl logs --prefix`).
fn in_brackets(near: &[u8]) -> Option<usize> {
    let end = memchr::memmem::find(near, b"] ")?;
    let name = near[..end].strip_prefix(b"[")?;
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-./".contains(byte);
    let has_parts = memchr::memchr(b'/', name).is_some() && name.first().is_some_and(u8::is_ascii_lowercase);
    (has_parts && name.iter().all(is_name)).then_some(end + 2)
}

/// `INFO:werkzeug:` (Python logging), `/var/log/nginx/access.log.1:172:` (`grep -n`).
fn before_colon(near: &[u8]) -> Option<usize> {
    const LEVELS: [&[u8]; 5] = [b"DEBUG", b"INFO", b"WARNING", b"ERROR", b"CRITICAL"];
    let mut parts = near.splitn(3, |&byte| byte == b':');
    let (first, second, _) = (parts.next()?, parts.next()?, parts.next()?);
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-./".contains(byte);
    let is_file = first.iter().all(is_name)
        && first.iter().any(|byte| b"./".contains(byte))
        && first.iter().any(u8::is_ascii_alphabetic);
    let is_place = is_file && !second.is_empty() && second.iter().all(u8::is_ascii_digit);
    let is_logger = LEVELS.contains(&first) && !second.is_empty() && second.iter().all(is_name);
    (is_place || is_logger).then_some(first.len() + second.len() + 2)
}

/// `web-1  | ` (Compose), `web.1.x7f@node1    | ` (Swarm), `0|web  | ` (PM2), `14:02:33 web.1   | ` (foreman).
fn before_bar(near: &[u8]) -> Option<usize> {
    let end = memchr::memmem::find(near, b"| ")?;
    let name = &near[..end];
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.:@/| ".contains(byte);
    let is_set_apart = name.ends_with(b" ") && !name.starts_with(b" ");
    (is_set_apart && name.iter().all(is_name)).then_some(end + 2)
}

/// Length limit for the text before an object: timestamp, level, logger and names.
const LONGEST_TEXT: usize = 300;

/// The object at the end of the line without the text before it; a timestamp at the start is the line's time.
pub(super) fn text_before_json<'a>(line: &'a [u8], stamps: &mut StampReader) -> Option<Peeled<'a>> {
    let near = &line[..line.len().min(LONGEST_TEXT)];
    let brace = memchr::memchr(b'{', near).filter(|&brace| brace > 0)?;
    let object = &line[brace..];
    let is_object = object.trim_ascii_end().ends_with(b"}") && !near[..brace].contains(&b'"');
    if !is_object {
        return None;
    }
    let text = &line[usize::from(line[0] == b'[')..brace];
    let time = leading(text, stamps).map(|found| found.time);
    Some(Peeled { line: object, time })
}
