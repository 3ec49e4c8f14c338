//! `fingerpost catalog`: imports lists of prices, and shows what is known of models and targets.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Subcommand};

use super::explain::visible;
use crate::config::nearest::suggestion;
use crate::config::{Config, Target};
use crate::price::Price;
use crate::price::import::{Imported, import};
use crate::price::list::PriceList;
use crate::words::counted;

/// How many names of one reason are shown.
const NAMED: usize = 5;

/// What can be done with lists of prices.
#[derive(Debug, Subcommand)]
pub enum CatalogCommand {
    /// Read the community's model_prices_and_context_window.json and write a list that a config can name
    Import(ImportArgs),
    /// Show the models that the program carries prices of
    Show {
        /// Only models whose name holds this, such as `openai/` or `gpt-4.1`
        #[arg(default_value = "")]
        like: String,
    },
}

/// What `fingerpost catalog import` was told.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The community's file
    file: PathBuf,
    /// Only models of this provider, by the file's own word; may be given several times
    #[arg(long)]
    provider: Vec<String>,
    /// Where to write the list: `.json`, or TOML
    #[arg(long, default_value = "prices.toml")]
    output: PathBuf,
    /// Where the file comes from, for people
    #[arg(long)]
    source: Option<String>,
    /// The day it is from, such as 2026-11-21; without it, today
    #[arg(long)]
    date: Option<jiff::civil::Date>,
}

/// Runs what was typed.
///
/// # Errors
/// When a file cannot be read or written, or is not of the community's shape.
pub fn run(command: CatalogCommand, out: &mut dyn Write) -> anyhow::Result<()> {
    match command {
        CatalogCommand::Import(args) => import_file(&args, out),
        CatalogCommand::Show { like } => show(PriceList::shipped(), &like, out),
    }
}

fn import_file(args: &ImportArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let file = args.file.display();
    let text = std::fs::read_to_string(&args.file).with_context(|| format!("failed to read {file}"))?;
    let imported = import(&text, &args.provider)
        .with_context(|| format!("{file} has not the shape of model_prices_and_context_window.json"))?;
    if let Some(unknown) = args.provider.iter().find(|provider| !imported.providers.contains(provider.as_str())) {
        let hint = suggestion(unknown, imported.providers.iter().map(String::as_str));
        anyhow::bail!("{file} has no provider {unknown:?}: {hint}; nothing is written");
    }
    anyhow::ensure!(
        !imported.models.is_empty(),
        "{file} has no model with a price that was asked for; nothing is written"
    );
    let summary = summary(&imported);
    let date = args.date.unwrap_or_else(|| jiff::Zoned::now().date()).to_string();
    let source = args.source.clone().unwrap_or_else(|| file.to_string());
    let list = imported.into_list(&source, &date);
    let output = args.output.display();
    std::fs::write(&args.output, list.written(&args.output)).with_context(|| format!("failed to write {output}"))?;
    writeln!(out, "{summary}wrote {output}: name it in the config as [prices] file = {:?}", output.to_string())?;
    Ok(())
}

/// What was taken, what was not, and why.
fn summary(imported: &Imported) -> String {
    let mut text = format!("took {}\n", counted(imported.models.len(), "model"));
    let some = |names: &[String]| {
        let shown: Vec<_> = names.iter().take(NAMED).map(|name| visible(name)).collect();
        let more = if names.len() > NAMED { ", …" } else { "" };
        format!("{}{more}", shown.join(", "))
    };
    for (reason, names) in &imported.skipped {
        text.push_str(&format!("skipped {}, {reason}: {}\n", names.len(), some(names)));
    }
    if !imported.rounded.is_empty() {
        let names = &imported.rounded;
        text.push_str(&format!("rounded prices of {} up to a billionth of a dollar: {}\n", names.len(), some(names)));
    }
    for (field, models) in &imported.ignored {
        text.push_str(&format!("left out `{}` of {models}, a price that has no place here\n", visible(field)));
    }
    text
}

fn show(list: &PriceList, like: &str, out: &mut dyn Write) -> anyhow::Result<()> {
    writeln!(out, "{}, {}; US dollars for a million tokens", visible(&list.source), visible(&list.date))?;
    for (name, model) in list.models.iter().filter(|(name, _)| name.contains(like)) {
        writeln!(out, "{}: {}", visible(name), shown(&model.price))?;
    }
    Ok(())
}

fn shown(price: &Price) -> String {
    let rates = price.standard.rates;
    format!("{} in, {} out", rates.input, rates.output)
}

/// Where the price of each target comes from, a line each.
#[must_use]
pub fn sources(config: &Config) -> String {
    let line = |target: &Target| match &target.price {
        Some(priced) => format!("price of {}: {}, from {}\n", target.id, shown(&priced.price), visible(&priced.source)),
        None => format!("price of {}: unknown\n", target.id),
    };
    config.targets.values().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(command: CatalogCommand) -> String {
        let mut out = Vec::new();
        run(command, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn an_import_writes_a_list_that_a_config_can_name_and_says_what_it_skipped() {
        let dir = tempfile::tempdir().unwrap();
        let (file, output) = (dir.path().join("community.json"), dir.path().join("prices.toml"));
        let text = r#"{"m": {"litellm_provider": "openai", "mode": "chat", "input_cost_per_token": 1.5e-07,
            "output_cost_per_token": 6e-07}, "e": {"litellm_provider": "openai", "mode": "embedding"}}"#;
        std::fs::write(&file, text).unwrap();
        let args = ImportArgs { file, provider: Vec::new(), output: output.clone(), source: None, date: None };
        let said = typed(CatalogCommand::Import(args));
        assert!(said.starts_with("took 1 model\nskipped 1, it is no chat model: e\n"), "{said}");
        let config = format!(
            "[prices]\nfile = {output:?}\n[providers.p]\nkind = \"simulated\"\n[targets.t]\nprovider = \"p\"\n\
             tier = \"economy\"\ncatalog = \"openai/m\"\n[routes.r]\ntargets = [\"t\"]\n"
        );
        let config_file = dir.path().join("fingerpost.toml");
        std::fs::write(&config_file, config).unwrap();
        let sources = sources(&Config::load(&config_file).unwrap());
        assert!(sources.starts_with("price of t: 0.15 in, 0.60 out, from openai/m in "), "{sources}");
    }

    #[test]
    fn the_models_that_the_program_carries_are_shown_with_source_and_date() {
        let said = typed(CatalogCommand::Show { like: "openai/gpt-4.1-mini".into() });
        assert!(said.starts_with("litellm ") && said.contains("openai/gpt-4.1-mini: 0.40 in, 1.60 out"), "{said}");
    }
}
