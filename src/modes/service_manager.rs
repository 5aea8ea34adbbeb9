//! What a service manager is told, over the socket that it names in `NOTIFY_SOCKET` (`sd_notify(3)`).

use std::io;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// Tells the service manager, if there is one. What it does not hear changes nothing.
pub(super) fn tell_manager(state: &str) {
    let Some(name) = std::env::var_os("NOTIFY_SOCKET") else { return };
    if let Err(error) = address(&name.to_string_lossy()).and_then(|address| send(&address, state)) {
        tracing::warn!("NOTIFY_SOCKET: {error}");
    }
}

fn send(address: &SocketAddr, state: &str) -> io::Result<()> {
    UnixDatagram::unbound()?.send_to_addr(state.as_bytes(), address).map(drop)
}

/// A path, or after an `@` a name of Linux that is no file.
fn address(name: &str) -> io::Result<SocketAddr> {
    #[cfg(target_os = "linux")]
    if let Some(name) = name.strip_prefix('@') {
        use std::os::linux::net::SocketAddrExt;
        return SocketAddr::from_abstract_name(name);
    }
    SocketAddr::from_pathname(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_manager_listens_at_a_path() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("notify");
        let manager = UnixDatagram::bind(&path).expect("a socket");
        send(&address(path.to_str().expect("a path")).expect("an address"), "READY=1").expect("sent");
        let mut said = [0; 16];
        let count = manager.recv(&mut said).expect("a message");
        assert_eq!(&said[..count], b"READY=1");
    }
}
