//! Values seen in the answers so far, by field, for completion in filters.

use std::collections::HashMap;

use crate::query::definitions::Definitions;
use crate::query::filter::TextField;
use crate::query::view::{SMALL_GROUPS, SessionRow, View};

use super::rows;

/// Values remembered per field: the most frequent ones come first, and nobody looks through more.
const MOST: usize = 1_000;

/// Values by field, in the order in which they were seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Vocabulary {
    values: HashMap<TextField, Vec<String>>,
}

impl Vocabulary {
    /// What is defined, before anything was seen.
    pub(crate) fn of(definitions: &Definitions) -> Vocabulary {
        let mut known = Vocabulary::default();
        known.define(definitions);
        known
    }

    /// Remembers what is defined by now.
    pub(crate) fn define(&mut self, definitions: &Definitions) {
        definitions.goals.iter().for_each(|goal| self.add(TextField::Goal, &goal.name));
        definitions.groups.iter().for_each(|group| self.add(TextField::Group, &group.name));
        for funnel in &definitions.funnels {
            for step in 1..=funnel.steps.len() {
                let step = format!("{}/{step}", funnel.name);
                self.add(TextField::Reached, &step);
                self.add(TextField::Dropped, &step);
            }
        }
    }

    /// Remembers the values in an answer.
    pub(crate) fn learn(&mut self, view: &View) {
        for table in &view.tables {
            let Some(field) = table.grouping.and_then(rows::field) else { continue };
            table.rows.iter().for_each(|row| self.add(field, &row.key));
        }
        view.sessions.iter().flat_map(|list| &list.rows).for_each(|row| self.learn_session(row));
    }

    /// The values known of a field.
    pub(crate) fn values(&self, field: TextField) -> &[String] {
        self.values.get(&field).map_or(&[], Vec::as_slice)
    }

    fn learn_session(&mut self, row: &SessionRow) {
        let (entry, exit) = (row.entry.as_deref(), row.exit.as_deref());
        for (field, value) in [
            (TextField::Source, Some(row.source.as_str())),
            (TextField::Channel, Some(&row.channel)),
            (TextField::Campaign, Some(&row.campaign)),
            (TextField::Page, entry),
            (TextField::Page, exit),
            (TextField::Entry, entry),
            (TextField::Exit, exit),
            (TextField::Country, Some(&row.country)),
            (TextField::Browser, Some(&row.browser)),
            (TextField::System, Some(&row.system)),
            (TextField::Device, Some(&row.device)),
            (TextField::Site, Some(&row.site)),
            (TextField::Host, Some(&row.host)),
            (TextField::Visitor, Some(&row.alias)),
            (TextField::Address, Some(&row.address)),
        ] {
            if let Some(value) = value {
                self.add(field, value);
            }
        }
    }

    fn add(&mut self, field: TextField, value: &str) {
        let values = self.values.entry(field).or_default();
        let is_value = !value.is_empty() && value != SMALL_GROUPS;
        if is_value && values.len() < MOST && !values.iter().any(|known| known == value) {
            values.push(value.to_owned());
        }
    }
}
