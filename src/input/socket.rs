//! Sockets: lines sent by TCP, UDP or a Unix socket.
//!
//! One thread serves all connections of an input. Streams get back-pressure while the engine is behind; datagrams
//! cannot wait, and are dropped and counted.

mod address;
mod datagrams;
mod door;
mod kernel_drops;
mod streams;

use std::fs::Permissions;
use std::net::SocketAddr;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use crossbeam_channel::Sender as Waker;
use tokio::net::{TcpListener, TcpSocket, UdpSocket, UnixDatagram, UnixListener};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::notice::TroubleNotice;
use super::{Aside, Read, Source, Trouble};
use crate::ending::TemporaryFile;
use crate::peers::Allowed;

pub use address::ListenAddress;
use door::{Door, DoorCounters, DoorNotice};

/// Limits for senders.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The networks that may send by TCP and UDP.
    pub allowed: Allowed,
    /// The mode of the file of a Unix socket; [`MODE`] under the umask if not given.
    pub mode: Option<u32>,
    /// Number of connections at a time; more are turned away.
    pub connections: usize,
    /// Number of connections that one peer may have of these, so that no other is locked out.
    pub share: usize,
    /// Time limit for the first line of a new connection.
    pub first_line: Duration,
    /// Longest silence of a connection.
    pub silence: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            allowed: Allowed::default(),
            mode: None,
            connections: 1024,
            // A quarter: far more than a server opens, and three others still have as many.
            share: 256,
            first_line: Duration::from_secs(60),
            silence: Duration::from_secs(60 * 60),
        }
    }
}

/// A socket that is listened on.
pub struct Socket {
    name: String,
    local: Option<SocketAddr>,
    lines: Receiver<Vec<u8>>,
    tally: Arc<SocketCounters>,
    door: DoorNotice,
    remark: Option<String>,
    notice: TroubleNotice,
    _file: Option<TemporaryFile>,
}

/// Counters of the serving thread.
#[derive(Debug, Default)]
struct SocketCounters {
    dropped: AtomicU64,
    door: Arc<DoorCounters>,
}

/// Where the serving thread sends lines.
#[derive(Clone)]
struct LineOutlet {
    lines: Sender<Vec<u8>>,
    waker: Waker<()>,
    tally: Arc<SocketCounters>,
}

impl LineOutlet {
    fn wake(&self) {
        // A full channel already holds a wake-up.
        let _ = self.waker.try_send(());
    }
}

/// Capacity of the channel to the engine, in pieces of up to 64 KiB.
const PIECES: usize = 64;
/// The largest read.
const PIECE: usize = 64 << 10;

enum SocketListener {
    Tcp(TcpListener),
    Udp(UdpSocket),
    Unix(UnixListener),
    UnixDatagram(UnixDatagram),
}

impl SocketListener {
    fn smaller_buffer(&self, name: &str) -> Option<String> {
        let SocketListener::Udp(socket) = self else { return None };
        let given = socket2::SockRef::from(socket).recv_buffer_size().ok()?;
        let said = smaller_buffer(name, given)?;
        tracing::warn!("{said}");
        Some(said)
    }
}

/// The backlog: a burst of connections must not make one of them retry after a second.
const WAITING: u32 = 1024;

impl Socket {
    /// Listens; `waker` is told when lines came.
    ///
    /// # Errors
    /// The system does not give the address, or no thread.
    pub fn listen(address: &ListenAddress, limits: Limits, waker: Waker<()>) -> Result<Socket, Trouble> {
        let name = address.to_string();
        let refused = |error: std::io::Error| listen_trouble(&name, error);
        let runtime = Builder::new_current_thread().enable_io().enable_time().build().map_err(refused)?;
        let (listener, local, file) = bind(address, limits.mode, &runtime).map_err(refused)?;
        let remark = listener.smaller_buffer(&name);
        let (sender, lines) = channel(PIECES);
        let tally = Arc::new(SocketCounters::default());
        let outlet = LineOutlet { lines: sender, waker, tally: Arc::clone(&tally) };
        let (at_door, door) = (Door::new(limits.clone(), Arc::clone(&tally.door)), Arc::clone(&tally.door));
        let patience = Patience { first_line: limits.first_line, silence: limits.silence };
        let serve = move || serve(&runtime, listener, (at_door, patience), outlet);
        thread::Builder::new().name("socket".into()).spawn(serve).map_err(refused)?;
        let (door, notice) = (DoorNotice::new(limits, door), TroubleNotice::default());
        Ok(Socket { name, local, lines, tally, door, remark, notice, _file: file })
    }

