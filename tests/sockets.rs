//! TCP, UDP and Unix socket inputs on loopback: no line is lost, and no sender can harm another.

#![expect(clippy::expect_used, reason = "what helps a test fails as the test would")]

use std::io::Write;
use std::net::{TcpStream, UdpSocket};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, bounded};
use dwell::clock;
use dwell::input::socket::{Limits, ListenAddress, Socket};
use dwell::input::{Aside, Read, Source};
use dwell::peers::Network;

/// Timeout.
const PATIENCE: Duration = Duration::from_secs(60);

/// A socket that is read as the feeder reads it.
struct Listening {
    socket: Socket,
    woken: Receiver<()>,
    lines: usize,
    dropped: u64,
    said: String,
}

impl Listening {
    fn at(address: &str, limits: Limits) -> Listening {
        let address = ListenAddress::parse(address).expect("an address").expect("a socket");
        let (waker, woken) = bounded(1);
        let socket = Socket::listen(&address, limits, waker).expect("listen");
        Listening { socket, woken, lines: 0, dropped: 0, said: String::new() }
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(self.socket.local().expect("an address")).expect("connect")
    }

    /// What has come by now.
    fn take(&mut self) -> String {
        let mut block = Vec::new();
        assert_ne!(self.socket.read(&mut block, 256 << 10).expect("read"), Read::End);
        while let Some(aside) = self.socket.aside() {
            match aside {
                Aside::Dropped(lines) => self.dropped += lines,
                Aside::Trouble(said) | Aside::Remark(said) => self.said = said,
                Aside::Skipped(skipped) => assert_eq!(skipped, dwell::input::Skipped::default()),
            }
        }
        self.lines += memchr::memchr_iter(b'\n', &block).count();
        String::from_utf8(block).expect("text")
    }

    /// Reads until it is enough.
    fn read_until(&mut self, is_enough: impl Fn(&Listening) -> bool) -> String {
        let (mut all, deadline) = (String::new(), clock::monotonic() + PATIENCE);
        while !is_enough(self) {
            assert!(clock::monotonic() < deadline, "only {} lines came, {}", self.lines, self.said);
            let more = self.take();
            if more.is_empty() {
                let _ = self.woken.recv_timeout(Duration::from_millis(100));
            }
            all += &more;
        }
        all
    }

    /// The next lines.
    fn read_lines(&mut self, lines: usize) -> Vec<String> {
        let all = self.lines + lines;
        self.read_until(|listening| listening.lines >= all).lines().map(str::to_owned).collect()
    }
}

/// Sends numbered lines, `bytes` of them at a time.
fn send_numbered(mut stream: impl Write, sender: usize, lines: usize, bytes: usize) {
    let mut text = Vec::new();
    for line in 0..lines {
        writeln!(text, "{sender} {line}").expect("a vector takes all");
    }
    text.chunks(bytes).for_each(|chunk| stream.write_all(chunk).expect("send"));
}

/// Every sender's lines are there, in their order.
#[track_caller]
fn are_complete(lines: &[String], senders: usize, of_each: usize) {
    let mut next = vec![0; senders];
    for line in lines {
        let (sender, number) = line.split_once(' ').expect("two numbers");
        let (sender, number): (usize, usize) = (sender.parse().expect("one"), number.parse().expect("two"));
        assert_eq!(number, next[sender], "of sender {sender}");
        next[sender] += 1;
    }
    assert_eq!(next, vec![of_each; senders]);
}

#[test]
fn several_connections_lose_nothing_however_they_send() {
    let mut listening = Listening::at("tcp://:0", Limits::default());
    let chunks = [1, 7, 100, 4096, 1 << 20];
    let senders = chunks.into_iter().enumerate();
    let senders: Vec<_> = senders
        .map(|(sender, bytes)| (listening.connect(), sender, bytes))
        .map(|(stream, sender, bytes)| thread::spawn(move || send_numbered(stream, sender, 2000, bytes)))
        .collect();
    let lines = listening.read_lines(5 * 2000);
    are_complete(&lines, 5, 2000);
    for sender in senders {
        sender.join().expect("a sender");
    }
}

