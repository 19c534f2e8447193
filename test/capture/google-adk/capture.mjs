/** Agents of Google's Agent Development Kit for JavaScript, with content on spans and without. */
import { AgentTool, BaseLlm, FunctionTool, InMemoryRunner, LlmAgent } from "@google/adk";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { z } from "zod";
import { SpanRecorder } from "../span-recorder.mjs";
import { writeOtlp } from "../write-otlp.mjs";

/** A model that answers from a script: texts, lists of calls, or an error to throw. */
class ScriptedLlm extends BaseLlm {
  #answers;
  constructor(model, answers) {
    super({ model });
    this.#answers = [...answers];
  }

  async *generateContentAsync() {
    const answer = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
    if (answer instanceof Error) throw answer;
    const parts =
      typeof answer === "string" ? [{ text: answer }] : answer.map((functionCall) => ({ functionCall }));
    yield {
      content: { role: "model", parts },
      finishReason: "STOP",
      usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5 },
    };
  }

  async connect() {
    throw new Error("not live");
  }
}

const call = (id, name, args) => ({ id, name, args });
const tool = (name, execute, more = {}) =>
  new FunctionTool({ name, description: name, parameters: z.object({}).passthrough(), execute, ...more });

const tools = () => [
  tool("get_weather", async ({ city }) => ({ city, tempC: 21 })),
  tool("list_orders", async () => [{ id: 1 }, { id: 2 }]),
  tool("count", async () => 42),
  tool("greet", async () => "Hello, Ada"),
  tool("nothing", async () => undefined),
  tool("soft", async () => ({ error: "no such order" })),
  tool("mcp_like", async () => ({ content: [{ type: "text", text: '{"pods":3}' }], isError: false })),
];

const agent = (name, answers, more = {}) =>
  new LlmAgent({
    name,
    description: `${name} agent`,
    instruction: "Do it",
    model: new ScriptedLlm(`mock-${name}`, answers),
    ...more,
  });

const support = () =>
  agent(
    "support",
    [
      [call("call_weather", "get_weather", { city: "Paris" }), call("call_list", "list_orders", {})],
      [
        call("call_count", "count", {}),
        call("call_greet", "greet", { who: "Ada" }),
        call("call_nothing", "nothing", {}),
      ],
      [call("call_soft", "soft", { order: 9 })],
      [call("call_mcp", "mcp_like", {})],
      "all done",
    ],
    { tools: tools() },
  );

const failing = () =>
  agent("failing", [[call("call_fail", "fail", { amount: 3 })], "done"], {
    tools: [
      tool("fail", async () => {
        throw new TypeError("card declined: 4000");
      }),
    ],
  });

const payer = () =>
  agent("payer", [[call("call_pay", "pay", { amount: 9 })], "waiting"], {
    tools: [tool("pay", async () => "paid", { requireConfirmation: true })],
  });

const router = () =>
  agent("router", [[call("call_transfer", "transfer_to_agent", { agentName: "billing" })], "handed over"], {
    subAgents: [agent("billing", ["billed"])],
  });

const lead = () =>
  agent("lead", [[call("call_ask", "researcher", { request: "otters?" })], "otters, then"], {
    tools: [new AgentTool({ agent: agent("researcher", ["otters swim"]) })],
  });

const ghost = () =>
  agent("ghost", [[call("call_ghost", "no_such_tool", { x: 1 })], "gave up"], { tools: tools() });
const broken = () => agent("broken", [new Error("503 upstream overloaded")]);

async function run(root, text) {
  const runner = new InMemoryRunner({ agent: root, appName: "shop" });
  const session = await runner.sessionService.createSession({
    appName: "shop",
    userId: "user-3",
    sessionId: `session-${root.name}`,
  });
  try {
    const events = runner.runAsync({
      userId: "user-3",
      sessionId: session.id,
      newMessage: { role: "user", parts: [{ text }] },
    });
    for await (const _ of events);
  } catch {
    // It is part of what spans have to tell.
  }
}

// The kit takes its tracer when it is loaded, so that there is one provider for both captures.
const recorder = new SpanRecorder();
new NodeTracerProvider({
  resource: resourceFromAttributes({ "service.name": "shop", "telemetry.sdk.language": "nodejs" }),
  spanProcessors: [recorder],
}).register();

async function capture(name, capturesContent) {
  process.env.ADK_CAPTURE_MESSAGE_CONTENT_IN_SPANS = String(capturesContent);
  recorder.spans = [];
  for (const root of [support(), failing(), payer(), router(), lead(), ghost(), broken()])
    await run(root, "hello");
  writeOtlp(`${process.env.CAPTURE_FOLDER}/${name}.otlp.json`, recorder, {
    replace: [
      // Ids of events, and of the merged call, which has its event's.
      [/(?<="gcp\.vertex\.agent\.event_id","value":\{"stringValue":")[^"]+/g, "event-1"],
      [/(?<="gen_ai\.tool\.call\.id","value":\{"stringValue":")[A-Za-z0-9]{8}(?=")/g, "event-1"],
      [/(?<=\\"id\\":\\")[A-Za-z0-9]{8}(?=\\")/g, "event-1"],
      [/(?<=\\"timestamp\\":)\d+/g, "0"],
      [/\be-[0-9a-f-]{36}/g, "e-1"],
    ],
    manifest: { dialect: "google-adk", libraries: ["@google/adk"] },
  });
}

await capture("google-adk-js", true);
await capture("google-adk-js-hidden", false);
