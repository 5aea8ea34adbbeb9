//! Being woken when a file changes. It is a wake-up only: what has changed is found by looking (section 5).

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};

use super::rotated::folder_of;

/// Watches the folders that files lie in.
pub struct Watch {
    woken: Receiver<()>,
    waker: Sender<()>,
    /// Stops watching when dropped.
    _watcher: Option<RecommendedWatcher>,
}

/// How long to wait at most: network file systems tell nothing.
pub const LOOK_AGAIN: Duration = Duration::from_secs(1);

impl Watch {
    /// Watches nothing: for inputs that are read to their end, and for those that wake the waiting one themselves.
    #[must_use]
    pub fn nothing() -> Watch {
        let (waker, woken) = bounded(1);
        Watch { woken, waker, _watcher: None }
    }

    /// Watches the folders of these files, as far as the system can.
    #[must_use]
    pub fn folders_of(paths: &[PathBuf]) -> Watch {
        let watch = Watch::nothing();
        let watcher = watcher(&watch.waker, paths);
        if let Err(error) = &watcher {
            tracing::warn!(%error, "no file events: looking once a second instead");
        }
        Watch { _watcher: watcher.ok(), ..watch }
    }

    /// Something that wakes the waiting one.
    #[must_use]
    pub fn waker(&self) -> Sender<()> {
        self.waker.clone()
    }

    /// Waits until something may have changed, at most so long.
    pub fn wait(&self, at_most: Duration) {
        // Whether it was a wake-up or the time: look again.
        let _ = self.woken.recv_timeout(at_most);
    }
}

fn watcher(waker: &Sender<()>, paths: &[PathBuf]) -> notify::Result<RecommendedWatcher> {
    let waker = waker.clone();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        // That a file is opened or closed changes nothing: dwell does so itself when it looks.
        if event.is_ok_and(|event| event.kind.is_access()) {
            return;
        }
        // A full channel holds a wake-up already.
        let _ = waker.try_send(());
    })?;
    for folder in folders(paths) {
        if let Err(error) = watcher.watch(&folder, RecursiveMode::NonRecursive) {
            tracing::warn!(%error, folder = %folder.display(), "no events from there: looking once a second instead");
        }
    }
    Ok(watcher)
}

/// The folders that the names lie in, and those that the files themselves lie in where names are symbolic links.
fn folders(paths: &[PathBuf]) -> BTreeSet<PathBuf> {
    let real = paths.iter().filter_map(|path| path.canonicalize().ok());
    let all = real.chain(paths.iter().cloned());
    all.map(|path| folder_of(&path).canonicalize().unwrap_or_else(|_| folder_of(&path).to_owned())).collect()
}