#[test]
fn a_sender_that_is_too_fast_waits() {
    const LINES: usize = 5000;
    let mut listening = Listening::at("tcp://:0", Limits::default());
    let mut stream = listening.connect();
    stream.set_write_timeout(Some(PATIENCE)).expect("a timeout");
    // More than all buffers hold, while nobody reads.
    let sender = thread::spawn(move || {
        for line in 0..LINES {
            writeln!(stream, "{line} {}", "x".repeat(8000)).expect("send");
        }
    });
    let lines = listening.read_lines(LINES);
    assert!(lines.iter().enumerate().all(|(at, line)| line.starts_with(&format!("{at} x"))));
    sender.join().expect("the sender");
    assert_eq!(listening.dropped, 0);
}

#[test]
fn counts_are_taken_off_and_headers_stay_for_those_who_unwrap_lines() {
    let mut listening = Listening::at("tcp://:0", Limits::default());
    let mut stream = listening.connect();
    stream
        .write_all(b"<190>Nov 24 07:00:00 web1 nginx: one\n31 <134>1 - web1 haproxy 1 - - two\nthree")
        .expect("send");
    drop(stream);
    assert_eq!(
        listening.read_lines(3),
        ["<190>Nov 24 07:00:00 web1 nginx: one", "<134>1 - web1 haproxy 1 - - two", "three"]
    );
}

#[test]
fn a_line_without_end_harms_nobody() {
    let mut listening = Listening::at("tcp://:0", Limits::default());
    let (mut endless, mut other) = (listening.connect(), listening.connect());
    endless.write_all(&vec![b'x'; 4 << 20]).expect("send");
    other.write_all(b"other\n").expect("send");
    assert_eq!(listening.read_lines(1), ["other"]);
    endless.write_all(b"\nnext\n").expect("send");
    let lines = listening.read_lines(2);
    assert_eq!((lines[0].len(), lines[1].as_str()), (64 << 10, "next"));
}

#[test]
fn more_connections_than_there_may_be_are_turned_away_and_that_is_said() {
    let limits = Limits { connections: 3, ..Limits::default() };
    let mut listening = Listening::at("tcp://:0", limits);
    let mut streams: Vec<_> = (0..3).map(|_| listening.connect()).collect();
    streams[2].write_all(b"third\n").expect("send");
    assert_eq!(listening.read_lines(1), ["third"]);
    let turned_away = listening.connect();
    listening.read_until(|listening| listening.said.contains("turned away"));
    drop(turned_away);
    streams.pop();
    // Its place is free again.
    listening.read_until(|listening| listening.said.is_empty());
    let mut stream = listening.connect();
    stream.write_all(b"fourth\n").expect("send");
    assert_eq!(listening.read_lines(1), ["fourth"]);
}

/// A connection from another loopback address, where the system has more than one.
fn connect_from(peer: [u8; 4], to: std::net::SocketAddr) -> Option<TcpStream> {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).expect("a socket");
    if socket.bind(&std::net::SocketAddr::from((peer, 0)).into()).is_err() {
        eprintln!("skipped: this system has one loopback address only");
        return None;
    }
    socket.connect(&to.into()).expect("connect");
    Some(socket.into())
}

#[test]
fn slow_senders_take_their_share_and_no_other_is_locked_out() {
    let limits = Limits { connections: 8, share: 2, ..Limits::default() };
    let mut listening = Listening::at("tcp://:0", limits);
    let local = listening.socket.local().expect("an address");
    let slow: Vec<_> = (0..8).map(|_| listening.connect()).collect();
    listening.read_until(|listening| listening.said.contains("one sender may have 2 connections"));
    let Some(mut other) = connect_from([127, 0, 0, 2], local) else { return };
    other.write_all(b"other\n").expect("send");
    assert_eq!(listening.read_lines(1), ["other"]);
    assert_eq!(slow.len(), 8);
}

fn allow(networks: &[&str]) -> Limits {
    let networks: Vec<_> = networks.iter().filter_map(|text| Network::parse(text)).collect();
    Limits { allowed: networks.into(), ..Limits::default() }
}

