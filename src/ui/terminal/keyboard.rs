//! What is typed: a thread of its own that waits for keys, and does nothing else.

use std::io;
use std::thread;

use ratatui::crossterm::event::{self, Event};
use tokio::sync::mpsc;

/// How many events may wait. When they do, the thread waits too, and the rest waits in the kernel.
const WAITING: usize = 256;

/// Starts to listen. After an error nothing more comes.
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
