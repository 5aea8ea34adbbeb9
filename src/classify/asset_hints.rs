//! Parts of pages that R2 takes for pages, because their paths have no extension: what `dwell check` proposes a rule
//! for.
//!
//! A part of a page gives itself away: the browser asks for it at once, for several of its like together, and names
//! the page as their referrer, while nothing ever names the part as *its* referrer. Pages that are prefetched come as
//! fast, but people do go on from them.

use std::collections::{HashMap, HashSet};

use super::kind::Kind;
use super::referrer;
use super::visitor::Visitor;
use crate::time::{Millis, Span};

/// A hit, as far as it tells parts of pages from pages.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// When.
    pub time: Millis,
    /// By whom.
    pub visitor: Visitor,
    /// What R2 made of it.
    pub kind: Kind,
    /// How it was asked for.
    pub method: &'a [u8],
    /// The path asked for, in its one spelling (R1).
    pub path: &'a [u8],
    /// Where the client came from, as the log has it.
    pub referrer: &'a [u8],
}

/// Pageviews that look like parts of pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetHint {
    /// Their paths, as a glob: `/image/**`.
    pub glob: String,
    /// All pageviews that the glob matches, however they came.
    pub pageviews: u64,
    /// Those of them that came at once after a page that they name, together with others.
    pub at_once: u64,
    /// The pages that these came after.
    pub pages: u64,
}

/// What a browser asks for so soon after a page, the page has asked for; logs count in seconds.
pub(super) const AT_ONCE: Span = Span::seconds(2);
/// So many of one place at once are more than somebody who opens links in tabs.
const SEVERAL: u64 = 2;
/// So many pages must have brought parts: fewer may be chance.
const ENOUGH_PAGES: u64 = 3;
/// So many pageviews must have come at once: fewer are not worth a rule.
const ENOUGH_PARTS: u64 = 10;
/// Of those that name a page of the same visitor, one in so many must have come at once. Parts that are loaded when
/// they are scrolled into sight come late; of real pages a few in a hundred come so soon.
const ONE_IN_SO_MANY_AT_ONCE: u64 = 4;
/// At most one path in so many may be the referrer of anything.
const ONE_IN_SO_MANY_REFERS: usize = 20;

/// Places below which most pageviews are parts of pages, the largest first.
#[must_use]
pub fn asset_hints(mut rows: Vec<Row>) -> Vec<AssetHint> {
    // Servers log a request when it is answered: lines of one second may stand in the next.
    rows.sort_by_key(|row| row.time);
    let referred = rows.iter().filter_map(page_before).collect();
    let mut places = Places::default();
    rows.iter().filter(|row| row.kind == Kind::Pageview).for_each(|row| places.pageview(row));
    places.close_all();
    let found = places.by_name.iter().filter(|(_, place)| place.holds_parts(&referred));
    let mut hints: Vec<_> = found.map(|(name, place)| place.hint(name)).collect();
    hints.sort_by(|one, other| other.pageviews.cmp(&one.pageviews).then(one.glob.cmp(&other.glob)));
    hints
}

/// The page that a hit names as its referrer; none where that is the hit's own path.
pub(super) fn page_before<'a>(row: &Row<'a>) -> Option<&'a [u8]> {
    referrer::parse(row.referrer).map(|referrer| referrer.path).filter(|path| *path != row.path)
}

/// The place of a path without extension: its first segment, or the whole path where it has no more.
fn place_of(path: &[u8]) -> Option<&[u8]> {
    let (segment, name) = (path.get(1..)?, path.rsplit(|&byte| byte == b'/').next()?);
    if segment.is_empty() || name.contains(&b'.') {
        return None;
    }
    // With its closing slash, so that /image and /image/1 are places of their own.
    Some(memchr::memchr(b'/', segment).map_or(path, |slash| &path[..slash + 2]))
}

/// All places, and the pages whose parts may still come.
#[derive(Default)]
struct Places<'a> {
    by_name: HashMap<&'a [u8], Place<'a>>,
    loads: HashMap<(Visitor, &'a [u8]), Load<'a>>,
}

/// What came below a place.
#[derive(Default)]
struct Place<'a> {
    paths: HashSet<&'a [u8]>,
    pageviews: u64,
    /// Those that name a page of the same visitor.
    after_a_page: u64,
    at_once: u64,
    pages: u64,
}

/// A page that a visitor has loaded, and what came at once after it, by place.
struct Load<'a> {
    time: Millis,
    parts: HashMap<&'a [u8], u64>,
}

impl<'a> Places<'a> {
    fn pageview(&mut self, row: &Row<'a>) {
        if let Some(name) = place_of(row.path) {
            let place = self.by_name.entry(name).or_default();
            place.pageviews += 1;
            place.paths.insert(row.path);
            self.follow(name, row);
        }
        let load = Load { time: row.time, parts: HashMap::new() };
        if let Some(before) = self.loads.insert((row.visitor, row.path), load) {
            self.close(before);
        }
    }

    /// Notes a pageview on the page that it names.
    fn follow(&mut self, name: &'a [u8], row: &Row<'a>) {
        let page = page_before(row).and_then(|page| self.loads.get_mut(&(row.visitor, page)));
        let (Some(load), Some(place)) = (page, self.by_name.get_mut(name)) else { return };
        place.after_a_page += 1;
        if row.time.since(load.time) <= AT_ONCE {
            *load.parts.entry(name).or_default() += 1;
        }
    }

