// Each version of the AI SDK does the same under the instrumentation; prints what was recorded, per version and scenario.
import { createRequire } from "node:module";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { traceTools } from "otel-agent-actions";
import { z } from "zod";
import { scripted } from "./model.mjs";
import { AiSdkInstrumentation } from "./node_modules/otel-agent-actions/dist/src/instrumentations/ai-sdk.js";

const exporter = new InMemorySpanExporter();
new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();

const require = createRequire(import.meta.url);
const VERSIONS = { 5: "ai-5", 6: "ai", 7: "ai-7" };

const toolsOf = ({ tool }) => ({
  add: tool({ inputSchema: z.object({ a: z.number(), b: z.number() }), execute: async ({ a, b }) => a + b }),
  charge: tool({
    inputSchema: z.object({ card: z.string() }),
    execute: async ({ card }) => {
      throw new TypeError(`card declined: ${card}`);
    },
  }),
  count: tool({
    inputSchema: z.object({ to: z.number() }),
    async *execute({ to }) {
      for (let n = 1; n <= to; n++) yield { n };
    },
  }),
});

const done = { text: "done" };
const WORK = [
  {
    calls: [
      ["add", { a: 1, b: 2 }],
      ["charge", { card: "4000" }],
    ],
  },
  {
    calls: [
      ["erase", { all: true }],
      ["add", { a: "one" }],
    ],
  },
  done,
];

const scenarios = {
  async generateText({ ai, version, tools }) {
    const model = scripted(version, WORK);
    const result = await ai.generateText({ model, tools, prompt: "go", stopWhen: ai.stepCountIs(5) });
    return result.text;
  },
  async streamText({ ai, version, tools }) {
    const model = scripted(version, [{ calls: [["count", { to: 3 }]] }, done]);
    const seen = [];
    const stream = ai.streamText({
      model,
      tools,
      prompt: "go",
      stopWhen: ai.stepCountIs(5),
      onFinish: (event) => seen.push(event.finishReason),
    });
    return [await stream.text, ...seen];
  },
  async agent({ ai, version, tools }) {
    const Agent = ai.ToolLoopAgent ?? ai.Experimental_Agent;
    const settings = { id: "adder", tools, stopWhen: ai.stepCountIs(5) };
    if (version === 5) settings.experimental_telemetry = { isEnabled: false, functionId: "adder" };
    const turns = [{ calls: [["add", { a: 2, b: 2 }]] }, done];
    const generated = await new Agent({ ...settings, model: scripted(version, turns) }).generate({
      prompt: "go",
    });
    const streamed = await new Agent({ ...settings, model: scripted(version, turns) }).stream({
      prompt: "go",
    });
    return [generated.text, await streamed.text];
  },
  async failingModel({ ai, version, tools }) {
    const turns = [{ fails: "out of quota" }];
    const options = { tools, prompt: "go", maxRetries: 0 };
    const rejected = await ai
      .generateText({ ...options, model: scripted(version, turns) })
      .catch((error) => error.name);
    const told = [];
    const stream = ai.streamText({
      ...options,
      model: scripted(version, turns),
      onError: ({ error }) => told.push(error.name),
    });
    await stream.consumeStream();
    return [rejected, ...told];
  },
  async ownTelemetry({ ai, version, tools }) {
    const telemetry = { isEnabled: true, ...(version === 7 && { integrations: [{}] }) };
    const model = scripted(version, [{ calls: [["add", { a: 1, b: 2 }]] }, done]);
    const options = { model, tools, prompt: "go", stopWhen: ai.stepCountIs(5) };
    return (
      await ai.generateText({
        ...options,
        [version === 7 ? "telemetry" : "experimental_telemetry"]: telemetry,
      })
    ).text;
  },
  async tracedByHand({ ai, version, tools }) {
    const model = scripted(version, [{ calls: [["add", { a: 1, b: 2 }]] }, done]);
    return (
      await ai.generateText({ model, tools: traceTools(tools), prompt: "go", stopWhen: ai.stepCountIs(5) })
    ).text;
  },
  async deniedApproval({ ai, version, tools }) {
    if (version === 5) return "has none";
    const pay = ai.tool({
      inputSchema: z.object({ to: z.string() }),
      needsApproval: true,
      execute: async () => "paid",
    });
    const model = scripted(version, [{ calls: [["pay", { to: "Bob" }]] }, done]);
    const options = { model, tools: { ...tools, pay }, stopWhen: ai.stepCountIs(3) };
    const messages = [{ role: "user", content: "pay Bob" }];
    const asking = await ai.generateText({ ...options, messages });
    const { approvalId } = asking.content.find((part) => part.type === "tool-approval-request");
    const denial = {
      role: "tool",
      content: [{ type: "tool-approval-response", approvalId, approved: false, reason: "no" }],
    };
    const rest = await ai.generateText({
      ...options,
      messages: [...messages, ...asking.response.messages, denial],
    });
    return rest.text;
  },
  async withoutTools({ ai, version }) {
    return (await ai.generateText({ model: scripted(version, [done]), prompt: "go" })).text;
  },
  async disabled({ ai, version, tools, instrumentation }) {
    instrumentation.disable();
    const model = scripted(version, [{ calls: [["add", { a: 1, b: 2 }]] }, done]);
    return (await ai.generateText({ model, tools, prompt: "go", stopWhen: ai.stepCountIs(5) })).text;
  },
};

const parsed = (text) => (text === undefined ? undefined : JSON.parse(text));
const idOf = (span) => span.spanContext().spanId;

function recorded() {
  const spans = exporter.getFinishedSpans().filter((span) => span.instrumentationScope.name !== "ai");
  exporter.reset();
  const byId = new Map(spans.map((span) => [idOf(span), span]));
  return spans.map((span) => ({
    name: span.name,
    in: byId.get(span.parentSpanContext?.spanId)?.name,
    agent: span.attributes["gen_ai.agent.name"],
    callId: span.attributes["gen_ai.tool.call.id"],
    arguments: parsed(span.attributes["gen_ai.tool.call.arguments"]),
    result: parsed(span.attributes["gen_ai.tool.call.result"]),
    model: span.attributes["gen_ai.request.model"],
    tokens: span.attributes["gen_ai.usage.input_tokens"] && [
      span.attributes["gen_ai.usage.input_tokens"],
      span.attributes["gen_ai.usage.output_tokens"],
    ],
    disposition: span.attributes["gen_ai.agent.tool.disposition"],
    errorType: span.attributes["error.type"],
    error: span.status.message,
  }));
}

const all = {};
for (const [version, name] of Object.entries(VERSIONS)) {
  const instrumentation = new AiSdkInstrumentation();
  const [{ patch }] = instrumentation.getModuleDefinitions();
  const loaded = version === "7" ? await import(name) : require(name);
  // Under its own name it goes through the hook of `require` by itself; patching what came through it changes nothing.
  const ai = patch(loaded, `${version}.0.0`) ?? loaded;
  const tools = toolsOf(ai);
  all[version] = {};
  for (const [scenario, run] of Object.entries(scenarios)) {
    const saw = await run({ ai, version: Number(version), tools, instrumentation });
    all[version][scenario] = { saw, recorded: recorded() };
  }
}
console.log(JSON.stringify(all));
