/**
 * VoltAgent's own spans: the shop as a supervisor with a sub-agent, an approval that is asked for, a tool that breaks, a run that is
 * aborted, a model that is down, a workflow.
 */
import { Agent, createTool, createWorkflowChain, VoltAgentObservability } from "@voltagent/core";
import { MockLanguageModelV3, simulateReadableStream } from "ai/test";
import { z } from "zod";
import { SpanRecorder } from "../span-recorder.mjs";
import { writeOtlp } from "../write-otlp.mjs";

const recorder = new SpanRecorder();
const observability = new VoltAgentObservability({ serviceName: "shop-app", spanProcessors: [recorder] });

const USAGE = {
  inputTokens: { total: 10, noCache: 10, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 5, text: 5, reasoning: 0 },
};

/** A model that gives these answers in turn: a text, a list of calls, or an error. */
function model(modelId, answers) {
  const rest = [...answers];
  const next = () => {
    const answer = rest.shift() ?? "done";
    if (answer instanceof Error) throw answer;
    const content =
      typeof answer === "string"
        ? [{ type: "text", text: answer }]
        : answer.map(([toolCallId, toolName, input]) => ({
            type: "tool-call",
            toolCallId,
            toolName,
            input: JSON.stringify(input),
          }));
    const unified = typeof answer === "string" ? "stop" : "tool-calls";
    return { content, finishReason: { unified, raw: undefined }, usage: USAGE, warnings: [] };
  };
  return new MockLanguageModelV3({
    provider: "mock-provider",
    modelId,
    doGenerate: async () => next(),
    doStream: async () => {
      const { content, finishReason, usage } = next();
      const parts = content.flatMap((part) =>
        part.type === "text"
          ? [
              { type: "text-start", id: "t" },
              { type: "text-delta", id: "t", delta: part.text },
              { type: "text-end", id: "t" },
            ]
          : [part],
      );
      const chunks = [
        { type: "stream-start", warnings: [] },
        ...parts,
        { type: "finish", finishReason, usage },
      ];
      return { stream: simulateReadableStream({ chunks }) };
    },
  });
}

const tool = (name, parameters, execute, more = {}) =>
  createTool({ name, description: name, parameters, execute, ...more });
const city = z.object({ city: z.string() });
const getWeather = tool("get_weather", city, async (input) => ({ city: input.city, tempC: 21 }));
const charge = tool("charge", z.object({ amount: z.number() }), async () => {
  throw new TypeError("card declined: 4000");
});
const refund = tool("refund", z.object({ order: z.number() }), async () => ({
  success: false,
  error: "no such order",
}));
const lookup = tool("lookup", z.object({ key: z.string() }), async ({ key }) => `value of ${key}`);
const planTrip = tool("plan_trip", city, async (input, options) => ({
  city: input.city,
  weather: await getWeather.execute(input, options),
}));
const pay = tool("pay", z.object({ amount: z.number() }), async ({ amount }) => `paid ${amount}`, {
  needsApproval: true,
});

const agent = (name, answers, tools = [], more = {}) =>
  new Agent({
    id: name,
    name,
    instructions: `You are ${name}.`,
    model: model(name, answers),
    tools,
    observability,
    maxSteps: 12,
    maxRetries: 0,
    ...more,
  });
const attempt = async (running) => {
  try {
    console.log(String((await running).text).slice(0, 100));
  } catch (error) {
    console.log(String(error).slice(0, 200));
  }
};

const billing = agent("billing", [[["call_lookup", "lookup", { key: "k1" }]], "refunded"], [lookup]);
const support = agent(
  "support",
  [
    [["call_paris", "get_weather", { city: "Paris" }]],
    [
      ["call_rome_1", "get_weather", { city: "Rome" }],
      ["call_rome_2", "get_weather", { city: "Rome" }],
    ],
    [["call_charge", "charge", { amount: 3 }]],
    [["call_refund", "refund", { order: 9 }]],
    [["call_unknown", "no_such_tool", { x: 1 }]],
    [["call_args", "get_weather", { town: "Oslo" }]],
    [["call_trip", "plan_trip", { city: "Lima" }]],
    [["call_handoff", "delegate_task", { task: "refund order 9", targetAgents: ["billing"] }]],
    "all done",
  ],
  [getWeather, charge, refund, planTrip],
  { subAgents: [billing] },
);
await attempt(support.generateText("help Ada", { userId: "ada", conversationId: "talk-1" }));

const payer = agent("payer", [[["call_pay", "pay", { amount: 9 }]], "not paid"], [pay]);
await attempt(payer.generateText("pay", { conversationId: "talk-2" }));

const controller = new AbortController();
const wait = tool("wait", z.object({ minutes: z.number() }), async () => {
  controller.abort();
  controller.signal.throwIfAborted();
});
const slow = agent("slow", [[["call_wait", "wait", { minutes: 60 }]], "done"], [wait]);
await attempt(slow.generateText("wait", { abortController: controller, conversationId: "talk-3" }));

await attempt(agent("broken", [new Error("503 upstream overloaded")]).generateText("hello"));

const workflow = createWorkflowChain({
  id: "refunds",
  name: "refunds",
  input: z.object({ order: z.number() }),
  result: z.any(),
  observability,
})
  .andThen({ id: "find", execute: async ({ data }) => ({ order: data.order, found: true }) })
  .andThen({
    id: "decide",
    execute: async () => {
      throw new TypeError("nobody may decide");
    },
  });
const { status } = await workflow.run({ order: 9 }).catch((error) => ({ status: String(error) }));
console.log(status);

await observability.forceFlush();
writeOtlp(`${process.env.CAPTURE_FOLDER}/pending/voltagent-own.otlp.json`, recorder, {
  replace: [
    [/("doubleValue":)[\d.e-]+/g, "$10.5"],
    [/(\\"id\\":\\")[A-Za-z0-9]{16}(?=\\")/g, "$1m1"],
  ],
  manifest: { dialect: "voltagent", libraries: ["@voltagent/core", "ai"] },
});
process.exit(0);
