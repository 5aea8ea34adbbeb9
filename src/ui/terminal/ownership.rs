//! Whether the terminal is dwell's at the moment.
//!
//! This is the one thing in the program that is global, as the terminal is: a panic or a signal in any thread must be
//! able to give it back.

use std::sync::atomic::{AtomicBool, Ordering};

static OURS: AtomicBool = AtomicBool::new(false);

/// From here on the terminal is ours.
pub(super) fn take() {
    OURS.store(true, Ordering::SeqCst);
}

/// From here on it is not; gives whether it was.
pub(super) fn release() -> bool {
    OURS.swap(false, Ordering::SeqCst)
}

/// Whether the terminal is ours to write to.
pub(super) fn is_ours() -> bool {
    OURS.load(Ordering::SeqCst)
}
