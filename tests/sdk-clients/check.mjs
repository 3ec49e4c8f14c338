// Runs the official OpenAI SDK for Node, unmodified, against a running gateway. What it needs in the environment is
// listed in check.sh. Prints a line a case, and exits with 1 if one failed.

import assert from "node:assert/strict";
import process from "node:process";

import OpenAI from "openai";

const baseURL = process.env.FINGERPOST_BASE_URL;
const model = process.env.FINGERPOST_ROUTE;
const failingRoute = process.env.FINGERPOST_FAILING_ROUTE;
const routesOf = (name) => (process.env[name] ?? "").split(",").filter(Boolean);

const messages = [{ role: "user", content: "Which way to the harbour?" }];
const weatherTool = {
  type: "function",
  function: {
    name: "weather",
    description: "The weather in a city",
    parameters: {
      type: "object",
      properties: { city: { type: "string" }, days: { type: "integer", minimum: 1 } },
      required: ["city", "days"],
      additionalProperties: false,
    },
  },
};
const placeSchema = {
  type: "object",
  properties: { name: { type: "string" }, kind: { type: "string", enum: ["harbour", "hill"] } },
  required: ["name", "kind"],
  additionalProperties: false,
};

// The SDK's own retries would hide what the gateway answers.
const client = new OpenAI({ baseURL, apiKey: process.env.FINGERPOST_KEY, maxRetries: 0, timeout: 30_000 });
const completions = client.chat.completions;