#[test]
fn senders_outside_the_allowed_networks_are_refused_and_that_is_said() {
    let mut listening = Listening::at("tcp://:0", allow(&["127.0.0.2/32", "2001:db8::/32"]));
    let local = listening.socket.local().expect("an address");
    let mut refused = listening.connect();
    // The other end may have closed it by now.
    let _ = refused.write_all(b"refused\n");
    listening.read_until(|listening| {
        listening.said == "senders outside --allow were refused 1 times, the last from 127.0.0.1"
    });
    let Some(mut admitted) = connect_from([127, 0, 0, 2], local) else { return };
    admitted.write_all(b"admitted\n").expect("send");
    assert_eq!(listening.read_lines(1), ["admitted"]);
}

#[test]
fn datagrams_from_outside_the_allowed_networks_are_refused_and_that_is_said() {
    let mut listening = Listening::at("udp://:0", allow(&["127.0.0.2"]));
    let local = listening.socket.local().expect("an address");
    UdpSocket::bind("127.0.0.1:0").expect("a socket").send_to(b"refused", local).expect("send");
    listening.read_until(|listening| listening.said.contains("outside --allow were refused 1 times"));
    let Ok(admitted) = UdpSocket::bind("127.0.0.2:0") else { return };
    admitted.send_to(b"admitted", local).expect("send");
    assert_eq!(listening.read_lines(1), ["admitted"]);
}

/// The mode of a socket's file that is bound with these.
fn mode_of(scheme: &str, mode: Option<u32>) -> u32 {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("dwell.sock");
    let limits = Limits { mode, ..Limits::default() };
    let _listening = Listening::at(&format!("{scheme}:{}", path.display()), limits);
    std::fs::metadata(&path).expect("a file").permissions().mode() & 0o777
}

#[test]
fn only_user_and_group_may_send_to_a_unix_socket_unless_its_mode_is_named() {
    for scheme in ["unix", "unix-dgram"] {
        let umask = rustix::process::umask(rustix::fs::Mode::empty());
        rustix::process::umask(umask);
        assert_eq!(mode_of(scheme, None), 0o660 & !umask.bits(), "{scheme}");
        assert_eq!(mode_of(scheme, Some(0o666)), 0o666, "{scheme}");
        assert_eq!(mode_of(scheme, Some(0o600)), 0o600, "{scheme}");
    }
}

#[test]
fn connections_that_say_nothing_are_closed() {
    let limits = Limits { first_line: Duration::from_millis(50), ..Limits::default() };
    let listening = Listening::at("tcp://:0", limits);
    let mut stream = listening.connect();
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let closed = std::io::Read::read(&mut stream, &mut [0]);
    assert!(matches!(closed, Ok(0)), "{closed:?}");
}

#[test]
fn a_unix_stream_and_its_leftover_file() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("dwell.sock");
    // A run that was killed leaves its file behind.
    drop(std::os::unix::net::UnixListener::bind(&path).expect("bind"));
    let mut listening = Listening::at(&format!("unix:{}", path.display()), Limits::default());
    send_numbered(UnixStream::connect(&path).expect("connect"), 0, 100, 10);
    are_complete(&listening.read_lines(100), 1, 100);
    let address =
        ListenAddress::parse(&format!("unix:{}", path.display())).expect("an address").expect("a socket");
    let taken = Socket::listen(&address, Limits::default(), bounded(1).0).err().expect("taken").to_string();
    assert!(taken.contains("another program listens there"), "{taken}");
    drop(listening);
    assert!(!Path::new(&path).exists());
}

#[test]
fn a_datagram_socket_of_a_dead_process_is_replaced_and_that_of_a_live_one_is_not() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("dwell.sock");
    let alive = UnixDatagram::bind(&path).expect("bind");
    let address = ListenAddress::parse(&format!("unix-dgram:{}", path.display()));
    let address = address.expect("an address").expect("a socket");
    let listen = || Socket::listen(&address, Limits::default(), bounded(1).0);
    let taken = listen().err().expect("taken").to_string();
    assert!(taken.contains("another program listens there"), "{taken}");
    assert!(path.exists());
    drop(alive);
    let listening = listen().expect("it is replaced");
    drop(listening);
    assert!(!path.exists());
}

