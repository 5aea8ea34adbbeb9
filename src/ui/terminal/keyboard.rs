//! The keyboard thread: waits for events and forwards them.

use std::io;
use std::thread;

use ratatui::crossterm::event::{self, Event};
use tokio::sync::mpsc;

/// Capacity of the channel. When it is full, the thread waits, and further events wait in the kernel.
const WAITING: usize = 256;

/// Starts the thread. The channel closes after an error.
///
/// # Errors
/// No thread can be started.
pub(super) fn listen() -> io::Result<mpsc::Receiver<io::Result<Event>>> {
    let (sender, receiver) = mpsc::channel(WAITING);
    thread::Builder::new().name("keyboard".to_owned()).spawn(move || forward(&sender))?;
    Ok(receiver)
}

fn forward(sender: &mpsc::Sender<io::Result<Event>>) {
    loop {
        let read = event::read();
        let is_end = read.is_err();
        if sender.blocking_send(read).is_err() || is_end {
            return;
        }
    }
}
