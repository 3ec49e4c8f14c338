//! From the community's `model_prices_and_context_window.json` to a list of our own. Its prices are floats for one token;
//! their digits are taken as they stand, so that no rounding of floats gets into a price.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::value::RawValue;

use super::list::{Model, PriceList};
use super::{LongContext, Price, Rates, Tariff};
use crate::money::NanoUsd;

/// What an import took, and what it did not.
#[derive(Debug, Default)]
pub struct Imported {
    /// The models that it took.
    pub models: BTreeMap<String, Model>,
    /// The models that it left out, by reason.
    pub skipped: BTreeMap<&'static str, Vec<String>>,
    /// Prices of kinds that have no place here, with the number of models that name them.
    pub ignored: BTreeMap<String, usize>,
    /// Models of which a price had more decimals than a billionth of a dollar for a million tokens: rounded up.
    pub rounded: Vec<String>,
    /// The providers that the file has, by its own words.
    pub providers: BTreeSet<String>,
}

impl Imported {
    /// The list that it makes.
    #[must_use]
    pub fn into_list(self, source: &str, date: &str) -> PriceList {
        PriceList { source: source.into(), date: date.into(), models: self.models }
    }
}

type Fields<'a> = BTreeMap<String, &'a RawValue>;

/// Reads the community's file. `providers`: only those, by the file's own words; none: all.
///
/// # Errors
/// When the text is no JSON object of objects.
pub fn import(text: &str, providers: &[String]) -> Result<Imported, serde_json::Error> {
    let entries: BTreeMap<String, Fields<'_>> = serde_json::from_str(text)?;
    let mut imported = Imported::default();
    for (name, fields) in &entries {
        if name == "sample_spec" {
            continue;
        }
        if let Err(reason) = imported.take(name, fields, providers) {
            imported.skipped.entry(reason).or_default().push(name.clone());
        }
    }
    Ok(imported)
}

impl Imported {
    fn take(&mut self, name: &str, fields: &Fields<'_>, providers: &[String]) -> Result<(), &'static str> {
        let provider = text(fields, "litellm_provider").ok_or("it names no provider")?;
        self.providers.insert(provider.clone());
        if !providers.is_empty() && !providers.contains(&provider) {
            return Err("its provider was not asked for");
        }
        if text(fields, "mode").as_deref() != Some("chat") {
            return Err("it is no chat model");
        }
        let mut reading = Reading { fields, long: None, is_rounded: false };
        let price = reading.price()?;
        let named = full_name(&provider, name);
        if self.models.contains_key(&named) {
            return Err("another entry names the same model");
        }
        if reading.is_rounded {
            self.rounded.push(named.clone());
        }
        for field in fields.keys().filter(|field| field.contains("cost") && !is_known(field, reading.long)) {
            *self.ignored.entry(field.clone()).or_default() += 1;
        }
        self.models.insert(named, model(price, fields));
        Ok(())
    }
}

/// `openai/gpt-4.1`: the file has some names with and some without their provider.
fn full_name(provider: &str, name: &str) -> String {
    let vendor = provider.strip_suffix("_chat").unwrap_or(provider);
    let own = [vendor, provider].into_iter().find_map(|start| name.strip_prefix(start)?.strip_prefix('/'));
    format!("{vendor}/{}", own.unwrap_or(name))
}

fn model(price: Price, fields: &Fields<'_>) -> Model {
    let number = |field: &str| fields.get(field).and_then(|value| value.get().parse::<u32>().ok());
    let is = |field: &str| fields.get(field).is_some_and(|value| value.get() == "true");
    let features = [
        ("supports_function_calling", "tools"),
        ("supports_vision", "vision"),
        ("supports_response_schema", "json-schema"),
        ("supports_audio_input", "audio"),
        ("supports_pdf_input", "files"),
    ];
    Model {
        price,
        context_window: number("max_input_tokens").or_else(|| number("max_tokens")).unwrap_or(0),
        max_output_tokens: number("max_output_tokens").unwrap_or(0),
        features: features.into_iter().filter(|(field, _)| is(field)).map(|(_, word)| word.to_owned()).collect(),
        reasoning: is("supports_reasoning"),
    }
}

/// The prices of one entry as they are read.
struct Reading<'a> {
    fields: &'a Fields<'a>,
    /// The threshold of long contexts, in thousands of tokens.
    long: Option<u64>,
    is_rounded: bool,
}

