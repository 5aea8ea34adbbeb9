//! A few requests of each kind to look at: of each sort of request one, the most frequent sorts first.

use std::cmp::Reverse;
use std::collections::HashMap;

use super::address::without_addresses;
use super::kind::Kind;
use super::scrub::scrub;

/// Requests seen so far, by kind.
#[derive(Debug, Clone, Default)]
pub struct Examples {
    sorts: HashMap<Vec<u8>, Sort>,
}

/// A request to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Method and path, personal data replaced (R11): `GET /pricing`; empty where the client asked for nothing.
    pub request: String,
    /// The server's answer.
    pub status: u16,
}

/// Requests that differ only in what does not tell them apart.
#[derive(Debug, Clone)]
struct Sort {
    kind: Kind,
    hits: u64,
    first: Example,
    /// Its place among all sorts, so that equals keep their order.
    number: usize,
}

impl Examples {
    /// Takes note of a hit.
    pub fn note(&mut self, kind: Kind, method: &[u8], path: &[u8], status: u16) {
        let number = self.sorts.len();
        let sort = self.sorts.entry(key(kind, method, path, status)).or_insert_with(|| Sort {
            kind,
            hits: 0,
            first: Example { request: request(method, path), status },
            number,
        });
        sort.hits += 1;
    }

    /// At most so many requests of a kind, of sorts that came so often.
    #[must_use]
    pub fn of(&self, kind: Kind, most: usize, at_least: u64) -> Vec<Example> {
        let is_of_kind = |sort: &&Sort| sort.kind == kind && sort.hits >= at_least;
        let mut sorts: Vec<_> = self.sorts.values().filter(is_of_kind).collect();
        sorts.sort_by_key(|sort| (Reverse(sort.hits), sort.number));
        sorts.into_iter().take(most).map(|sort| sort.first.clone()).collect()
    }
}

fn request(method: &[u8], path: &[u8]) -> String {
    let text = [method, b" ", &scrub(path)].concat();
    String::from_utf8_lossy(&without_addresses(&text)).trim().to_owned()
}

/// What tells sorts of requests apart: assets by their extension, where they have one; all others by their path's
/// first segment.
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
