//! The parts of the gateway that are processes of their own, admission and the way to registries, for gateways within a test.

use std::process::ExitCode;

fn main() -> ExitCode {
    let asked = std::env::args().nth(1);
    if asked.as_deref() == Some(fingerpost::registry::REGISTRY_COMMAND) {
        return fingerpost::registry::child_main();
    }
    fingerpost::policy::child_main()
}