    /// The address that the system assigned.
    #[must_use]
    pub fn local(&self) -> Option<SocketAddr> {
        self.local
    }
}

type Bound = (SocketListener, Option<SocketAddr>, Option<TemporaryFile>);

fn bind(address: &ListenAddress, mode: Option<u32>, runtime: &Runtime) -> std::io::Result<Bound> {
    let _context = runtime.enter();
    Ok(match address {
        ListenAddress::Tcp(address) => {
            let listener = listen_tcp(*address)?;
            let local = listener.local_addr().ok();
            (SocketListener::Tcp(listener), local, None)
        }
        ListenAddress::Udp(address) => {
            let socket = bind_udp(*address)?;
            let local = socket.local_addr().ok();
            (SocketListener::Udp(UdpSocket::from_std(socket)?), local, None)
        }
        ListenAddress::Unix(path) => {
            remove_stale(path, |path| std::os::unix::net::UnixStream::connect(path).map(drop));
            let (listener, file) = bind_file(path, mode, |path| UnixListener::bind(path))?;
            (SocketListener::Unix(listener), None, Some(file))
        }
        ListenAddress::UnixDatagram(path) => {
            remove_stale(path, |path| std::os::unix::net::UnixDatagram::unbound()?.connect(path));
            let (socket, file) = bind_file(path, mode, |path| UnixDatagram::bind(path))?;
            (SocketListener::UnixDatagram(socket), None, Some(file))
        }
    })
}

/// Size of the receive buffer: a burst of some 10,000 lines while the machine is busy.
const RECEIVE_BUFFER: usize = 4 << 20;

fn bind_udp(address: SocketAddr) -> std::io::Result<std::net::UdpSocket> {
    let socket = socket2::Socket::new(socket2::Domain::for_address(address), socket2::Type::DGRAM, None)?;
    // Linux grants what it may without an error; other systems refuse too large a size and keep their default.
    if let Err(error) = socket.set_recv_buffer_size(RECEIVE_BUFFER) {
        tracing::warn!(%error, "a receive buffer of {RECEIVE_BUFFER} bytes was refused");
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    Ok(socket.into())
}

/// The warning if the system granted a smaller receive buffer. Linux reports twice the size, for its own bookkeeping.
fn smaller_buffer(name: &str, given: usize) -> Option<String> {
    let given = if cfg!(target_os = "linux") { given / 2 } else { given };
    (given < RECEIVE_BUFFER).then(|| {
        let kib = given >> 10;
        format!(
            "{name}: the system holds only {kib} KiB of datagrams that wait, so that bursts of lines may be dropped; \
             allow more: sysctl -w net.core.rmem_max={RECEIVE_BUFFER}"
        )
    })
}

fn listen_tcp(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING)
}

/// Removes a socket file without a listener: a killed run left it behind.
fn remove_stale(path: &Path, connect: impl Fn(&Path) -> std::io::Result<()>) {
    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.file_type().is_socket());
    let refused = |error: std::io::Error| error.kind() == std::io::ErrorKind::ConnectionRefused;
    if is_socket && connect(path).is_err_and(refused) {
        // Where it cannot be removed, binding says so.
        let _ = std::fs::remove_file(path);
    }
}

/// The mode of a socket's file under the umask: its user and group may send.
pub const MODE: u32 = 0o660;

/// Binds a Unix socket, and gives its file the mode that it should have.
fn bind_file<S>(
    path: &Path,
    mode: Option<u32>,
    bind: impl FnOnce(&Path) -> std::io::Result<S>,
) -> std::io::Result<(S, TemporaryFile)> {
    let (socket, file) = (bind(path)?, TemporaryFile::new(path));
    // It comes with all that the umask leaves. The umask itself cannot be asked for without changing it, for commands
    // that start meanwhile too.
    let given = std::fs::metadata(path)?.permissions().mode();
    std::fs::set_permissions(path, Permissions::from_mode(mode.unwrap_or(MODE & given)))?;
    Ok((socket, file))
}

