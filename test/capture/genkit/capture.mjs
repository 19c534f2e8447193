/**
 * Genkit's own spans: the shop as flows, an agent that is a tool, a person's no to a tool that asks first, a tool that breaks, a tool that is not there, arguments that do not fit, a
 * run that is aborted, a model that is down.
 */
process.env.GENKIT_ENV = "prod";

import { genkit, z } from "genkit/beta";
import { enableTelemetry } from "genkit/tracing";
import { SpanRecorder } from "../span-recorder.mjs";
import { writeOtlp } from "../write-otlp.mjs";

const recorder = new SpanRecorder();
await enableTelemetry({ serviceName: "shop-app", spanProcessors: [recorder] });
const ai = genkit({});

/** A model that gives these answers in turn: a text, a list of calls, or an error. */
function model(name, answers) {
  const rest = [...answers];
  return ai.defineModel({ name: `mock/${name}`, supports: { tools: true, multiturn: true } }, async () => {
    const answer = rest.shift();
    if (answer instanceof Error) throw answer;
    const content =
      typeof answer === "string"
        ? [{ text: answer }]
        : answer.map(([ref, tool, input]) => ({ toolRequest: { ref, name: tool, input } }));
    return {
      message: { role: "model", content },
      finishReason: "stop",
      usage: { inputTokens: 10, outputTokens: 5 },
    };
  });
}

const tool = (name, inputSchema, run) => ai.defineTool({ name, description: name, inputSchema }, run);
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
const planTrip = tool("plan_trip", city, async (input) => ({
  city: input.city,
  weather: await getWeather(input),
}));
const pay = tool("pay", z.object({ amount: z.number() }), async ({ amount }, { interrupt, resumed }) => {
  if (!resumed) interrupt({ ask: `pay ${amount}?` });
  return resumed.approved ? `paid ${amount}` : "refused";
});

ai.definePrompt({
  name: "billing",
  description: "refunds",
  model: model("billing", [[["call_lookup", "lookup", { key: "k1" }]], "refunded"]),
  tools: [lookup],
  input: { schema: z.object({ task: z.string() }) },
  prompt: "{{task}}",
});

const flow = (name, run) => ai.defineFlow({ name, inputSchema: z.string(), outputSchema: z.any() }, run);
const attempt = async (running) => {
  try {
    console.log(await running);
  } catch (error) {
    console.log(String(error).slice(0, 200));
  }
};

const supportModel = model("support", [
  [["call_paris", "get_weather", { city: "Paris" }]],
  [
    ["call_rome_1", "get_weather", { city: "Rome" }],
    ["call_rome_2", "get_weather", { city: "Rome" }],
  ],
  [["call_refund", "refund", { order: 9 }]],
  [["call_trip", "plan_trip", { city: "Lima" }]],
  [["call_handoff", "billing", { task: "refund order 9" }]],
  "refunded",
]);
const support = flow("support", async (prompt) => {
  const tools = [getWeather, refund, planTrip, ai.prompt("billing")];
  return (await ai.generate({ model: supportModel, prompt, tools, maxTurns: 9 })).text;
});
await attempt(support("help Ada"));

const once = (name, call, tools) => {
  const asked = model(name, [[call], "done"]);
  return flow(name, async (prompt) => (await ai.generate({ model: asked, prompt, tools })).text);
};
await attempt(once("failing", ["call_charge", "charge", { amount: 3 }], [charge])("charge"));
await attempt(once("lost", ["call_unknown", "no_such_tool", { x: 1 }], [getWeather])("hello"));
await attempt(once("careless", ["call_args", "get_weather", { town: "Oslo" }], [getWeather])("hello"));

const payModel = model("payer", [[["call_pay", "pay", { amount: 9 }]], "not paid"]);
const payer = flow("payer", async (prompt) => {
  const asked = await ai.generate({ model: payModel, prompt, tools: [pay] });
  const restart = pay.restart(asked.interrupts[0], { approved: false });
  const { messages } = asked;
  return (await ai.generate({ model: payModel, messages, tools: [pay], resume: { restart: [restart] } }))
    .text;
});
await attempt(payer("pay"));

const controller = new AbortController();
const wait = tool("wait", z.object({ minutes: z.number() }), async () => {
  controller.abort();
  controller.signal.throwIfAborted();
});
const slowModel = model("slow", [[["call_wait", "wait", { minutes: 60 }]], "done"]);
const slow = flow("slow", async (prompt) => {
  return (await ai.generate({ model: slowModel, prompt, tools: [wait], abortSignal: controller.signal }))
    .text;
});
await attempt(slow("wait"));

const downModel = model("broken", [new Error("503 upstream overloaded")]);
await attempt(flow("broken", async (prompt) => (await ai.generate({ model: downModel, prompt })).text)("hi"));

writeOtlp(`${process.env.CAPTURE_FOLDER}/pending/genkit-own.otlp.json`, recorder, {
  replace: [[/(latencyMs\\*":)[\d.e-]+/g, "$10.5"]],
  manifest: { dialect: "genkit", libraries: ["genkit"] },
});
process.exit(0);
