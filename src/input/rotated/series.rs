//! Logs created with a date in their name, as Tomcat, Jetty, IIS, rotatelogs and cronolog write them: the next day
//! gets a new file, and the files of earlier days are its history.

/// A name with a date in it: `localhost_access_log.2026-11-24.txt`, `2026_11_24.request.log`, `u_ex261124.log`,
/// `access.log.1764000000`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DatedSeries<'a> {
    before: &'a str,
    /// The date's digits.
    digits: String,
    after: &'a str,
}

impl<'a> DatedSeries<'a> {
    /// The series that a name belongs to.
    pub(super) fn of(name: &'a str) -> Option<DatedSeries<'a>> {
        let starts = name.char_indices().filter(|&(at, char)| {
            char.is_ascii_digit() && !name[..at].ends_with(|before: char| before.is_ascii_digit())
        });
        starts.map(|(at, _)| at).find_map(|at| {
            let length = date_at(&name[at..])?;
            let digits = name[at..at + length].chars().filter(char::is_ascii_digit).collect();
            Some(DatedSeries { before: &name[..at], digits, after: &name[at + length..] })
        })
    }

    /// The digits of the date of another member of the series.
    pub(super) fn member(&self, name: &str) -> Option<String> {
        let other = DatedSeries::of(name)?;
        let is_member = other.before == self.before && other.after == self.after;
        (is_member && other.digits.len() == self.digits.len()).then_some(other.digits)
    }

    pub(super) fn is_older(&self, digits: &str) -> bool {
        digits < self.digits.as_str()
    }

    pub(super) fn is_younger(&self, digits: &str) -> bool {
        digits > self.digits.as_str()
    }

    /// A glob that matches all members.
    pub(super) fn pattern(&self) -> String {
        format!("{}*{}", self.before, self.after)
    }
}

/// The length of the date at the start of a text.
fn date_at(text: &str) -> Option<usize> {
    let run = text.bytes().take_while(u8::is_ascii_digit).count();
    let digits = &text[..run];
    match run {
        4 => separated_date(text),
        6 => is_date(20, &digits[..2], &digits[2..4], &digits[4..6]).then_some(6),
        8 if is_date(0, &digits[..4], &digits[4..6], &digits[6..8]) => Some(8 + time_behind(&text[8..])),
        // IIS with hourly logs.
        8 => {
            let is_hour = &digits[6..] < "24";
            (is_hour && is_date(20, &digits[..2], &digits[2..4], &digits[4..6])).then_some(8)
        }
        // Seconds since 1970, up to 2033.
        10 if digits.starts_with('1') => Some(10),
        10 | 12 | 14 => is_date(0, &digits[..4], &digits[4..6], &digits[6..8]).then_some(run),
        _ => None,
    }
}

/// `2026-11-24`, `2026_11_24` or `2026.11.24`, possibly followed by a time.
fn separated_date(text: &str) -> Option<usize> {
    let (year, month, day) = (text.get(..4)?, text.get(5..7)?, text.get(8..10)?);
    let (one, other) = (text.as_bytes()[4], text.as_bytes()[7]);
    let is_separated = one == other && b"-_.".contains(&one);
    let is_over = !text[10..].starts_with(|next: char| next.is_ascii_digit());
    (is_separated && is_over && is_date(0, year, month, day)).then(|| 10 + time_behind(&text[10..]))
}

/// The length of the time at the start of a text: `T14-00-00.000`, `-14`, `_1400`.
fn time_behind(text: &str) -> usize {
    let two_digits = text.as_bytes().get(1..3).is_some_and(|hour| hour.iter().all(u8::is_ascii_digit));
    if !two_digits || !text.starts_with(['T', '-', '_', '.']) {
        return 0;
    }
    let run = text.bytes().take_while(|byte| byte.is_ascii_digit() || b"T-_.:".contains(byte)).count();
    text[..run].trim_end_matches(|char: char| !char.is_ascii_digit()).len()
}

fn is_date(century: u32, year: &str, month: &str, day: &str) -> bool {
    let number = |text: &str| text.parse::<u32>().ok();
    let (Some(year), Some(month), Some(day)) = (number(year), number(month), number(day)) else {
        return false;
    };
    let year = century * 100 + year;
    (1990..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_found_wherever_it_stands() {
        for (name, digits, pattern) in [
            ("localhost_access_log.2026-11-24.txt", "20261124", "localhost_access_log.*.txt"),
            ("2026_11_24.request.log", "20261124", "*.request.log"),
            ("u_ex261124.log", "261124", "u_ex*.log"),
            ("u_ex26112414.log", "26112414", "u_ex*.log"),
            ("access.log.1764000000", "1764000000", "access.log.*"),
            ("web1.2026-11-24.log", "20261124", "web1.*.log"),
            ("access.2026-11-24-14.log", "2026112414", "access.*.log"),
            ("access.2026-11-24T14-00-00.000.log", "20261124140000000", "access.*.log"),
            ("access_2026112414.log", "2026112414", "access_*.log"),
        ] {
            let series = DatedSeries::of(name).expect(name);
            assert_eq!((series.digits.as_str(), series.pattern().as_str()), (digits, pattern));
        }
    }

    #[test]
    fn other_numbers_are_no_dates() {
        for name in
            ["access.log", "access.log.1", "web12.log", "port8080.log", "x999999.log", "a.2026-13-01.log"]
        {
            assert_eq!(DatedSeries::of(name), None);
        }
    }
}
