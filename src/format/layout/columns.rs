//! Groups tokens at the same position in most lines into columns.

use std::collections::HashMap;

use super::tokens::{Cutting, Tokens, cut};

/// A column: the separator before it, and its value in each line.
#[derive(Debug)]
pub(super) struct LayoutColumn<'a> {
    pub(super) before: Vec<u8>,
    pub(super) values: Vec<&'a [u8]>,
}

impl LayoutColumn<'_> {
    /// Whether its values are quoted.
    pub(super) fn is_quoted(&self) -> bool {
        self.before.ends_with(b"\"")
    }

    /// The share of present values that match; 0 if none is present.
    pub(super) fn share(&self, is_so: impl Fn(&[u8]) -> bool) -> f64 {
        let there = self.there().count();
        if there == 0 { 0.0 } else { self.there().filter(|value| is_so(value)).count() as f64 / there as f64 }
    }

    /// The values that are present, i.e. neither empty nor `-`.
    pub(super) fn there(&self) -> impl Iterator<Item = &[u8]> {
        self.values.iter().copied().filter(|value| !matches!(*value, b"" | b"-"))
    }

    /// The share of lines with a value, from 0 to 1.
    pub(super) fn filled(&self) -> f64 {
        self.there().count() as f64 / self.values.len().max(1) as f64
    }

    pub(super) fn distinct(&self) -> usize {
        let mut values: Vec<_> = self.there().collect();
        values.sort_unstable();
        values.dedup();
        values.len()
    }
}

/// The separators of a line: before each token, and after the last one.
type Separators = Vec<Vec<u8>>;

/// The columns of a sample, and the separator after the last one.
#[derive(Debug)]
pub(super) struct LayoutColumns<'a> {
    columns: Vec<LayoutColumn<'a>>,
    pub(super) after: Vec<u8>,
}

/// Minimum share of lines with the same separators; low, because foreign lines may be mixed in.
const LEAST_SHARE: f64 = 0.1;
/// Minimum share of lines that agree on the columns before a free-text last one. High, since any log has a common
/// prefix if it is short enough.
const SURE_SHARE: f64 = 0.8;
/// Minimum number of columns: time, request and status.
const FEWEST: usize = 3;
/// Shapes to try; the log's own is among the most frequent.
const MOST_SHAPES: usize = 3;

