//! How the program ends: the signals that end it, and the files that must not outlive it.
//!
//! A global list, as a signal or a panic in any thread must be able to remove them.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use signal_hook::consts::{
    SIGABRT, SIGALRM, SIGHUP, SIGINT, SIGPROF, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGVTALRM, SIGXCPU,
    SIGXFSZ,
};

/// The signals that end a program which does not handle them, and that can be handled. Not SIGKILL, which nobody can;
/// not SIGSEGV, SIGBUS, SIGILL and SIGFPE, after which no code of the program may run; not SIGPIPE, which is ignored.
pub const ENDING_SIGNALS: [i32; 12] = [
    SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGABRT, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU,
    SIGXFSZ,
];

static FILES: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A file that is removed when this is dropped, or by [`remove_files`].
#[derive(Debug)]
pub struct TemporaryFile(PathBuf);

impl TemporaryFile {
    /// Takes charge of a file.
    #[must_use]
    pub fn new(path: &Path) -> TemporaryFile {
        // A relative path means another file once the working folder is another.
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        FILES.lock().unwrap_or_else(PoisonError::into_inner).push(path.clone());
        TemporaryFile(path)
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        let mut files = FILES.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(at) = files.iter().position(|path| *path == self.0) else { return };
        // It may be gone already.
        let _ = std::fs::remove_file(files.swap_remove(at));
    }
}

/// Removes all of them, because the program ends.
pub fn remove_files() {
    for path in FILES.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        let _ = std::fs::remove_file(path);
    }
}

/// Removes all of them when it is dropped: at the end of `main`, however that is reached.
#[derive(Debug)]
pub struct Cleanup;

impl Drop for Cleanup {
    fn drop(&mut self) {
        remove_files();
    }
}

/// Removes all of them before a signal ends the program, which handles no signals otherwise.
///
/// # Errors
/// The handlers or the thread cannot be set up.
pub fn remove_files_on_signals() -> std::io::Result<()> {
    let mut signals = signal_hook::iterator::Signals::new(ENDING_SIGNALS)?;
    let end = move || {
        for signal in signals.forever() {
            remove_files();
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        }
    };
    std::thread::Builder::new().name("signals".to_owned()).spawn(end).map(drop)
}
