//! `[serve]`: what others may read over HTTP.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;

use super::section::{many, one};
use crate::peers::Network;

/// The table as the file writes it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ServeTable {
    /// Where to listen; `--listen` says the same.
    #[serde(deserialize_with = "one")]
    pub listen: Option<SocketAddr>,
    /// The file that holds the token which requests must bear; needed beyond loopback.
    pub token_file: Option<PathBuf>,
    /// The networks whose requests are answered; all if none is named.
    #[serde(deserialize_with = "many")]
    pub allow: Vec<Network>,
}