fn listen_trouble(name: &str, error: std::io::Error) -> Trouble {
    let hint = match error.kind() {
        std::io::ErrorKind::AddrInUse => "another program listens there; stop it, or choose another address",
        std::io::ErrorKind::PermissionDenied => {
            "choose a port from 1024 on, or a folder that you may write to"
        }
        std::io::ErrorKind::AddrNotAvailable => {
            "choose an address of this machine, or 0.0.0.0 for all of them"
        }
        std::io::ErrorKind::NotFound => "choose a folder that is there",
        _ => "choose another address",
    };
    Trouble::Listen { name: name.to_owned(), error, hint }
}

/// How long connections may be silent.
#[derive(Debug, Clone, Copy)]
struct Patience {
    first_line: Duration,
    silence: Duration,
}

/// The loop of the serving thread, until the receiver of lines is gone.
fn serve(
    runtime: &Runtime,
    listener: SocketListener,
    (door, patience): (Door, Patience),
    outlet: LineOutlet,
) {
    let served = runtime.block_on(async {
        match listener {
            SocketListener::Tcp(listener) => streams::accept_tcp(listener, door, patience, outlet).await,
            SocketListener::Unix(listener) => streams::accept_unix(listener, door, patience, outlet).await,
            SocketListener::Udp(socket) => datagrams::receive_udp(socket, door, outlet).await,
            SocketListener::UnixDatagram(socket) => datagrams::receive_unix(socket, outlet).await,
        }
    });
    if let Err(error) = served {
        tracing::error!(%error, "a socket cannot be served any more");
    }
}

impl Source for Socket {
    fn name(&self) -> &str {
        &self.name
    }

    fn read(&mut self, block: &mut Vec<u8>, most: usize) -> Result<Read, Trouble> {
        while block.len() < most {
            match self.lines.try_recv() {
                Ok(lines) => block.extend_from_slice(&lines),
                Err(TryRecvError::Disconnected) if block.is_empty() => {
                    let error = std::io::Error::other("the socket was closed");
                    return Err(listen_trouble(&self.name, error));
                }
                Err(_) => break,
            }
        }
        self.door.look(&mut self.notice);
        Ok(if block.is_empty() { Read::NothingNow } else { Read::Lines })
    }

    fn aside(&mut self) -> Option<Aside> {
        match self.tally.dropped.swap(0, Ordering::Relaxed) {
            0 => self.remark.take().map(Aside::Remark).or_else(|| self.notice.aside()),
            dropped => Some(Aside::Dropped(dropped)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_smaller_receive_buffer_is_told_of() {
        let twice = if cfg!(target_os = "linux") { 2 } else { 1 };
        assert_eq!(smaller_buffer("udp://:1", twice * RECEIVE_BUFFER), None);
        let said = smaller_buffer("udp://:1", twice * (208 << 10)).expect("a remark");
        assert!(said.contains("only 208 KiB") && said.contains("net.core.rmem_max=4194304"), "{said}");
    }

    /// Nobody fetches anything meanwhile: all that comes out later was in the buffer.
    #[test]
    fn a_burst_of_datagrams_waits_in_the_receive_buffer() {
        const LINES: usize = 3000;
        let socket = bind_udp(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a socket");
        let given = socket2::SockRef::from(&socket).recv_buffer_size().expect("a size");
        if smaller_buffer("udp://:1", given).is_some() {
            eprintln!("skipped: this system allows only a smaller buffer");
            return;
        }
        let (sender, to) = (std::net::UdpSocket::bind("127.0.0.1:0"), socket.local_addr());
        let (sender, to) = (sender.expect("a socket"), to.expect("an address"));
        for _ in 0..LINES {
            sender.send_to(&[b'x'; 300], to).expect("send");
        }
        let mut buffer = [0; 512];
        let waiting = std::iter::from_fn(|| socket.recv(&mut buffer).ok()).count();
        assert_eq!(waiting, LINES);
    }
}
