//! Finds the response-time column: a line has many numbers, and units are rarely given.

use super::super::columns::LayoutColumn;
use super::super::looks;
use super::super::numbers::{self, LoadUnit};
use super::{ColumnRole, NEARLY_ALL, Roles};

impl<'c> Roles<'c, '_> {
    /// Tries the positions of known servers, then the first column with fractions or units, then the last one of whole
    /// numbers; after the status, or in brackets before the request.
    pub(super) fn load(&mut self) {
        if let Some(at) = self.squids_elapsed().or_else(|| self.third_of_four_numbers()) {
            self.roles[at] = ColumnRole::Load(LoadUnit::Millis);
            return;
        }
        if self.is_haproxy_clf() {
            return;
        }
        let units: Vec<(usize, LoadUnit)> = self
            .free()
            .filter(|(at, _)| self.label(*at).is_none_or(looks::is_load_label))
            .filter_map(|(at, column)| Some((at, numbers::load_unit(column, self.columns.get(at + 1))?)))
            .collect();
        let is_exact = |&&(at, unit): &&(usize, LoadUnit)| {
            unit == LoadUnit::Named
                || self.columns.get(at).is_some_and(|column| column.there().any(|text| text.contains(&b'.')))
                || self.columns.get(at + 1).is_some_and(numbers::is_unit)
        };
        let exact = units.iter().filter(is_exact).copied();
        let longest = exact.max_by(|one, other| {
            let middle = |at: usize| self.columns.get(at).map_or(0.0, numbers::median);
            middle(one.0).total_cmp(&middle(other.0)).then(other.0.cmp(&one.0))
        });
        let last = self.last_named();
        let behind = units.iter().rev().find(|(at, _)| last.is_some_and(|last| *at > last)).copied();
        if let Some((at, unit)) = longest.or(behind) {
            self.roles[at] = ColumnRole::Load(unit);
        }
    }

    /// Squid's native log: milliseconds between time and address.
    fn squids_elapsed(&self) -> Option<usize> {
        let result = self.place(ColumnRole::ResultAndStatus)?;
        let elapsed = self.place(ColumnRole::Address)?.checked_sub(1)?;
        let is_number = self.share(elapsed, numbers::is_whole_number) >= NEARLY_ALL;
        (elapsed + 2 == result && is_number && self.roles[elapsed] == ColumnRole::Skip).then_some(elapsed)
    }

    /// Four whole numbers between the status and a quoted field are `%BYTES_RECEIVED% %BYTES_SENT% %DURATION%
    /// %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%` in Envoy and Istio, or bytes sent, object size, total time and
    /// turn-around time in S3, with times in milliseconds. Envoy is recognized by its request ids, S3 by its operations.
    fn third_of_four_numbers(&self) -> Option<usize> {
        let is_number = |at: usize| {
            let Some(column) = self.columns.get(at).filter(|column| !column.is_quoted()) else {
                return false;
            };
            column.share(numbers::is_whole_number) >= NEARLY_ALL && column.there().next().is_some()
        };
        let is_known = self
            .columns
            .iter()
            .any(|column| column.share(is_uuid) >= NEARLY_ALL || column.share(is_s3_operation) >= NEARLY_ALL);
        let status = self.place(ColumnRole::Status).filter(|_| is_known)?;
        let quoted = (status + 1..self.roles.len()).filter(|&at| {
            self.columns.get(at).is_some_and(LayoutColumn::is_quoted)
                && self.columns.get(at - 1).is_some_and(|it| !it.is_quoted())
        });
        let run = |end: usize| (status + 1..end).rev().take_while(|&at| is_number(at)).count();
        quoted.filter(|&end| run(end) == 4).map(|end| end - 2).find(|&at| self.roles[at] == ColumnRole::Skip)
    }

    /// `HAProxy`'s `httplog clf` has the milliseconds of its timestamp in a separate column that varies like load times.
    /// Recognized by the termination state, `LR--` or `----`.
    fn is_haproxy_clf(&self) -> bool {
        self.columns
            .iter()
            .any(|column| !column.is_quoted() && column.share(is_termination_state) >= NEARLY_ALL)
    }

    /// The label of a column: `rt=0.120`, `[Gzip 3.11]`.
    fn label(&self, at: usize) -> Option<&'c [u8]> {
        let before = &self.columns.get(at)?.before;
        let name = before.strip_suffix(b"\"").unwrap_or(before);
        if let Some(name) = name.strip_suffix(b"=") {
            return name.rsplit(|byte| b" |;,[({".contains(byte)).next();
        }
        let word = at.checked_sub(1).and_then(|word| self.columns.get(word))?;
        let is_label =
            matches!(word.before.last(), Some(b'[' | b'(' | b'{')) && before == b" " && word.distinct() == 1;
        is_label.then(|| word.values.first().copied()).flatten()
    }

    /// The last column of the combined or common log.
    fn last_named(&self) -> Option<usize> {
        [ColumnRole::Agent, ColumnRole::Referrer, ColumnRole::Size, ColumnRole::Status]
            .into_iter()
            .filter_map(|role| self.place(role))
            .max()
    }
}

/// `9c1e5d4b-2f3a-4c6d-8e7f-0a1b2c3d4e5f`
fn is_uuid(text: &[u8]) -> bool {
    let parts = text.split(|&byte| byte == b'-').map(<[u8]>::len);
    parts.eq([8, 4, 4, 4, 12]) && text.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-')
}

/// `HAProxy`'s termination state `%tsc`: `LR--`, `----`, `CD--`, `PH--`; mostly without cookie flags.
fn is_termination_state(text: &[u8]) -> bool {
    matches!(text, [cause, phase, cookies @ ..]
        if [cause, phase].iter().all(|byte| byte.is_ascii_alphabetic() || **byte == b'-')
            && cookies.len() == 2 && cookies.contains(&b'-')
            && cookies.iter().all(|byte| byte.is_ascii_uppercase() || *byte == b'-'))
}

/// `REST.GET.OBJECT`, `WEBSITE.GET.OBJECT`
fn is_s3_operation(text: &[u8]) -> bool {
    const OPERATIONS: [&[u8]; 5] = [b"REST.", b"WEBSITE.", b"SOAP.", b"BATCH.", b"S3."];
    OPERATIONS.iter().any(|begin| text.starts_with(begin))
}
