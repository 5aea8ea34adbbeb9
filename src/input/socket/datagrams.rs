//! Datagrams: each is one line or several. There is no back-pressure on their senders.

use std::io::{ErrorKind, Result};
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::net::{UdpSocket, UnixDatagram};
use tokio::sync::mpsc::error::TrySendError;
use tokio::time::interval;

use super::door::Door;
use super::kernel_drops::KernelDrops;
use super::{LineOutlet, PIECE};
use crate::input::framing::add_lines;

/// How often to ask the system for the number of drops.
const LOOK: Duration = Duration::from_secs(1);

/// Receives UDP datagrams until the receiver of lines is gone.
pub(super) async fn receive_udp(socket: UdpSocket, door: Door, outlet: LineOutlet) -> Result<()> {
    let mut drops = KernelDrops::of(&socket);
    let (mut buffer, mut looks) = (vec![0; PIECE], interval(LOOK));
    loop {
        tokio::select! {
            () = outlet.lines.closed() => return Ok(()),
            _ = looks.tick() => count_dropped(drops.more(), &outlet),
            ready = socket.readable() => {
                ready?;
                let receive = |lines: &mut Vec<u8>| {
                    let (read, peer) = socket.try_recv_from(&mut buffer)?;
                    if door.admits(peer.ip()) {
                        add_lines(&buffer[..read], lines);
                    }
                    Ok(())
                };
                pass_on(receive, &outlet)?;
            }
        }
    }
}

/// Receives datagrams of a Unix socket until the receiver of lines is gone. If they come too fast, the system blocks
/// their senders.
pub(super) async fn receive_unix(socket: UnixDatagram, outlet: LineOutlet) -> Result<()> {
    let mut buffer = vec![0; PIECE];
    loop {
        tokio::select! {
            () = outlet.lines.closed() => return Ok(()),
            ready = socket.readable() => {
                ready?;
                let receive = |lines: &mut Vec<u8>| {
                    socket.try_recv(&mut buffer).map(|read| add_lines(&buffer[..read], lines))
                };
                pass_on(receive, &outlet)?;
            }
        }
    }
}

/// Receives what is pending, up to about a piece.
fn pass_on(mut receive: impl FnMut(&mut Vec<u8>) -> Result<()>, outlet: &LineOutlet) -> Result<()> {
    let mut lines = Vec::new();
    while lines.len() < PIECE {
        match receive(&mut lines) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            // An ICMP answer to an earlier datagram, or a signal: harmless.
            Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::ConnectionRefused) => {}
            Err(error) => return Err(error),
        }
    }
    send(lines, outlet);
    Ok(())
}

fn send(lines: Vec<u8>, outlet: &LineOutlet) {
    if lines.is_empty() {
        return;
    }
    match outlet.lines.try_send(lines) {
        Ok(()) => outlet.wake(),
        Err(TrySendError::Full(lines)) => {
            count_dropped(memchr::memchr_iter(b'\n', &lines).count() as u64, outlet);
        }
        // The receiver of lines is gone: the loop ends by itself.
        Err(TrySendError::Closed(_)) => {}
    }
}

fn count_dropped(lines: u64, outlet: &LineOutlet) {
    if lines > 0 {
        outlet.tally.dropped.fetch_add(lines, Ordering::Relaxed);
        outlet.wake();
    }
}
