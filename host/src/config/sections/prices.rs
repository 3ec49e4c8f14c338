//! `[prices]`, `[charging]` and the prices of targets.

use std::path::Path;
use std::sync::Arc;

use crate::config::nearest::suggestion;
use crate::config::reader::{Table, Value, shortened};
use crate::config::shapes::Shape;
use crate::config::{Charging, Endpoint, Payer, PriceSettings, Provider, defaults, shapes};
use crate::money::NanoUsd;
use crate::price::list::{Listed, PriceList, vendor_of};
use crate::price::{LongContext, Price, Priced, Rates, Tariff};

/// Where prices that stand in no target come from.
pub(super) struct Lists {
    imported: Option<(PriceList, String)>,
}

/// How people call the list that the program carries.
const SHIPPED: &str = "the list that this program carries";

impl Lists {
    fn find(&self, name: &str) -> Option<Listed<'_>> {
        let imported = self.imported.as_ref().and_then(|(list, called)| list.find(name, called));
        imported.or_else(|| PriceList::shipped().find(name, SHIPPED))
    }
}

/// `[prices]`, with the list that it names.
pub(super) fn prices(root: &Table<'_>) -> (PriceSettings, Lists) {
    let mut settings = PriceSettings { unknown: Arc::new(defaults::unknown_price()) };
    let mut lists = Lists { imported: None };
    let Some(table) = root.optional("prices", |value| value.table(&shapes::PRICES)) else { return (settings, lists) };
    lists.imported = table.optional("file", |value| {
        let path = value.path("\"prices.toml\"")?;
        Some((imported(value, &path)?, path.display().to_string()))
    });
    settings.unknown = table.or("unknown", settings.unknown, |value| {
        let table = value.table(&shapes::UNKNOWN_PRICE)?;
        let input = table.required("input", "\"15.00\"", Value::money);
        let output = table.required("output", "\"75.00\"", Value::money);
        Some(Arc::new(Price::plain(input?, output?)))
    });
    (settings, lists)
}

fn imported(value: &Value<'_>, path: &Path) -> Option<PriceList> {
    match PriceList::read(path) {
        Ok(list) => Some(list),
        Err(error) => {
            let hint = "`fingerpost catalog import` makes such a file; relative paths count from the config's folder";
            value.place.problem(error.to_string().trim_end().to_owned(), hint);
            None
        }
    }
}

/// `[charging]`, or a tenant's own on top of it.
pub(super) fn charging(table: &Table<'_>, above: Charging) -> Charging {
    let own = table.optional("charging", |value| value.table(&shapes::CHARGING));
    let Some(table) = own else { return above };
    let payers = [("tenant", Payer::Tenant), ("operator", Payer::Operator)];
    Charging {
        failed_attempts: table.or("failed_attempts", above.failed_attempts, |value| value.choice(&payers)),
        markup_permille: table.or("markup", above.markup_permille, Value::multiple),
    }
}

/// What a list says of a target: the entry that its `catalog` names; else, where its provider is a vendor's own API, that
/// of its model.
pub(super) fn listed<'a>(
    table: &Table<'_>,
    lists: &'a Lists,
    provider: Option<&Provider>,
    model: &str,
) -> Option<Listed<'a>> {
    if let Some(value) = table.get("catalog") {
        let name = value.string("\"openai/gpt-4.1\"")?;
        let found = lists.find(name);
        if found.is_none() {
            let imported = lists.imported.iter().flat_map(|(list, _)| list.models.keys());
            let names = imported.chain(PriceList::shipped().models.keys()).map(String::as_str);
            let hint = suggestion(name, names);
            value.place.problem(format!("no list of prices has {:?}", shortened(name)), hint);
        }
        return found;
    }
    let Endpoint::OpenAi(base) = &provider?.endpoint else { return None };
    let vendor = vendor_of(base.host()?)?;
    lists.find(&format!("{vendor}/{model}"))
}

/// A target's own price.
pub(super) fn own(value: &Value<'_>) -> Option<Priced> {
    let table = value.table(&shapes::PRICE)?;
    let rates = rates(&table);
    let long = table.optional("long_context", |value| long_context(value, &shapes::LONG_CONTEXT));
    let batch = table.optional("batch", tariff);
    let priority = table.optional("priority", tariff);
    let image = table.optional("image", Value::money);
    let request = table.optional("request", Value::money);
    let standard = Tariff { rates: rates?, long_context: long };
    let price = Price { standard, batch, priority, image, request };
    Some(Priced::new(price, "the config"))
}

fn tariff(value: &Value<'_>) -> Option<Tariff> {
    let table = value.table(&shapes::TARIFF)?;
    let rates = rates(&table);
    let long_context = table.optional("long_context", |value| long_context(value, &shapes::LONG_CONTEXT));
    Some(Tariff { rates: rates?, long_context })
}

fn long_context(value: &Value<'_>, shape: &'static Shape) -> Option<LongContext> {
    let table = value.table(shape)?;
    let above = table.required("above", "200_000", |value| value.integer(1..=u32::MAX.into()));
    let rates = rates(&table);
    Some(LongContext { above: above?, rates: rates? })
}

fn rates(table: &Table<'_>) -> Option<Rates> {
    let input = table.required("input", "\"2.50\"", Value::money);
    let output = table.required("output", "\"10.00\"", Value::money);
    let other = |field: &'static str| -> Option<NanoUsd> { table.optional(field, Value::money) };
    let rates = Rates {
        cached_input: other("cached_input"),
        cache_write: other("cache_write"),
        reasoning: other("reasoning"),
        audio_input: other("audio_input"),
        audio_output: other("audio_output"),
        ..Rates::default()
    };
    Some(Rates { input: input?, output: output?, ..rates })
}

/// Where a target's price comes from, if from anywhere; a target without one gives a warning.
pub(super) fn price_of(
    table: &Table<'_>,
    listed: Option<&Listed<'_>>,
    provider: Option<&Provider>,
) -> Option<Arc<Priced>> {
    if table.get("price").is_some() {
        return table.optional("price", own).map(Arc::new);
    }
    // A provider whose address is wrong may be a vendor with prices.
    let is_nowhere = |provider: &Provider| matches!(&provider.endpoint, Endpoint::OpenAi(url) if url.host().is_none());
    if listed.is_none() && table.get("catalog").is_none() && !provider.is_none_or(is_nowhere) {
        let hint = "add price = { input = \"2.50\", output = \"10.00\" }, in US dollars for a million tokens, or \
                    catalog = \"openai/gpt-4.1\"";
        table.place.warning("this target has no price: its cost is unknown, and no budget counts it", hint);
    }
    listed.map(|listed| Arc::new(listed.priced.clone()))
}
