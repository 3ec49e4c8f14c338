//! Builds Fingerpost policies: finds a toolchain that can build for WebAssembly, runs cargo, wraps the core module as a
//! component, and says what a compiled policy holds.
//!
//! The gateway's build script embeds its policies through this crate, `fingerpost policy build` and `fingerpost policy
//! inspect` are a thin layer over it, and the tests build their hostile guests with it. It decides nothing about what
//! may take traffic: that is the gateway's admission.
//!
//! ```no_run
//! use fingerpost_guest_build::{Build, Toolchain, check_interface, componentize, inspect};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let toolchain = Toolchain::find()?;
//! let modules = Build::new("my-policy/Cargo.toml").run(&toolchain, &mut |line| eprintln!("{line}"))?;
//! for module in modules {
//!     let component = componentize(&module.read()?)?;
//!     check_interface(&inspect(&component)?)?;
//!     std::fs::write(format!("{}.wasm", module.package), component)?;
//! }
//! # Ok(())
//! # }
//! ```

mod compile;
mod componentize;
mod debian;
mod environment;
mod inspect;
mod interface;
mod looks;
mod messages;
mod section;
mod standard;
mod toolchain;
mod types;
mod version;

pub use compile::{Build, BuildError, CoreModule, ReadError, STACK_BYTES};
pub use componentize::{ComponentizeError, StrayImport, componentize};
pub use inspect::{
    CustomSection, DEFAULT_STACK_BYTES, Export, InspectError, Inspection, Kind, Memory, Producer, inspect,
};
pub use interface::{EXPORTS, INTERFACE_VERSION, InterfaceError, InterfaceProblem, PACKAGE, check_interface};
pub use section::{component_name, custom_section, with_custom_section, with_name};
pub use toolchain::{Toolchain, ToolchainError, ToolchainKind};
pub use types::check_types;
pub use version::{OLDEST_RUST, RustVersion};

/// The target that policies are compiled for: WebAssembly without any operating system.
pub const TARGET: &str = "wasm32-unknown-unknown";
