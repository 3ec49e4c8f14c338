//! Compares the types of a component's functions with those of the interface, field by field, and says where they part. The
//! names and the version are `interface.rs`'s; a version that fits promises the same types, and this holds it to that.

use std::collections::HashSet;
use std::sync::OnceLock;

use wit_component::DecodedWasm;
use wit_parser::{Function, Resolve, Type, TypeDefKind, TypeId, WorldId, WorldItem, WorldKey};

use crate::interface::{EXPORTS, InterfaceError, InterfaceProblem};

/// The interface itself.
const WIT: &str = include_str!("../../wit/policy.wit");

/// The interface that the policy may call.
const LOG: &str = "log";

/// The most differences that are told.
const TOLD: usize = 5;

/// Says whether the types of a valid component's functions are those of the interface.
///
/// # Errors
/// When they are not: with each place where they part, up to five.
pub fn check_types(component: &[u8]) -> Result<(), InterfaceError> {
    // What cannot be told as an interface has other faults, which linking finds.
    let Ok(DecodedWasm::Component(theirs, world)) = wit_component::decode(component) else { return Ok(()) };
    let Some((ours, our_world)) = interface() else { return Ok(()) };
    let mut comparison = Comparison { theirs: &theirs, ours, seen: HashSet::new(), found: Vec::new() };
    for name in EXPORTS {
        let key = WorldKey::Name((*name).to_owned());
        let function = |resolve: &Resolve, world: WorldId| match resolve.worlds[world].exports.get(&key) {
            Some(WorldItem::Function(function)) => Some(function.clone()),
            _ => None,
        };
        if let (Some(theirs), Some(ours)) = (function(&theirs, world), function(ours, *our_world)) {
            comparison.functions(&theirs, &ours);
        }
    }
    let calls = functions_of_log(&theirs, world);
    let offered = functions_of_log(ours, *our_world);
    for call in &calls {
        match offered.iter().find(|offer| offer.name == call.name) {
            Some(offer) => comparison.functions(call, offer),
            None => {
                comparison.found.push(format!("it calls `{}` of `{LOG}`, which the gateway does not have", call.name))
            }
        }
    }
    let mut found = comparison.found;
    if found.is_empty() {
        return Ok(());
    }
    if found.len() > TOLD {
        let more = found.len() - TOLD;
        found.truncate(TOLD);
        found.push(format!("and {more} more"));
    }
    let problem = InterfaceProblem::Types { found: version(&theirs), differences: found.join("; ") };
    Err(InterfaceError { problems: vec![problem] })
}

/// The gateway's own interface, parsed once. It is part of this crate, and a test parses it.
fn interface() -> Option<&'static (Resolve, WorldId)> {
    static INTERFACE: OnceLock<Option<(Resolve, WorldId)>> = OnceLock::new();
    let parse = || {
        let mut resolve = Resolve::default();
        let package = resolve.push_str("policy.wit", WIT).ok()?;
        let world = *resolve.packages[package].worlds.get("policy")?;
        Some((resolve, world))
    };
    INTERFACE.get_or_init(parse).as_ref()
}

fn functions_of_log(resolve: &Resolve, world: WorldId) -> Vec<Function> {
    let imports = resolve.worlds[world].imports.values();
    let log = imports.filter_map(|item| match item {
        WorldItem::Interface { id, .. } => Some(&resolve.interfaces[*id]),
        _ => None,
    });
    let functions = log.filter(|interface| interface.name.as_deref() == Some(LOG));
    functions.flat_map(|interface| interface.functions.values().cloned()).collect()
}

/// The version of the package that a component names.
fn version(resolve: &Resolve) -> String {
    let packages = resolve.packages.iter().map(|(_, package)| &package.name);
    let ours = packages.filter(|name| (name.namespace.as_str(), name.name.as_str()) == ("fingerpost", "policy"));
    let mut versions = ours.filter_map(|name| name.version.as_ref()).map(ToString::to_string);
    versions.next().unwrap_or_else(|| "(no version)".to_owned())
}

/// Two interfaces side by side.
struct Comparison<'a> {
    theirs: &'a Resolve,
    ours: &'a Resolve,
    /// What has been compared: types are shared, and a hostile component could nest them a thousandfold.
    seen: HashSet<(TypeId, TypeId)>,
    found: Vec<String>,
}

