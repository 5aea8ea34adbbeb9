//! Where to listen: `tcp://:5140`, `udp://0.0.0.0:514`, `unix:PATH`, `unix-dgram:PATH`.

use std::fmt;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;

use crate::input::Trouble;
use crate::peers::Allowed;

/// A place to listen at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ListenAddress {
    /// Streams from other machines or this one.
    Tcp(SocketAddr),
    /// Datagrams from other machines or this one.
    Udp(SocketAddr),
    /// Streams from this machine.
    Unix(PathBuf),
    /// Datagrams from this machine, as nginx sends them to `syslog:server=unix:…`.
    UnixDatagram(PathBuf),
}

impl ListenAddress {
    /// The address that an input names; `None` if it is not a socket.
    ///
    /// # Errors
    /// An invalid address, or an unknown host.
    pub fn parse(text: &str) -> Result<Option<ListenAddress>, Trouble> {
        if let Some(rest) = text.strip_prefix("tcp://") {
            return resolve(text, rest, "tcp://127.0.0.1:5140").map(|found| Some(ListenAddress::Tcp(found)));
        }
        if let Some(rest) = text.strip_prefix("udp://") {
            return resolve(text, rest, "udp://127.0.0.1:5140").map(|found| Some(ListenAddress::Udp(found)));
        }
        if let Some(rest) = text.strip_prefix("unix-dgram:") {
            return path(text, rest, "unix-dgram:/run/dwell.sock")
                .map(|path| Some(ListenAddress::UnixDatagram(path)));
        }
        if let Some(rest) = text.strip_prefix("unix:") {
            return path(text, rest, "unix:/run/dwell.sock").map(|path| Some(ListenAddress::Unix(path)));
        }
        Ok(None)
    }

    /// What an operator should know of an address that other machines may reach.
    #[must_use]
    pub fn exposure(&self, allowed: &Allowed) -> Option<String> {
        let (ListenAddress::Tcp(address) | ListenAddress::Udp(address)) = self else { return None };
        if address.ip().to_canonical().is_loopback() {
            return None;
        }
        let whose = match (self, allowed.is_everybody()) {
            (_, true) => {
                "any machine that reaches it can send lines, and they count; name those that may: --allow 10.0.0.0/8"
            }
            (ListenAddress::Udp(_), false) => {
                "senders outside --allow are refused, but who can forge an address is not"
            }
            _ => "senders outside --allow are refused",
        };
        Some(format!("{self} is open to other machines, unencrypted: {whose}"))
    }
}

/// An address of this machine only, unless the text names another (design.md section 5).
fn resolve(text: &str, rest: &str, example: &'static str) -> Result<SocketAddr, Trouble> {
    let wrong = |why: &str| Trouble::Address { name: text.to_owned(), why: why.to_owned(), example };
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    let is_port = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let place = match rest.strip_prefix(':').unwrap_or(rest) {
        port if is_port(port) => format!("127.0.0.1:{port}"),
        place => place.to_owned(),
    };
    if !place.rsplit_once(':').is_some_and(|(_, port)| is_port(port)) {
        return Err(wrong("the port is missing"));
    }
    let mut found = place.to_socket_addrs().map_err(|error| wrong(&error.to_string()))?;
    found.next().ok_or_else(|| wrong("no such host"))
}

fn path(text: &str, rest: &str, example: &'static str) -> Result<PathBuf, Trouble> {
    if rest.is_empty() {
        return Err(Trouble::Address {
            name: text.to_owned(),
            why: "the path is missing".to_owned(),
            example,
        });
    }
    // unix:///run/dwell.sock is the same as unix:/run/dwell.sock.
    Ok(PathBuf::from(rest.strip_prefix("//").unwrap_or(rest)))
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ListenAddress::Tcp(address) => write!(formatter, "tcp://{address}"),
            ListenAddress::Udp(address) => write!(formatter, "udp://{address}"),
            ListenAddress::Unix(path) => write!(formatter, "unix:{}", path.display()),
            ListenAddress::UnixDatagram(path) => write!(formatter, "unix-dgram:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::peers::Network;

    fn read(text: &str) -> String {
        match ListenAddress::parse(text) {
            Ok(Some(address)) => address.to_string(),
            Ok(None) => "no socket".to_owned(),
            Err(trouble) => trouble.to_string(),
        }
    }

    #[test]
    fn an_address_is_this_machine_unless_it_says_otherwise() {
        for (text, address) in [
            ("tcp://:5140", "tcp://127.0.0.1:5140"),
            ("tcp://5140", "tcp://127.0.0.1:5140"),
            ("udp://0.0.0.0:514", "udp://0.0.0.0:514"),
            ("tcp://[::1]:5140/", "tcp://[::1]:5140"),
            ("unix:/run/a.sock", "unix:/run/a.sock"),
            ("unix:///run/a.sock", "unix:/run/a.sock"),
            ("unix-dgram:a.sock", "unix-dgram:a.sock"),
            ("access.log", "no socket"),
        ] {
            assert_eq!(read(text), address, "{text}");
        }
    }

    #[test]
    fn what_other_machines_may_reach_is_said() {
        let said = |text: &str, allowed: &[&str]| {
            let allowed: Vec<_> = allowed.iter().filter_map(|text| Network::parse(text)).collect();
            let address = ListenAddress::parse(text).expect("an address").expect("a socket");
            address.exposure(&allowed.into()).unwrap_or_default()
        };
        for closed in
            ["tcp://:5140", "tcp://[::1]:5140", "udp://127.9.9.9:1", "tcp://[::ffff:127.0.0.1]:1", "unix:a"]
        {
            assert_eq!(said(closed, &[]), "", "{closed}");
        }
        for open in ["tcp://0.0.0.0:5140", "udp://[::]:5140", "tcp://192.0.2.1:1"] {
            assert!(said(open, &[]).contains("any machine that reaches it can send lines"), "{open}");
            assert!(said(open, &["10.0.0.0/8"]).contains("outside --allow are refused"), "{open}");
        }
        assert!(said("udp://0.0.0.0:1", &["10.0.0.0/8"]).contains("forge"));
    }

    #[test]
    fn what_makes_no_sense_says_how_it_is_written() {
        for text in
            ["tcp://", "tcp://localhost", "udp://1.2.3.4:x", "udp://1.2.3.4:99999", "unix:", "tcp://::1"]
        {
            assert!(read(text).contains("; write it like "), "{text}: {}", read(text));
        }
    }
}
