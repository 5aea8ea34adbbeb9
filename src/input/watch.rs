//! Wake-ups when a file changes. They say only that something changed; what, is found by checking (section 5).

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};

use super::rotated::folder_of;

/// Watches the folders of files.
pub struct Watch {
    woken: Receiver<()>,
    waker: Sender<()>,
    /// Stops watching when dropped.
    _watcher: Option<RecommendedWatcher>,
}

/// The longest wait: network file systems send no events.
pub const LOOK_AGAIN: Duration = Duration::from_secs(1);

impl Watch {
    /// Watches nothing: for inputs that are read to their end, and those with wake-ups of their own.
    #[must_use]
    pub fn nothing() -> Watch {
        let (waker, woken) = bounded(1);
        Watch { woken, waker, _watcher: None }
    }

    /// Watches the folders of these files, as far as the system allows.
    #[must_use]
    pub fn folders_of(paths: &[PathBuf]) -> Watch {
        let watch = Watch::nothing();
        let watcher = watcher(&watch.waker, paths);
        if let Err(error) = &watcher {
            tracing::warn!(%error, "no file events: looking once a second instead");
        }
        Watch { _watcher: watcher.ok(), ..watch }
    }

    /// A handle for wake-ups.
    #[must_use]
    pub fn waker(&self) -> Sender<()> {
        self.waker.clone()
    }

    /// Waits for a wake-up, at most this long.
    pub fn wait(&self, at_most: Duration) {
        // A wake-up or a timeout: check in either case.
        let _ = self.woken.recv_timeout(at_most);
    }
}

fn watcher(waker: &Sender<()>, paths: &[PathBuf]) -> notify::Result<RecommendedWatcher> {
    let waker = waker.clone();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // Opening and closing are no changes: dwell itself does both when it checks.
        if event.is_ok_and(|event| event.kind.is_access()) {
            return;
        }
        // A full channel already holds a wake-up.
        let _ = waker.try_send(());
    })?;
    for folder in folders(paths) {
        if let Err(error) = watcher.watch(&folder, RecursiveMode::NonRecursive) {
            tracing::warn!(%error, folder = %folder.display(), "no events from there: looking once a second instead");
        }
    }
    Ok(watcher)
}

/// The folders of the names, and those of the files themselves, which differ for symbolic links.
fn folders(paths: &[PathBuf]) -> BTreeSet<PathBuf> {
    let real = paths.iter().filter_map(|path| path.canonicalize().ok());
    let all = real.chain(paths.iter().cloned());
    all.map(|path| folder_of(&path).canonicalize().unwrap_or_else(|_| folder_of(&path).to_owned())).collect()
}