async function collect(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

const cases = {
  async plain() {
    const completion = await completions.create({ model, messages });
    assert.ok(completion.choices[0].message.content);
    assert.equal(completion.choices[0].finish_reason, "stop");
    const { prompt_tokens, completion_tokens, total_tokens } = completion.usage;
    assert.ok(prompt_tokens > 0 && completion_tokens > 0);
    assert.equal(total_tokens, prompt_tokens + completion_tokens);
  },

  async stream() {
    const chunks = await collect(await completions.create({ model, messages, stream: true }));
    // Nobody asked for the usage, so there is neither one nor a chunk without a choice.
    assert.ok(chunks.every((chunk) => !chunk.usage && chunk.choices.length === 1));
    assert.ok(chunks.map((chunk) => chunk.choices[0].delta.content ?? "").join(""));
    const finishes = chunks.map((chunk) => chunk.choices[0].finish_reason).filter(Boolean);
    assert.deepEqual(finishes, ["stop"]);
    assert.equal(chunks.at(-1).choices[0].finish_reason, "stop");
  },

  async streamWithUsage() {
    const asked = { model, messages, stream: true, stream_options: { include_usage: true } };
    const chunks = await collect(await completions.create(asked));
    assert.deepEqual(chunks.at(-1).choices, []);
    assert.ok(chunks.at(-1).usage.completion_tokens > 0);
    assert.ok(chunks.slice(0, -1).every((chunk) => !chunk.usage), "the usage comes once, at the end");
    assert.equal(new Set(chunks.map((chunk) => chunk.id)).size, 1, "one answer has one id");
  },

  async streamHelper() {
    const stream = completions.stream({ model, messages });
    let pieces = "";
    stream.on("content", (piece) => (pieces += piece));
    const whole = await stream.finalContent();
    assert.ok(whole);
    assert.equal(pieces, whole);
  },

  async tools() {
    const tool_choice = { type: "function", function: { name: "weather" } };
    const completion = await completions.create({ model, messages, tools: [weatherTool], tool_choice });
    const [call] = completion.choices[0].message.tool_calls;
    assert.ok(call.id);
    assert.equal(call.function.name, "weather");
    const args = JSON.parse(call.function.arguments);
    assert.ok(typeof args.city === "string" && args.days >= 1);
  },

  async toolsStreamed() {
    const completion = await completions.stream({ model, messages, tools: [weatherTool] }).finalChatCompletion();
    assert.equal(completion.choices[0].finish_reason, "tool_calls");
    assert.ok("city" in JSON.parse(completion.choices[0].message.tool_calls[0].function.arguments));
  },

  async toolResult() {
    const call = { id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Oslo","days":1}' } };
    const conversation = [
      ...messages,
      { role: "assistant", content: null, tool_calls: [call] },
      { role: "tool", tool_call_id: "call_1", content: "Rain." },
    ];
    const completion = await completions.create({ model, messages: conversation, tools: [weatherTool] });
    assert.ok(completion.choices[0].message.content);
  },

  async jsonSchema() {
    const json_schema = { name: "place", strict: true, schema: placeSchema };
    const response_format = { type: "json_schema", json_schema };
    const completion = await completions.create({ model, messages, response_format });
    const place = JSON.parse(completion.choices[0].message.content);
    assert.deepEqual(Object.keys(place).sort(), ["kind", "name"]);
    assert.ok(["harbour", "hill"].includes(place.kind));
  },

  async length() {
    const completion = await completions.create({ model, messages, max_completion_tokens: 3 });
    assert.equal(completion.choices[0].finish_reason, "length");
    assert.equal(completion.usage.completion_tokens, 3);
  },

  async models() {
    const listed = (await collect(await client.models.list())).map((listedModel) => listedModel.id);
    assert.ok(listed.includes(model), listed.join(", "));
  },

  async unknownModel() {
    await assert.rejects(completions.create({ model: "no-such-model", messages }), isUnknownModel);
  },

  async unknownModelStreamed() {
    await assert.rejects(completions.create({ model: "no-such-model", messages, stream: true }), isUnknownModel);
  },

  async invalidRequest() {
    const isBadRequest = (error) => error instanceof OpenAI.BadRequestError && Boolean(error.message);
    await assert.rejects(completions.create({ model, messages: [] }), isBadRequest);
  },

  async wrongKey() {
    const stranger = new OpenAI({ baseURL, apiKey: "not-a-key", maxRetries: 0 });
    const isRefused = (error) => error instanceof OpenAI.AuthenticationError && error.code === "invalid_api_key";
    await assert.rejects(stranger.chat.completions.create({ model, messages }), isRefused);
  },
};

if (failingRoute) {
  cases.failingRoute = async () => {
    const isServersFault = (error) => error instanceof OpenAI.InternalServerError && Boolean(error.error?.message);
    await assert.rejects(completions.create({ model: failingRoute, messages }), isServersFault);
  };
}

// A stream that begins and breaks must reject, both read by hand and by the SDK's helper.
for (const route of routesOf("FINGERPOST_BREAKING_ROUTES")) {
  cases[`breaks ${route}`] = async () => {
    const isApiError = (error) => error instanceof OpenAI.APIError && Boolean(error.message);
    const byHand = async () => collect(await completions.create({ model: route, messages, stream: true }));
    await assert.rejects(byHand, isApiError);
    await assert.rejects(completions.stream({ model: route, messages }).finalContent(), OpenAI.OpenAIError);
  };
}

// A stream behind which something went wrong is whole for the SDK.
for (const route of routesOf("FINGERPOST_WHOLE_ROUTES")) {
  cases[`whole ${route}`] = async () => {
    const chunks = await collect(await completions.create({ model: route, messages, stream: true }));
    const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("");
    assert.equal(text, "one two three");
    assert.equal(new Set(chunks.map((chunk) => chunk.id)).size, 1);
    assert.equal(await completions.stream({ model: route, messages }).finalContent(), "one two three");
  };
}

function isUnknownModel(error) {
  return (error instanceof OpenAI.NotFoundError || error instanceof OpenAI.BadRequestError) && Boolean(error.code);
}

let failed = 0;
for (const [name, run] of Object.entries(cases)) {
  try {
    await run();
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}`);
    console.error(error);
  }
}
const passed = Object.keys(cases).length - failed;
console.log(`${passed} passed${failed ? `, ${failed} failed` : ""}`);
process.exitCode = failed ? 1 : 0;
