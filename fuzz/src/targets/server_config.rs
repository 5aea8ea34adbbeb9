//! The configs of servers.

use dwell::format::Format;
use dwell::format::server_config::ConfiguredServer;

/// Reads these bytes.
pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for server in [ConfiguredServer::Nginx, ConfiguredServer::Apache] {
        drop(server.includes(&text));
        if let Some(pattern) = server.format_of(&text, "/a") {
            drop(Format::pattern(&pattern));
        }
    }
}
