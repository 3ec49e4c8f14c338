//! What to say about a name that nobody knows: which one was probably meant, and which there are.

/// A sentence about `word`, which is none of `known`.
pub(crate) fn suggestion<'k>(word: &str, known: impl Iterator<Item = &'k str> + Clone) -> String {
    let nearest = known.clone().map(|name| (distance(word, name), name)).min();
    let meant = match nearest {
        Some((edits, name)) if edits * 3 <= word.len().max(name.len()) => format!("; did you mean `{name}`? There are"),
        _ => "; there are".to_owned(),
    };
    let all: Vec<&str> = known.collect();
    format!("there is no `{word}`{meant} {}", all.join(", "))
}

/// How many letters have to be put in, taken out or replaced to make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, letter) in one.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, theirs) in other.bytes().enumerate() {
            let replaced = diagonal + usize::from(letter != theirs);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_told_from_another_word() {
        let known = ["same-tier", "queue"];
        assert!(suggestion("same-teir", known.into_iter()).contains("did you mean `same-tier`?"));
        assert_eq!(suggestion("nonsense", known.into_iter()), "there is no `nonsense`; there are same-tier, queue");
    }
}
