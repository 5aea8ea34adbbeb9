//! dwell's own sockets, where servers send their lines.

use std::cell::RefCell;
use std::path::Path;

use crossbeam_channel::bounded;
use dwell::input::socket::{Address, Limits, Socket};
use dwell::input::{Read, Source};

use super::support::wait_until;

/// A UDP socket, and a Unix one in the folder of the server.
pub(crate) struct Listener {
    udp: RefCell<Socket>,
    unix: RefCell<Option<Socket>>,
}

impl Listener {
    pub(crate) fn new() -> Listener {
        Listener { udp: RefCell::new(listen("udp://:0")), unix: RefCell::new(None) }
    }

    pub(crate) fn listen_at(&self, path: &Path) {
        *self.unix.borrow_mut() = Some(listen(&format!("unix-dgram:{}", path.display())));
    }

    pub(crate) fn udp_port(&self) -> u16 {
        self.udp.borrow().local().expect("an address").port()
    }

    /// So many lines that came by UDP.
    pub(crate) fn udp_lines(&self, lines: usize) -> String {
        taken(&mut self.udp.borrow_mut(), lines)
    }

    /// So many lines that came by the Unix socket.
    pub(crate) fn unix_lines(&self, lines: usize) -> String {
        taken(self.unix.borrow_mut().as_mut().expect("a socket"), lines)
    }
}

fn listen(address: &str) -> Socket {
    let address = Address::parse(address).expect("an address").expect("a socket");
    Socket::listen(&address, Limits::default(), bounded(1).0).expect("listen")
}

fn taken(socket: &mut Socket, lines: usize) -> String {
    let all = RefCell::new(Vec::new());
    let mut take = || {
        let mut block = Vec::new();
        assert_ne!(socket.read(&mut block, 1 << 20).expect("read"), Read::End);
        all.borrow_mut().extend(block);
        memchr::memchr_iter(b'\n', &all.borrow()).count() >= lines
    };
    wait_until(&mut take, || format!("only this came: {}", String::from_utf8_lossy(&all.borrow())));
    String::from_utf8(all.into_inner()).expect("text")
}
