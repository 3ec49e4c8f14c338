//! The guests under `tests/guests`, built once for each test process into the workspace's `target/guests`, and wrapped
//! as components when a test asks for one.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock};

use fingerpost_guest_build::{Build, Toolchain};
use wit_component::ComponentEncoder;

/// The crate that the guests share: no guest itself.
const KIT: &str = "kit";

/// The core modules of all guests, by the names of their directories.
static MODULES: OnceLock<BTreeMap<String, Vec<u8>>> = OnceLock::new();

/// Builds all guests, with one cargo. Later calls cost nothing.
pub fn build_all() {
    modules();
}

/// The names of all guests.
pub fn names() -> Vec<String> {
    let guests = fs::read_dir(workspace().join("tests/guests")).expect("the guests are there");
    let name = |entry: fs::DirEntry| entry.file_name().to_string_lossy().into_owned();
    let mut names: Vec<_> = guests.flatten().map(name).filter(|name| name != KIT).collect();
    names.sort();
    names
}

/// The core module of a guest, as the compiler makes it.
pub fn core(name: &str) -> Vec<u8> {
    let module = modules().get(name);
    module.unwrap_or_else(|| panic!("there is no guest `{name}`, only {:?}", names())).clone()
}

/// The component of a guest, even of one that no gateway takes: only what makes no component at all is refused here.
pub fn component(name: &str) -> Vec<u8> {
    static COMPONENTS: Mutex<BTreeMap<String, Vec<u8>>> = Mutex::new(BTreeMap::new());
    let mut components = COMPONENTS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    components.entry(name.to_owned()).or_insert_with(|| wrap(&core(name))).clone()
}

/// The component of a guest with a label in it, which changes its digest and nothing else.
pub fn labelled(name: &str, label: &str) -> Vec<u8> {
    use wasm_encoder::ComponentSection;

    let mut component = component(name);
    let section = wasm_encoder::CustomSection { name: "label".into(), data: label.as_bytes().into() };
    section.append_to_component(&mut component);
    component
}

/// Wraps a core module as a component without asking whether it can be a policy.
pub(crate) fn wrap(core: &[u8]) -> Vec<u8> {
    let encoder = ComponentEncoder::default().validate(true).module(core);
    let component = encoder.and_then(|mut encoder| encoder.encode());
    component.unwrap_or_else(|error| panic!("the guest makes no component: {error:#}"))
}

fn modules() -> &'static BTreeMap<String, Vec<u8>> {
    MODULES.get_or_init(|| build(&workspace()))
}

fn build(workspace: &Path) -> BTreeMap<String, Vec<u8>> {
    let target_dir = workspace.join("target/guests");
    fs::create_dir_all(&target_dir).expect("the target directory can be made");
    // Cargo's own lock ends with cargo; this one lasts until the modules have been read.
    let lock = File::create(target_dir.join(".tests-lock")).expect("the lock can be made");
    lock.lock().expect("the lock can be taken");
    let toolchain = Toolchain::find().unwrap_or_else(|error| panic!("{error}"));
    let names = names();
    let modules = Build::new(workspace.join("Cargo.toml"))
        .packages(names.iter().map(|name| format!("guest-{name}")))
        .target_dir(target_dir)
        .locked(true)
        .run(&toolchain, &mut show)
        .unwrap_or_else(|error| panic!("failed to build the guests: {error}"));
    let read = |path: PathBuf| fs::read(path).expect("cargo has just made this module");
    names.into_iter().zip(modules).map(|(name, module)| (name, read(module.path))).collect()
}

/// Shows progress past the test harness, which would keep it back until the test has ended: a first build takes a
/// minute, and silence would look like a test that hangs.
fn show(line: &str) {
    let _ = writeln!(std::io::stderr(), "guests: {line}");
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are in a workspace").to_owned()
}
