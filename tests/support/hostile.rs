//! Hostile binaries that no compiler makes: files that are no WebAssembly, and components that are out of proportion.

use fingerpost_guest_build::inspect;
use wasm_encoder::{
    CodeSection, ComponentSection, Function, FunctionSection, InstanceSection, MemorySection, MemoryType, Module,
    ModuleArg, ModuleSection, RawSection, TypeSection, ValType,
};
use wasmparser::{Parser, Payload};

use crate::guests;

/// The size, in pages of 64 KiB, of a memory that may not grow: enough for the guest to be set up in.
const FIXED_PAGES: u64 = 32;

/// How often the huge function repeats its ten bytes or so: about 6 MiB in all.
const REPETITIONS: usize = 600_000;

/// A file that is not WebAssembly.
pub fn not_wasm() -> Vec<u8> {
    b"<!doctype html><title>404 Not Found</title>".to_vec()
}

/// WebAssembly that ends in the middle.
pub fn truncated() -> Vec<u8> {
    let mut component = guests::component("good");
    component.truncate(component.len() / 2);
    component
}

/// A core module: a good policy that nobody has wrapped as a component.
pub fn core_module() -> Vec<u8> {
    guests::core("good")
}

/// A good policy whose memory is as large as it may ever be.
pub fn memory_that_cannot_grow() -> Vec<u8> {
    let core = guests::core("good");
    let mut fixed = Module::new();
    for payload in Parser::new(0).parse_all(&core) {
        let payload = payload.expect("the compiler makes valid modules");
        if let Payload::MemorySection(_) = payload {
            let mut memories = MemorySection::new();
            memories.memory(MemoryType {
                minimum: FIXED_PAGES,
                maximum: Some(FIXED_PAGES),
                memory64: false,
                shared: false,
                page_size_log2: None,
            });
            fixed.section(&memories);
        } else if let Some((id, range)) = payload.as_section() {
            fixed.section(&RawSection { id, data: &core[range] });
        }
    }
    guests::wrap(&fixed.finish())
}

/// A good policy that carries close to a thousand more core modules, and an instance of each. A round thousand would be
/// over the limits of the format itself, and any validator would refuse it.
pub fn thousand_core_modules() -> Vec<u8> {
    with_modules(990, &Module::new())
}

/// A good policy beside which a core module without exports is instantiated.
pub fn module_without_exports() -> Vec<u8> {
    with_modules(1, &Module::new())
}

/// A good policy that carries a function of several megabytes, every byte of which must be compiled.
pub fn one_huge_function() -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([ValType::I64], [ValType::I64]);
    let mut functions = FunctionSection::new();
    functions.function(0);
    let mut body = Function::new([]);
    let mut instructions = body.instructions();
    instructions.local_get(0);
    for step in 0..REPETITIONS {
        // Steps that depend on each other and on the argument: no compiler can fold them.
        instructions.i64_const(step as i64 | 1).i64_mul().local_get(0).i64_xor();
    }
    instructions.end();
    let mut code = CodeSection::new();
    code.function(&body);
    let mut module = Module::new();
    module.section(&types).section(&functions).section(&code);
    with_modules(1, &module)
}

/// A component that holds one instance of an empty core module, and neither imports nor exports anything.
pub fn no_exports() -> Vec<u8> {
    let mut component = wasm_encoder::Component::new().finish();
    append(&mut component, 0, &Module::new());
    component
}

/// A good policy with further core modules behind it, each instantiated.
fn with_modules(count: usize, module: &Module) -> Vec<u8> {
    let mut component = guests::component("good");
    let present = inspect(&component).expect("a good guest can be inspected").core_modules;
    for index in present..present + count {
        append(&mut component, index as u32, module);
    }
    component
}

/// Appends a core module, which gets this index, and an instance of it.
fn append(component: &mut Vec<u8>, index: u32, module: &Module) {
    ModuleSection(module).append_to_component(component);
    let mut instances = InstanceSection::new();
    instances.instantiate(index, std::iter::empty::<(&str, ModuleArg)>());
    instances.append_to_component(component);
}
