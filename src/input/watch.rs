//! Being woken when a file changes. It is a wake-up only: what has changed is found by looking (section 5).

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use notify::{RecommendedWatcher, RecursiveMode, Watcher};

/// Watches the folders that files lie in.
pub struct Watch {
    wakes: Receiver<()>,
    waker: Sender<()>,
    /// Stops watching when dropped.
    _watcher: Option<RecommendedWatcher>,
}

/// How long to wait at most: network file systems tell nothing.
pub const LOOK_AGAIN: Duration = Duration::from_secs(1);

impl Watch {
    /// Watches the folders of these files, as far as the system can.
    #[must_use]
    pub fn folders_of(paths: &[PathBuf]) -> Watch {
        let (waker, woken) = bounded(1);
        let watcher = watcher(&waker, paths);
        if let Err(error) = &watcher {
            tracing::warn!(%error, "no file events: looking once a second instead");
        }
        Watch { wakes: woken, waker, _watcher: watcher.ok() }
    }

    /// Something that wakes the waiting one.
    #[must_use]
    pub fn waker(&self) -> Sender<()> {
        self.waker.clone()
    }

    /// Waits until something may have changed, at most so long.
    pub fn wait(&self, at_most: Duration) {
        // Whether it was a wake-up or the time: look again.
        let _ = self.wakes.recv_timeout(at_most);
    }
}

fn watcher(waker: &Sender<()>, paths: &[PathBuf]) -> notify::Result<RecommendedWatcher> {
    let waker = waker.clone();
    let mut watcher = notify::recommended_watcher(move |_| {
        // A full channel holds a wake-up already.
        let _ = waker.try_send(());
    })?;
    let folders: BTreeSet<&Path> = paths.iter().map(|path| folder_of(path)).collect();
    for folder in folders {
        watcher.watch(folder, RecursiveMode::NonRecursive)?;
    }
    Ok(watcher)
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
        None => path,
    }
}
