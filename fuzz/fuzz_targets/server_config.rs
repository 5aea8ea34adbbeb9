//! The configs of servers.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dwell_fuzz::targets::server_config::run(data));