    /// No more parts of a page will come.
    fn close(&mut self, load: Load<'a>) {
        for (name, count) in load.parts.into_iter().filter(|(_, count)| *count >= SEVERAL) {
            let place = self.by_name.entry(name).or_default();
            place.at_once += count;
            place.pages += 1;
        }
    }

    fn close_all(&mut self) {
        for (_, load) in std::mem::take(&mut self.loads) {
            self.close(load);
        }
    }
}

impl Place<'_> {
    fn holds_parts(&self, referred: &HashSet<&[u8]>) -> bool {
        let referring = self.paths.iter().filter(|path| referred.contains(*path)).count();
        self.pages >= ENOUGH_PAGES
            && self.at_once >= ENOUGH_PARTS
            && self.at_once * ONE_IN_SO_MANY_AT_ONCE >= self.after_a_page
            && referring * ONE_IN_SO_MANY_REFERS <= self.paths.len()
    }

    fn hint(&self, name: &[u8]) -> AssetHint {
        let name = String::from_utf8_lossy(name);
        let glob = if name.ends_with('/') { format!("{name}**") } else { name.into_owned() };
        AssetHint { glob, pageviews: self.pageviews, at_once: self.at_once, pages: self.pages }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: &str = "https://shop.example";

    /// Rows written as `second visitor kind path referrer`, where `-` is no referrer.
    fn hints(lines: &[String]) -> Vec<AssetHint> {
        let rows = lines.iter().map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            let [second, visitor, kind, path, referrer] = words[..] else { panic!("{line}") };
            Row {
                time: Millis(second.parse::<i64>().unwrap() * 1000),
                visitor: Visitor(visitor.parse().unwrap()),
                kind: Kind::named(kind).unwrap(),
                method: b"GET",
                path: path.as_bytes(),
                referrer: referrer.as_bytes(),
            }
        });
        asset_hints(rows.collect())
    }

    /// So many visitors look at a list, and so long after it their browsers ask for these paths.
    fn visits(visitors: u32, seconds: u32, paths: &[&str]) -> Vec<String> {
        let visit = |visitor: u32| {
            let start = visitor * 60;
            let page = format!("{start} {visitor} pageview /list/{visitor} -");
            let parts = paths.iter().map(move |path| {
                format!("{} {visitor} pageview {path} {SHOP}/list/{visitor}?page=2", start + seconds)
            });
            std::iter::once(page).chain(parts)
        };
        (0..visitors).flat_map(visit).collect()
    }

    const IMAGES: [&str; 4] =
        ["/image/1/200x200", "/image/2/200x200", "/image/3/200x200", "/image/4/200x200"];

    #[test]
    fn what_comes_at_once_and_in_numbers_after_a_page_is_part_of_it() {
        let mut log = visits(5, 2, &IMAGES);
        log.push("999 77 pageview /image/5/200x200 -".to_owned());
        let hint = AssetHint { glob: "/image/**".to_owned(), pageviews: 21, at_once: 20, pages: 5 };
        assert_eq!(hints(&log), [hint]);
    }

    #[test]
    fn the_order_of_the_lines_does_not_matter() {
        let mut log = visits(5, 1, &IMAGES);
        log.reverse();
        assert_eq!(hints(&log), hints(&visits(5, 1, &IMAGES)));
        assert_eq!(hints(&log).len(), 1);
    }

    #[test]
    fn a_path_of_one_segment_is_named_itself() {
        let globs: Vec<_> = hints(&visits(5, 1, &["/thumb"; 4])).into_iter().map(|hint| hint.glob).collect();
        assert_eq!(globs, ["/thumb"]);
    }

    #[test]
    fn what_comes_later_alone_seldom_or_with_an_extension_is_no_hint() {
        assert_eq!(hints(&visits(5, 3, &IMAGES)), [], "later");
        assert_eq!(hints(&visits(20, 1, &IMAGES[..1])), [], "one for each page");
        assert_eq!(hints(&visits(2, 1, &IMAGES)), [], "two pages only");
        assert_eq!(hints(&visits(4, 1, &IMAGES[..2])), [], "eight in all");
        assert_eq!(hints(&visits(5, 1, &["/p/1.html", "/p/2.html", "/p/3.html"])), [], "an extension");
    }

    fn by_visitor(line: &str, visitor: usize) -> String {
        let mut words: Vec<&str> = line.split(' ').collect();
        let visitor = visitor.to_string();
        words[1] = &visitor;
        words.join(" ")
    }

    #[test]
    fn of_another_visitors_page_or_of_none_nothing_is_a_part() {
        let others = visits(5, 1, &IMAGES).into_iter().enumerate();
        let others: Vec<_> = others.map(|(at, line)| by_visitor(&line, at)).collect();
        assert_eq!(hints(&others), []);
        let direct: Vec<_> = visits(5, 1, &IMAGES).iter().map(|line| line.replace(SHOP, "-")).collect();
        assert_eq!(hints(&direct), []);
    }

    #[test]
    fn pages_that_are_prefetched_are_pages_because_people_go_on_from_them() {
        let mut log = visits(5, 1, &["/item/1", "/item/2", "/item/3", "/item/4"]);
        assert_eq!(hints(&log).len(), 1);
        log.push(format!("30 1 asset /style.css {SHOP}/item/2"));
        assert_eq!(hints(&log), []);
    }

    #[test]
    fn a_place_where_nearly_all_come_later_holds_pages() {
        let mut log = visits(5, 1, &IMAGES);
        log.extend(visits(100, 30, &["/image/6"]).into_iter().map(|line| line.replace("/list/", "/other/")));
        assert_eq!(hints(&log), []);
    }
}
