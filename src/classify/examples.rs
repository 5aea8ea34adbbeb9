//! Example requests of each kind: one per group of similar requests, the most frequent groups first.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::address::without_addresses;
use super::kind::Kind;
use super::scrub::scrub;

/// Requests seen so far, by kind.
#[derive(Debug, Clone, Default)]
pub struct Examples {
    groups: HashMap<Vec<u8>, RequestGroup>,
}

/// An example request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Method and path, personal data replaced (R11): `GET /pricing`; empty if the request was.
    pub request: String,
    /// The HTTP status.
    pub status: u16,
}

/// A group of similar requests.
#[derive(Debug, Clone)]
struct RequestGroup {
    kind: Kind,
    hits: u64,
    first: Example,
    /// Its index, to keep equal groups in order.
    number: usize,
}

impl Examples {
    /// Counts a hit.
    pub fn note(&mut self, kind: Kind, method: &[u8], path: &[u8], status: u16) {
        let number = self.groups.len();
        let group = self.groups.entry(key(kind, method, path, status)).or_insert_with(|| RequestGroup {
            kind,
            hits: 0,
            first: Example { request: request(method, path), status },
            number,
        });
        group.hits += 1;
    }

    /// At most `most` examples of a kind, of groups with at least `at_least` requests.
    #[must_use]
    pub fn of(&self, kind: Kind, most: usize, at_least: u64) -> Vec<Example> {
        let is_of_kind = |group: &&RequestGroup| group.kind == kind && group.hits >= at_least;
        let mut groups: Vec<_> = self.groups.values().filter(is_of_kind).collect();
        groups.sort_by_key(|group| (Reverse(group.hits), group.number));
        groups.into_iter().take(most).map(|group| group.first.clone()).collect()
    }
}

fn request(method: &[u8], path: &[u8]) -> String {
    let text = [method, b" ", &scrub(path)].concat();
    String::from_utf8_lossy(&without_addresses(&text)).trim().to_owned()
}

/// The key by which requests are grouped: an asset's extension, if it has one; otherwise the path's first segment.
fn key(kind: Kind, method: &[u8], path: &[u8], status: u16) -> Vec<u8> {
    let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
    let telling = match memchr::memrchr(b'.', name) {
        Some(dot) if kind == Kind::Asset => &name[dot..],
        _ => path.split(|&byte| byte == b'/').nth(1).unwrap_or_default(),
    };
    [&[kind as u8], &status.to_be_bytes()[..], method, b" ", telling].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn examples(hits: &[(Kind, &str, u16)]) -> Examples {
        let mut examples = Examples::default();
        for (kind, path, status) in hits {
            examples.note(*kind, b"GET", path.as_bytes(), *status);
        }
        examples
    }

    fn shown(examples: &Examples, kind: Kind) -> Vec<String> {
        let few = examples.of(kind, 3, 1).into_iter();
        few.map(|example| format!("{} {}", example.request, example.status)).collect()
    }

    #[test]
    fn each_sort_is_shown_once_and_the_most_frequent_first() {
        let page = |path| (Kind::Pageview, path, 200);
        let examples = examples(&[
            page("/"),
            page("/blog/a"),
            page("/blog/b"),
            page("/blog/a"),
            page("/docs/x"),
            page("/about"),
            (Kind::Error, "/blog/a", 404),
        ]);
        assert_eq!(shown(&examples, Kind::Pageview), ["GET /blog/a 200", "GET / 200", "GET /docs/x 200"]);
        assert_eq!(shown(&examples, Kind::Error), ["GET /blog/a 404"]);
        assert_eq!(shown(&examples, Kind::Api), [""; 0]);
    }

    #[test]
    fn assets_differ_by_their_extension() {
        let asset = |path| (Kind::Asset, path, 200);
        let examples = examples(&[
            asset("/a/1.png"),
            asset("/b/2.png"),
            asset("/a/s.css"),
            asset("/x/1"),
            asset("/x/2"),
        ]);
        let expected = ["GET /a/1.png 200", "GET /x/1 200", "GET /a/s.css 200"];
        assert_eq!(shown(&examples, Kind::Asset), expected);
    }

    #[test]
    fn r11_personal_data_is_replaced() {
        let examples = examples(&[(Kind::Pageview, "/u/jo@mail.example", 200)]);
        assert_eq!(shown(&examples, Kind::Pageview), ["GET /u/{email} 200"]);
    }
}
