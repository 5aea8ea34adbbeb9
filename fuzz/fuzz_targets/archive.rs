//! Files as they lie on a disk, packed or not: what is damaged says so each time that it is read.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dwell_fuzz::targets::archive::run(data));
