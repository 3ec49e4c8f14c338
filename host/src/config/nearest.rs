//! Which of the names that exist was probably meant.

/// The name closest to `wrong`, if it is close enough to be a slip of the fingers.
pub(crate) fn nearest<'n>(wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    // Comparing is quadratic in the length; nobody mistypes a name of this length by three letters.
    if wrong.len() > 128 {
        return None;
    }
    let length = wrong.chars().count();
    let allowed = (length / 3).clamp(1, 3);
    names
        .into_iter()
        .filter(|name| name.chars().count().abs_diff(length) <= allowed)
        .map(|name| (distance(wrong, name), name))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, name)| name)
}

/// How to mend a name that does not exist: the one that was probably meant, else the ones that there are.
pub(crate) fn suggestion<'n>(wrong: &str, names: impl IntoIterator<Item = &'n str> + Clone) -> String {
    if let Some(name) = nearest(wrong, names.clone()) {
        return format!("did you mean {name:?}?");
    }
    // More than a dozen names would hide the problem behind its hint.
    const SHOWN: usize = 12;
    let all: Vec<&str> = names.into_iter().collect();
    let shown = all.iter().take(SHOWN).map(|name| format!("{name:?}")).collect::<Vec<_>>().join(", ");
    match all.len() {
        0 => "there is none at all".to_owned(),
        1 => format!("there is only {shown}"),
        count if count > SHOWN => format!("there are {count}, such as {shown}"),
        _ => format!("there are {shown}"),
    }
}

/// How many letters must be inserted, removed, replaced or swapped with their neighbour to get from one to the other.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before_last = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            row[j] = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before_last[j - 2] + 1);
            }
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_fingers_is_recognised() {
        let names = ["max_attempts", "max_same_target", "deadline"];
        assert_eq!(nearest("max_atempts", names), Some("max_attempts"));
        assert_eq!(nearest("daedline", names), Some("deadline"));
        assert_eq!(nearest("colour", names), None);
        assert_eq!(nearest("ab", ["xy"]), None);
    }

    #[test]
    fn many_names_are_counted_rather_than_listed() {
        let names: Vec<String> = (0..100).map(|n| format!("target-number-{n}")).collect();
        let hint = suggestion("zzz", names.iter().map(String::as_str));
        assert!(hint.starts_with("there are 100, such as") && hint.len() < 400, "{hint}");
    }
}
