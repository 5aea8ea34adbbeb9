//! Requests that no person makes: known by their paths and by the keys of their queries (design.md R2, the table in
//! `tables/machines.txt`).

use std::sync::LazyLock;

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use memchr::memmem;

static TABLE: &str = include_str!("tables/machines.txt");
static MACHINES: LazyLock<Machines> = LazyLock::new(|| Machines::new(rows()));

/// What a machine's request is. The order is that in which one comes before the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Machine {
    /// A part of a page.
    Asset,
    /// A call by a program.
    Api,
    /// The same, where it is sent by POST.
    ApiByPost,
    /// The same, where it comes from no page.
    ApiWithoutReferrer,
}

/// Which answers a row is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Answers {
    All,
    /// A server that refuses has no such thing, and was probed for it.
    NotRefused,
}

impl Answers {
    pub(super) fn has(self, status: u16) -> bool {
        self == Answers::All || status < 400
    }
}

/// Whose request a path is, if the table knows it, and of which answers. The path is in the one spelling of R1.
pub(super) fn machine_of(path: &[u8]) -> Option<(Machine, Answers)> {
    MACHINES.of(path)
}

/// Whether the query of a request so answered has a key that only programs send.
#[inline]
pub(super) fn has_machine_key(query: &[u8], status: u16) -> bool {
    !query.is_empty() && MACHINES.has_key(query, status)
}

/// Where in a request a text stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    Whole,
    Beginning,
    End,
    Within,
    Key,
}

#[derive(Debug, Clone, Copy)]
struct Row {
    machine: (Machine, Answers),
    place: Place,
    text: &'static [u8],
}

fn rows() -> impl Iterator<Item = Row> {
    TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).filter_map(row)
}

fn row(line: &'static str) -> Option<Row> {
    let mut columns = line.split('|').map(str::trim);
    let [kind, place, text, _whose, _source] = std::array::from_fn(|_| columns.next());
    let (kind, answers) = match kind?.strip_suffix(", answered") {
        Some(kind) => (kind, Answers::NotRefused),
        None => (kind?, Answers::All),
    };
    let machine = match kind {
        "asset" => Machine::Asset,
        "api" => Machine::Api,
        "api by POST" => Machine::ApiByPost,
        "api without referrer" => Machine::ApiWithoutReferrer,
        _ => return None,
    };
    let place = match place? {
        "is" => Place::Whole,
        "begins" => Place::Beginning,
        "ends" => Place::End,
        "within" => Place::Within,
        "key" => Place::Key,
        _ => return None,
    };
    Some(Row { machine: (machine, answers), place, text: text?.as_bytes() })
}

