//! The program. It decides nothing: see `cli.rs`.

use std::process::ExitCode;

/// Requests make many small allocations on all threads, which the system's allocator is slower at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    fingerpost::cli::main()
}
