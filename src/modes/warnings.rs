//! What the operator should read at the start of a run: on the screen, or in the lines that a service manager keeps.

use crate::config::Settings;
use crate::input::socket::ListenAddress;

/// The warnings of a run, none as a rule.
pub(super) fn of(settings: &Settings) -> Vec<String> {
    let sockets =
        settings.inputs.iter().filter_map(|input| ListenAddress::parse(&input.to_string_lossy()).ok()?);
    let exposed = sockets.filter_map(|address| address.exposure(&settings.allowed));
    settings.notices.iter().cloned().chain(exposed).chain(served_beyond_loopback(settings)).collect()
}

fn served_beyond_loopback(settings: &Settings) -> Option<String> {
    let listen = settings.listen.filter(|listen| !listen.ip().to_canonical().is_loopback())?;
    let whose = if settings.additions.serve.allow.is_empty() {
        "; name those that may ask as allow in [serve] of the config"
    } else {
        ""
    };
    Some(format!("--listen {listen} is open to other machines, and the token is sent unencrypted{whose}"))
}
