/**
 * Runs of the AI SDK that end badly, the same in every version: a stream that says `error` after it asked for a tool, runs that are aborted while
 * a tool works, an answer that a content filter stopped, an answer whose reason is an error. And one that goes well: two equal calls at
 * once, a tool that tells its failure as a value, a tool that runs another agent.
 */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { SpanRecorder } from "./span-recorder.mjs";
import { writeOtlp } from "./write-otlp.mjs";

const installed = createRequire(`${process.cwd()}/`);
const load = async (name) => import(pathToFileURL(installed.resolve(name)).href);
const { resourceFromAttributes } = await load("@opentelemetry/resources");
const { NodeTracerProvider } = await load("@opentelemetry/sdk-trace-node");

/** @param options.nested usage and reasons of models are objects since version 3 of the specification */
export async function captureEnds(name, sdk, { Model, nested, libraries, settings }) {
  const recorder = new SpanRecorder();
  const resource = resourceFromAttributes({ "service.name": "ai-sdk-app" });
  const provider = new NodeTracerProvider({ resource, spanProcessors: [recorder] });
  provider.register();
  await runEnds(sdk, { model: models(Model, nested), telemetry: settings });
  await provider.shutdown();
  writeOtlp(`${process.env.CAPTURE_FOLDER}/${name}.otlp.json`, recorder, {
    replace: [
      [process.cwd(), "/srv/app"],
      [dirname(process.cwd()), "/srv"],
      [/(\\?")(aitxt|call|msg|aiobj|req|aitk)-[A-Za-z0-9]{16,}/g, "$1$2-0"],
      [/"doubleValue":[\d.e-]+/g, '"doubleValue":0.5'],
    ],
    manifest: { dialect: "vercel-ai", libraries },
  });
}

const call = (toolCallId, toolName, input) => ({ toolCallId, toolName, input });

async function runEnds(sdk, { model, telemetry }) {
  const { generateText, streamText, stepCountIs, tool, jsonSchema } = sdk;
  const schema = (property, type) =>
    jsonSchema({ type: "object", properties: { [property]: { type } }, required: [property] });
  const getWeather = tool({
    inputSchema: schema("city", "string"),
    execute: async ({ city }) => ({ city, tempC: 21 }),
  });
  const refund = tool({
    inputSchema: schema("order", "number"),
    execute: async () => ({ success: false, error: "no such order" }),
  });
  const askResearcher = tool({
    inputSchema: schema("question", "string"),
    execute: async ({ question }) => {
      const { text } = await generateText({
        ...telemetry("researcher"),
        model: model("researcher", [
          { calls: [call("call_inner", "getWeather", { city: "Lima" })] },
          "it is sunny",
        ]),
        tools: { getWeather },
        stopWhen: stepCountIs(3),
        prompt: question,
      });
      return text;
    },
  });

  await generateText({
    ...telemetry("support"),
    model: model("support", [
      {
        calls: [
          call("call_rome_1", "getWeather", { city: "Rome" }),
          call("call_rome_2", "getWeather", { city: "Rome" }),
        ],
      },
      { calls: [call("call_refund", "refund", { order: 9 })] },
      { calls: [call("call_ask", "askResearcher", { question: "Lima?" })] },
      "all done",
    ]),
    tools: { getWeather, refund, askResearcher },
    stopWhen: stepCountIs(6),
    prompt: "help Ada",
  });

  const common = { tools: { getWeather }, stopWhen: stepCountIs(3), prompt: "hello" };
  const drain = async (result) => {
    try {
      for await (const _part of result.fullStream);
    } catch {}
  };

  await drain(
    streamText({
      ...telemetry("dying"),
      ...common,
      model: model("dying", [
        { calls: [call("call_dying", "getWeather", { city: "Paris" })], dies: "upstream overloaded" },
      ]),
      onError: () => {},
    }),
  );
  await generateText({
    ...telemetry("filtered"),
    ...common,
    model: model("filtered", [{ text: "", reason: "content-filter" }]),
  });
  await generateText({
    ...telemetry("erring"),
    ...common,
    model: model("erring", [{ text: "", reason: "error" }]),
  });

  // Aborted while its tool works, and the tool with it.
  const waits = (controller) =>
    tool({
      inputSchema: schema("minutes", "number"),
      execute: async (_input, { abortSignal }) => {
        const aborted = new Promise((_resolve, reject) => {
          abortSignal.addEventListener("abort", () => reject(abortSignal.reason), { once: true });
        });
        setImmediate(() => controller.abort());
        return aborted;
      },
    });
  for (const name of ["stopped", "stopped-stream"]) {
    const controller = new AbortController();
    const run = {
      ...telemetry(name),
      model: model(name, [{ calls: [call(`call_${name}`, "wait", { minutes: 60 })] }, "never said"]),
      tools: { wait: waits(controller) },
      stopWhen: stepCountIs(3),
      abortSignal: controller.signal,
      prompt: "wait",
    };
    if (name === "stopped") await generateText(run).catch((error) => console.log(name, error.name));
    else await drain(streamText({ ...run, onError: () => {} }));
  }

  // Aborted while the model speaks.
  const controller = new AbortController();
  const speaking = streamText({
    ...telemetry("cut"),
    ...common,
    model: model("cut", [{ text: "once upon a", hangs: true }]),
    abortSignal: controller.signal,
    onError: () => {},
  });
  try {
    for await (const part of speaking.fullStream) if (part.type === "text-delta") controller.abort();
  } catch {}
  await new Promise((resolve) => setTimeout(resolve, 200));
}

function models(Model, nested) {
  const usage = nested
    ? {
        inputTokens: { total: 10, noCache: 10, cacheRead: 0, cacheWrite: 0 },
        outputTokens: { total: 5, text: 5, reasoning: 0 },
      }
    : { inputTokens: 10, outputTokens: 5, totalTokens: 15 };
  const finishReason = (reason) => (nested ? { unified: reason, raw: undefined } : reason);

  return (modelId, answers) => {
    const rest = answers.map((answer) => (typeof answer === "string" ? { text: answer } : answer));
    return new Model({
      provider: "mock-provider",
      modelId,
      doGenerate: async () => {
        const answer = rest.shift();
        return {
          content: contentOf(answer),
          finishReason: finishReason(reasonOf(answer)),
          usage,
          warnings: [],
        };
      },
      doStream: async ({ abortSignal }) => ({ stream: streamOf(rest.shift(), abortSignal) }),
    });
  };

  function streamOf(answer, abortSignal) {
    return new ReadableStream({
      start(controller) {
        controller.enqueue({ type: "stream-start", warnings: [] });
        for (const part of contentOf(answer))
          if (part.type === "text") {
            controller.enqueue({ type: "text-start", id: "t" });
            controller.enqueue({ type: "text-delta", id: "t", delta: part.text });
            if (!answer.hangs) controller.enqueue({ type: "text-end", id: "t" });
          } else controller.enqueue(part);
        if (answer.hangs)
          return abortSignal.addEventListener("abort", () => controller.error(abortSignal.reason), {
            once: true,
          });
        if (answer.dies) controller.enqueue({ type: "error", error: new Error(answer.dies) });
        controller.enqueue({ type: "finish", finishReason: finishReason(reasonOf(answer)), usage });
        controller.close();
      },
    });
  }
}

const contentOf = ({ calls, text }) =>
  calls
    ? calls.map(({ input, ...one }) => ({ type: "tool-call", ...one, input: JSON.stringify(input) }))
    : [{ type: "text", text }];

const reasonOf = ({ calls, dies, reason }) => reason ?? (dies ? "error" : calls ? "tool-calls" : "stop");
