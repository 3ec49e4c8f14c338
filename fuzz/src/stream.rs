//! Fuzzes the reading of streams of server-sent events.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| support::fuzz::stream(bytes));
