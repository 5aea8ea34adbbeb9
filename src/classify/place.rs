//! Places: the country of an address, from a database that the operator gives (`--geoip`).

use serde::{Deserialize, Serialize};

use core::net::IpAddr;

use maxminddb::Reader;

/// A country by its two letters (ISO 3166-1); nothing where it is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Country(pub u16);

impl Country {
    /// Where it is not known.
    pub const UNKNOWN: Country = Country(0);

    /// The country of that code; unknown unless it has two letters.
    #[must_use]
    pub fn from_code(code: &str) -> Country {
        match code.as_bytes() {
            &[a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Country(u16::from_be_bytes([a.to_ascii_uppercase(), b.to_ascii_uppercase()]))
            }
            _ => Country::UNKNOWN,
        }
    }

    /// What stands in for a country that is not known.
    pub const UNKNOWN_NAME: &'static str = "(unknown)";

    /// Its two letters, or what stands in for them.
    #[must_use]
    pub fn name(self) -> String {
        if self == Country::UNKNOWN { Country::UNKNOWN_NAME.to_owned() } else { self.code() }
    }

    /// Its two letters; empty where it is not known.
    #[must_use]
    pub fn code(self) -> String {
        match self {
            Country::UNKNOWN => String::new(),
            Country(letters) => letters.to_be_bytes().map(char::from).iter().collect(),
        }
    }
}

/// A database of places in memory, in `MaxMind`'s format.
pub struct Places {
    reader: Reader<Vec<u8>>,
}

impl Places {
    /// Reads a database from its bytes.
    ///
    /// # Errors
    /// Bytes that are no database in `MaxMind`'s format.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Places, maxminddb::MaxMindDbError> {
        Reader::from_source(bytes).map(|reader| Places { reader })
    }

    /// The country of an address; unknown where the database does not say.
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
