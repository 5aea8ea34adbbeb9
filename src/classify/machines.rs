//! Automatic requests, known by their paths and query keys (design.md R2; the table is `tables/machines.txt`).

use std::sync::LazyLock;

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use memchr::memmem;

static TABLE: &str = include_str!("tables/machines.txt");
static MACHINES: LazyLock<Machines> = LazyLock::new(|| Machines::new(rows()));

/// The type of an automatic request, by precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Machine {
    /// A part of a page.
    Asset,
    /// A call by a program.
    Api,
    /// A call by a program, if sent by POST.
    ApiByPost,
    /// A call by a program, if without referrer.
    ApiWithoutReferrer,
}

/// Which answers a row applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Answers {
    All,
    /// Not to refusals: a server that refuses was probed for software it does not run.
    NotRefused,
}

impl Answers {
    pub(super) fn has(self, status: u16) -> bool {
        self == Answers::All || status < 400
    }
}

/// Looks up a normalized path (R1).
pub(super) fn machine_of(path: &[u8]) -> Option<(Machine, Answers)> {
    MACHINES.of(path)
}

/// Whether the query has a key that only programs send.
#[inline]
pub(super) fn has_machine_key(query: &[u8], status: u16) -> bool {
    !query.is_empty() && MACHINES.has_key(query, status)
}

/// Where a row's text must occur in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum MatchAt {
    Whole,
    Beginning,
    End,
    Within,
    Key,
}

#[derive(Debug, Clone, Copy)]
struct MachineRow {
    machine: (Machine, Answers),
    place: MatchAt,
    text: &'static [u8],
}

fn rows() -> impl Iterator<Item = MachineRow> {
    TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).filter_map(row)
}

fn row(line: &'static str) -> Option<MachineRow> {
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
        "is" => MatchAt::Whole,
        "begins" => MatchAt::Beginning,
        "ends" => MatchAt::End,
        "within" => MatchAt::Within,
        "key" => MatchAt::Key,
        _ => return None,
    };
    Some(MachineRow { machine: (machine, answers), place, text: text?.as_bytes() })
}

/// The table, indexed by path segment: a path is compared only with rows that share a segment with it.
struct Machines {
    by_segment: HashMap<(MatchAt, &'static [u8]), Vec<MachineRow>, RandomState>,
    /// Rows whose text begins or ends within a segment.
    others: Vec<MachineRow>,
    keys: Vec<(&'static [u8], Answers)>,
    /// A bit per length of a key: most keys of a query are ruled out by their length.
    key_lengths: u64,
}

impl Machines {
    fn new(rows: impl Iterator<Item = MachineRow>) -> Machines {
        let (keys, rows): (Vec<_>, Vec<_>) = rows.partition(|row| row.place == MatchAt::Key);
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
        let within = segments.filter_map(|segment| self.by(MatchAt::Within, segment, path));
        let at_its_ends = [
            self.by(MatchAt::Whole, first_segment(path), path),
            self.by(MatchAt::Beginning, first_segment(path), path),
            self.by(MatchAt::End, last_segment(path), path),
        ];
        others.chain(within).chain(at_its_ends.into_iter().flatten()).min()
    }

    fn by(&self, place: MatchAt, segment: &[u8], path: &[u8]) -> Option<(Machine, Answers)> {
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

/// The bit of a length; 63 and more share one.
fn length_bit(text: &[u8]) -> u64 {
    1 << text.len().min(63)
}

fn first_segment(path: &[u8]) -> &[u8] {
    path.split(|&byte| byte == b'/').nth(1).unwrap_or_default()
}

/// The last segment; of a path with a trailing slash, the one before it.
fn last_segment(path: &[u8]) -> &[u8] {
    let path = path.strip_suffix(b"/").unwrap_or(path);
    path.rsplit(|&byte| byte == b'/').next().unwrap_or_default()
}

impl MachineRow {
    /// A segment that every matching path has; `None` if there is none.
    fn segment(&self) -> Option<&'static [u8]> {
        let begins_one = self.text.starts_with(b"/");
        let first_ends = memchr::memchr_iter(b'/', self.text).nth(1).is_some();
        match self.place {
            MatchAt::Whole => Some(first_segment(self.text)),
            MatchAt::Beginning | MatchAt::Within => {
                (begins_one && first_ends).then(|| first_segment(self.text))
            }
            MatchAt::End => begins_one.then(|| last_segment(self.text)),
            MatchAt::Key => None,
        }
    }

    fn is_of(&self, path: &[u8]) -> bool {
        match self.place {
            MatchAt::Whole => path == self.text,
            MatchAt::Beginning => path.starts_with(self.text),
            MatchAt::End => path.ends_with(self.text),
            MatchAt::Within => memmem::find(path, self.text).is_some(),
            MatchAt::Key => false,
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
                row.text.starts_with(b"/") || row.place != MatchAt::Whole && row.place != MatchAt::Beginning;
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
