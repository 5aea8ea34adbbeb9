//! Parses the built-in tables of sources (for their format, see `tables/search.txt`).

use super::category::Category;

const TABLES: [(Category, &str); 7] = [
    (Category::Search, include_str!("tables/search.txt")),
    (Category::Social, include_str!("tables/social.txt")),
    (Category::Video, include_str!("tables/video.txt")),
    (Category::Shopping, include_str!("tables/shopping.txt")),
    (Category::Mail, include_str!("tables/mail.txt")),
    (Category::Ai, include_str!("tables/ai.txt")),
    (Category::Site, include_str!("tables/sites.txt")),
];

/// Hosts that send referrer spam.
const SPAM: &str = include_str!("tables/spam.txt");

/// The hosts of referrer spam, each with its subdomains.
pub(super) fn spam() -> impl Iterator<Item = &'static str> {
    SPAM.lines().filter(|line| !is_comment(line)).flat_map(str::split_whitespace)
}

/// A row: a source, or more hosts and aliases of the source above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SourceRow {
    pub(super) category: Category,
    pub(super) name: &'static str,
    pub(super) hosts: Vec<&'static str>,
    pub(super) aliases: Vec<&'static str>,
}

/// All rows of all tables.
pub(super) fn rows() -> impl Iterator<Item = SourceRow> {
    TABLES.into_iter().flat_map(|(category, table)| {
        table.lines().filter(|line| !is_comment(line)).filter_map(move |line| row(category, line))
    })
}

fn is_comment(line: &str) -> bool {
    line.is_empty() || line.starts_with('#')
}

fn row(category: Category, line: &'static str) -> Option<SourceRow> {
    let mut columns = line.split('|').map(str::trim);
    let (name, hosts, aliases) = (columns.next()?, columns.next()?, columns.next()?);
    let aliases = aliases.split(',').map(str::trim).filter(|alias| !alias.is_empty());
    let whole = !name.is_empty() && columns.next().is_none();
    whole.then(|| SourceRow {
        category,
        name,
        hosts: hosts.split_whitespace().collect(),
        aliases: aliases.collect(),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;
    use crate::classify::tags::folded;

    #[test]
    fn every_line_is_a_row_or_a_comment() {
        for (category, table) in TABLES {
            for line in table.lines().filter(|line| !is_comment(line)) {
                assert!(row(category, line).is_some(), "{category:?}: {line}");
            }
        }
    }

    #[test]
    fn a_name_stands_in_one_table_only() {
        let mut category_of = HashMap::new();
        for row in rows() {
            let category = *category_of.entry(row.name).or_insert(row.category);
            assert_eq!(category, row.category, "{}", row.name);
        }
        assert!(category_of.len() >= 150, "{} sources", category_of.len());
    }

    #[test]
    fn no_host_and_no_alias_stands_twice() {
        let (mut hosts, mut aliases, mut names) = (HashSet::new(), HashSet::new(), HashSet::new());
        for row in rows() {
            if names.insert(row.name) {
                assert!(aliases.insert(folded(row.name)), "{}", row.name);
            }
            for host in row.hosts {
                assert!(hosts.insert(host), "{host}");
                assert_eq!(host, host.to_lowercase());
            }
            for alias in row.aliases {
                assert!(aliases.insert(folded(alias)), "{alias}");
            }
        }
    }
}
