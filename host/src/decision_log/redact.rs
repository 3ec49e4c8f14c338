//! Leaves out what the operator does not want to keep: the values of attributes and the end user, also where a policy
//! repeats them in its own words.

use crate::config::Name;
use crate::policy::wire::{Explanation, Facts, Rejection};

use super::Output;

/// What stands in the place of what was left out.
const MARK: &str = "[redacted]";

/// What else may stand there: nothing at all, a number, and an address, which are what policies look for most.
const OTHERS: [Option<&str>; 3] = [None, Some("1"), Some("someone@example.com")];

/// The same facts with each of the other stand-ins for what was left out.
pub fn with_other_stand_ins(facts: &Facts) -> impl Iterator<Item = Facts> {
    OTHERS.into_iter().map(|other| {
        let mut facts = facts.clone();
        facts.request.attributes.retain(|attribute| other.is_some() || attribute.value != MARK);
        let marked = facts.request.attributes.iter_mut().filter(|attribute| attribute.value == MARK);
        marked.for_each(|attribute| attribute.value = other.unwrap_or_default().to_owned());
        if facts.caller.user.as_deref() == Some(MARK) {
            facts.caller.user = other.map(str::to_owned);
        }
        facts
    })
}

/// Leaves out what goes by one of these names; gives whether there was anything.
pub(super) fn redact(names: &[Name], facts: &mut Facts, output: &mut Output) -> bool {
    if names.is_empty() {
        return false;
    }
    let is_named = |name: &str| names.iter().any(|named| named.eq_ignore_ascii_case(name));
    let mut values = Vec::new();
    let mut replace = |value: &mut String| {
        if !value.is_empty() && value != MARK {
            values.push(std::mem::replace(value, MARK.to_owned()));
        }
    };
    for attribute in &mut facts.request.attributes {
        if is_named(&attribute.name) {
            replace(&mut attribute.value);
        }
    }
    if is_named("user")
        && let Some(user) = &mut facts.caller.user
    {
        replace(user);
    }
    // The longest first, so that none is left over as a part of another.
    values.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    values.dedup();
    for text in texts(output) {
        for value in &values {
            if text.contains(value.as_str()) {
                *text = text.replace(value.as_str(), MARK);
            }
        }
    }
    !values.is_empty()
}

/// All free text of an answer.
fn texts(output: &mut Output) -> Vec<&mut String> {
    use crate::policy::wire::{Failing, Recovery, Routing};
    let mut found = Vec::new();
    match output {
        Output::Routed(routed) => {
            explanation(&mut routed.explanation, &mut found);
            if let Routing::Reject(rejection) = &mut routed.decision {
                refusal(rejection, &mut found);
            }
        }
        Output::Recovered(recovered) => {
            found.push(&mut recovered.cause);
            explanation(&mut recovered.explanation, &mut found);
            if let Recovery::Fail(Failing::Custom(rejection)) = &mut recovered.decision {
                refusal(rejection, &mut found);
            }
        }
        Output::Failed(_) => {}
    }
    found
}

fn explanation<'a>(explanation: &'a mut Explanation, found: &mut Vec<&'a mut String>) {
    found.push(&mut explanation.rule);
    found.push(&mut explanation.reason);
    found.extend(explanation.considered.iter_mut().map(|(_, verdict)| verdict));
    found.extend(explanation.notes.iter_mut().flat_map(|(name, note)| [name, note]));
}

fn refusal<'a>(rejection: &'a mut Rejection, found: &mut Vec<&'a mut String>) {
    found.push(&mut rejection.code);
    found.push(&mut rejection.message);
}
