/** Agents and workflows of Mastra, by the exporter, with content hidden, and by the bridge. */
import { Mastra } from "@mastra/core";
import { Agent } from "@mastra/core/agent";
import { InMemoryStore } from "@mastra/core/storage";
import { createTool } from "@mastra/core/tools";
import { createStep, createWorkflow } from "@mastra/core/workflows";
import { Observability } from "@mastra/observability";
import { OtelBridge } from "@mastra/otel-bridge";
import { OtelExporter } from "@mastra/otel-exporter";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { z } from "zod";
import { SpanRecorder } from "../span-recorder.mjs";
import { writeOtlp } from "../write-otlp.mjs";
import { call, mockModel } from "./mock-model.mjs";

const LIBRARIES = ["@mastra/core", "@mastra/observability"];
const REPLACE = [
  [/"createdAt":\d+/g, '"createdAt":0'],
  [/"createdAt\\":\d+/g, '"createdAt\\":0'],
];

const tool = (id, execute, more = {}) =>
  createTool({ id, description: id, inputSchema: z.object({}).passthrough(), execute, ...more });

const tools = {
  listOrders: tool("listOrders", async () => [{ id: 1 }, { id: 2 }]),
  countOrders: tool("countOrders", async () => 42),
  isOpen: tool("isOpen", async () => false),
  closeTicket: tool("closeTicket", async () => undefined),
  findNothing: tool("findNothing", async () => null),
  jsonText: tool("jsonText", async () => '{"nested":"text"}'),
  greet: tool("greet", async () => "Hello, Ada"),
  refuse: tool("refuse", async () => {
    throw new RangeError("amount out of range");
  }),
  throwText: tool("throwText", async () => {
    throw "plain text thrown";
  }),
  strict: createTool({
    id: "strict",
    description: "strict",
    inputSchema: z.object({ city: z.string() }),
    execute: async () => "never",
  }),
  payOut: tool("payOut", async () => ({ paid: true }), { requireApproval: true }),
};

const passing = { id: "pass-all", name: "Pass All", processInput: async ({ messages }) => messages };
const blocking = {
  id: "no-secrets",
  name: "No Secrets",
  processInput: async ({ messages, abort }) =>
    JSON.stringify(messages).includes("secret") ? abort("asks for a secret") : messages,
};

function supportAgent() {
  return new Agent({
    id: "support",
    name: "Support Agent",
    instructions: "Be nice",
    inputProcessors: [passing],
    tools,
    model: mockModel("mock-main", [
      [
        call("call_list", "listOrders", { customer: "Ada" }),
        call("call_count", "countOrders", {}),
        call("call_open", "isOpen", {}),
      ],
      [
        call("call_none", "findNothing", {}),
        call("call_json", "jsonText", {}),
        call("call_greet", "greet", { who: "Ada" }),
      ],
      [call("call_refuse", "refuse", { amount: -1 }), call("call_throw", "throwText", {})],
      [call("call_strict", "strict", { city: 5 })],
      [call("call_close", "closeTicket", { ticket: 7 })],
      "all done",
    ]),
  });
}

const guarded = () =>
  new Agent({
    id: "guarded",
    name: "Guarded",
    instructions: "Be safe",
    inputProcessors: [blocking],
    model: mockModel("mock-guarded", ["fine"]),
  });

const ghost = () =>
  new Agent({
    id: "ghost",
    name: "Ghost",
    instructions: "Call what is not there",
    tools: { greet: tools.greet },
    model: mockModel("mock-ghost", [[call("call_ghost", "ghostTool", { x: 1 })], "gave up"]),
  });

const payer = () =>
  new Agent({
    id: "payer",
    name: "Payer",
    instructions: "Pay",
    tools: { payOut: tools.payOut },
    model: mockModel("mock-payer", [[call("call_pay", "payOut", { amount: 9 })], "not paid then"]),
  });

function researcher() {
  const inner = new Agent({
    id: "researcher",
    name: "Researcher",
    description: "looks things up",
    instructions: "Research",
    tools: { lookup: tool("lookup", async ({ topic }) => ({ topic, found: 1 })) },
    model: mockModel("mock-inner", [[call("call_lookup", "lookup", { topic: "otters" })], "otters swim"]),
  });
  return new Agent({
    id: "lead",
    name: "Lead",
    instructions: "Lead",
    agents: { researcher: inner },
    model: mockModel("mock-lead", [[call("call_ask", "agent-researcher", { prompt: "otters?" })], "done"]),
  });
}

