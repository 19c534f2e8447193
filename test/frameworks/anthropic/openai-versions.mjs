// Each version of the OpenAI SDK does the same under the instrumentation; prints what was recorded.
import { createRequire } from "node:module";
import { traceTools } from "otel-agent-actions";
import { OpenAiInstrumentation } from "otel-agent-actions/instrumentations/openai";
import { answering, recorded } from "./recorded.mjs";

const require = createRequire(import.meta.url);

const completion = (message, finish_reason) => ({
  id: "c",
  object: "chat.completion",
  created: 1,
  model: "mock",
  usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  choices: [{ index: 0, message: { role: "assistant", content: null, ...message }, finish_reason }],
});
const asks = (...calls) =>
  completion(
    {
      tool_calls: calls.map(([id, name, args]) => ({
        id,
        type: "function",
        function: { name, arguments: JSON.stringify(args) },
      })),
    },
    "tool_calls",
  );
const done = () => completion({ content: "done" }, "stop");

const parse = (json) => {
  const input = JSON.parse(json);
  if (typeof input.a !== "number") throw new TypeError("a is no number");
  return input;
};
const add = {
  type: "function",
  function: { name: "add", parameters: {}, parse, function: ({ a, b }) => a + b },
};
const charge = {
  type: "function",
  function: {
    name: "charge",
    parameters: {},
    function: async (json) => {
      throw new TypeError(`card declined: ${JSON.parse(json).card}`);
    },
  },
};

const body = { model: "gpt", messages: [{ role: "user", content: "go" }], tools: [add, charge] };
const WORK = () => [
  asks(["call_1", "add", { a: 1, b: 2 }], ["call_2", "add", { a: 3, b: 4 }]),
  asks(["call_3", "erase", { all: true }], ["call_4", "add", { a: "one" }]),
  done(),
];

const scenarios = {
  async awaited({ run }) {
    return await run(WORK(), body).finalContent();
  },
  async throwing({ run }) {
    return await run([asks(["call_1", "charge", { card: "4000" }])], body)
      .done()
      .catch((error) => error.message);
  },
  async failing({ run }) {
    return await run([new Error("no credit")], body)
      .done()
      .catch((error) => error.status);
  },
  async unhandled({ run }) {
    const seen = new Promise((resolve) => process.once("unhandledRejection", resolve));
    run([new Error("no credit")], body);
    return (await seen).status;
  },
  async traced({ run }) {
    return await run([asks(["call_1", "add", { a: 1, b: 2 }]), done()], {
      ...body,
      tools: traceTools([add]),
    }).finalContent();
  },
  async streaming({ run }) {
    const chunk = (delta, finish_reason) =>
      `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "mock", choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
    const call = {
      index: 0,
      id: "call_1",
      type: "function",
      function: { name: "add", arguments: '{"a":1,"b":2}' },
    };
    const turns = [
      chunk({ role: "assistant", tool_calls: [call] }, "tool_calls"),
      chunk({ role: "assistant", content: "done" }, "stop"),
    ];
    return await run(
      turns.map((turn) => `${turn}data: [DONE]\n\n`),
      { ...body, stream: true },
    ).finalContent();
  },
  async disabled({ run, instrumentation }) {
    instrumentation.disable();
    return await run(WORK(), body).finalContent();
  },
};

const all = {};
for (const [version, name] of [
  ["4", "openai-4"],
  ["5", "openai-5"],
  ["6", "openai-6"],
  ["7", "openai"],
]) {
  const instrumentation = new OpenAiInstrumentation();
  const [{ patch }] = instrumentation.getModuleDefinitions();
  const sdk = require(name);
  patch(sdk, `${version === "4" ? "4.104" : `${version}.0`}.0`);
  const run = (answers, params) => {
    const client = new sdk.OpenAI({ apiKey: "none", fetch: answering(answers), maxRetries: 0 });
    return (version === "4" ? client.beta : client).chat.completions.runTools(params);
  };
  all[version] = {};
  for (const [scenario, play] of Object.entries(scenarios)) {
    const saw = await play({ run, instrumentation });
    all[version][scenario] = { saw, recorded: recorded() };
  }
}
console.log(JSON.stringify(all));
