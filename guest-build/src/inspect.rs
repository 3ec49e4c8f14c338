//! Reads what a WebAssembly binary says about itself, without validating or running any of it. The bytes may come from
//! anybody: nothing here recurses, and every length is checked by the parser.

use std::collections::BTreeSet;
use std::fmt;

use wasmparser::{
    BinaryReaderError, ComponentTypeRef, ConstExpr, Encoding, KnownCustom, Name, Operator, Parser, Payload,
    ProducersSectionReader, TypeBounds,
};

use crate::interface::version_of;
use crate::looks::looks_like;

/// The stack that the linker gives a guest when nobody asks for another: 1 MiB, which makes every decision slow.
pub const DEFAULT_STACK_BYTES: u64 = 1024 * 1024;

/// What a binary is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What the compiler makes: to be wrapped as a component.
    CoreModule,
    /// What the gateway takes.
    Component,
}

/// What a binary says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// What it is.
    pub kind: Kind,
    /// Its size in bytes.
    pub size: usize,
    /// What it imports: instance names of a component, `module#item` of a core module.
    pub imports: Vec<String>,
    /// What it exports.
    pub exports: Vec<Export>,
    /// The versions of `fingerpost:policy` that its imports and exports name.
    pub interface_versions: Vec<String>,
    /// How many core modules it holds, counting itself where it is one.
    pub core_modules: usize,
    /// The memories that its core modules define.
    pub memories: Vec<Memory>,
    /// The size of the guest's stack in bytes, as far as it can be told.
    pub stack: Option<u64>,
    /// Its custom sections, those of its core modules included.
    pub custom_sections: Vec<CustomSection>,
    /// What made it.
    pub producers: Vec<Producer>,
}

/// Something that a binary exports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Its name.
    pub name: String,
    /// Whether it is a function.
    pub function: bool,
}

/// A memory, in pages of 64 KiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// Its size at the start.
    pub minimum_pages: u64,
    /// The most that it may grow to.
    pub maximum_pages: Option<u64>,
}

/// A custom section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomSection {
    /// Its name.
    pub name: String,
    /// The size of its contents in bytes.
    pub size: usize,
}

/// A language or a tool that had a part in making the binary.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Producer {
    /// `language`, `processed-by` or `sdk`.
    pub field: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// Failed to inspect a file.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// It is no WebAssembly.
    #[error("this is not WebAssembly: it is {looks_like}")]
    NotWasm {
        /// What it looks like instead.
        looks_like: &'static str,
    },
    /// It begins like WebAssembly, but does not go on like it.
    #[error("this WebAssembly is malformed at byte {offset}: {reason}")]
    Malformed {
        /// Where.
        offset: usize,
        /// What is wrong there.
        reason: String,
    },
}

impl From<BinaryReaderError> for InspectError {
    fn from(error: BinaryReaderError) -> Self {
        Self::Malformed { offset: error.offset(), reason: error.message().to_owned() }
    }
}

impl Inspection {
    /// Whether decisions will be slow because the guest was linked with the usual stack of 1 MiB.
    pub fn has_large_stack(&self) -> bool {
        self.stack.is_some_and(|bytes| bytes >= DEFAULT_STACK_BYTES)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CoreModule => "core module",
            Self::Component => "component",
        })
    }
}

/// Reads what a binary says about itself.
pub fn inspect(bytes: &[u8]) -> Result<Inspection, InspectError> {
    let kind = if Parser::is_component(bytes) {
        Kind::Component
    } else if Parser::is_core_wasm(bytes) {
        Kind::CoreModule
    } else {
        return Err(InspectError::NotWasm { looks_like: looks_like(bytes) });
    };
    let mut reading = Reading::new(kind, bytes.len());
    for payload in Parser::new(0).parse_all(bytes) {
        reading.take(payload?)?;
    }
    Ok(reading.finish())
}

/// What has been read so far.
struct Reading {
    found: Inspection,
    producers: BTreeSet<Producer>,
    /// How many modules and components enclose the present place: only what stands at depth 1 is the binary's own.
    depth: usize,
    /// The initial values of the present core module's own mutable 32-bit globals, and their indices.
    globals: Vec<(u32, u64)>,
    /// The globals that the present core module imports come first in the index space.
    imported_globals: u32,
    /// Whether the stack's size comes from a global that is named as the stack pointer.
    stack_is_certain: bool,
}

impl Reading {
    fn new(kind: Kind, size: usize) -> Self {
        let found = Inspection {
            kind,
            size,
            imports: Vec::new(),
            exports: Vec::new(),
            interface_versions: Vec::new(),
            core_modules: 0,
            memories: Vec::new(),
            stack: None,
            custom_sections: Vec::new(),
            producers: Vec::new(),
        };
        Self {
            found,
            producers: BTreeSet::new(),
            depth: 0,
            globals: Vec::new(),
            imported_globals: 0,
            stack_is_certain: false,
        }
    }

