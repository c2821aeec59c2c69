#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| exboard_fuzz::case::run(bytes));
