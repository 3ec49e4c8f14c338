//! What `wit/policy.wit` compiles to. The rest of the crate gives these records their methods and better names; policies
//! do not use this module.
#![allow(missing_docs, clippy::all)]
// The generated code passes records over the component boundary by pointer.
#![allow(unsafe_code)]

wit_bindgen::generate!({
    world: "policy",
    path: "wit",
    generate_all,
    pub_export_macro: true,
    export_macro_name: "export_component",
    default_bindings_module: "fingerpost_sdk::bindings",
    additional_derives: [PartialEq],
});
