//! Fuzzes the reading of error answers.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| support::fuzz::failure(bytes));
