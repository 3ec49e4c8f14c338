"""Runs the official OpenAI SDK for Python, unmodified, against a running gateway.

What it needs in the environment is listed in check.sh. Prints a line a case, and exits with 1 if one failed.
"""

import json
import os
import sys
import traceback

import openai

BASE_URL = os.environ["FINGERPOST_BASE_URL"]
KEY = os.environ["FINGERPOST_KEY"]
ROUTE = os.environ["FINGERPOST_ROUTE"]
FAILING_ROUTE = os.environ.get("FINGERPOST_FAILING_ROUTE")
BREAKING_ROUTES = os.environ.get("FINGERPOST_BREAKING_ROUTES", "").split(",")
WHOLE_ROUTES = os.environ.get("FINGERPOST_WHOLE_ROUTES", "").split(",")

QUESTION = [{"role": "user", "content": "Which way to the harbour?"}]
WEATHER_TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "The weather in a city",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 1}},
            "required": ["city", "days"],
            "additionalProperties": False,
        },
    },
}
PLACE_SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "kind": {"type": "string", "enum": ["harbour", "hill"]}},
    "required": ["name", "kind"],
    "additionalProperties": False,
}

# The SDK's own retries would hide what the gateway answers.
client = openai.OpenAI(base_url=BASE_URL, api_key=KEY, max_retries=0, timeout=30)


def plain():
    completion = client.chat.completions.create(model=ROUTE, messages=QUESTION)
    assert completion.choices[0].message.content, completion
    assert completion.choices[0].finish_reason == "stop", completion
    usage = completion.usage
    assert usage.prompt_tokens > 0 and usage.completion_tokens > 0, usage
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens, usage


def stream():
    whole, finish_reasons = "", []
    for chunk in client.chat.completions.create(model=ROUTE, messages=QUESTION, stream=True):
        # Nobody asked for the usage, so there is neither one nor a chunk without a choice.
        assert chunk.usage is None and len(chunk.choices) == 1, chunk
        whole += chunk.choices[0].delta.content or ""
        finish_reasons.append(chunk.choices[0].finish_reason)
    assert whole, "no text"
    assert finish_reasons[-1] == "stop" and not any(finish_reasons[:-1]), finish_reasons


def stream_with_usage():
    options = {"include_usage": True}
    pieces = list(client.chat.completions.create(model=ROUTE, messages=QUESTION, stream=True, stream_options=options))
    assert pieces[-1].choices == [] and pieces[-1].usage.completion_tokens > 0, pieces[-1]
    assert all(piece.usage is None for piece in pieces[:-1]), "the usage comes once, at the end"
    assert len({piece.id for piece in pieces}) == 1, "one answer has one id"


def stream_helper():
    with client.chat.completions.stream(model=ROUTE, messages=QUESTION) as events:
        final = [event for event in events if event.type == "content.done"]
        completion = events.get_final_completion()
    assert final and final[0].content == completion.choices[0].message.content, final


def tools():
    choice = {"type": "function", "function": {"name": "weather"}}
    completion = client.chat.completions.create(model=ROUTE, messages=QUESTION, tools=[WEATHER_TOOL], tool_choice=choice)
    (call,) = completion.choices[0].message.tool_calls
    assert call.id and call.function.name == "weather", call
    arguments = json.loads(call.function.arguments)
    assert isinstance(arguments["city"], str) and arguments["days"] >= 1, arguments


def tools_streamed():
    with client.chat.completions.stream(model=ROUTE, messages=QUESTION, tools=[WEATHER_TOOL]) as events:
        completion = events.get_final_completion()
    assert completion.choices[0].finish_reason == "tool_calls", completion
    (call,) = completion.choices[0].message.tool_calls
    assert "city" in json.loads(call.function.arguments), call


def tool_result():
    call = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city":"Oslo","days":1}'}}
    messages = QUESTION + [
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "call_1", "content": "Rain."},
    ]
    completion = client.chat.completions.create(model=ROUTE, messages=messages, tools=[WEATHER_TOOL])
    assert completion.choices[0].message.content, completion