impl<'a> LayoutColumns<'a> {
    /// The columns for each of the most frequent shapes, most likely first.
    pub(super) fn of(sample: &[&'a [u8]], cutting: Cutting) -> Vec<LayoutColumns<'a>> {
        let lines: Vec<Tokens> = sample.iter().map(|line| cut(line, cutting)).collect();
        let lines: Vec<Tokens> = lines.into_iter().filter(|line| line.list.len() >= FEWEST).collect();
        let loose = loose_places(&lines);
        let shapes: Vec<Separators> = lines.iter().map(|line| shape(line, &loose)).collect();
        let share = |count: usize| count as f64 / sample.len() as f64;
        let frequent = by_frequency(shapes.iter().map(Vec::as_slice));
        let is_sure = frequent.first().is_some_and(|(_, count)| share(*count) >= SURE_SHARE);
        let partly = if is_sure { None } else { LayoutColumns::up_to_a_last_one(sample, &lines, &shapes) };
        let frequent =
            frequent.into_iter().take(MOST_SHAPES).filter(|(_, count)| share(*count) >= LEAST_SHARE);
        let whole = frequent.map(|(shape, _)| LayoutColumns::whole(&lines, &shapes, &shape));
        partly.into_iter().chain(whole).collect()
    }

    /// The columns of the lines with exactly these separators.
    fn whole(lines: &[Tokens<'a>], shapes: &[Separators], shape: &[Vec<u8>]) -> LayoutColumns<'a> {
        let fits = |(_, one): &(&Tokens, &Separators)| one.as_slice() == shape;
        let fitting: Vec<_> = lines.iter().zip(shapes).filter(fits).map(|(line, _)| line).collect();
        let column = |at: usize| LayoutColumn {
            before: shape[at].clone(),
            values: fitting.iter().map(|line| line.list[at].text).collect(),
        };
        let columns = (0..shape.len() - 1).map(column).collect();
        LayoutColumns { columns, after: shape[shape.len() - 1].clone() }
    }

    /// The longest prefix shared by nearly all lines, and the rest of the line as one more column: an unquoted user
    /// agent has any number of words.
    fn up_to_a_last_one(
        sample: &[&'a [u8]],
        lines: &[Tokens<'a>],
        shapes: &[Separators],
    ) -> Option<LayoutColumns<'a>> {
        let longest = shapes.iter().map(Vec::len).max()?;
        for length in (FEWEST..longest).rev() {
            let beginnings = shapes.iter().filter(|shape| shape.len() > length).map(|shape| &shape[..length]);
            let Some((beginning, count)) = by_frequency(beginnings).into_iter().next() else { continue };
            if (count as f64) < SURE_SHARE * sample.len() as f64 {
                continue;
            }
            let fits = |shape: &Separators| shape.len() > length && shape[..length] == beginning[..];
            let fitting: Vec<_> = lines.iter().zip(shapes).filter(|(_, shape)| fits(shape)).collect();
            let last_before = common_beginning(fitting.iter().map(|(_, shape)| shape[length].as_slice()))?;
            let mut columns: Vec<_> = (0..length)
                .map(|at| LayoutColumn {
                    before: beginning[at].clone(),
                    values: fitting.iter().map(|(line, _)| line.list[at].text).collect(),
                })
                .collect();
            let rest = |line: &Tokens<'a>| &line.line[line.list[length - 1].end + last_before.len()..];
            let values = fitting.iter().map(|(line, _)| rest(line)).collect();
            columns.push(LayoutColumn { before: last_before, values });
            return Some(LayoutColumns { columns, after: Vec::new() });
        }
        None
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, LayoutColumn<'a>> {
        self.columns.iter()
    }

    pub(super) fn get(&self, at: usize) -> Option<&LayoutColumn<'a>> {
        self.columns.get(at)
    }
}

/// The separators of a line. Where any line has a run of blanks, all runs are normalized to two.
fn shape(line: &Tokens, loose: &[bool]) -> Separators {
    let befores = line.list.iter().map(|token| token.before).chain([line.after]);
    befores.enumerate().map(|(at, before)| blanks_joined(before, loose.get(at) == Some(&true))).collect()
}

/// The positions where any line has several blanks in a row.
fn loose_places(lines: &[Tokens]) -> Vec<bool> {
    let longest = lines.iter().map(|line| line.list.len()).max().unwrap_or(0);
    let is_loose = |at: usize| {
        let mut befores = lines.iter().filter_map(|line| line.list.get(at));
        befores.any(|token| token.before.windows(2).any(|pair| pair == b"  "))
    };
    (0..longest).map(is_loose).collect()
}

fn blanks_joined(before: &[u8], is_loose: bool) -> Vec<u8> {
    if !is_loose {
        return before.to_vec();
    }
    let mut joined = Vec::new();
    for (at, &byte) in before.iter().enumerate() {
        let is_blank_again = byte == b' ' && at > 0 && before[at - 1] == b' ';
        match byte {
            b' ' if is_blank_again => {}
            b' ' => joined.extend_from_slice(b"  "),
            other => joined.push(other),
        }
    }
    joined
}

/// Counts shapes, most frequent first; ties keep the order of the lines, so that the result is deterministic.
fn by_frequency<'s>(shapes: impl Iterator<Item = &'s [Vec<u8>]>) -> Vec<(Separators, usize)> {
    let mut counts: HashMap<&[Vec<u8>], (usize, usize)> = HashMap::new();
    for (at, shape) in shapes.enumerate() {
        counts.entry(shape).or_insert((0, at)).0 += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_unstable_by_key(|(_, (count, first))| (std::cmp::Reverse(*count), *first));
    counts.into_iter().map(|(shape, (count, _))| (shape.to_vec(), count)).collect()
}

fn common_beginning<'s>(mut texts: impl Iterator<Item = &'s [u8]>) -> Option<Vec<u8>> {
    let mut common = texts.next()?.to_vec();
    for text in texts {
        let same = common.iter().zip(text).take_while(|(one, other)| one == other).count();
        common.truncate(same);
    }
    (!common.is_empty()).then_some(common)
}
