//! Lines of the load balancers of AWS.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| dwell_fuzz::targets::aws::run(data));
