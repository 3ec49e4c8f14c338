//! Compiles the policies in `policies/` to components and embeds them in the binary.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use fingerpost_guest_build::{Build, Toolchain, check_interface, componentize, inspect, with_name};

/// The policies, by the name that a config gives them.
const POLICIES: [&str; 4] = ["tiered", "single", "weighted", "cheapest-healthy"];

/// Cargo shows what a build script says on standard error when it fails, or with `-vv`.
#[allow(clippy::print_stderr, reason = "a build script has no other way to say anything")]
fn say(line: &str) {
    eprintln!("{line}");
}

fn main() -> Result<(), Box<dyn Error>> {
    let workspace = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("..").canonicalize()?;
    // Not all of `policies`: fixtures and scenarios are no part of a component that the binary carries.
    let crates = POLICIES.iter().flat_map(|name| ["src", "Cargo.toml"].map(|part| format!("policies/{name}/{part}")));
    for changed in crates.chain(["guest-sdk", "wit", "Cargo.toml"].map(str::to_owned)) {
        println!("cargo::rerun-if-changed={}", workspace.join(changed).display());
    }
    println!("cargo::rerun-if-env-changed=FINGERPOST_GUEST_TOOLCHAIN");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let toolchain = Toolchain::find()?;
    let modules = Build::new(workspace.join("Cargo.toml"))
        .packages(POLICIES.map(|name| format!("fingerpost-policy-{name}")))
        .target_dir(workspace.join("target/guests"))
        .run(&toolchain, &mut say)?;
    let mut table = String::from("static POLICIES: [(&str, &[u8]); 4] = [\n");
    for module in modules {
        let name = module.package.trim_start_matches("fingerpost-policy-");
        let component = with_name(&componentize(&module.read()?)?, name);
        check_interface(&inspect(&component)?)?;
        let path = out.join(format!("{name}.component"));
        fs::write(&path, component)?;
        writeln!(table, "    ({name:?}, include_bytes!({path:?})),")?;
    }
    table.push_str("];\n");
    fs::write(out.join("builtin_policies.rs"), table)?;
    Ok(())
}