impl Comparison<'_> {
    fn functions(&mut self, theirs: &Function, ours: &Function) {
        let name = &ours.name;
        if theirs.params.len() != ours.params.len() {
            let (found, wanted) = (theirs.params.len(), ours.params.len());
            self.found.push(format!("`{name}` takes {found} parameters, the gateway gives {wanted}"));
        }
        for (their, our) in theirs.params.iter().zip(&ours.params) {
            self.types(their.ty, our.ty, &format!("{name}({})", our.name));
        }
        match (theirs.result, ours.result) {
            (Some(their), Some(our)) => self.types(their, our, &format!("{name}() ->")),
            (None, None) => {}
            (Some(_), None) => self.found.push(format!("`{name}` gives a result, the gateway knows of none")),
            (None, Some(_)) => self.found.push(format!("`{name}` gives no result")),
        }
    }

    fn types(&mut self, theirs: Type, ours: Type, place: &str) {
        let (theirs, ours) = (plain(self.theirs, theirs), plain(self.ours, ours));
        match (theirs, ours) {
            (Type::Id(their), Type::Id(our)) => {
                if self.seen.insert((their, our)) {
                    self.definitions(their, our, place);
                }
            }
            _ if theirs == ours => {}
            _ => self.differ(theirs, ours, place),
        }
    }

    fn definitions(&mut self, theirs: TypeId, ours: TypeId, place: &str) {
        use TypeDefKind::{Enum, List, Option, Record, Result, Tuple, Variant};
        match (&self.theirs.types[theirs].kind, &self.ours.types[ours].kind) {
            (Record(their), Record(our)) => {
                let their: Vec<_> = their.fields.iter().map(|field| (&*field.name, Some(field.ty))).collect();
                let our: Vec<_> = our.fields.iter().map(|field| (&*field.name, Some(field.ty))).collect();
                self.members("field", &their, &our, place);
            }
            (Variant(their), Variant(our)) => {
                let their: Vec<_> = their.cases.iter().map(|case| (&*case.name, case.ty)).collect();
                let our: Vec<_> = our.cases.iter().map(|case| (&*case.name, case.ty)).collect();
                self.members("case", &their, &our, place);
            }
            (Enum(their), Enum(our)) => {
                let their: Vec<_> = their.cases.iter().map(|case| (&*case.name, None)).collect();
                let our: Vec<_> = our.cases.iter().map(|case| (&*case.name, None)).collect();
                self.members("case", &their, &our, place);
            }
            (Tuple(their), Tuple(our)) if their.types.len() == our.types.len() => {
                for (index, (their, our)) in their.types.iter().zip(&our.types).enumerate() {
                    self.types(*their, *our, &format!("{place}.{index}"));
                }
            }
            (List(their), List(our)) => self.types(*their, *our, &format!("{place}[]")),
            (Option(their), Option(our)) => self.types(*their, *our, &format!("{place}?")),
            (Result(their), Result(our)) => {
                for (arm, their, our) in [("ok", their.ok, our.ok), ("err", their.err, our.err)] {
                    self.payloads(their, our, &format!("{place}.{arm}"));
                }
            }
            _ => self.differ(Type::Id(theirs), Type::Id(ours), place),
        }
    }

    /// Compares fields or cases: names, their order, and what they hold.
    fn members(&mut self, what: &str, theirs: &[Member<'_>], ours: &[Member<'_>], place: &str) {
        let has = |members: &[Member<'_>], name: &str| members.iter().any(|(known, _)| *known == name);
        for (name, _) in ours.iter().filter(|(name, _)| !has(theirs, name)) {
            self.found.push(format!("`{place}` lacks the {what} `{name}`"));
        }
        for (name, _) in theirs.iter().filter(|(name, _)| !has(ours, name)) {
            self.found.push(format!("`{place}` has the {what} `{name}`, which the gateway does not know"));
        }
        let in_order = |members: &[Member<'_>], others: &[Member<'_>]| -> Vec<String> {
            members.iter().map(|(name, _)| (*name).to_owned()).filter(|name| has(others, name)).collect()
        };
        if in_order(theirs, ours) != in_order(ours, theirs) {
            self.found.push(format!("`{place}` has its {what}s in another order"));
        }
        for (name, our) in ours {
            if let Some((_, their)) = theirs.iter().find(|(known, _)| known == name) {
                self.payloads(*their, *our, &format!("{place}.{name}"));
            }
        }
    }

    fn payloads(&mut self, theirs: Option<Type>, ours: Option<Type>, place: &str) {
        match (theirs, ours) {
            (Some(their), Some(our)) => self.types(their, our, place),
            (None, None) => {}
            (Some(their), None) => {
                let found = described(self.theirs, their);
                self.found.push(format!("`{place}` holds {found}, and nothing in the gateway's interface"));
            }
            (None, Some(our)) => {
                let wanted = described(self.ours, our);
                self.found.push(format!("`{place}` holds nothing, and {wanted} in the gateway's interface"));
            }
        }
    }

    fn differ(&mut self, theirs: Type, ours: Type, place: &str) {
        let (found, wanted) = (described(self.theirs, theirs), described(self.ours, ours));
        self.found.push(format!("`{place}` is {found}, and {wanted} in the gateway's interface"));
    }
}

/// A field or a case, with what it holds.
type Member<'a> = (&'a str, Option<Type>);

/// A type behind its other names.
fn plain(resolve: &Resolve, mut of: Type) -> Type {
    while let Type::Id(id) = of
        && let TypeDefKind::Type(behind) = resolve.types[id].kind
    {
        of = behind;
    }
    of
}

/// A type in a few words.
fn described(resolve: &Resolve, of: Type) -> String {
    let Type::Id(id) = of else { return format!("{of:?}").to_lowercase() };
    let kind = resolve.types[id].kind.as_str();
    match &resolve.types[id].name {
        Some(name) => format!("the {kind} `{name}`"),
        None => format!("a {kind}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interface_has_all_functions_that_are_compared() {
        let (resolve, world) = interface().expect("the interface is one");
        let exports = &resolve.worlds[*world].exports;
        assert!(EXPORTS.iter().all(|name| exports.contains_key(&WorldKey::Name((*name).to_owned()))));
        assert_eq!(functions_of_log(resolve, *world).len(), 1);
    }

    #[test]
    fn what_is_no_component_is_left_to_others() {
        assert_eq!(check_types(b"\0asm\x01\0\0\0"), Ok(()));
        assert_eq!(check_types(b"<html>"), Ok(()));
    }
}