/// The table, by the segment of a path that rows have: a path is compared only with rows that share one with it.
struct Machines {
    by_segment: HashMap<(Place, &'static [u8]), Vec<Row>, RandomState>,
    /// Rows whose text begins or ends in the middle of a segment.
    others: Vec<Row>,
    keys: Vec<(&'static [u8], Answers)>,
    /// Which lengths keys have, a bit for each: most keys of a query have another one.
    key_lengths: u64,
}

impl Machines {
    fn new(rows: impl Iterator<Item = Row>) -> Machines {
        let (keys, rows): (Vec<_>, Vec<_>) = rows.partition(|row| row.place == Place::Key);
        let keys: Vec<_> = keys.iter().map(|row| (row.text, row.machine.1)).collect();
        let mut machines = Machines {
            by_segment: HashMap::default(),
            others: Vec::new(),
            key_lengths: keys.iter().fold(0, |lengths, (key, _)| lengths | length_bit(key)),
            keys,
        };
        for row in rows {
            match row.segment() {
                Some(segment) => machines.by_segment.entry((row.place, segment)).or_default().push(row),
                None => machines.others.push(row),
            }
        }
        machines
    }

    fn of(&self, path: &[u8]) -> Option<(Machine, Answers)> {
        let others = self.others.iter().filter(|row| row.is_of(path)).map(|row| row.machine);
        let segments = path.split(|&byte| byte == b'/').skip(1);
        let within = segments.filter_map(|segment| self.by(Place::Within, segment, path));
        let at_its_ends = [
            self.by(Place::Whole, first_segment(path), path),
            self.by(Place::Beginning, first_segment(path), path),
            self.by(Place::End, last_segment(path), path),
        ];
        others.chain(within).chain(at_its_ends.into_iter().flatten()).min()
    }

    fn by(&self, place: Place, segment: &[u8], path: &[u8]) -> Option<(Machine, Answers)> {
        let rows = self.by_segment.get(&(place, segment))?;
        rows.iter().filter(|row| row.is_of(path)).map(|row| row.machine).min()
    }

    fn has_key(&self, query: &[u8], status: u16) -> bool {
        query.split(|&byte| byte == b'&').any(|pair| {
            let key = &pair[..memchr::memchr(b'=', pair).unwrap_or(pair.len())];
            let is_it = |(known, answers): &(&[u8], Answers)| *known == key && answers.has(status);
            self.key_lengths & length_bit(key) != 0 && self.keys.iter().any(is_it)
        })
    }
}

/// A bit for each length; texts of 63 bytes or more share one.
fn length_bit(text: &[u8]) -> u64 {
    1 << text.len().min(63)
}

fn first_segment(path: &[u8]) -> &[u8] {
    path.split(|&byte| byte == b'/').nth(1).unwrap_or_default()
}

/// The last segment; of a path with a slash at its end, the one before that.
fn last_segment(path: &[u8]) -> &[u8] {
    let path = path.strip_suffix(b"/").unwrap_or(path);
    path.rsplit(|&byte| byte == b'/').next().unwrap_or_default()
}

impl Row {
    /// A segment that every path has that the row is of; `None` where there is none.
    fn segment(&self) -> Option<&'static [u8]> {
        let begins_one = self.text.starts_with(b"/");
        let first_ends = memchr::memchr_iter(b'/', self.text).nth(1).is_some();
        match self.place {
            Place::Whole => Some(first_segment(self.text)),
            Place::Beginning | Place::Within => (begins_one && first_ends).then(|| first_segment(self.text)),
            Place::End => begins_one.then(|| last_segment(self.text)),
            Place::Key => None,
        }
    }

    fn is_of(&self, path: &[u8]) -> bool {
        match self.place {
            Place::Whole => path == self.text,
            Place::Beginning => path.starts_with(self.text),
            Place::End => path.ends_with(self.text),
            Place::Within => memmem::find(path, self.text).is_some(),
            Place::Key => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn r2_every_line_is_a_row_or_a_comment_and_none_stands_twice() {
        let lines = TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let mut texts = HashSet::new();
        for line in lines {
            let row = row(line).unwrap_or_else(|| panic!("no row: {line}"));
            assert_eq!(line.split('|').count(), 5, "{line}");
            let is_path =
                row.text.starts_with(b"/") || row.place != Place::Whole && row.place != Place::Beginning;
            assert!(is_path && !row.text.is_empty(), "{line}");
            assert!(texts.insert((row.place, row.text)), "twice: {line}");
        }
        assert!(texts.len() > 140, "{} rows", texts.len());
    }

    #[test]
    fn r2_requests_of_frameworks_are_known() {
        for (path, machine) in [
            ("/_next/image", Some(Machine::Asset)),
            ("/shop/_next/image", Some(Machine::Asset)),
            ("/faces/javax.faces.resource/theme", Some(Machine::Asset)),
            ("/wp-admin/load-scripts.php", Some(Machine::Asset)),
            ("/w/load.php", Some(Machine::Asset)),
            ("/api/_next/image", Some(Machine::Asset)),
            ("/api/users", Some(Machine::Api)),
            ("/graphql", Some(Machine::Api)),
            ("/graphql/x", Some(Machine::Api)),
            ("/graphqlx", None),
            ("/apiary", None),
            ("/xmlrpc.php", Some(Machine::Api)),
            ("/de/customer/section/load/", Some(Machine::Api)),
            ("/section/load/", None),
            ("/a/healthz", Some(Machine::Api)),
            ("/account.data", Some(Machine::Api)),
            ("/blog/feed/", Some(Machine::ApiWithoutReferrer)),
            ("/blog/feeds", None),
            ("/chat/negotiate", Some(Machine::ApiByPost)),
            ("/livewire/update", Some(Machine::Api)),
            ("/moodle/lib/ajax/service.php", Some(Machine::Api)),
            ("/", None),
            ("", None),
        ] {
            assert_eq!(machine_of(path.as_bytes()).map(|(machine, _)| machine), machine, "{path}");
        }
        for query in ["_rsc=1a2b", "a=b&wc-ajax=x", "_rsc"] {
            assert!(has_machine_key(query.as_bytes(), 404), "{query}");
        }
        for query in ["a=_rsc", "x_rsc=1", ""] {
            assert!(!has_machine_key(query.as_bytes(), 200), "{query}");
        }
    }

    proptest! {
        #[test]
        fn r2_no_row_is_overlooked(
            row in prop::sample::select(rows().collect::<Vec<_>>()),
            before in "(/[a-z]{0,3}){0,2}",
            after in "[a-z/]{0,4}",
        ) {
            let text = String::from_utf8_lossy(row.text).into_owned();
            for path in [text.clone(), format!("{before}{text}"), format!("{text}{after}"), format!("{before}{text}{after}")] {
                let one_by_one = rows().filter(|row| row.is_of(path.as_bytes())).map(|row| row.machine).min();
                prop_assert_eq!(machine_of(path.as_bytes()), one_by_one, "{}", path);
            }
        }
    }
}