    fn take(&mut self, payload: Payload<'_>) -> Result<(), InspectError> {
        let own = self.depth == 1;
        match payload {
            Payload::Version { encoding, .. } => {
                self.depth += 1;
                if encoding == Encoding::Module {
                    self.found.core_modules += 1;
                    self.globals.clear();
                    self.imported_globals = 0;
                }
            }
            Payload::End(_) => self.depth = self.depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if own => {
                for import in section {
                    let import = import?;
                    if !names_type(import.ty) {
                        self.found.imports.push(import.name.name.to_owned());
                    }
                }
            }
            Payload::ComponentExportSection(section) if own => {
                for export in section {
                    let export = export?;
                    let function = export.kind == wasmparser::ComponentExternalKind::Func;
                    self.found.exports.push(Export { name: export.name.name.to_owned(), function });
                }
            }
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    let import = import?;
                    self.imported_globals += u32::from(matches!(import.ty, wasmparser::TypeRef::Global(_)));
                    if own && self.found.kind == Kind::CoreModule {
                        self.found.imports.push(format!("{}#{}", import.module, import.name));
                    }
                }
            }
            Payload::ExportSection(section) if own => {
                for export in section {
                    let export = export?;
                    let function = export.kind == wasmparser::ExternalKind::Func;
                    self.found.exports.push(Export { name: export.name.to_owned(), function });
                }
            }
            Payload::MemorySection(section) => {
                for memory in section {
                    let memory = memory?;
                    self.found.memories.push(Memory { minimum_pages: memory.initial, maximum_pages: memory.maximum });
                }
            }
            Payload::GlobalSection(section) => {
                for (index, global) in section.into_iter().enumerate() {
                    let global = global?;
                    if let (true, Some(value)) = (global.ty.mutable, constant(&global.init_expr)) {
                        self.globals.push((self.imported_globals + index as u32, value));
                    }
                }
                self.guess_stack();
            }
            Payload::CustomSection(section) => {
                self.found
                    .custom_sections
                    .push(CustomSection { name: section.name().to_owned(), size: section.data().len() });
                self.custom(section.as_known());
            }
            _ => {}
        }
        Ok(())
    }

    /// The stack pointer is the first global that the linker makes, and its first value the stack's size, since Rust
    /// lays the stack below everything else. The largest module's is not known before it ends, so the first one counts.
    fn guess_stack(&mut self) {
        if self.found.stack.is_none() {
            self.found.stack = self.globals.first().map(|(_, value)| *value);
        }
    }

    /// Custom sections that say something about the guest. They are advice: a malformed one counts as absent.
    fn custom(&mut self, section: KnownCustom<'_>) {
        match section {
            KnownCustom::Producers(producers) => self.producers(producers),
            KnownCustom::Name(names) if !self.stack_is_certain => {
                let globals = names.into_iter().flatten().filter_map(|name| match name {
                    Name::Global(globals) => Some(globals),
                    _ => None,
                });
                let pointer = globals.flatten().flatten().find(|naming| naming.name == "__stack_pointer");
                let value = pointer.and_then(|naming| self.globals.iter().find(|(index, _)| *index == naming.index));
                if let Some((_, value)) = value {
                    self.found.stack = Some(*value);
                    self.stack_is_certain = true;
                }
            }
            _ => {}
        }
    }

    fn producers(&mut self, section: ProducersSectionReader<'_>) {
        for field in section.into_iter().flatten() {
            for value in field.values.into_iter().flatten() {
                self.producers.insert(Producer {
                    field: field.name.to_owned(),
                    name: value.name.to_owned(),
                    version: value.version.to_owned(),
                });
            }
        }
    }

    fn finish(mut self) -> Inspection {
        let exports = self.found.exports.iter().map(|export| export.name.as_str());
        let names = self.found.imports.iter().map(String::as_str).chain(exports);
        let versions: BTreeSet<_> = names.filter_map(version_of).map(str::to_owned).collect();
        self.found.interface_versions = versions.into_iter().collect();
        self.found.producers = self.producers.into_iter().collect();
        self.found
    }
}

/// Whether an import only gives a name to a type of another import, as every `use` in a world does. Nothing is called
/// or handed over by it.
fn names_type(import: ComponentTypeRef) -> bool {
    matches!(import, ComponentTypeRef::Type(TypeBounds::Eq(_)))
}

/// The value of an initial expression that is a plain 32-bit constant.
fn constant(expression: &ConstExpr<'_>) -> Option<u64> {
    match expression.get_operators_reader().read() {
        Ok(Operator::I32Const { value }) => u64::try_from(value).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_module_is_a_core_module() {
        let found = inspect(b"\0asm\x01\0\0\0").unwrap();
        assert_eq!((found.kind, found.size, found.core_modules), (Kind::CoreModule, 8, 1));
    }

    #[test]
    fn an_empty_component_holds_no_core_module() {
        let found = inspect(b"\0asm\x0d\0\x01\0").unwrap();
        assert_eq!((found.kind, found.core_modules), (Kind::Component, 0));
    }

    #[test]
    fn the_stack_is_what_the_first_mutable_global_starts_with() {
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        // The section of globals, nine bytes long, holds one: mutable, 32 bits, initially 1 MiB.
        module.extend([6, 9, 1, 0x7f, 1, 0x41, 0x80, 0x80, 0xc0, 0x00, 0x0b]);
        let found = inspect(&module).unwrap();
        assert_eq!(found.stack, Some(DEFAULT_STACK_BYTES));
        assert!(found.has_large_stack());
    }

    #[test]
    fn a_wrong_file_is_named() {
        let error = inspect(b"<html>").unwrap_err();
        assert_eq!(error.to_string(), "this is not WebAssembly: it is HTML or XML, perhaps an error page");
    }

    #[test]
    fn a_truncated_module_is_malformed_at_a_place() {
        let error = inspect(b"\0asm\x01\0\0\0\x01\x7f").unwrap_err();
        assert!(error.to_string().starts_with("this WebAssembly is malformed at byte "), "{error}");
    }
}
