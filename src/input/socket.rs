//! Sockets: lines sent by TCP, UDP or a Unix socket.
//!
//! One thread serves all connections of an input. Streams get back-pressure while the engine is behind; datagrams
//! cannot wait, and are dropped and counted.

mod address;
mod datagrams;
mod kernel_drops;
mod streams;

use std::fs::Permissions;
use std::net::SocketAddr;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crossbeam_channel::Sender as Waker;
use tokio::net::{TcpListener, TcpSocket, UdpSocket, UnixDatagram, UnixListener};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use super::notice::TroubleNotice;
use super::{Aside, Read, Source, Trouble};

pub use address::ListenAddress;

/// Limits for senders.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Number of connections at a time; more are turned away.
    pub connections: usize,
    /// Time limit for the first line of a new connection.
    pub first_line: Duration,
    /// Longest silence of a connection.
    pub silence: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            connections: 1024,
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
    turned_away: u64,
    limits: Limits,
    remark: Option<String>,
    notice: TroubleNotice,
    _file: Option<SocketFile>,
}

/// Counters of the serving thread.
#[derive(Debug, Default)]
struct SocketCounters {
    dropped: AtomicU64,
    turned_away: AtomicU64,
    open: AtomicUsize,
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
        let (listener, local, file) = bind(address, &runtime).map_err(refused)?;
        let remark = listener.smaller_buffer(&name);
        let (sender, lines) = channel(PIECES);
        let tally = Arc::new(SocketCounters::default());
        let outlet = LineOutlet { lines: sender, waker, tally: Arc::clone(&tally) };
        let serve = move || serve(&runtime, listener, limits, outlet);
        thread::Builder::new().name("socket".into()).spawn(serve).map_err(refused)?;
        let notice = TroubleNotice::default();
        Ok(Socket { name, local, lines, tally, turned_away: 0, limits, remark, notice, _file: file })
    }

    /// The address that the system assigned.
    #[must_use]
    pub fn local(&self) -> Option<SocketAddr> {
        self.local
    }

    fn look_at_tally(&mut self) {
        let all = self.tally.turned_away.load(Ordering::Relaxed);
        if all > self.turned_away {
            let (most, more) = (self.limits.connections, all - self.turned_away);
            self.notice.say(format!(
                "{most} connections are open, the most there may be; {more} more were turned away"
            ));
            self.turned_away = all;
        } else if self.tally.open.load(Ordering::Relaxed) < self.limits.connections {
            self.notice.clear();
        }
    }
}

type Bound = (SocketListener, Option<SocketAddr>, Option<SocketFile>);

fn bind(address: &ListenAddress, runtime: &Runtime) -> std::io::Result<Bound> {
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
            let listener = UnixListener::bind(path)?;
            (SocketListener::Unix(listener), None, Some(SocketFile::open_to_all(path)?))
        }
        ListenAddress::UnixDatagram(path) => {
            remove_stale(path, |path| std::os::unix::net::UnixDatagram::unbound()?.connect(path));
            let socket = UnixDatagram::bind(path)?;
            (SocketListener::UnixDatagram(socket), None, Some(SocketFile::open_to_all(path)?))
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

/// The file of a Unix socket, removed with it.
struct SocketFile(PathBuf);

impl SocketFile {
    /// Lets every user of this machine send, as a loopback address does: servers run as users of their own.
    fn open_to_all(path: &Path) -> std::io::Result<SocketFile> {
        std::fs::set_permissions(path, Permissions::from_mode(0o666))?;
        Ok(SocketFile(path.to_owned()))
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = std::fs::remove_file(&self.0);
    }
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

/// The loop of the serving thread, until the receiver of lines is gone.
fn serve(runtime: &Runtime, listener: SocketListener, limits: Limits, outlet: LineOutlet) {
    let served = runtime.block_on(async {
        match listener {
            SocketListener::Tcp(listener) => streams::accept_tcp(listener, limits, outlet).await,
            SocketListener::Unix(listener) => streams::accept_unix(listener, limits, outlet).await,
            SocketListener::Udp(socket) => datagrams::receive_udp(socket, outlet).await,
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
        self.look_at_tally();
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
