//! Numbers of things in words, for people.

/// `1 route`, `2 routes`: a number with what it counts, named by its singular.
#[must_use]
pub fn counted(count: impl TryInto<u64>, one: &str) -> String {
    let count = count.try_into().unwrap_or(u64::MAX);
    match (count, one.strip_suffix('y')) {
        (1, _) => format!("1 {one}"),
        (_, Some(stem)) if !stem.ends_with(['a', 'e', 'o']) => format!("{count} {stem}ies"),
        _ => format!("{count} {one}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn one_is_no_plural() {
        assert_eq!([0_u64, 1, 2].map(|count| counted(count, "route")), ["0 routes", "1 route", "2 routes"]);
        assert_eq!(["counter-entry", "key"].map(|one| counted(2_usize, one)), ["2 counter-entries", "2 keys"]);
        assert_eq!(counted(1_u32, "policy"), "1 policy");
    }
}
