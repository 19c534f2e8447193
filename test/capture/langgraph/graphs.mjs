import { dirname } from "node:path";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import {
  Command,
  END,
  interrupt,
  MemorySaver,
  MessagesAnnotation,
  START,
  StateGraph,
} from "@langchain/langgraph";
import { ToolNode, toolsCondition } from "@langchain/langgraph/prebuilt";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { z } from "zod";
import { SpanRecorder } from "../span-recorder.mjs";
import { writeOtlp } from "../write-otlp.mjs";

/** A model that gives these answers in turn: a text, a list of calls, or an error. */
class ScriptedModel extends BaseChatModel {
  constructor(modelName, answers) {
    super({ maxRetries: 0 });
    this.modelName = modelName;
    this.answers = [...answers];
  }

  _llmType() {
    return "scripted";
  }

  bindTools() {
    return this;
  }

  invocationParams() {
    return { model: this.modelName };
  }

  async _generate() {
    const answer = this.answers.shift();
    if (answer instanceof Error) throw answer;
    const calls = typeof answer === "string" ? [] : answer;
    const message = new AIMessage({
      content: typeof answer === "string" ? answer : "",
      tool_calls: calls.map(([id, name, args]) => ({ id, name, args, type: "tool_call" })),
      usage_metadata: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
    });
    return { generations: [{ text: String(message.content), message }], llmOutput: {} };
  }
}

const made = (name, schema, run) => tool(run, { name, description: name, schema: z.object(schema) });
const getWeather = made("get_weather", { city: z.string() }, async ({ city }) => ({ city, tempC: 21 }));
const charge = made("charge", { amount: z.number() }, async () => {
  throw new TypeError("card declined: 4000");
});
const refund = made("refund", { order: z.number() }, async () => ({
  success: false,
  error: "no such order",
}));
const lookup = made("lookup", { key: z.string() }, async ({ key }) => `value of ${key}`);
const planTrip = made("plan_trip", { city: z.string() }, async ({ city }) => ({
  city,
  weather: await getWeather.invoke({ city }),
}));
const toBilling = made("to_billing", {}, async (_input, config) => {
  const tool_call_id = config.toolCall?.id ?? "call_handoff";
  return new Command({
    goto: "billing",
    update: { messages: [new ToolMessage({ content: "over to billing", tool_call_id })] },
  });
});
const pay = made("pay", { amount: z.number() }, async ({ amount }) =>
  interrupt({ ask: `pay ${amount}?` }) ? `paid ${amount}` : "refused",
);

const withTools = (graph, name, answers, tools, node) =>
  graph
    .addNode(name, async ({ messages }, config) => ({
      messages: [await answers.invoke(messages, config)],
    }))
    .addNode(node, new ToolNode(tools, { name: node, handleToolErrors: true }))
    .addConditionalEdges(name, toolsCondition, { tools: node, [END]: END });

function single(name, answers, tools, options = {}) {
  const graph = withTools(
    new StateGraph(MessagesAnnotation),
    name,
    new ScriptedModel(name, answers),
    tools,
    "tools",
  );
  return graph
    .addEdge(START, name)
    .addEdge("tools", name)
    .compile({ name: `${name}_graph`, ...options });
}

function shop(models) {
  let graph = new StateGraph(MessagesAnnotation);
  graph = withTools(
    graph,
    "support",
    models.support,
    [getWeather, charge, refund, planTrip, toBilling],
    "tools",
  );
  graph = withTools(graph, "billing", models.billing, [lookup], "billing_tools");
  return graph
    .addEdge(START, "support")
    .addConditionalEdges("tools", ({ messages }) =>
      messages.at(-1).content === "over to billing" ? END : "support",
    )
    .addEdge("billing_tools", "billing")
    .compile({ name: "shop" });
}

function both() {
  const graph = new StateGraph(MessagesAnnotation);
  for (const name of ["left", "right"]) {
    const calls = [[`call_${name}`, "get_weather", { city: "Bonn" }]];
    graph
      .addNode(`${name}_node`, single(name, [calls, `${name} done`], [getWeather]))
      .addEdge(START, `${name}_node`);
  }
  return graph.compile({ name: "both" });
}

const asks = (content) => ({ messages: [{ role: "user", content }] });

async function attempt(running) {
  try {
    console.log((await running).messages.at(-1).content);
  } catch (error) {
    console.log(String(error).slice(0, 200));
  }
}

async function runGraphs() {
  const thread = (thread_id) => ({ configurable: { thread_id } });
  const models = {
    support: new ScriptedModel("support", [
      [["call_paris", "get_weather", { city: "Paris" }]],
      [
        ["call_rome_1", "get_weather", { city: "Rome" }],
        ["call_rome_2", "get_weather", { city: "Rome" }],
      ],
      "done",
      [["call_charge", "charge", { amount: 3 }]],
      [["call_refund", "refund", { order: 9 }]],
      "done",
      [["call_unknown", "no_such_tool", { x: 1 }]],
      [["call_args", "get_weather", { town: "Oslo" }]],
      "done",
      [["call_trip", "plan_trip", { city: "Lima" }]],
      [["call_handoff", "to_billing", {}]],
    ]),
    billing: new ScriptedModel("billing", [[["call_lookup", "lookup", { key: "k1" }]], "refunded"]),
  };
  for (let run = 0; run < 4; run++) await attempt(shop(models).invoke(asks("help Ada"), thread("thread-1")));
  await attempt(both().invoke(asks("weather")));

  const answers = [[["call_pay", "pay", { amount: 9 }]], "not paid"];
  const payer = single("payer", answers, [pay], { checkpointer: new MemorySaver() });
  await attempt(payer.invoke(asks("pay"), thread("thread-2")));
  await attempt(payer.invoke(new Command({ resume: false }), thread("thread-2")));

  const controller = new AbortController();
  const wait = made("wait", { minutes: z.number() }, async () => {
    controller.abort(new Error("nobody waits"));
    controller.signal.throwIfAborted();
  });
  const slow = single("slow", [[["call_wait", "wait", { minutes: 60 }]], "done"], [wait]);
  await attempt(slow.invoke(asks("wait"), { signal: controller.signal }));

  await attempt(single("broken", [new Error("503 upstream overloaded")], [getWeather]).invoke(asks("hello")));
}

export async function captureGraphs(name, dialect, { library, instrument }) {
  const recorder = new SpanRecorder();
  const resource = resourceFromAttributes({ "service.name": "shop-app" });
  const provider = new NodeTracerProvider({ resource, spanProcessors: [recorder] });
  provider.register();
  instrument(provider);
  await runGraphs();
  await new Promise((resolve) => setTimeout(resolve, 100));
  writeOtlp(`${process.env.CAPTURE_FOLDER}/${name}.otlp.json`, recorder, {
    replace: [
      [process.cwd(), "/srv/app"],
      [dirname(process.cwd()), "/srv"],
      [/run-[0-9a-f]{8}-[0-9a-f-]{27}/g, "run-1"],
      [/"ts\\*":\\*"[^"\\]+/g, '"ts'],
    ],
    manifest: { dialect, libraries: [library, "@langchain/langgraph", "@langchain/core"] },
  });
}
