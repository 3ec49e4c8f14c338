//! The part of the gateway that admits policies, for tests that run an engine without a gateway.

use std::process::ExitCode;

fn main() -> ExitCode {
    fingerpost::policy::child_main()
}
