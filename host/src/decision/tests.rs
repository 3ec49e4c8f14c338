//! Tokens and texts of a policy. The bounds themselves are tried in the suite.

use super::*;

#[test]
fn tokens_are_short_and_plain() {
    assert!(is_token("same-tier_2.x"));
    for text in ["", "Ä", "a b", "a\r\n", "A", &"x".repeat(65)] {
        assert!(!is_token(text), "{text}");
    }
}

#[test]
fn text_is_cut_between_characters() {
    assert_eq!(cut(&"ä".repeat(400)).len(), 512);
    assert_eq!(cut(&format!("x{}", "ä".repeat(400))).len(), 511);
}
