//! What the system wants: end, stop, continue.
//!
//! A thread of its own waits for signals and hands them to the main loop, which gives the terminal back and ends in
//! good order. Where the main loop is stuck (a terminal that takes no more bytes), the thread does it itself.

use std::io;
use std::thread;
use std::time::Duration;

use rustix::process;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGSTOP, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;
use signal_hook::low_level;
use tokio::sync::mpsc;

use super::hold;

/// How long the program may take to end in good order once it was told to.
const GRACE: Duration = Duration::from_secs(1);

/// How long a terminal may take to be given back by force.
const LAST_GRACE: Duration = Duration::from_millis(250);

/// What the system wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Signal {
    /// To end, by a signal of that number: SIGINT, SIGTERM, SIGHUP, SIGQUIT.
    End(i32),
    /// To stop until continued.
    Stop,
    /// To go on after a stop.
    Continue,
}

/// Starts to listen.
///
/// # Errors
/// The handlers or the thread cannot be set up.
pub(super) fn watch() -> io::Result<mpsc::UnboundedReceiver<Signal>> {
    let (sender, receiver) = mpsc::unbounded_channel();
    let signals = Signals::new([SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT])?;
    thread::Builder::new().name("signals".to_owned()).spawn(move || forward(signals, &sender))?;
    Ok(receiver)
}

fn forward(mut signals: Signals, sender: &mpsc::UnboundedSender<Signal>) {
    for number in signals.forever() {
        // The main loop is gone where it does not take them any more: then there is nothing to wait for.
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

/// Ends the program although its main loop is stuck. What it is stuck in may well be the terminal, so giving that
/// back is not waited for beyond measure.
fn end_by_force(signal: i32) {
    let (done, is_done) = std::sync::mpsc::channel::<()>();
    thread::spawn(move || {
        hold::restore();
        drop(done);
    });
    let _ = is_done.recv_timeout(LAST_GRACE);
    let _ = low_level::emulate_default_handler(signal);
}

/// Ends the program as the signal would have, so that whoever started it sees why. Gives the terminal back first.
pub fn end_by(signal: i32) {
    hold::restore();
    let _ = low_level::emulate_default_handler(signal);
}

/// What ^Z does where no program reads keys itself: tells all of the job to stop, the other ends of its pipes too. To
/// dwell it comes back as [`Signal::Stop`]. Does nothing where nobody could continue it, as in `ssh -t web1 dwell`: the
/// kernel keeps such a process group from being stopped by keys, too (POSIX, orphaned process groups).
///
/// # Errors
/// The system does not say which job this is.
pub(super) fn stop_job() -> io::Result<()> {
    if leads_session()? {
        return Ok(());
    }
    Ok(process::kill_current_process_group(process::Signal::TSTP)?)
}

/// Whether this process group is that of the session's leader: then there is no shell above it that knows of jobs.
fn leads_session() -> io::Result<bool> {
    Ok(process::getpgrp() == process::getsid(None)?)
}

/// Really stops this process; returns when it is continued.
pub(super) fn stop() -> io::Result<()> {
    low_level::raise(SIGSTOP)
}
