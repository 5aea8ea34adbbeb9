//! Connections: TCP and Unix streams.

use std::cell::RefCell;
use std::io::{Error, ErrorKind, Result};
use std::net::IpAddr;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::time::{sleep, timeout};

use super::door::{Admission, Door};
use super::{LineOutlet, PIECE, Patience};
use crate::input::framing::Framer;

thread_local! {
    /// One buffer for all connections, so that idle ones need none.
    static BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; PIECE]);
}

/// Pause after the system refused another connection.
const PAUSE: Duration = Duration::from_millis(100);

enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Stream {
    async fn readable(&self) -> Result<()> {
        match self {
            Stream::Tcp(stream) => stream.readable().await,
            Stream::Unix(stream) => stream.readable().await,
        }
    }

    fn try_read(&self, buffer: &mut [u8]) -> Result<usize> {
        match self {
            Stream::Tcp(stream) => stream.try_read(buffer),
            Stream::Unix(stream) => stream.try_read(buffer),
        }
    }
}

/// Serves TCP connections until the receiver of lines is gone.
pub(super) async fn accept_tcp(
    listener: TcpListener,
    door: Door,
    patience: Patience,
    outlet: LineOutlet,
) -> Result<()> {
    loop {
        tokio::select! {
            () = outlet.lines.closed() => return Ok(()),
            accepted = listener.accept() => {
                let accepted = accepted.map(|(stream, peer)| (Stream::Tcp(stream), Some(peer.ip())));
                welcome(accepted, &door, patience, &outlet).await;
            }
        }
    }
}

/// Serves Unix connections until the receiver of lines is gone.
pub(super) async fn accept_unix(
    listener: UnixListener,
    door: Door,
    patience: Patience,
    outlet: LineOutlet,
) -> Result<()> {
    loop {
        tokio::select! {
            () = outlet.lines.closed() => return Ok(()),
            accepted = listener.accept() => {
                let accepted = accepted.map(|(stream, _)| (Stream::Unix(stream), None));
                welcome(accepted, &door, patience, &outlet).await;
            }
        }
    }
}

async fn welcome(
    accepted: Result<(Stream, Option<IpAddr>)>,
    door: &Door,
    patience: Patience,
    outlet: &LineOutlet,
) {
    match accepted {
        Ok((stream, peer)) => match door.admit(peer) {
            Some(admission) => drop(tokio::spawn(serve(stream, admission, patience, outlet.clone()))),
            None => outlet.wake(),
        },
        Err(error) => {
            tracing::warn!(%error, "a connection could not be accepted");
            sleep(PAUSE).await;
        }
    }
}

async fn serve(stream: Stream, _admission: Admission, patience: Patience, outlet: LineOutlet) {
    let mut framer = Framer::default();
    let mut wait = patience.first_line;
    while let Ok(Ok(lines)) = timeout(wait, next_lines(&stream, &mut framer)).await {
        // If the channel is full, the sender has to wait (back-pressure).
        if outlet.lines.send(lines).await.is_err() {
            return;
        }
        outlet.wake();
        wait = patience.silence;
    }
    let mut last = Vec::new();
    framer.finish(&mut last);
    if !last.is_empty() && outlet.lines.send(last).await.is_ok() {
        outlet.wake();
    }
}

/// The next lines; an error at the end of the connection.
async fn next_lines(stream: &Stream, framer: &mut Framer) -> Result<Vec<u8>> {
    let mut lines = Vec::new();
    while lines.is_empty() {
        stream.readable().await?;
        BUFFER.with_borrow_mut(|buffer| match stream.try_read(buffer) {
            Ok(0) => Err(Error::from(ErrorKind::UnexpectedEof)),
            Ok(read) => {
                framer.push(&buffer[..read], &mut lines);
                Ok(())
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => Ok(()),
            Err(error) => Err(error),
        })?;
    }
    Ok(lines)
}
