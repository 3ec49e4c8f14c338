//! The cheap checks before anything of a component is compiled or run: kind, interface, number of parts, validity.

use fingerpost_guest_build::{InspectError, InterfaceError, Kind, check_interface, check_types, inspect};
use wasmparser::{Parser, Payload, Validator};

use super::AdmissionError;
use crate::config::EngineLimits;
use crate::policy::sandbox::{CORE_INSTANCES, FEATURES, MEMORIES, TABLES};
use crate::policy::text::clean;

/// The most of a problem that is told, in bytes.
const WORDS: usize = 1024;

/// One page of linear memory, in bytes.
const PAGE: u64 = 64 << 10;

/// Whether it is a component that fits the interface and the sandbox. Returns what its author should know all the same.
pub(super) fn check(component: &[u8], limits: &EngineLimits) -> Result<Vec<String>, AdmissionError> {
    let inspection = inspect(component).map_err(|error| match error {
        InspectError::NotWasm { .. } => AdmissionError::NotWasm { message: error.to_string() },
        InspectError::Malformed { .. } => AdmissionError::invalid(error),
    })?;
    if inspection.kind == Kind::CoreModule {
        return Err(AdmissionError::CoreModule);
    }
    check_interface(&inspection).map_err(unfit)?;
    // Every core module takes an instance; one that is never instantiated has no business in a policy.
    at_most("core modules", inspection.core_modules as u64, u64::from(CORE_INSTANCES))?;
    at_most("memories", inspection.memories.len() as u64, u64::from(MEMORIES))?;
    check_parts(component)?;
    for memory in &inspection.memories {
        let (bytes, limit) = (memory.minimum_pages.saturating_mul(PAGE), limits.memory_bytes as u64);
        if bytes > limit {
            return Err(AdmissionError::MemoryTooLarge { bytes, limit });
        }
    }
    let mut warnings = Vec::new();
    if let Some(stack) = inspection.stack.filter(|_| inspection.has_large_stack()) {
        warnings.push(format!(
            "its stack is {} KiB large, which makes every decision slower: build it with `fingerpost policy build`, or link \
             it with -zstack-size=65536",
            stack >> 10
        ));
    }
    Ok(warnings)
}

/// Whether it is WebAssembly that the sandbox allows, whose functions have the interface's types.
pub(super) fn validate(component: &[u8]) -> Result<(), AdmissionError> {
    Validator::new_with_features(FEATURES).validate_all(component).map_err(AdmissionError::invalid)?;
    check_types(component).map_err(unfit)
}

fn unfit(error: InterfaceError) -> AdmissionError {
    AdmissionError::Interface {
        problems: error.problems.iter().map(|problem| clean(&problem.to_string(), WORDS)).collect(),
    }
}

/// Counts what a sandbox has a limited number of, without validating anything.
fn check_parts(component: &[u8]) -> Result<(), AdmissionError> {
    let (mut instances, mut tables) = (0u64, 0u64);
    for payload in Parser::new(0).parse_all(component) {
        match payload.map_err(AdmissionError::invalid)? {
            Payload::InstanceSection(section) => {
                for instance in section {
                    if let wasmparser::Instance::Instantiate { .. } = instance.map_err(AdmissionError::invalid)? {
                        instances += 1;
                    }
                }
            }
            Payload::TableSection(section) => tables += u64::from(section.count()),
            _ => {}
        }
    }
    at_most("core instances", instances, u64::from(CORE_INSTANCES))?;
    at_most("tables", tables, u64::from(TABLES))
}

fn at_most(parts: &str, count: u64, limit: u64) -> Result<(), AdmissionError> {
    if count > limit { Err(AdmissionError::TooManyParts { parts: parts.into(), count, limit }) } else { Ok(()) }
}