impl Reading<'_> {
    fn price(&mut self) -> Result<Price, &'static str> {
        self.long = self.fields.keys().filter_map(|field| threshold(field)).min();
        let standard = self.tariff("")?.ok_or("it has no price for input or for output")?;
        // What is called flex is what a request can ask for; batches have the same price where both are named.
        let batch = match self.tariff("_flex")? {
            Some(flex) => Some(flex),
            None => self.tariff("_batches")?,
        };
        let priority = self.tariff("_priority")?;
        let image = self.money("input_cost_per_image")?.map(per_unit);
        let request = self.money("input_cost_per_request")?.map(per_unit);
        Ok(Price { standard, batch, priority, image, request })
    }

    fn tariff(&mut self, tier: &str) -> Result<Option<Tariff>, &'static str> {
        let Some(rates) = self.rates("", tier)? else { return Ok(None) };
        let long_context = match self.long {
            Some(thousands) => {
                let long = self.rates(&format!("_above_{thousands}k_tokens"), tier)?;
                long.map(|rates| LongContext { above: thousands * 1_000, rates })
            }
            None => None,
        };
        Ok(Some(Tariff { rates, long_context }))
    }

    fn rates(&mut self, long: &str, tier: &str) -> Result<Option<Rates>, &'static str> {
        let mut read = |kind: &str| self.money(&format!("{kind}{long}{tier}"));
        let (Some(input), Some(output)) = (read("input_cost_per_token")?, read("output_cost_per_token")?) else {
            return Ok(None);
        };
        Ok(Some(Rates {
            input,
            output,
            cached_input: read("cache_read_input_token_cost")?,
            cache_write: read("cache_creation_input_token_cost")?,
            reasoning: read("output_cost_per_reasoning_token")?,
            audio_input: read("input_cost_per_audio_token")?,
            audio_output: read("output_cost_per_audio_token")?,
        }))
    }

    /// A price for one token as one for a million.
    fn money(&mut self, field: &str) -> Result<Option<NanoUsd>, &'static str> {
        let Some(value) = self.fields.get(field).filter(|value| value.get() != "null") else { return Ok(None) };
        let (amount, is_exact) = per_million(value.get()).ok_or("a price of it is no amount of money")?;
        self.is_rounded |= !is_exact;
        Ok(Some(amount))
    }
}

/// What was read as a price for a million is one for a single image or request.
const fn per_unit(million: NanoUsd) -> NanoUsd {
    NanoUsd(million.0.div_ceil(1_000_000))
}

/// The thousands of `input_cost_per_token_above_200k_tokens`.
fn threshold(field: &str) -> Option<u64> {
    field.strip_prefix("input_cost_per_token_above_")?.strip_suffix("k_tokens")?.parse().ok()
}

fn is_known(field: &str, long: Option<u64>) -> bool {
    let base = ["_flex", "_batches", "_priority"].iter().find_map(|tier| field.strip_suffix(tier)).unwrap_or(field);
    let long = long.map(|thousands| format!("_above_{thousands}k_tokens"));
    let base = long.and_then(|long| base.strip_suffix(&*long)).unwrap_or(base);
    [
        "input_cost_per_token",
        "output_cost_per_token",
        "cache_read_input_token_cost",
        "cache_creation_input_token_cost",
        "output_cost_per_reasoning_token",
        "input_cost_per_audio_token",
        "output_cost_per_audio_token",
        "input_cost_per_image",
        "input_cost_per_request",
    ]
    .contains(&base)
}

fn text(fields: &Fields<'_>, field: &str) -> Option<String> {
    fields.get(field).and_then(|value| serde_json::from_str(value.get()).ok())
}

