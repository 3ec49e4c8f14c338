//! Tests of policies: fixtures, each one decision, and scenarios, each some requests through the gateway's own attempt loop on
//! a virtual clock. `fingerpost policy test` is a thin layer over this; `cargo test` can call it, too:
//!
//! ```no_run
//! use std::path::Path;
//! use fingerpost::testing::{self, Fixture, run_fixtures};
//!
//! # async fn example(component: bytes::Bytes) -> anyhow::Result<()> {
//! let engine = testing::engine(Path::new("target/policies"), None)?;
//! let fixtures = Fixture::load(Path::new("fixtures"))?;
//! for report in run_fixtures(&engine, &component, &fixtures).await {
//!     assert!(report.passed(), "{}: {:?}", report.name, report.complaints());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Policies are admitted in a process of the program `fingerpost`; a program that only has this library names one with
//! `FINGERPOST_BIN` or in the call of [`engine`].

mod aftermath;
pub mod bench;
pub(crate) mod document;
mod embed;
mod expect;
pub(crate) mod facts;
mod fields;
mod fixture;
mod recorded;
pub mod report;
mod run;
pub(crate) mod scenario;
pub(crate) mod scene;
#[cfg(test)]
mod tests;
mod told;
mod update;

pub use document::DocumentError;
pub use embed::{SECTION, embed, embedded};
pub use expect::{Actual, Expectation, Mismatch};
pub use fixture::Fixture;
pub use recorded::{Group, Measured, bench_recorded, recorded};
pub use report::CaseReport;
pub use run::{engine, limits, run_fixtures, run_own_fixtures};
pub use scenario::{Scenario, run_scenarios};
pub use update::update;
