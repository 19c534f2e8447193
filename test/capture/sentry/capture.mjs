/** Models and agents as Sentry's SDK sees them: OpenAI, Anthropic, LangChain, LangGraph; with their content, and without. */
import * as Sentry from "@sentry/node";
import { SpanRecorder } from "../span-recorder.mjs";
import { writeOtlp } from "../write-otlp.mjs";

const recorder = new SpanRecorder();
const content = process.env.CAPTURE_CONTENT !== "false";
const recorded = { recordInputs: content, recordOutputs: content };

Sentry.init({
  dsn: "http://key@127.0.0.1:9/1",
  tracesSampleRate: 1,
  openTelemetrySpanProcessors: [recorder],
  transport: () => ({ send: async () => ({}), flush: async () => true }),
  integrations: [
    Sentry.openAIIntegration(recorded),
    Sentry.anthropicAIIntegration(recorded),
    Sentry.langChainIntegration(recorded),
    Sentry.langGraphIntegration(recorded),
  ],
});

// Sentry changes modules when they are loaded.
const { default: OpenAI } = await import("openai");
const { default: Anthropic } = await import("@anthropic-ai/sdk");
const { tool } = await import("@langchain/core/tools");
const { FakeListChatModel } = await import("@langchain/core/utils/testing");
const { AIMessage } = await import("@langchain/core/messages");
const { createReactAgent } = await import("@langchain/langgraph/prebuilt");
const { z } = await import("zod");

const answering = (status, body) => async () =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });

const client = { apiKey: "none", baseURL: "http://127.0.0.1:9/v1", maxRetries: 0 };
const openai = (status, body) => new OpenAI({ ...client, fetch: answering(status, body) });
const anthropic = (body) =>
  new Anthropic({
    apiKey: "none",
    baseURL: "http://127.0.0.1:9",
    maxRetries: 0,
    fetch: answering(200, body),
  });

const tried = async (work) => {
  try {
    return await work();
  } catch {
    // It is part of what spans have to tell.
  }
};

/** A model that answers from a script, for LangChain. */
class ScriptedModel extends FakeListChatModel {
  #answers;
  constructor(answers) {
    super({ responses: ["unused"] });
    this.#answers = answers;
  }
  bindTools() {
    return this;
  }
  async _generate() {
    const message = this.#answers.shift();
    return { generations: [{ text: String(message.content), message }] };
  }
}

const call = (id, name, args) => ({ id, name, args, type: "tool_call" });

async function models() {
  const chat = {
    id: "chatcmpl-1",
    object: "chat.completion",
    created: 1,
    model: "gpt-mock",
    choices: [
      {
        index: 0,
        finish_reason: "tool_calls",
        message: {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "call_add", type: "function", function: { name: "add", arguments: '{"a":1}' } }],
        },
      },
    ],
    usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 },
  };
  await openai(200, chat).chat.completions.create({
    model: "gpt-mock",
    messages: [
      { role: "user", content: "add" },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "call_get", type: "function", function: { name: "get", arguments: "{}" } }],
      },
      { role: "tool", tool_call_id: "call_get", content: "5" },
    ],
    tools: [{ type: "function", function: { name: "add", parameters: {} } }],
  });
  const response = {
    id: "resp_1",
    object: "response",
    model: "gpt-mock-2",
    status: "completed",
    output: [{ type: "function_call", call_id: "call_mul", name: "multiply", arguments: '{"b":2}' }],
    usage: { input_tokens: 3, output_tokens: 2, total_tokens: 5 },
  };
  await openai(200, response).responses.create({ model: "gpt-mock-2", input: "multiply" });
  await tried(() =>
    openai(503, { error: { message: "overloaded" } }).chat.completions.create({
      model: "gpt-broken",
      messages: [{ role: "user", content: "hello" }],
    }),
  );
  const message = {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "claude-mock",
    content: [
      { type: "text", text: "let me add" },
      { type: "tool_use", id: "toolu_1", name: "add", input: { a: 1 } },
    ],
    stop_reason: "tool_use",
    usage: { input_tokens: 4, output_tokens: 3 },
  };
  await anthropic(message).messages.create({
    model: "claude-mock",
    max_tokens: 9,
    messages: [{ role: "user", content: "add" }],
  });
}

async function agent() {
  const weather = tool(async ({ city }) => ({ city, tempC: 21 }), {
    name: "get_weather",
    description: "weather",
    schema: z.object({ city: z.string() }),
  });
  const fail = tool(
    async () => {
      throw new TypeError("card declined: 4000");
    },
    { name: "pay", description: "pays", schema: z.object({ amount: z.number() }) },
  );
  const say = tool(async () => "Hello, Ada", { name: "say", description: "says", schema: z.object({}) });
  const graph = createReactAgent({
    name: "support",
    llm: new ScriptedModel([
      new AIMessage({
        content: "",
        tool_calls: [
          call("call_weather", "get_weather", { city: "Paris" }),
          call("call_pay", "pay", { amount: 3 }),
        ],
      }),
      new AIMessage({ content: "", tool_calls: [call("call_say", "say", {})] }),
      new AIMessage("all done"),
    ]),
    tools: [weather, fail, say],
  });
  await tried(() =>
    graph.invoke(
      { messages: [{ role: "user", content: "hello" }] },
      { configurable: { thread_id: "thread-7" } },
    ),
  );
}

await Sentry.startSpan({ name: "request", op: "http.server" }, async () => {
  await models();
  await agent();
});

const name = content ? "sentry-v10" : "sentry-v10-hidden";
writeOtlp(`${process.env.CAPTURE_FOLDER}/${name}.otlp.json`, recorder, {
  manifest: {
    dialect: "sentry",
    libraries: ["@sentry/node", "openai", "@anthropic-ai/sdk", "@langchain/core", "@langchain/langgraph"],
  },
});
process.exit(0);
