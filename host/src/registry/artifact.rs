//! What a policy is as an artifact: which media types, which config, where its signature stands; and whether a manifest that
//! somebody else wrote describes one.

use std::collections::BTreeMap;

use bytes::Bytes;
use fingerpost_guest_build::{Inspection, Kind, inspect};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::RegistryError;
use super::reference::Reference;
use crate::policy::{Digest, clean};
use crate::signature::Signature;

/// The media types of a wasm artifact, as the CNCF's guidance names them.
pub(super) const MANIFEST_TYPE: &str = "application/vnd.oci.image.manifest.v1+json";
const CONFIG_TYPE: &str = "application/vnd.wasm.config.v0+json";
const LAYER_TYPE: &str = "application/wasm";

/// The annotation of the layer that holds the detached signature of the component, as 128 hexadecimal digits.
const SIGNATURE: &str = "io.github.fingerpost.policy.signature";

/// The largest manifest: registries themselves take no larger ones.
pub(super) const MANIFEST_BYTES: usize = 4 << 20;

/// The most that an error says of a text of a registry, in bytes.
const SHOWN: usize = 200;

/// A policy as it lies in a registry. What it is made of agrees: the manifest has the component's digest.
#[derive(Debug, Clone)]
pub struct Artifact {
    pub(super) manifest: Bytes,
    pub(super) component: Bytes,
    pub(super) signature: Option<Signature>,
}

/// What a manifest says of the one layer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Layer {
    pub(super) digest: Digest,
    pub(super) signature: Option<Signature>,
}

/// A manifest, as far as it matters here.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    schema_version: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    media_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    config: Option<Descriptor>,
    #[serde(default)]
    layers: Vec<Descriptor>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    media_type: String,
    digest: String,
    size: u64,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<String, String>,
}

impl Descriptor {
    fn of(media_type: &str, content: &[u8]) -> Self {
        let digest = format!("sha256:{}", Digest::of(content));
        Self { media_type: media_type.into(), digest, size: content.len() as u64, annotations: BTreeMap::new() }
    }
}

impl Artifact {
    /// Makes one of a component. The same component and signature make the same artifact, with the same digest.
    ///
    /// # Errors
    /// When it is no component.
    pub fn of_component(component: Bytes, signature: Option<Signature>) -> Result<Self, RegistryError> {
        let mut layer = Descriptor::of(LAYER_TYPE, &component);
        if let Some(signature) = signature {
            layer.annotations.insert(SIGNATURE.into(), signature.to_string());
        }
        let manifest = Manifest {
            schema_version: 2,
            media_type: Some(MANIFEST_TYPE.into()),
            config: Some(Descriptor::of(CONFIG_TYPE, &config_of(&component)?)),
            layers: vec![layer],
        };
        let manifest = serde_json::to_vec(&manifest).map_err(RegistryError::machinery)?.into();
        Ok(Self { manifest, component, signature })
    }

    /// Puts together what a registry gave, if it is what was asked for: the manifest has the digest of the reference, and the
    /// component that of the manifest.
    pub(super) fn checked(
        reference: &Reference,
        manifest: Bytes,
        component: Bytes,
        most: usize,
    ) -> Result<Self, RegistryError> {
        agrees(reference, "manifest", reference.digest(), &manifest)?;
        let layer = judge(reference, &manifest, most)?;
        agrees(reference, "component", Some(layer.digest), &component)?;
        Ok(Self { manifest, component, signature: layer.signature })
    }

    /// The digest that a reference pins it by: that of its manifest.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&self.manifest)
    }

    /// The component.
    #[must_use]
    pub fn component(&self) -> &Bytes {
        &self.component
    }

    /// The detached signature of the component that came with it. Nobody has checked it yet.
    #[must_use]
    pub fn signature(&self) -> Option<Signature> {
        self.signature
    }
}

/// Whether content has the digest that it must have; none: any will do.
fn agrees(
    reference: &Reference,
    what: &'static str,
    expected: Option<Digest>,
    content: &[u8],
) -> Result<(), RegistryError> {
    let found = Digest::of(content);
    match expected {
        Some(expected) if expected != found => Err(RegistryError::WrongBytes {
            reference: reference.clone(),
            what: what.into(),
            expected: format!("sha256:{expected}"),
            found: format!("sha256:{found}"),
        }),
        _ => Ok(()),
    }
}

/// The config of the artifact, for tools that look at artifacts without fetching their layers. It says nothing of the time, so
/// that the same component is the same artifact.
pub(super) fn config_of(component: &[u8]) -> Result<Bytes, RegistryError> {
    let refused = |reason: String| RegistryError::NotAComponent { reason };
    let found: Inspection = inspect(component).map_err(|error| refused(error.to_string()))?;
    if found.kind != Kind::Component {
        return Err(refused("this is a core module: `fingerpost policy build` makes components".into()));
    }
    let exports: Vec<_> = found.exports.iter().map(|export| &export.name).collect();
    let config = json!({
        "created": "1970-01-01T00:00:00Z",
        "architecture": "wasm",
        // The guidance's word for components, whether or not they have an operating system.
        "os": "wasip2",
        "layerDigests": [format!("sha256:{}", Digest::of(component))],
        "component": { "exports": exports, "imports": found.imports, "target": null },
    });
    serde_json::to_vec(&config).map(Bytes::from).map_err(RegistryError::machinery)
}

