//! `dwell check`: how lines are read.
