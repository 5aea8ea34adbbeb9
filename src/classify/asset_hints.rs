//! Finds parts of pages that R2 takes for pages because their paths have no extension; `dwell check` proposes a rule
//! for them.
//!
//! Parts of a page are requested right after it, several at once, with the page as referrer, and are never themselves a
//! referrer. Prefetched pages come as quickly, but people navigate on from them.

use std::collections::{HashMap, HashSet};

use super::kind::Kind;
use super::referrer;
use super::visitor::Visitor;
use crate::time::{Millis, Span};

/// A hit, reduced to what tells parts of pages from pages.
#[derive(Debug, Clone, Copy)]
pub struct HintRow<'a> {
    /// The time.
    pub time: Millis,
    /// Who sent it; `None` if it is only counted.
    pub visitor: Option<Visitor>,
    /// Its kind by R2.
    pub kind: Kind,
    /// The method.
    pub method: &'a [u8],
    /// The normalized path (R1).
    pub path: &'a [u8],
    /// The referrer, as logged.
    pub referrer: &'a [u8],
}

/// Pageviews that look like parts of pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetHint {
    /// Their paths, as a glob: `/image/**`.
    pub glob: String,
    /// All pageviews that the glob matches.
    pub pageviews: u64,
    /// Those that came right after the page they name as referrer, together with others.
    pub at_once: u64,
    /// The number of such pages.
    pub pages: u64,
}

/// A browser requests the parts of a page within this time; logs have a resolution of one second.
pub(super) const AT_ONCE: Span = Span::seconds(2);
/// At least this many with a common prefix at once: a single one may be a link opened in a new tab.
const SEVERAL: u64 = 2;
/// At least this many pages must have brought parts: fewer may be chance.
const ENOUGH_PAGES: u64 = 3;
/// At least this many pageviews must have come at once: fewer are not worth a rule.
const ENOUGH_PARTS: u64 = 10;
/// Of those that name a page of the same visitor, at least one in this many must have come at once. Lazily loaded parts
/// come late; of real pages only a few percent come so soon.
const ONE_IN_SO_MANY_AT_ONCE: u64 = 4;
/// At most one path in this many may occur as a referrer.
const ONE_IN_SO_MANY_REFERS: usize = 20;

/// Path prefixes under which most pageviews are parts of pages, the largest first.
#[must_use]
pub fn asset_hints(mut rows: Vec<HintRow>) -> Vec<AssetHint> {
    // Servers log a request when it is answered, so lines may be out of order by a second.
    rows.sort_by_key(|row| row.time);
    let referred = rows.iter().filter_map(page_before).collect();
    let mut groups = PathGroups::default();
    rows.iter().filter(|row| row.kind == Kind::Pageview).for_each(|row| groups.pageview(row));
    groups.close_all();
    let found = groups.by_name.iter().filter(|(_, group)| group.holds_parts(&referred));
    let mut hints: Vec<_> = found.map(|(name, group)| group.hint(name)).collect();
    hints.sort_by(|one, other| other.pageviews.cmp(&one.pageviews).then(one.glob.cmp(&other.glob)));
    hints
}

/// The page that a hit names as referrer, unless that is its own path.
pub(super) fn page_before<'a>(row: &HintRow<'a>) -> Option<&'a [u8]> {
    referrer::parse(row.referrer).map(|referrer| referrer.path).filter(|path| *path != row.path)
}

/// The group of a path without extension: its first segment, or the whole path if it has just one.
fn group_of(path: &[u8]) -> Option<&[u8]> {
    let (segment, name) = (path.get(1..)?, path.rsplit(|&byte| byte == b'/').next()?);
    if segment.is_empty() || name.contains(&b'.') {
        return None;
    }
    // The slash is part of the group, so that /image and /image/1 are in different ones.
    Some(memchr::memchr(b'/', segment).map_or(path, |slash| &path[..slash + 2]))
}

/// All groups, and the page loads whose parts may still come.
#[derive(Default)]
struct PathGroups<'a> {
    by_name: HashMap<&'a [u8], PathGroup<'a>>,
    loads: HashMap<(Visitor, &'a [u8]), Load<'a>>,
}

/// The hits of a group.
#[derive(Default)]
struct PathGroup<'a> {
    paths: HashSet<&'a [u8]>,
    pageviews: u64,
    /// Those that name a page of the same visitor as referrer.
    after_a_page: u64,
    at_once: u64,
    pages: u64,
}

/// A page load, and the hits that came right after it, by group.
struct Load<'a> {
    time: Millis,
    parts: HashMap<&'a [u8], u64>,
}

impl<'a> PathGroups<'a> {
    fn pageview(&mut self, row: &HintRow<'a>) {
        if let Some(name) = group_of(row.path) {
            let group = self.by_name.entry(name).or_default();
            group.pageviews += 1;
            group.paths.insert(row.path);
            self.follow(name, row);
        }
        let Some(visitor) = row.visitor else { return };
        let load = Load { time: row.time, parts: HashMap::new() };
        if let Some(before) = self.loads.insert((visitor, row.path), load) {
            self.close(before);
        }
    }

    /// Assigns a pageview to the page load that it names.
    fn follow(&mut self, name: &'a [u8], row: &HintRow<'a>) {
        let page = row.visitor.zip(page_before(row)).and_then(|page| self.loads.get_mut(&page));
        let (Some(load), Some(group)) = (page, self.by_name.get_mut(name)) else { return };
        group.after_a_page += 1;
        if row.time.since(load.time) <= AT_ONCE {
            *load.parts.entry(name).or_default() += 1;
        }
    }

    /// The time for parts of this page is over.
    fn close(&mut self, load: Load<'a>) {
        for (name, count) in load.parts.into_iter().filter(|(_, count)| *count >= SEVERAL) {
            let group = self.by_name.entry(name).or_default();
            group.at_once += count;
            group.pages += 1;
        }
    }

    fn close_all(&mut self) {
        for (_, load) in std::mem::take(&mut self.loads) {
            self.close(load);
        }
    }
}

impl PathGroup<'_> {
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
            HintRow {
                time: Millis(second.parse::<i64>().unwrap() * 1000),
                visitor: visitor.parse().ok().map(Visitor),
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
