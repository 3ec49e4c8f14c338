//! What is said at an address where there is nothing: what there is, and how whoever came here probably went wrong.

use http::{Method, StatusCode};

use crate::error::ApiError;
use crate::path::tidied;

/// What there is.
const OFFERED: &str = "POST /v1/chat/completions, GET /v1/models, GET /v1/models/{model}, GET and DELETE /v1/deferred/{id}, \
                       GET /health/live and GET /health/ready";

/// How much of an address is repeated to whoever asked for it.
const REPEATED: usize = 128;

/// What other APIs have below `/v1`, by the first part of the path: that of OpenAI
/// (<https://platform.openai.com/docs/api-reference>), and what its clients meet elsewhere.
const NOT_OFFERED: [(&str, &str); 25] = [
    ("assistants", "the Assistants API"),
    ("audio", "speech and transcription"),
    ("batches", "the Batch API"),
    ("chatkit", "ChatKit"),
    ("completions", "the older API of plain completions"),
    ("containers", "containers"),
    ("conversations", "the Conversations API"),
    ("edits", "edits"),
    ("embeddings", "embeddings"),
    ("engines", "engines"),
    ("evals", "evals"),
    ("files", "files"),
    ("fine_tuning", "fine-tuning"),
    ("images", "the making of images"),
    ("messages", "Anthropic's Messages API"),
    ("moderations", "moderations"),
    ("organization", "the administration of organizations"),
    ("realtime", "the Realtime API"),
    ("rerank", "reranking"),
    ("responses", "the Responses API"),
    ("score", "scoring"),
    ("threads", "the Assistants API"),
    ("uploads", "uploads"),
    ("vector_stores", "vector stores"),
    ("videos", "the making of videos"),
];

/// The refusal of a request for this path.
#[must_use]
pub(super) fn refusal(method: &Method, path: &str) -> ApiError {
    let asked: String = path.chars().take(REPEATED).collect();
    let hint = hint(&tidied(path)).map(|hint| format!(" {hint}")).unwrap_or_default();
    ApiError::new(StatusCode::NOT_FOUND, "invalid_request_error", "unknown_url")
        .saying(format!("There is no endpoint {method} {asked} here.{hint} This gateway answers {OFFERED}."))
}

/// How whoever asks for this probably went wrong.
fn hint(path: &str) -> Option<String> {
    if matches!(path, "" | "/" | "/v1") {
        return Some("The base URL for OpenAI's clients is this address, ending in /v1.".to_owned());
    }
    let below = path.strip_prefix("/v1/");
    if let Some(twice) = below.filter(|below| *below == "v1" || below.starts_with("v1/")) {
        let meant = format!("/{twice}");
        return Some(format!("The path has /v1 twice: take one out of the base URL{}.", meaning(&meant)));
    }
    if let Some(below) = below {
        let first = below.split('/').next().unwrap_or_default();
        return match first {
            "chat" => Some("Stored chat completions are not offered.".to_owned()),
            _ => not_offered(first),
        };
    }
    // Something else stands where /v1 belongs, or nothing.
    let offered = ["/chat/completions", "/models", "/models/", "/deferred/"];
    let of_own = offered.into_iter().filter_map(|end| path.find(end)).min();
    if let Some(at) = of_own.filter(|at| !path[*at..].contains(':') || path[*at..].starts_with("/chat/")) {
        return Some(format!(
            "The base URL must end in /v1, right after the port{}.",
            meaning(&format!("/v1{}", &path[at..]))
        ));
    }
    let first = path.split('/').find(|part| !part.is_empty() && *part != "openai" && *part != "api");
    first.and_then(not_offered)
}

/// What was meant, where that would be there.
fn meaning(path: &str) -> String {
    match super::Endpoint::at(path) {
        Some(_) => format!("; {path} is there"),
        None => String::new(),
    }
}

fn not_offered(first: &str) -> Option<String> {
    let (_, what) = NOT_OFFERED.iter().find(|(name, _)| *name == first)?;
    let mut what = (*what).to_owned();
    what[..1].make_ascii_uppercase();
    let verb = if what.ends_with('s') && !what.starts_with("The ") { "are" } else { "is" };
    Some(format!("{what} {verb} not offered here."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(path: &str) -> String {
        refusal(&Method::POST, path).message.into_owned()
    }

    #[test]
    fn what_was_asked_for_and_what_there_is_are_named() {
        let message = said("/v1/nothing");
        assert_eq!(message, format!("There is no endpoint POST /v1/nothing here. This gateway answers {OFFERED}."));
        assert!(said(&format!("/{}", "x".repeat(9_000))).len() < 500);
    }

    #[test]
    fn what_others_offer_is_named_as_not_offered() {
        for (path, what) in [
            ("/v1/embeddings", "Embeddings are not offered here."),
            ("/v1/responses/resp_1/input_items", "The Responses API is not offered here."),
            ("/v1/images/generations", "The making of images is not offered here."),
            ("/v1/messages", "Anthropic's Messages API is not offered here."),
            ("/v1/completions", "The older API of plain completions is not offered here."),
            ("/v1/audio/speech", "Speech and transcription is not offered here."),
            ("/v1/chat/completions/chatcmpl-1/messages", "Stored chat completions are not offered."),
            ("/embeddings", "Embeddings are not offered here."),
        ] {
            assert!(said(path).contains(what), "{}", said(path));
        }
    }

    #[test]
    fn a_wrong_base_url_is_told_as_that() {
        for (path, hint) in [
            ("/", "ending in /v1"),
            ("/v1", "ending in /v1"),
            ("/chat/completions", "must end in /v1, right after the port; /v1/chat/completions is there"),
            ("/models", "; /v1/models is there"),
            ("/models/team/chat:v1", "This gateway answers"),
            ("/v1/v1/chat/completions", "/v1 twice: take one out of the base URL; /v1/chat/completions is there"),
            ("/v1/v1", "/v1 twice"),
            ("/api/v1/chat/completions", "; /v1/chat/completions is there"),
            ("/openai/deployments/gpt/chat/completions", "; /v1/chat/completions is there"),
            ("/v2/chat/completions/", "; /v1/chat/completions is there"),
        ] {
            assert!(said(path).contains(hint), "{}", said(path));
        }
        assert!(!said("/v1beta/models/gemini:generateContent").contains("is there"));
    }
}