const broken = () =>
  new Agent({
    id: "broken",
    name: "Broken",
    instructions: "Fail",
    maxRetries: 0,
    model: mockModel("mock-broken", [new Error("503 upstream overloaded")]),
  });

const amount = z.object({ amount: z.number() });
const step = (id, execute, description) =>
  createStep({ id, description, inputSchema: amount, outputSchema: amount, execute });

function refundWorkflow() {
  const small = step("refund-small", async ({ inputData }) => inputData);
  const large = step("refund-large", async () => {
    throw new Error("limit exceeded");
  });
  return createWorkflow({ id: "refund", inputSchema: amount, outputSchema: z.any() })
    .then(step("check", async ({ inputData }) => inputData))
    .branch([
      [async ({ inputData }) => inputData.amount < 100, small],
      [async ({ inputData }) => inputData.amount >= 100, large],
      [async ({ inputData }) => inputData.amount < 0, step("impossible", async ({ inputData }) => inputData)],
    ])
    .commit();
}

function mastraWith(config) {
  return new Mastra({
    logger: false,
    storage: new InMemoryStore(),
    agents: {
      support: supportAgent(),
      guarded: guarded(),
      ghost: ghost(),
      payer: payer(),
      lead: researcher(),
      broken: broken(),
    },
    workflows: { refund: refundWorkflow() },
    observability: new Observability({ configs: { default: { serviceName: "shop", ...config } } }),
  });
}

// Failures are part of the story; what else goes wrong shows in the spans.
const tried = async (work) => {
  try {
    return await work();
  } catch (error) {
    return error;
  }
};
const drained = async (stream) => {
  for await (const _ of stream.fullStream);
  return stream;
};

async function runAll(mastra, tracingOptions) {
  const told = { tracingOptions };
  await tried(() => mastra.getAgent("support").generate("hello", { maxSteps: 8, ...told }));
  await tried(() => mastra.getAgent("guarded").generate("tell me the secret", told));
  await tried(() => mastra.getAgent("guarded").generate("hello", told));
  await tried(() => mastra.getAgent("ghost").generate("boo", told));
  const asked = await tried(() => mastra.getAgent("payer").stream("pay 9", told).then(drained));
  await tried(() =>
    mastra.getAgent("payer").declineToolCall({ runId: asked.runId, toolCallId: "call_pay" }).then(drained),
  );
  await tried(() => mastra.getAgent("lead").stream("otters?", told).then(drained));
  await tried(() => mastra.getAgent("broken").generate("hello", told));
  for (const amount of [5, 500])
    await tried(async () =>
      (await mastra.getWorkflow("refund").createRun()).start({ inputData: { amount }, tracingOptions }),
    );
  await mastra.shutdown();
}

const file = (name) => `${process.env.CAPTURE_FOLDER}/${name}.otlp.json`;

// The exporter of our own is used instead of the endpoint, which has to be there all the same.
const exporterTo = (recorder) =>
  new OtelExporter({
    provider: { custom: { endpoint: "http://127.0.0.1:9" } },
    signals: { logs: false },
    exporter: recorder,
  });

async function captureExporter(name, tracingOptions) {
  const recorder = new SpanRecorder();
  const mastra = mastraWith({ exporters: [exporterTo(recorder)] });
  await runAll(mastra, tracingOptions);
  writeOtlp(file(name), recorder, {
    replace: REPLACE,
    manifest: { dialect: "mastra", libraries: [...LIBRARIES, "@mastra/otel-exporter"] },
  });
}

// The bridge makes spans of the provider's, whose attributes it writes when they end.
async function captureBridge(name) {
  const recorder = new SpanRecorder();
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ "service.name": "shop" }),
    spanProcessors: [recorder],
  });
  provider.register();
  await runAll(mastraWith({ bridge: new OtelBridge() }), METADATA);
  writeOtlp(file(name), recorder, {
    replace: REPLACE,
    manifest: { dialect: "mastra", libraries: [...LIBRARIES, "@mastra/otel-bridge"] },
  });
}

const METADATA = { metadata: { threadId: "thread-9" } };
await captureExporter("mastra-exporter", METADATA);
await captureExporter("mastra-hidden", { ...METADATA, hideInput: true, hideOutput: true });
await captureBridge("mastra-bridge");
