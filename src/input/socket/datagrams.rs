//! Datagrams: each is one line or several. Nobody can make their senders wait.

use std::io::{ErrorKind, Result};
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::net::{UdpSocket, UnixDatagram};
use tokio::sync::mpsc::error::TrySendError;
use tokio::time::interval;

use super::kernel_drops::KernelDrops;
use super::{Outlet, PIECE};
use crate::input::framing::add_lines;

/// How often the system is asked what it dropped.
const LOOK: Duration = Duration::from_secs(1);

/// Takes UDP datagrams until nobody takes lines any more.
pub(super) async fn receive_udp(socket: UdpSocket, outlet: Outlet) -> Result<()> {
    let mut drops = KernelDrops::of(&socket);
    let (mut buffer, mut looks) = (vec![0; PIECE], interval(LOOK));
    loop {
        tokio::select! {
            () = outlet.lines.closed() => return Ok(()),
            _ = looks.tick() => count_dropped(drops.more(), &outlet),
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

/// Takes datagrams of a Unix socket until nobody takes lines any more. Where they come too fast the system makes
/// their senders wait.
pub(super) async fn receive_unix(socket: UnixDatagram, outlet: Outlet) -> Result<()> {
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

/// Takes what is there, up to about a piece.
fn pass_on(mut receive: impl FnMut(&mut Vec<u8>) -> Result<()>, outlet: &Outlet) -> Result<()> {
    let mut lines = Vec::new();
    while lines.len() < PIECE {
        match receive(&mut lines) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            // An answer to an earlier datagram, or a signal: no harm.
            Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::ConnectionRefused) => {}
            Err(error) => return Err(error),
        }
    }
    send(lines, outlet);
    Ok(())
}

fn send(lines: Vec<u8>, outlet: &Outlet) {
    if lines.is_empty() {
        return;
    }
    match outlet.lines.try_send(lines) {
        Ok(()) => outlet.wake(),
        Err(TrySendError::Full(lines)) => {
            count_dropped(memchr::memchr_iter(b'\n', &lines).count() as u64, outlet);
        }
        // Nobody takes lines any more: the loop ends by itself.
        Err(TrySendError::Closed(_)) => {}
    }
}

fn count_dropped(lines: u64, outlet: &Outlet) {
    if lines > 0 {
        outlet.tally.dropped.fetch_add(lines, Ordering::Relaxed);
        outlet.wake();
    }
}
