//! Fuzzes the reading of plain answers.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| support::fuzz::answer(bytes));
