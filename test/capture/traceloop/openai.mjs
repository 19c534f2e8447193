/** Calls of OpenAI's models against a server in this process: tools asked for, answered, streamed, and a server that is down. */
import { createServer } from "node:http";
import { OpenAIInstrumentation } from "@traceloop/instrumentation-openai";
import { OpenAIInstrumentation as OpenAIInstrumentation14 } from "@traceloop/instrumentation-openai-0-14";
import * as traceloop from "@traceloop/node-server-sdk";
import * as openai from "openai";
import { capture } from "./provider.mjs";

const usage = { prompt_tokens: 11, completion_tokens: 4, total_tokens: 15 };
const reply = (message, finish_reason) => ({
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1,
  model: "gpt-mock-1",
  choices: [{ index: 0, message: { role: "assistant", content: null, ...message }, finish_reason }],
  usage,
});
const call = (id, name, args) => ({
  id,
  type: "function",
  function: { name, arguments: JSON.stringify(args) },
});
const replies = [
  [
    200,
    reply(
      {
        tool_calls: [
          call("call_1", "get_weather", { city: "Paris" }),
          call("call_2", "charge", { amount: 3 }),
        ],
      },
      "tool_calls",
    ),
  ],
  [200, reply({ content: "sorry" }, "stop")],
  [500, { error: { message: "upstream overloaded", type: "server_error" } }],
];
const server = createServer((_request, response) => {
  const [status, body] = replies.shift();
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
});
await new Promise((done) => server.listen(0, "127.0.0.1", done));

async function run() {
  const client = new openai.default({
    apiKey: "none",
    baseURL: `http://127.0.0.1:${server.address().port}`,
    maxRetries: 0,
  });
  const tools = ["get_weather", "charge"].map((name) => ({
    type: "function",
    function: { name, parameters: { type: "object" } },
  }));
  const asked = [{ role: "user", content: "weather?" }];
  const { choices } = await client.chat.completions.create({ model: "gpt-mock", messages: asked, tools });
  const answers = [
    { role: "tool", tool_call_id: "call_1", content: '{"tempC":21}' },
    { role: "tool", tool_call_id: "call_2", content: "Error: card declined: 4000" },
  ];
  await client.chat.completions.create({
    model: "gpt-mock",
    messages: [...asked, choices[0].message, ...answers],
    tools,
  });
  await client.chat.completions.create({ model: "gpt-mock", messages: asked }).catch(() => {});
}

async function captureWith(Instrumentation, name, library) {
  const instrumentation = new Instrumentation();
  const before = { ...openai.OpenAI.Chat.Completions.prototype };
  instrumentation.manuallyInstrument(openai.OpenAI);
  const libraries = [library, "openai"];
  await capture(name, { traceloop, libraries }, (provider) => {
    instrumentation.setTracerProvider(provider);
    return traceloop.withAgent({ name: "support_agent" }, run);
  });
  Object.assign(openai.OpenAI.Chat.Completions.prototype, before);
}

const scripted = [...replies];
const which = process.argv[2] ?? "both";
if (which !== "0.14")
  await captureWith(OpenAIInstrumentation, "traceloop-openai", "@traceloop/instrumentation-openai");
replies.splice(0, replies.length, ...scripted);
if (which !== "0.27")
  await captureWith(
    OpenAIInstrumentation14,
    "traceloop-openai-0.14",
    "@traceloop/instrumentation-openai-0-14",
  );
process.exit(0);
