//! A list of models with what they charge and can do: the one that the program carries, and those that operators import.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::{Price, Priced};

/// The list that the program carries.
static SHIPPED: LazyLock<PriceList> =
    LazyLock::new(|| toml::from_str(include_str!("shipped.toml")).unwrap_or_else(|_| PriceList::default()));

/// Models by vendor and name, such as `openai/gpt-4.1`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceList {
    /// Where the numbers come from.
    pub source: String,
    /// The day on which they were taken, such as `2026-11-21`.
    pub date: String,
    /// The models.
    pub models: BTreeMap<String, Model>,
}

/// What a list knows of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Model {
    /// What it charges.
    #[serde(flatten)]
    pub price: Price,
    /// Input and output tokens together, at most; 0: unknown.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub context_window: u32,
    /// Output tokens at most; 0: unknown.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub max_output_tokens: u32,
    /// What it can do, in the words of the config.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<String>,
    /// Whether it may think in tokens that nobody sees.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reasoning: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// A list could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The file could not be read.
    #[error("failed to read the list of prices: {0}")]
    Read(#[from] io::Error),
    /// It is no list of prices in TOML.
    #[error("it is no list of prices in TOML: {0}")]
    Toml(#[from] toml::de::Error),
    /// It is no list of prices in JSON.
    #[error("it is no list of prices in JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl PriceList {
    /// The list that the program carries.
    #[must_use]
    pub fn shipped() -> &'static Self {
        &SHIPPED
    }

    /// Reads a file that `fingerpost catalog import` wrote: JSON where its name ends in `.json`, else TOML.
    ///
    /// # Errors
    /// When there is no such file, or it is no such list.
    pub fn read(path: &Path) -> Result<Self, ListError> {
        let text = std::fs::read_to_string(path)?;
        if is_json(path) { Ok(serde_json::from_str(&text)?) } else { Ok(toml::from_str(&text)?) }
    }

    /// The text of a file of that name: a line a model.
    #[must_use]
    pub fn written(&self, path: &Path) -> String {
        let mut text = String::new();
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        if is_json(path) {
            text.push_str(&serde_json::to_string_pretty(self).unwrap_or_default());
            text.push('\n');
            return text;
        }
        // Writing to a string cannot fail.
        let _ = writeln!(text, "# US dollars for a million tokens. Made by `fingerpost catalog import`.");
        let _ = writeln!(text, "source = {}\ndate = {}\n\n[models]", quoted(&self.source), quoted(&self.date));
        for (name, model) in &self.models {
            if let Ok(line) = toml::Value::try_from(model) {
                let _ = writeln!(text, "{} = {line}", quoted(name));
            }
        }
        text
    }

    /// The model of that vendor and name, with its price as a target has it. `called`: how people call the list.
    #[must_use]
    pub fn find(&self, name: &str, called: &str) -> Option<Listed<'_>> {
        let model = self.models.get(name)?;
        let source = format!("{name} in {called} ({}, {})", self.source, self.date);
        Some(Listed { model, priced: Priced::new(model.price, &source) })
    }
}

/// A model that a list has.
#[derive(Debug, Clone)]
pub struct Listed<'a> {
    /// What the list says.
    pub model: &'a Model,
    /// Its price, with where that comes from.
    pub priced: Priced,
}

fn is_json(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "json")
}

/// The vendor whose own API has this host; its name begins the names of its models in a list.
#[must_use]
pub fn vendor_of(host: &str) -> Option<&'static str> {
    Some(match host {
        "api.openai.com" | "eu.api.openai.com" | "us.api.openai.com" => "openai",
        "api.anthropic.com" => "anthropic",
        "generativelanguage.googleapis.com" => "gemini",
        "api.mistral.ai" => "mistral",
        "api.deepseek.com" => "deepseek",
        "api.groq.com" => "groq",
        "api.x.ai" => "xai",
        "api.cohere.ai" | "api.cohere.com" => "cohere",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::NanoUsd;

    #[test]
    fn the_program_carries_the_models_of_the_main_vendors() {
        let list = toml::from_str::<PriceList>(include_str!("shipped.toml")).unwrap();
        assert!(list.models.len() > 100 && list.source.contains("litellm") && list.date.starts_with("20"));
        for vendor in ["openai", "anthropic", "gemini", "mistral", "deepseek", "groq", "xai", "cohere"] {
            assert!(list.models.keys().any(|name| name.starts_with(&format!("{vendor}/"))), "{vendor}");
        }
        let found = PriceList::shipped().find("openai/gpt-4.1", "the list").unwrap();
        let rates = found.model.price.standard.rates;
        assert_eq!((rates.input, rates.output), (NanoUsd(2_000_000_000), NanoUsd(8_000_000_000)));
        assert_eq!((found.model.context_window, found.model.max_output_tokens), (1_047_576, 32_768));
    }

    #[test]
    fn a_list_survives_both_of_its_forms() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["prices.toml", "prices.json"] {
            let path = dir.path().join(name);
            std::fs::write(&path, PriceList::shipped().written(&path)).unwrap();
            assert_eq!(PriceList::read(&path).unwrap(), *PriceList::shipped(), "{name}");
        }
    }
}
