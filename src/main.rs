//! The `dwell` command: picks a mode and sets the exit code.

fn main() {}
