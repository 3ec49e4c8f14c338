//! The tokenizer of the simulated models: a word with its leading space, or one other character, is a token. It owns
//! the rule that the pieces of a text join to that text, so that streamed and plain answers count alike.

use super::request::{Content, Message, Part};

/// The longest run of letters in one token. English words average less; vendors split longer ones too.
const LONGEST_WORD: usize = 10;

/// What vendors charge for the frame around a message.
const TOKENS_PER_MESSAGE: u64 = 3;

/// A picture costs this much, whatever it shows: what OpenAI charges for one at low detail.
const TOKENS_PER_PICTURE: u64 = 85;

/// The tokens of a text, in order; together they are the text.
pub(super) fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let end = first_token_end(rest)?;
        let (token, after) = rest.split_at(end);
        rest = after;
        Some(token)
    })
}

/// How many tokens the simulated models count in a text.
#[must_use]
pub fn count_tokens(text: &str) -> u64 {
    split(text).map(|_| 1).sum()
}

/// What a conversation costs on the way in.
pub(super) fn count_prompt(messages: &[Message]) -> u64 {
    messages.iter().map(|message| TOKENS_PER_MESSAGE + count_message(message)).sum()
}

fn count_message(message: &Message) -> u64 {
    let content = match &message.content {
        None => 0,
        Some(Content::Text(text)) => count_tokens(text),
        Some(Content::Parts(parts)) => parts.iter().map(count_part).sum(),
    };
    content + message.tool_calls.as_ref().map_or(0, |calls| count_tokens(&calls.to_string()))
}

fn count_part(part: &Part) -> u64 {
    match &part.text {
        Some(text) => count_tokens(text),
        None => TOKENS_PER_PICTURE,
    }
}

/// Where the first token of a text ends; none at the end of the text.
fn first_token_end(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    let word_start = if first == ' ' { 1 } else { 0 };
    let word = text[word_start..].chars().take(LONGEST_WORD).take_while(|c| c.is_alphanumeric());
    let word_length: usize = word.map(char::len_utf8).sum();
    Some(if word_length == 0 { first.len_utf8() } else { word_start + word_length })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_join_to_the_text() {
        for text in ["", "Hello, world!", "  two  spaces", "naïve größe 漢字 🙂", "a_long-identifier0123456789"]
        {
            assert_eq!(split(text).collect::<String>(), text);
        }
    }

    #[test]
    fn words_carry_their_space_and_punctuation_stands_alone() {
        assert_eq!(split("Hello, old world!").collect::<Vec<_>>(), ["Hello", ",", " old", " world", "!"]);
    }

    #[test]
    fn long_words_are_several_tokens() {
        assert_eq!(count_tokens("incomprehensibilities"), 3);
    }
}
