//! Datagrams and counted frames cut into lines, syslog headers left out.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dwell_fuzz::targets::datagrams::run(data));
