//! Converts the config's `[format]` table into a JSON mapping.

use crate::config::{DurationUnit, JsonFields};
use crate::format::{MappedField, Mapping, Unit};

/// Builds the mapping.
pub(super) fn mapping(fields: &JsonFields) -> Mapping {
    let unit = fields.duration_unit.map_or(Unit::Seconds, unit);
    let paths = [
        (MappedField::Time, &fields.time),
        (MappedField::Date, &fields.date),
        (MappedField::Status, &fields.status),
        (MappedField::Request, &fields.request),
        (MappedField::Method, &fields.method),
        (MappedField::Target, &fields.target),
        (MappedField::Query, &fields.query),
        (MappedField::Address, &fields.address),
        (MappedField::Forwarded, &fields.forwarded),
        (MappedField::Agent, &fields.agent),
        (MappedField::Referrer, &fields.referrer),
        (MappedField::Host, &fields.host),
        (MappedField::User, &fields.user),
        (MappedField::Visitor, &fields.visitor),
        (MappedField::Duration(unit), &fields.duration),
        (MappedField::OptOut, &fields.opt_out),
    ];
    let mapped = paths.into_iter().filter_map(|(field, path)| Some((field, path.clone()?)));
    Mapping::new(mapped.collect())
}

fn unit(unit: DurationUnit) -> Unit {
    match unit {
        DurationUnit::Seconds => Unit::Seconds,
        DurationUnit::Millis => Unit::Millis,
        DurationUnit::Micros => Unit::Micros,
        DurationUnit::Nanos => Unit::Nanos,
    }
}
