//! Custom sections of a component: what travels with a policy and is none of its code.

use wasmparser::{ComponentName, KnownCustom, Parser, Payload};

use crate::inspect::InspectError;

/// The component with one more custom section at its end.
#[must_use]
pub fn with_custom_section(component: &[u8], name: &str, contents: &[u8]) -> Vec<u8> {
    let mut body = Vec::with_capacity(name.len() + contents.len() + 5);
    leb128(&mut body, name.len());
    body.extend_from_slice(name.as_bytes());
    body.extend_from_slice(contents);
    let mut whole = component.to_vec();
    // The id of custom sections, in modules and in components alike.
    whole.push(0);
    leb128(&mut whole, body.len());
    whole.extend_from_slice(&body);
    whole
}

/// What the component's own custom section of this name holds; none where it has none, the last where it has several.
pub fn custom_section<'a>(component: &'a [u8], name: &str) -> Result<Option<&'a [u8]>, InspectError> {
    let (mut depth, mut found) = (0_usize, None);
    for payload in Parser::new(0).parse_all(component) {
        match payload? {
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::CustomSection(section) if depth == 1 && section.name() == name => found = Some(section.data()),
            _ => {}
        }
    }
    Ok(found)
}

/// The section in which a component says what it is called, by the convention of WebAssembly's tools.
const NAMES: &str = "component-name";

/// The component with a name of its own: that of the crate that it was built from.
#[must_use]
pub fn with_name(component: &[u8], name: &str) -> Vec<u8> {
    let mut subsection = Vec::with_capacity(name.len() + 5);
    leb128(&mut subsection, name.len());
    subsection.extend_from_slice(name.as_bytes());
    // The subsection of the component's own name.
    let mut contents = vec![0];
    leb128(&mut contents, subsection.len());
    contents.extend_from_slice(&subsection);
    with_custom_section(component, NAMES, &contents)
}

/// What a component calls itself; none: it does not say.
pub fn component_name(component: &[u8]) -> Result<Option<String>, InspectError> {
    let (mut depth, mut found) = (0_usize, None);
    for payload in Parser::new(0).parse_all(component) {
        match payload? {
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::CustomSection(section) if depth == 1 => {
                let KnownCustom::ComponentName(names) = section.as_known() else { continue };
                for name in names {
                    if let ComponentName::Component { name, .. } = name? {
                        found = Some(name.to_owned());
                    }
                }
            }
            _ => {}
        }
    }
    Ok(found)
}

/// A length as WebAssembly writes it: seven bits a byte, the lowest first.
fn leb128(out: &mut Vec<u8>, mut number: usize) {
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The head of a component without anything in it.
    const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";

    #[test]
    fn what_is_put_in_comes_out_again() {
        let contents = vec![7; 300];
        let component = with_custom_section(EMPTY, "fixtures", &contents);
        assert_eq!(custom_section(&component, "fixtures").unwrap(), Some(&contents[..]));
        assert_eq!(custom_section(&component, "others").unwrap(), None);
    }

    #[test]
    fn a_component_says_what_it_is_called() {
        assert_eq!(component_name(EMPTY).unwrap(), None);
        for name in ["mine", &"long".repeat(100)] {
            let named = with_name(&with_custom_section(EMPTY, "fixtures", b"x"), name);
            assert_eq!(component_name(&named).unwrap().as_deref(), Some(name));
        }
        assert!(component_name(&with_custom_section(EMPTY, NAMES, b"\0\xff\xff\xff\xff\x0f")).is_err());
    }

    #[test]
    fn what_is_no_component_is_an_error() {
        assert!(custom_section(b"\0asm\x0d\0\x01\0\x01\xff", "fixtures").is_err());
    }
}