/// What a stranger's manifest says of its one layer, a component of at most so many bytes.
pub(super) fn judge(reference: &Reference, manifest: &[u8], most: usize) -> Result<Layer, RegistryError> {
    let other = |found: String| RegistryError::NotWasm { reference: reference.clone(), found };
    let manifest: Manifest =
        serde_json::from_slice(manifest).map_err(|error| other(format!("a manifest that cannot be read ({error})")))?;
    let Some(config) = manifest.config else {
        let kind = manifest.media_type.as_deref().map_or("no media type".into(), shown);
        return Err(other(format!("no config, as in a list of images for several platforms ({kind})")));
    };
    let types: Vec<String> = manifest.layers.iter().map(|layer| shown(&layer.media_type)).collect();
    if config.media_type != CONFIG_TYPE {
        let layers = if types.is_empty() { "none".into() } else { types.join(", ") };
        return Err(other(format!("a config of type {}, and layers of type {layers}", shown(&config.media_type))));
    }
    let [layer] = manifest.layers.as_slice() else {
        return Err(RegistryError::Layers { reference: reference.clone(), types });
    };
    if layer.media_type != LAYER_TYPE {
        return Err(other(format!("a layer of type {}", shown(&layer.media_type))));
    }
    if layer.size > most as u64 {
        return Err(RegistryError::too_large(reference, "component", most));
    }
    let digest = layer.digest.strip_prefix("sha256:").and_then(Digest::from_hex);
    let digest =
        digest.ok_or_else(|| other(format!("a layer whose digest is {}, not sha256", shown(&layer.digest))))?;
    let signature = layer.annotations.get(SIGNATURE).map(|text| Signature::from_hex(text)).transpose();
    let signature = signature.map_err(|_| other(format!("the annotation {SIGNATURE}, which holds no signature")))?;
    Ok(Layer { digest, signature })
}

fn shown(text: &str) -> String {
    format!("`{}`", clean(text, SHOWN))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signature::SigningKey;

    const EMPTY_COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

    fn reference() -> Reference {
        "oci://localhost:5000/mine:1".parse().unwrap()
    }

    #[test]
    fn an_artifact_of_ours_is_one_and_keeps_its_signature() {
        let signature = SigningKey::generate().unwrap().0.sign(EMPTY_COMPONENT);
        let made = Artifact::of_component(EMPTY_COMPONENT.into(), Some(signature)).unwrap();
        let again = Artifact::of_component(EMPTY_COMPONENT.into(), Some(signature)).unwrap();
        assert_eq!(made.digest(), again.digest());
        let pinned = reference().pinned(made.digest());
        let read = Artifact::checked(&pinned, made.manifest.clone(), made.component.clone(), 100).unwrap();
        assert_eq!(read.signature(), Some(signature));
        assert!(Artifact::checked(&pinned, made.manifest.clone(), "other".into(), 100).is_err());
        assert!(Artifact::checked(&pinned, made.manifest, made.component, 7).is_err());
    }

    #[test]
    fn other_files_are_not_made_artifacts() {
        for (bytes, words) in [(&b"<html>"[..], "HTML"), (b"\0asm\x01\0\0\0", "core module")] {
            let said = Artifact::of_component(bytes.into(), None).unwrap_err().to_string();
            assert!(said.contains(words), "{said}");
        }
    }

    #[test]
    fn what_is_no_wasm_artifact_is_described() {
        let layer = |kind: &str| json!({ "mediaType": kind, "digest": "sha256:00", "size": 1 });
        let image = json!({ "schemaVersion": 2, "config": layer("application/vnd.oci.image.config.v1+json"),
                            "layers": [layer("application/vnd.oci.image.layer.v1.tar+gzip")] });
        let index =
            json!({ "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [] });
        let two = json!({ "schemaVersion": 2, "config": layer(CONFIG_TYPE), "layers": [layer(LAYER_TYPE), layer("text/x\u{1b}[31m")] });
        let none = json!({ "schemaVersion": 2, "config": layer(CONFIG_TYPE), "layers": [] });
        let digest = json!({ "schemaVersion": 2, "config": layer(CONFIG_TYPE), "layers": [layer(LAYER_TYPE)] });
        for (manifest, words) in [
            (image, "`application/vnd.oci.image.layer.v1.tar+gzip`"),
            (index, "several platforms"),
            (two, "2 layers (`application/wasm`, `text/x\\u{1b}[31m`)"),
            (none, "0 layers"),
            (digest, "not sha256"),
            (json!([]), "cannot be read"),
        ] {
            let said = judge(&reference(), manifest.to_string().as_bytes(), 10).unwrap_err().to_string();
            assert!(said.contains(words) && said.contains("oci://localhost:5000/mine:1"), "{said}");
        }
    }
}