/// A JSON number of US dollars for one token in nano-dollars for a million, by its digits: `2.5e-06` is 2,500,000,000.
/// The second is whether nothing was left over; what is left over is rounded up.
fn per_million(number: &str) -> Option<(NanoUsd, bool)> {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || digits.len() > 30 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let value: u128 = digits.parse().ok()?;
    // A dollar for one token is ten to the fifteenth nano-dollars for a million.
    let shift = exponent.parse::<i32>().ok()?.checked_add(15)?.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    let power = 10_u128.checked_pow(shift.unsigned_abs());
    let (amount, is_exact) = match power {
        _ if value == 0 => (0, true),
        Some(power) if shift >= 0 => (value.checked_mul(power)?, true),
        Some(power) => (value.div_ceil(power), value.is_multiple_of(power)),
        None if shift >= 0 => return None,
        None => (1, false),
    };
    u64::try_from(amount).ok().map(|amount| (NanoUsd(amount), is_exact))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_float_in_scientific_notation_is_taken_by_its_digits() {
        for (text, nanos, exact) in [
            ("2.5e-06", 2_500_000_000, true),
            ("0.00001", 10_000_000_000, true),
            ("3.75E-8", 37_500_000, true),
            ("1e-15", 1, true),
            ("1.5e-15", 2, false),
            ("1e-300", 1, false),
            ("0.0", 0, true),
            ("1.0000000000000001e-05", 10_000_000_001, false),
        ] {
            assert_eq!(per_million(text), Some((NanoUsd(nanos), exact)), "{text}");
        }
        for text in ["-1e-6", "\"1\"", "1e99", "", ".", "1e", "NaN", "null"] {
            assert_eq!(per_million(text), None, "{text}");
        }
    }

    const FILE: &str = r#"{
        "sample_spec": {"mode": "one of: chat", "litellm_provider": "x"},
        "gpt-x": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 2e-06,
            "output_cost_per_token": 8e-06, "cache_read_input_token_cost": 5e-07, "max_input_tokens": 1000,
            "max_output_tokens": 100, "input_cost_per_token_above_200k_tokens": 4e-06,
            "output_cost_per_token_above_200k_tokens": 1.2e-05, "input_cost_per_token_batches": 1e-06,
            "output_cost_per_token_batches": 4e-06, "input_cost_per_token_priority": 3e-06,
            "output_cost_per_token_priority": 1e-05, "supports_vision": true, "supports_reasoning": true,
            "output_cost_per_reasoning_token": 9e-06, "input_cost_per_audio_token": 1e-05, "input_cost_per_image": 0.001,
            "search_context_cost_per_query": {"a": 1}},
        "xai/grok": {"litellm_provider": "xai", "mode": "chat", "input_cost_per_token": 1e-06,
            "output_cost_per_token": 1e-06},
        "embed": {"litellm_provider": "openai", "mode": "embedding"},
        "free?": {"litellm_provider": "openai", "mode": "chat"}
    }"#;

    #[test]
    fn an_entry_brings_all_kinds_of_prices_and_what_the_model_can_do() {
        let imported = import(FILE, &["openai".into()]).unwrap();
        let model = &imported.models["openai/gpt-x"];
        let dollars = |text| Some(NanoUsd::from_usd(text).unwrap());
        let standard = model.price.standard;
        assert_eq!((standard.rates.cached_input, standard.rates.audio_input), (dollars("0.50"), dollars("10")));
        assert_eq!(standard.rates.reasoning, dollars("9"));
        assert_eq!(
            standard.long_context.map(|long| (long.above, long.rates.input)),
            Some((200_000, NanoUsd(4_000_000_000)))
        );
        assert_eq!(model.price.batch.map(|batch| batch.rates.output), dollars("4"));
        assert_eq!(model.price.priority.map(|priority| priority.rates.input), dollars("3"));
        assert_eq!(model.price.image, dollars("0.001"));
        assert_eq!((model.context_window, model.max_output_tokens, model.reasoning), (1_000, 100, true));
        assert_eq!(model.features, ["vision"]);
    }

    #[test]
    fn what_is_left_out_is_said_with_the_reason() {
        let imported = import(FILE, &["openai".into()]).unwrap();
        assert_eq!(imported.skipped["it is no chat model"], ["embed"]);
        assert_eq!(imported.skipped["it has no price for input or for output"], ["free?"]);
        assert_eq!(imported.skipped["its provider was not asked for"], ["xai/grok"]);
        assert_eq!(imported.ignored["search_context_cost_per_query"], 1);
        assert!(import(FILE, &[]).unwrap().models.contains_key("xai/grok"));
        assert!(import("[]", &[]).is_err());
    }
}
