//! Guests that speak another interface than they say, or say another one: what admission tells their authors. Each is the text
//! of a guest of the corpus with one thing changed.

use fingerpost::policy::{AdmissionError, StepName};
use fingerpost_guest_build::INTERFACE_VERSION;
use support::corpus;
use support::engine::TestEngine;

/// What admission says of `every-decision` with texts replaced, all of which must be in it.
async fn said_of(changes: &[(&str, &str)]) -> String {
    let file = corpus::folder().join(INTERFACE_VERSION).join("every-decision.wat");
    let mut text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    for (from, to) in changes {
        assert!(text.contains(from), "{from} is not in {}", file.display());
        text = text.replace(from, to);
    }
    let component = wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}"));
    let engine = TestEngine::start(env!("CARGO_BIN_EXE_admit"));
    let error = engine.admit(component).await.expect_err("it does not fit");
    assert!(matches!(error, AdmissionError::Interface { .. }), "{error}");
    assert!(error.blames_policy() && error.step() == StepName::Check);
    error.to_string()
}

/// The version that the guest speaks and the range that the gateway takes, as every error about types tells them.
const VERSIONS: &str = "it speaks fingerpost:policy@0.1.0, of which the gateway takes 0.1.0 to 0.1.x";

#[tokio::test]
async fn another_version_is_named_beside_the_range_that_is_taken() {
    let said = said_of(&[("@0.1.0", "@0.2.0")]).await;
    let expected =
        "it speaks fingerpost:policy@0.2.0, the gateway speaks fingerpost:policy@0.1.0 and takes 0.1.0 to 0.1.x";
    assert!(said.contains(expected), "{said}");
}

#[tokio::test]
async fn another_type_of_a_field_is_named_with_its_place() {
    let said = said_of(&[(r#"(field "seed" u64)"#, r#"(field "seed" u32)"#)]).await;
    assert!(said.contains(VERSIONS), "{said}");
    assert!(said.contains("`route(facts).request.seed` is u32, and u64 in the gateway's interface"), "{said}");
}

#[tokio::test]
async fn a_field_that_is_missing_and_one_that_is_unknown_are_named() {
    let said = said_of(&[(r#"(field "slots-left" u32)"#, r#"(field "slots-free" u32)"#)]).await;
    assert!(said.contains(VERSIONS), "{said}");
    assert!(said.contains("`route(facts).targets[]` lacks the field `slots-left`"), "{said}");
    assert!(said.contains("has the field `slots-free`, which the gateway does not know"), "{said}");
}

#[tokio::test]
async fn fields_and_cases_in_another_order_are_named() {
    let fields =
        (r#"(field "in-flight" u32) (field "slots-left" u32)"#, r#"(field "slots-left" u32) (field "in-flight" u32)"#);
    let cases = (r#"(enum "keep" "move" "once")"#, r#"(enum "move" "keep" "once")"#);
    let said = said_of(&[fields, cases]).await;
    assert!(said.contains("`route(facts).targets[]` has its fields in another order"), "{said}");
    assert!(said.contains("session` has its cases in another order"), "{said}");
}

#[tokio::test]
async fn a_function_that_is_missing_is_named() {
    let said = said_of(&[(r#""fallback""#, r#""fall-back""#)]).await;
    assert!(said.contains("it does not export the function `fallback`"), "{said}");
}

#[tokio::test]
async fn a_call_that_the_gateway_does_not_offer_is_named() {
    let said = said_of(&[(r#""log" (func"#, r#""trace" (func"#)]).await;
    assert!(
        said.contains(VERSIONS) && said.contains("it calls `trace` of `log`, which the gateway does not have"),
        "{said}"
    );
}
