//! Wraps the core module that the compiler makes as a component, after checking that the result can be a policy.

use std::fmt;

use wasmparser::{Parser, Payload};
use wit_component::{ComponentEncoder, metadata};

use crate::inspect::{InspectError, Kind, inspect};
use crate::interface::{InterfaceError, PACKAGE, check, is_wasi, version_of};

/// Failed to wrap a core module as a component.
#[derive(Debug, thiserror::Error)]
pub enum ComponentizeError {
    /// It can't be read.
    #[error(transparent)]
    Unreadable(#[from] InspectError),
    /// It has been wrapped already.
    #[error("this is a component already: it can be deployed as it is")]
    AlreadyAComponent,
    /// It imports what no policy can have.
    #[error("{}", stray(.imports))]
    StrayImports {
        /// All of them.
        imports: Vec<StrayImport>,
    },
    /// It does not say which interface it was built against.
    #[error(
        "this module does not say which interface it speaks: it must depend on fingerpost-sdk and call \
         `fingerpost_sdk::export!`"
    )]
    NoInterface,
    /// It was built against an interface that does not fit.
    #[error(transparent)]
    Interface(#[from] InterfaceError),
    /// The module and the interface that it names do not fit together.
    #[error("this module does not hold what its own interface promises: {reason}")]
    Encode {
        /// What does not fit.
        reason: String,
    },
}

/// An import of a core module that no policy can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrayImport {
    /// The module that it is imported from, such as `env` or `wasi_snapshot_preview1`.
    pub module: String,
    /// The item's name.
    pub name: String,
}

impl fmt::Display for StrayImport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}#{}`", self.module, self.name)
    }
}

/// Wraps a core module as a component that the gateway can take.
///
/// What the interface does not allow is refused here, where the author sees it: stray imports, another version of the
/// interface, missing functions.
pub fn componentize(core: &[u8]) -> Result<Vec<u8>, ComponentizeError> {
    if inspect(core)?.kind == Kind::Component {
        return Err(ComponentizeError::AlreadyAComponent);
    }
    let imports = stray_imports(core)?;
    if !imports.is_empty() {
        return Err(ComponentizeError::StrayImports { imports });
    }
    check_promises(core)?;
    let encoded = ComponentEncoder::default().validate(true).module(core).and_then(|mut encoder| encoder.encode());
    encoded.map_err(encode_error)
}

/// Compares the interface that the module was built against, which its custom section holds, with ours.
fn check_promises(core: &[u8]) -> Result<(), ComponentizeError> {
    let (stripped, promised) = metadata::decode(core).map_err(encode_error)?;
    if stripped.is_none() {
        return Err(ComponentizeError::NoInterface);
    }
    let world = &promised.resolve.worlds[promised.world];
    let name = |key| promised.resolve.name_world_key(key);
    // Types that the world takes from an interface are imports without a version; the interface is one of its own.
    let items = world.imports.iter().filter(|(_, item)| !matches!(item, wit_parser::WorldItem::Type { .. }));
    let imports: Vec<_> = items.map(|(key, _)| name(key)).collect();
    let function = |item: &wit_parser::WorldItem| matches!(item, wit_parser::WorldItem::Function(_));
    let exports: Vec<_> = world.exports.iter().map(|(key, item)| (name(key), function(item))).collect();
    let exports: Vec<_> = exports.iter().map(|(name, function)| (name.as_str(), *function)).collect();
    Ok(check(imports.iter().map(String::as_str), &exports)?)
}

/// What the module imports from elsewhere than the interface, whatever its version.
fn stray_imports(core: &[u8]) -> Result<Vec<StrayImport>, ComponentizeError> {
    let mut stray = Vec::new();
    for payload in Parser::new(0).parse_all(core) {
        if let Payload::ImportSection(section) = payload.map_err(InspectError::from)? {
            for import in section.into_imports() {
                let import = import.map_err(InspectError::from)?;
                if version_of(import.module).is_none() {
                    stray.push(StrayImport { module: import.module.to_owned(), name: import.name.to_owned() });
                }
            }
        }
    }
    Ok(stray)
}

fn stray(imports: &[StrayImport]) -> String {
    let list = imports.iter().map(StrayImport::to_string).collect::<Vec<_>>().join(", ");
    let mend = if imports.iter().any(|import| is_wasi(&import.module)) {
        "remove what needs an operating system, or build for wasm32-unknown-unknown instead of a wasip target"
    } else if imports.iter().any(|import| import.module.starts_with("__wbindgen")) {
        "a dependency expects a browser: switch off its `js`, `wasm-bindgen` or `wasmbind` feature"
    } else if imports.iter().any(|import| import.module == "env") {
        "remove the `extern` block or the C library that declares them"
    } else {
        "remove what declares them"
    };
    format!("a policy imports nothing but {PACKAGE}/log, and this module imports {list}: {mend}")
}

fn encode_error(error: impl fmt::Debug + fmt::Display) -> ComponentizeError {
    // The alternate form names the causes as well.
    ComponentizeError::Encode { reason: format!("{error:#}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(import: (&str, &str)) -> Vec<u8> {
        let mut section = vec![1];
        for name in [import.0, import.1] {
            section.push(name.len() as u8);
            section.extend(name.as_bytes());
        }
        section.extend([0, 0]);
        // One type: a function that takes and returns nothing. Then the import.
        let mut module = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x02".to_vec();
        module.push(section.len() as u8);
        module.extend(section);
        module
    }

    fn said(core: &[u8]) -> String {
        componentize(core).unwrap_err().to_string()
    }

    #[test]
    fn stray_imports_are_listed_with_what_to_do() {
        let said = said(&module(("wasi_snapshot_preview1", "fd_write")));
        assert!(said.contains("imports nothing but fingerpost:policy/log"), "{said}");
        assert!(said.contains("`wasi_snapshot_preview1#fd_write`: remove what needs an operating system"), "{said}");
    }

    #[test]
    fn a_browser_dependency_is_recognised() {
        let said = said(&module(("__wbindgen_placeholder__", "__wbg_now")));
        assert!(said.contains("switch off its `js`"), "{said}");
    }

    #[test]
    fn a_module_without_an_interface_is_told_to_use_the_sdk() {
        assert!(said(b"\0asm\x01\0\0\0").contains("fingerpost_sdk::export!"));
    }

    #[test]
    fn a_component_needs_no_wrapping() {
        assert!(said(b"\0asm\x0d\0\x01\0").contains("a component already"));
    }
}
