//! dwell's own sockets, where servers send their lines.

use std::cell::RefCell;
use std::path::Path;

use crossbeam_channel::bounded;
use dwell::input::socket::{Limits, ListenAddress, Socket};
use dwell::input::{Read, Source};

use super::support::wait_until;

/// A UDP socket, a TCP one, and a Unix one in the folder of the server.
pub(crate) struct Listener {
    udp: RefCell<Heard>,
    tcp: RefCell<Heard>,
    unix: RefCell<Option<Heard>>,
    datagrams_to: Option<u16>,
}

impl Listener {
    pub(crate) fn new() -> Listener {
        let [udp, tcp] = ["udp://:0", "tcp://:0"].map(|address| RefCell::new(Heard::at(address)));
        Listener { udp, tcp, unix: RefCell::new(None), datagrams_to: None }
    }

    /// One at which no datagrams come: they go to another program's port.
    pub(crate) fn beside(port: u16) -> Listener {
        Listener { datagrams_to: Some(port), ..Listener::new() }
    }

    pub(crate) fn listen_at(&self, path: &Path) {
        *self.unix.borrow_mut() = Some(Heard::at(&format!("unix-dgram:{}", path.display())));
    }

    pub(crate) fn udp_port(&self) -> u16 {
        self.datagrams_to.unwrap_or_else(|| self.udp.borrow().port())
    }

    pub(crate) fn tcp_port(&self) -> u16 {
        self.tcp.borrow().port()
    }

    /// Waits until so many lines have come on each way. The system holds some ten datagrams at a Unix socket, and
    /// servers drop what does not fit: on a busy machine only those that are waited for are sure to arrive.
    pub(crate) fn wait_for(&self, lines: usize) {
        self.udp_lines(lines);
        self.unix_lines(lines);
    }

    /// So many lines that came by UDP.
    pub(crate) fn udp_lines(&self, lines: usize) -> String {
        self.udp.borrow_mut().lines(lines)
    }

    /// So many lines that came by TCP.
    pub(crate) fn tcp_lines(&self, lines: usize) -> String {
        self.tcp.borrow_mut().lines(lines)
    }

    /// So many lines that came by the Unix socket.
    pub(crate) fn unix_lines(&self, lines: usize) -> String {
        self.unix.borrow_mut().as_mut().expect("a socket").lines(lines)
    }
}

/// A socket, and all that came there.
struct Heard {
    socket: Socket,
    all: Vec<u8>,
}

impl Heard {
    fn at(address: &str) -> Heard {
        let address = ListenAddress::parse(address).expect("an address").expect("a socket");
        let socket = Socket::listen(&address, Limits::default(), bounded(1).0).expect("listen");
        Heard { socket, all: Vec::new() }
    }

    fn port(&self) -> u16 {
        self.socket.local().expect("an address").port()
    }

    fn lines(&mut self, lines: usize) -> String {
        let this = RefCell::new(self);
        let text = || String::from_utf8_lossy(&this.borrow().all).into_owned();
        wait_until(|| this.borrow_mut().take() >= lines, || format!("only this came: {}", text()));
        text()
    }

    /// Takes what has come; how many lines that makes in all.
    fn take(&mut self) -> usize {
        assert_ne!(self.socket.read(&mut self.all, usize::MAX).expect("read"), Read::End);
        memchr::memchr_iter(b'\n', &self.all).count()
    }
}
