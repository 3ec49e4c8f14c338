//! What the store names and the config does not have: keys of tenants that are gone, budgets that cover nobody. None of it
//! opens a door, and operators are told, by the log and by `fingerpost check`.

use crate::config::{Budget, BudgetScope, Config, Key, Named, UnknownName};

/// Everything of the store that leads nowhere, in words.
#[must_use]
pub fn strays(config: &Config, keys: &[Key], budgets: &[Budget]) -> Vec<String> {
    let of_store = |budget: &&Budget| !config.budgets.iter().any(|known| known.id == budget.id);
    let budgets = budgets.iter().filter(of_store);
    keys.iter()
        .flat_map(|key| of_key(config, key))
        .chain(budgets.flat_map(|one| of_budget(config, keys, one)))
        .collect()
}

fn of_key(config: &Config, key: &Key) -> Vec<String> {
    let name = &key.name;
    if let Err(unknown) = config.require(Named::Tenant, &key.tenant) {
        return vec![format!(
            "the key `{name}` is refused: {unknown}. Put the tenant there, or take the key out of force with \
             `fingerpost keys revoke {name}`"
        )];
    }
    let unknown = |route: &&crate::config::Name| config.require(Named::Route, route).err();
    let mut said = Vec::new();
    let missing: Vec<UnknownName> = key.routes.iter().flatten().filter_map(|route| unknown(&route)).collect();
    if let Some(first) = missing.first() {
        let all = if key.routes.as_ref().is_some_and(|routes| routes.len() == missing.len()) {
            "opens nothing"
        } else {
            "opens less than it was made for"
        };
        said.push(format!("the key `{name}` {all}: {first}"));
    }
    if let Some(unknown) = key.default_route.as_ref().and_then(|route| unknown(&route)) {
        said.push(format!("the default route of the key `{name}` leads nowhere: {unknown}"));
    }
    if config.keys.contains_key(name) {
        said.push(format!(
            "the config has a key `{name}` too: limits and budgets of that name count both. Rename that of the config, or \
             take the other out of force with `fingerpost keys revoke {name}`"
        ));
    }
    said
}

fn of_budget(config: &Config, keys: &[Key], budget: &Budget) -> Vec<String> {
    let covered = match &budget.scope {
        BudgetScope::Tenant(name) => config.require(Named::Tenant, name),
        BudgetScope::Route(name) => config.require(Named::Route, name),
        BudgetScope::Key(name) => config.require_or(Named::Key, name, keys.iter().map(|key| &*key.name)),
        BudgetScope::Class(_) => Ok(()),
    };
    let webhook = budget.webhook.as_ref().map_or(Ok(()), |name| config.require(Named::Webhook, name));
    let id = &budget.id;
    let covers = covered.err().map(|unknown| format!("the budget `{id}` covers nothing: {unknown}"));
    let tells = webhook.err().map(|unknown| format!("the thresholds of the budget `{id}` tell nobody: {unknown}"));
    covers.into_iter().chain(tells).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Name;

    #[test]
    fn a_key_or_a_budget_of_something_that_is_gone_is_told() {
        let config = Config::builtin();
        let known = config.keys.values().next().unwrap().clone();
        let key = |name: &str, tenant: &str, routes: Option<&[&str]>| Key {
            name: name.into(),
            tenant: tenant.into(),
            routes: routes.map(|routes| routes.iter().map(|route| Name::from(*route)).collect()),
            default_route: None,
            ..known.clone()
        };
        let tenant = &*known.tenant.clone();
        let keys = [key("a", "amce", None), key("b", tenant, Some(&["gone"])), key("c", tenant, None)];
        let budget = |scope| Budget { id: "x".into(), scope, ..config.budgets[0].clone() };
        let budgets = [budget(BudgetScope::Route("gone".into())), budget(BudgetScope::Key("c".into()))];
        let said = strays(&config, &keys, &budgets);
        assert_eq!(said.len(), 3, "{said:?}");
        assert!(said[0].starts_with("the key `a` is refused: there is no tenant \"amce\""), "{said:?}");
        assert!(
            said[1].starts_with("the key `b` opens nothing") && said[2].starts_with("the budget `x` covers nothing")
        );
    }
}
