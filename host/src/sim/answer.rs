//! What a simulated model says: a text, or a tool call with its arguments, as tokens. It depends on the seed and the
//! request alone, so that the same question gets the same answer. How it travels is left to `respond.rs`.

use serde_json::json;

use super::draw::Draw;
use super::request::ChatRequest;
use super::schema;
use super::tokens;

/// What a model may say after it has named itself and the question. Plain sentences of some length, so that answers
/// differ in theirs.
const SENTENCES: [&str; 8] = [
    "A simulated model knows nothing, but it answers quickly and costs no money.",
    "The words before this one were chosen by a seed, so the same question gets the same answer.",
    "What you measure here is the way to an answer, not the answer.",
    "Had a real model been asked, it would have had more to say.",
    "Every token of this text is counted, and the count is what you will find in the usage.",
    "Try taking this provider down and asking again: a policy then decides who answers.",
    "Nothing that you send here leaves your machine.",
    "Behind another base URL the same request reaches a vendor.",
];

/// How much of the question an answer quotes, in characters.
const QUOTED: usize = 80;

/// One answer to one request.
#[derive(Debug)]
pub(super) struct Answer {
    /// Whether it is text or a tool call.
    pub(super) form: Form,
    /// Its text or its arguments, token by token.
    pub(super) tokens: Vec<String>,
    /// Whether it was cut by the limit on output tokens.
    pub(super) cut_by_length: bool,
}

/// The two forms of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// The tokens are the content.
    Text,
    /// The tokens are the arguments of a call.
    ToolCall {
        /// Of the call.
        id: String,
        /// Of the function.
        name: String,
    },
}

impl Answer {
    /// The tokens as one string.
    pub(super) fn joined(&self) -> String {
        self.tokens.concat()
    }

    /// How many tokens it counts: a call pays for its name, too.
    pub(super) fn output_tokens(&self) -> u64 {
        let name = match &self.form {
            Form::Text => 0,
            Form::ToolCall { name, .. } => tokens::count_tokens(name),
        };
        name + self.tokens.len() as u64
    }

    /// `finish_reason`.
    pub(super) fn finish_reason(&self) -> &'static str {
        match (&self.form, self.cut_by_length) {
            (_, true) => "length",
            (Form::Text, false) => "stop",
            (Form::ToolCall { .. }, false) => "tool_calls",
        }
    }
}

/// The answer of one choice. The error is a sentence for the caller.
pub(super) fn compose(request: &ChatRequest, provider: &str, seed: u64, choice: u32) -> Result<Answer, String> {
    let mut draw = Draw::new(seed, &[provider, &request.model, request.last_user_text()], choice);
    let (form, text) = match request.tool_to_call()? {
        Some(function) => {
            let no_parameters = json!({"type": "object", "properties": {}});
            let arguments = schema::example(function.parameters.as_ref().unwrap_or(&no_parameters));
            let id = format!("call_{:016x}", draw.next());
            (Form::ToolCall { id, name: function.name.clone() }, arguments.to_string())
        }
        None => (Form::Text, until_stop(text(request, provider, &mut draw), request.stop_sequences())),
    };
    // An answer that was begun goes on where a text of its own length would be.
    let begun = request.begun().map_or(0, |begun| tokens::split(begun).count());
    let mut tokens: Vec<String> = tokens::split(&text).skip(begun).map(str::to_owned).collect();
    let limit = request.max_output_tokens().and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
    let cut_by_length = tokens.len() > limit;
    tokens.truncate(limit);
    Ok(Answer { form, tokens, cut_by_length })
}

/// The text of an answer in the format that the request asks for.
fn text(request: &ChatRequest, provider: &str, draw: &mut Draw) -> String {
    let prose = prose(request, provider, draw);
    match &request.response_format {
        Some(format) if format.kind == "json_schema" => {
            match format.json_schema.as_ref().and_then(|named| named.schema.as_ref()) {
                Some(schema) => schema::example(schema).to_string(),
                None => "{}".to_owned(),
            }
        }
        Some(format) if format.kind == "json_object" => json!({ "answer": prose }).to_string(),
        _ => prose,
    }
}

fn prose(request: &ChatRequest, provider: &str, draw: &mut Draw) -> String {
    let question: String = request.last_user_text().chars().take(QUOTED).collect();
    let mut text =
        format!("This is {} at {provider}, a simulated model. You said: \"{}\".", request.model, question.trim());
    let first = draw.below(SENTENCES.len());
    for offset in 0..2 + draw.below(3) {
        text.push(' ');
        text.push_str(SENTENCES[(first + offset) % SENTENCES.len()]);
    }
    text
}

/// The text up to the first of the sequences.
fn until_stop(mut text: String, stops: &[String]) -> String {
    let end = stops.iter().filter(|stop| !stop.is_empty()).filter_map(|stop| text.find(stop.as_str())).min();
    text.truncate(end.unwrap_or(text.len()));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body: &serde_json::Value) -> Answer {
        let request = ChatRequest::parse(body.to_string().as_bytes()).unwrap();
        compose(&request, "acme", 7, 0).unwrap()
    }

    fn ask(extra: serde_json::Value) -> serde_json::Value {
        let mut body = json!({"model": "large", "messages": [{"role": "user", "content": "Where is the café?"}]});
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        body
    }

    #[test]
    fn the_same_question_gets_the_same_answer_which_names_the_model_and_the_question() {
        let text = answer(&ask(json!({}))).joined();
        assert_eq!(text, answer(&ask(json!({}))).joined());
        assert!(text.contains("large at acme") && text.contains("Where is the café?"), "{text}");
    }

    #[test]
    fn the_limit_on_tokens_cuts() {
        let cut = answer(&ask(json!({"max_tokens": 4})));
        assert_eq!((cut.joined().as_str(), cut.finish_reason()), ("This is large at", "length"));
    }

    #[test]
    fn an_answer_that_was_begun_goes_on_where_it_broke_off() {
        let whole = answer(&ask(json!({}))).joined();
        let begun = answer(&ask(json!({"max_tokens": 7}))).joined();
        let mut body = ask(json!({}));
        let more = json!({"role": "assistant", "content": begun});
        body["messages"].as_array_mut().unwrap().push(more);
        assert_eq!(begun + &answer(&body).joined(), whole);
    }

    #[test]
    fn a_stop_sequence_ends_the_text() {
        let text = answer(&ask(json!({"stop": ["simulated", "zzz"]}))).joined();
        assert_eq!(text, "This is large at acme, a ");
    }

    #[test]
    fn a_tool_is_called_until_it_has_answered() {
        let tools = json!([{"type": "function", "function": {"name": "look_up", "parameters":
            {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}]);
        let call = answer(&ask(json!({"tools": tools})));
        assert_eq!(call.finish_reason(), "tool_calls");
        assert!(serde_json::from_str::<serde_json::Value>(&call.joined()).unwrap()["city"].is_string());
        let after = answer(&json!({"model": "large", "tools": tools, "messages": [{"role": "tool", "content": "42"}]}));
        assert_eq!(after.finish_reason(), "stop");
    }
}