#[test]
fn unix_datagrams_wait_for_the_engine() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("dwell.sock");
    let mut listening = Listening::at(&format!("unix-dgram:{}", path.display()), Limits::default());
    let sender = UnixDatagram::unbound().expect("a socket");
    sender.send_to(b"<190>Nov 24 07:00:00 nginx: one", &path).expect("send");
    sender.send_to(b"two\nthree\n", &path).expect("send");
    assert_eq!(listening.read_lines(3), ["<190>Nov 24 07:00:00 nginx: one", "two", "three"]);
}

#[test]
fn udp_datagrams_are_lines_and_those_that_are_too_many_are_counted() {
    let mut listening = Listening::at("udp://:0", Limits::default());
    let sender = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    let address = listening.socket.local().expect("an address");
    sender.send_to(b"one", address).expect("send");
    assert_eq!(listening.read_lines(1), ["one"]);
    // More than waits for an engine that does not read.
    let datagram = "x".repeat(30_000);
    for _ in 0..1000 {
        sender.send_to(datagram.as_bytes(), address).expect("send");
    }
    listening.read_until(|listening| listening.lines as u64 + listening.dropped == 1001);
    assert!(listening.dropped > 0);
}

/// 200,000 lines a second for a minute, by 64 connections.
#[test]
#[ignore = "takes a minute"]
fn two_hundred_thousand_lines_a_second_for_a_minute() {
    const SENDERS: usize = 64;
    const SECONDS: usize = 60;
    const EACH: usize = 200_000 / SENDERS;
    let mut listening = Listening::at("tcp://:0", Limits::default());
    let start = clock::monotonic();
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| (listening.connect(), sender))
        .map(|(stream, sender)| thread::spawn(move || send_paced(stream, sender, start, (SECONDS, EACH))))
        .collect();
    let deadline = start + 3 * PATIENCE;
    while listening.lines < SENDERS * SECONDS * EACH {
        assert!(clock::monotonic() < deadline, "{} lines came", listening.lines);
        if listening.take().is_empty() {
            let _ = listening.woken.recv_timeout(Duration::from_millis(100));
        }
    }
    for sender in senders {
        sender.join().expect("a sender");
    }
    println!("{} lines in {:?}", listening.lines, start.elapsed());
    assert_eq!((listening.lines, listening.dropped), (SENDERS * SECONDS * EACH, 0));
}

fn send_paced(mut stream: TcpStream, sender: usize, start: Instant, (seconds, each): (usize, usize)) {
    let line = format!(
        "192.0.2.{sender} - - [24/Nov/2026:07:00:00 +0000] \"GET /page HTTP/1.1\" 200 512 \"-\" \"Mozilla/5.0\"\n"
    );
    for tenth in 0..seconds * 10 {
        let due = Duration::from_millis(100 * tenth as u64);
        thread::sleep(due.saturating_sub(start.elapsed()));
        // The rest of the division goes into the last tenth of each second.
        let lines = each / 10 + if tenth % 10 == 9 { each % 10 } else { 0 };
        stream.write_all(line.repeat(lines).as_bytes()).expect("send");
    }
}

/// Connections that say nothing: those that there may be stay, the others are turned away, and lines go on.
#[test]
#[ignore = "needs 10,000 open files"]
fn ten_thousand_silent_connections_harm_nobody() {
    let mut listening = Listening::at("tcp://:0", Limits::default());
    let mut sender = listening.connect();
    sender.write_all(b"before\n").expect("send");
    assert_eq!(listening.read_lines(1), ["before"]);
    let silent: Vec<_> = (0..10_000).map(|_| listening.connect()).collect();
    send_numbered(&mut sender, 0, 100_000, 1 << 16);
    are_complete(&listening.read_lines(100_000), 1, 100_000);
    assert_eq!(silent.len(), 10_000);
}
