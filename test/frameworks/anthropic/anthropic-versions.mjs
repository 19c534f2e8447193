// Each version of the Anthropic SDK does the same under the instrumentation; prints what was recorded.
import { createRequire } from "node:module";
import { traceTools } from "otel-agent-actions";
import { AnthropicInstrumentation } from "otel-agent-actions/instrumentations/anthropic";
import { answering, recorded } from "./recorded.mjs";

const require = createRequire(import.meta.url);

const ok = { type: "message", role: "assistant", id: "msg", model: "mock" };
const answer = (stop_reason, content) => ({
  ...ok,
  content,
  stop_reason,
  usage: { input_tokens: 10, output_tokens: 5 },
});
const use = (id, name, input) => ({ type: "tool_use", id, name, input });
const done = () => answer("end_turn", [{ type: "text", text: "done" }]);

const add = {
  type: "custom",
  name: "add",
  description: "Adds",
  input_schema: { type: "object" },
  parse(input) {
    if (typeof input.a !== "number") throw new TypeError("a is no number");
    return input;
  },
  run: ({ a, b }) => String(a + b),
};
const charge = {
  type: "custom",
  name: "charge",
  description: "Charges",
  input_schema: { type: "object" },
  run: async ({ card }) => {
    throw new TypeError(`card declined: ${card}`);
  },
};

const WORK = () => [
  answer("tool_use", [
    use("toolu_1", "add", { a: 1, b: 2 }),
    use("toolu_2", "charge", { card: "4000" }),
    use("toolu_3", "add", { a: 3, b: 4 }),
  ]),
  answer("tool_use", [use("toolu_4", "erase", { all: true }), use("toolu_5", "add", { a: "one" })]),
  done(),
];
const messages = [{ role: "user", content: "go" }];
const body = { model: "claude", max_tokens: 10, messages };

const events = (...list) =>
  list.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("");
const streamed = ({ content: [block], ...message }, delta) =>
  events(
    {
      type: "message_start",
      message: { ...message, content: [], stop_reason: null, usage: { input_tokens: 10, output_tokens: 1 } },
    },
    {
      type: "content_block_start",
      index: 0,
      content_block: block.type === "text" ? { ...block, text: "" } : { ...block, input: {} },
    },
    { type: "content_block_delta", index: 0, delta },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: message.stop_reason }, usage: { output_tokens: 5 } },
    { type: "message_stop" },
  );

const scenarios = {
  async awaited({ client }) {
    const final = await client(WORK()).beta.messages.toolRunner({ ...body, tools: [add, charge] });
    return final.content[0].text;
  },
  async iterated({ client }) {
    const runner = client(WORK()).beta.messages.toolRunner({ ...body, tools: traceTools([add, charge]) });
    const reasons = [];
    for await (const message of runner) {
      reasons.push(message.stop_reason);
      if (reasons.length === 2) break;
    }
    return reasons;
  },
  async streaming({ client }) {
    const asks = streamed(answer("tool_use", [use("toolu_1", "add", {})]), {
      type: "input_json_delta",
      partial_json: '{"a":1,"b":2}',
    });
    const ends = streamed(done(), { type: "text_delta", text: "done" });
    const runner = client([asks, ends]).beta.messages.toolRunner({ ...body, stream: true, tools: [add] });
    const texts = [];
    for await (const stream of runner) texts.push((await stream.finalMessage()).content[0].type);
    return texts;
  },
  async failing({ client }) {
    const runner = client([new Error("no credit")]).beta.messages.toolRunner({ ...body, tools: [add] });
    return await runner.runUntilDone().catch((error) => error.status);
  },
  async hidden({ client, instrumentation }) {
    instrumentation.setConfig({ captureContent: false });
    const final = await client(WORK()).beta.messages.toolRunner({ ...body, tools: [add, charge] });
    instrumentation.setConfig({});
    return final.content[0].text;
  },
  async disabled({ client, instrumentation }) {
    instrumentation.disable();
    const final = await client(WORK()).beta.messages.toolRunner({ ...body, tools: [add, charge] });
    return final.content[0].text;
  },
};

const all = {};
for (const [title, name, options] of [
  ["0.68", "@anthropic-ai/sdk-0-68", {}],
  ["0.133", "@anthropic-ai/sdk-0-133", {}],
  ["1.12", "@anthropic-ai/sdk", { openTelemetry: false }],
  ["1.12 with its own spans", "@anthropic-ai/sdk", {}],
]) {
  const instrumentation = new AnthropicInstrumentation();
  const [{ patch }] = instrumentation.getModuleDefinitions();
  const sdk = require(name);
  patch(sdk, "1.0.0");
  const client = (answers) =>
    new sdk.Anthropic({ apiKey: "none", fetch: answering(answers), maxRetries: 0, ...options });
  all[title] = {};
  for (const [scenario, run] of Object.entries(scenarios)) {
    const saw = await run({ client, instrumentation });
    all[title][scenario] = { saw, recorded: recorded() };
  }
}
console.log(JSON.stringify(all));
