//! The country of an address, from the operator's database (`--geoip`).

use serde::{Deserialize, Serialize};

use core::net::IpAddr;

use maxminddb::Reader;

/// A country code (ISO 3166-1 alpha-2), or unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Country(pub u16);

impl Country {
    /// No country.
    pub const UNKNOWN: Country = Country(0);

    /// The country of a code; unknown unless it has two letters.
    #[must_use]
    pub fn from_code(code: &str) -> Country {
        match code.as_bytes() {
            &[a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Country(u16::from_be_bytes([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
            }
            _ => Country::UNKNOWN,
        }
    }

    /// The name of the unknown country.
    pub const UNKNOWN_NAME: &'static str = "(unknown)";

    /// Its code, or [`Country::UNKNOWN_NAME`].
    #[must_use]
    pub fn name(self) -> String {
        if self == Country::UNKNOWN { Country::UNKNOWN_NAME.to_owned() } else { self.code() }
    }

    /// Its code; empty if unknown.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Country::UNKNOWN => String::new(),
            Country(letters) => letters.to_be_bytes().map(char::from).iter().collect(),
        }
    }
}

/// A country database in memory, in `MaxMind`'s format.
pub struct GeoDb {
    reader: Reader<Vec<u8>>,
}

impl GeoDb {
    /// Parses a database.
    ///
    /// # Errors
    /// The bytes are not a database in `MaxMind`'s format.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<GeoDb, maxminddb::MaxMindDbError> {
        Reader::from_source(bytes).map(|reader| GeoDb { reader })
    }

    /// The country of an address; unknown if the database has none.
    #[must_use]
    pub fn country(&self, address: IpAddr) -> Country {
        let found = self.reader.lookup(address).ok();
        let country = found.and_then(|found| found.decode::<maxminddb::geoip2::Country>().ok().flatten());
        country.and_then(|record| record.country.iso_code).map_or(Country::UNKNOWN, Country::from_code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_two_letters() {
        assert_eq!(Country::from_code("de").code(), "DE");
        assert_eq!(Country::from_code("D1"), Country::UNKNOWN);
        assert_eq!(Country::UNKNOWN.code(), "");
    }
}
