//! The category of a source, which channels depend on (R10).

use serde::Deserialize;

/// The category of a source, which channels depend on (R10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    /// A search engine.
    Search,
    /// A social network, messenger or community.
    Social,
    /// A video or streaming site.
    Video,
    /// A shop, marketplace or price comparison.
    Shopping,
    /// Web mail or a newsletter service.
    Mail,
    /// An AI assistant.
    Ai,
    /// Any other site.
    Site,
}
