//! Signals: end, stop, continue.
//!
//! A thread waits for signals and forwards them to the main loop, which restores the terminal and ends cleanly. If
//! the main loop is stuck, because the terminal accepts no more bytes, the thread does it itself.

use std::io;
use std::thread;
use std::time::Duration;

use rustix::process;
use signal_hook::consts::{SIGCONT, SIGSTOP, SIGTSTP};
use signal_hook::iterator::Signals;
use signal_hook::low_level;
use tokio::sync::mpsc;

use super::hold;
use crate::ending::{ENDING_SIGNALS, remove_files};

/// How long the main loop may take to end cleanly after a signal.
const GRACE: Duration = Duration::from_secs(1);

/// How long a forced restore of the terminal may take.
const LAST_GRACE: Duration = Duration::from_millis(250);

/// A signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Signal {
    /// End, by the signal with this number, one of [`ENDING_SIGNALS`].
    End(i32),
    /// Stop until continued.
    Stop,
    /// Continue after a stop.
    Continue,
}

/// Starts the thread.
///
/// # Errors
/// The handlers or the thread cannot be set up.
pub(super) fn watch() -> io::Result<mpsc::UnboundedReceiver<Signal>> {
    let (sender, receiver) = mpsc::unbounded_channel();
    let signals = Signals::new(ENDING_SIGNALS.into_iter().chain([SIGTSTP, SIGCONT]))?;
    thread::Builder::new().name("signals".to_owned()).spawn(move || forward(signals, &sender))?;
    Ok(receiver)
}

fn forward(mut signals: Signals, sender: &mpsc::UnboundedSender<Signal>) {
    for number in signals.forever() {
        // If the receiver is gone, so is the main loop: there is nothing to wait for.
        match number {
            SIGTSTP => drop(sender.send(Signal::Stop)),
            SIGCONT => drop(sender.send(Signal::Continue)),
            _ => {
                if sender.send(Signal::End(number)).is_ok() {
                    thread::sleep(GRACE);
                }
                end_by_force(number);
            }
        }
    }
}

/// Ends the program although its main loop is stuck. It may be stuck in the terminal, so the restore has a time
/// limit.
fn end_by_force(signal: i32) {
    remove_files();
    let (done, is_done) = std::sync::mpsc::channel::<()>();
    thread::spawn(move || {
        hold::restore();
        drop(done);
    });
    let _ = is_done.recv_timeout(LAST_GRACE);
    let _ = low_level::emulate_default_handler(signal);
}

/// Ends the program by the signal, so that its parent sees the reason. Restores the terminal first.
pub fn end_by(signal: i32) {
    hold::restore();
    remove_files();
    let _ = low_level::emulate_default_handler(signal);
}

/// Does what ^Z does outside raw mode: stops the whole job, including the other ends of its pipes. It reaches dwell
/// as [`Signal::Stop`]. Does nothing if nobody could continue it, as in `ssh -t web1 dwell`: the kernel does not let
/// keys stop such a process group either (POSIX, orphaned process groups).
///
/// # Errors
/// The system does not tell the process group.
pub(super) fn stop_job() -> io::Result<()> {
    if leads_session()? {
        return Ok(());
    }
    Ok(process::kill_current_process_group(process::Signal::TSTP)?)
}

/// Whether this process group is that of the session leader: then there is no shell with job control above it.
fn leads_session() -> io::Result<bool> {
    Ok(process::getpgrp() == process::getsid(None)?)
}

/// Stops this process; returns when it is continued.
pub(super) fn stop() -> io::Result<()> {
    low_level::raise(SIGSTOP)
}
