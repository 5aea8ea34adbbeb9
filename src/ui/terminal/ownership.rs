//! Whether dwell owns the terminal at the moment.
//!
//! A global variable, because the terminal is global: a panic or a signal in any thread must be able to restore it.

use std::sync::atomic::{AtomicBool, Ordering};

static OURS: AtomicBool = AtomicBool::new(false);

/// Takes ownership.
pub(super) fn take() {
    OURS.store(true, Ordering::SeqCst);
}

/// Releases ownership; returns whether it was held.
pub(super) fn release() -> bool {
    OURS.swap(false, Ordering::SeqCst)
}

/// Whether the terminal may be written to.
pub(super) fn is_ours() -> bool {
    OURS.load(Ordering::SeqCst)
}
