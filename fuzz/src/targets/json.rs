//! Access logs as JSON lines, by their usual names and as a user maps them.

use dwell::format::{Format, FormatTable, MappedField, Mapping, Unit};

fn mapped() -> Format {
    let fields = [
        (MappedField::Time, "ts"),
        (MappedField::Status, "res.code"),
        (MappedField::Target, "req.path"),
        (MappedField::Address, "client.ip"),
        (MappedField::Forwarded, "req.headers.X-Forwarded-For"),
        (MappedField::User, "auth.user.id"),
        (MappedField::Duration(Unit::Millis), "elapsed"),
    ];
    Format::mapped(Mapping::new(fields.map(|(field, path)| (field, path.to_owned())).to_vec()))
}

/// Reads these bytes.
pub fn run(data: &[u8]) {
    super::read("json", data);
    super::read_in(&mut mapped(), data);
    let lines: Vec<&[u8]> = data.split(|&byte| byte == b'\n').collect();
    assert!(mapped().unseen(&lines).len() <= 7);
    if let Some(proposal) = FormatTable::of(&lines) {
        super::read_in(&mut Format::mapped(proposal.mapping()), data);
    }
}