def json_schema():
    schema = {"name": "place", "strict": True, "schema": PLACE_SCHEMA}
    response_format = {"type": "json_schema", "json_schema": schema}
    completion = client.chat.completions.create(model=ROUTE, messages=QUESTION, response_format=response_format)
    place = json.loads(completion.choices[0].message.content)
    assert set(place) == {"name", "kind"} and place["kind"] in ("harbour", "hill"), place


def length():
    completion = client.chat.completions.create(model=ROUTE, messages=QUESTION, max_completion_tokens=3)
    assert completion.choices[0].finish_reason == "length", completion
    assert completion.usage.completion_tokens == 3, completion.usage


def models():
    listed = [model.id for model in client.models.list()]
    assert ROUTE in listed, listed


def unknown_model():
    error = raised(lambda: client.chat.completions.create(model="no-such-model", messages=QUESTION))
    assert isinstance(error, (openai.NotFoundError, openai.BadRequestError)) and error.code, repr(error)


def unknown_model_streamed():
    error = raised(lambda: list(client.chat.completions.create(model="no-such-model", messages=QUESTION, stream=True)))
    assert isinstance(error, (openai.NotFoundError, openai.BadRequestError)) and error.code, repr(error)


def invalid_request():
    error = raised(lambda: client.chat.completions.create(model=ROUTE, messages=[]))
    assert isinstance(error, openai.BadRequestError) and error.message, repr(error)


def wrong_key():
    stranger = openai.OpenAI(base_url=BASE_URL, api_key="not-a-key", max_retries=0)
    error = raised(lambda: stranger.chat.completions.create(model=ROUTE, messages=QUESTION))
    assert isinstance(error, openai.AuthenticationError) and error.code == "invalid_api_key", repr(error)


def failing_route():
    error = raised(lambda: client.chat.completions.create(model=FAILING_ROUTE, messages=QUESTION))
    assert isinstance(error, openai.InternalServerError), repr(error)
    assert isinstance(error.body, dict) and error.body.get("message"), error.body


def breaks(route):
    """A stream that begins and breaks must raise, both read by hand and by the SDK's helper."""

    def by_helper():
        with client.chat.completions.stream(model=route, messages=QUESTION) as events:
            for _ in events:
                pass
            return events.get_final_completion()

    by_hand = lambda: list(client.chat.completions.create(model=route, messages=QUESTION, stream=True))
    for call in (by_hand, by_helper):
        error = raised(call)
        assert error.message, repr(error)


def whole(route):
    """A stream behind which something went wrong is whole for the SDK."""
    pieces = list(client.chat.completions.create(model=route, messages=QUESTION, stream=True))
    text = "".join(piece.choices[0].delta.content or "" for piece in pieces if piece.choices)
    assert text == "one two three", text
    assert len({piece.id for piece in pieces}) == 1, "one answer has one id"
    with client.chat.completions.stream(model=route, messages=QUESTION) as events:
        completion = events.get_final_completion()
    assert completion.choices[0].message.content == "one two three", completion
    assert completion.choices[0].finish_reason == "stop", completion


def named(check, route):
    def case():
        check(route)

    case.__name__ = f"{check.__name__} {route}"
    return case


def raised(call):
    try:
        answer = call()
    except openai.APIError as error:
        return error
    raise AssertionError(f"no error was raised, but there was an answer: {answer}")


CASES = [
    plain,
    stream,
    stream_with_usage,
    stream_helper,
    tools,
    tools_streamed,
    tool_result,
    json_schema,
    length,
    models,
    unknown_model,
    unknown_model_streamed,
    invalid_request,
    wrong_key,
]
if FAILING_ROUTE:
    CASES.append(failing_route)
CASES += [named(breaks, route) for route in filter(None, BREAKING_ROUTES)]
CASES += [named(whole, route) for route in filter(None, WHOLE_ROUTES)]


def main():
    failed = 0
    for case in CASES:
        try:
            case()
            print(f"ok      {case.__name__}")
        except Exception as error:  # A case may fail in any way; the others still run.
            failed += 1
            print(f"FAILED  {case.__name__}")
            # The line of the case that failed and the error; the SDK's own frames say nothing about the gateway.
            print("".join(traceback.format_exception(error, limit=2, chain=False)), file=sys.stderr)
    print(f"{len(CASES) - failed} passed" + (f", {failed} failed" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
