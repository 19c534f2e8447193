import type { Capture, Row, Told } from "./capture.js";
import { Clerk, LIMA, REFUSED, ROME } from "./pending/shop.js";

// test/capture/ai-sdk-ends.mjs: runs that end badly, and one that does not.
const NAMES = [
  "support",
  "researcher",
  "dying",
  "filtered",
  "erring",
  "stopped",
  "stopped-stream",
  "cut",
] as const;
type Name = (typeof NAMES)[number];
const ABORTED = ["AbortError", "This operation was aborted"] as const;
const usage = (model: string, times = 1) => ({
  model,
  provider: "mock-provider",
  input_tokens: 10 * times,
  output_tokens: 5 * times,
});

interface Spans {
  readonly runs: Readonly<Record<Name, string>>;
  readonly rome: readonly [string, string];
  readonly refund: string;
  readonly inner: string;
  readonly ask: string;
  readonly stopped: string;
  readonly stoppedStream: string;
  /** The calls of models that said `error`, in the runs of these names. */
  readonly models: Readonly<Record<"dying" | "erring", string>>;
}

interface Words {
  readonly told: Partial<Told>;
  /** How many steps of a run count for its tokens. */
  readonly steps: { readonly support: number; readonly researcher: number };
  readonly model: (name: string) => object;
  /** What is known of the tool that the abort of a stream cut off. */
  readonly cutTool: readonly [string, string | undefined];
}

function ends(spans: Spans, { told, steps, model, cutTool }: Words): Row[] {
  const named = Object.fromEntries(NAMES.map((name) => [name, new Clerk(name, told)])) as Record<Name, Clerk>;
  const { support, researcher, stopped } = named;
  const cutStream = named["stopped-stream"];
  const untold = cutTool[1] === undefined ? { unknown: ["error", "error_message"] } : {};
  const minutes = { minutes: 60 };
  return [
    support.ran(spans.runs.support, usage("support", steps.support)),
    support.called(spans.rome[0], "getWeather", "call_rome_1", ROME),
    support.called(spans.rome[1], "getWeather", "call_rome_2", ROME),
    support.failed(spans.refund, "refund", "call_refund", { order: 9 }, ["tool_error", "no such order"], {
      details: { tool_result: REFUSED },
    }),
    support.called(spans.ask, "askResearcher", "call_ask", [{ question: "Lima?" }, "it is sunny"]),
    researcher.ran(spans.runs.researcher, usage("researcher", steps.researcher)),
    researcher.called(spans.inner, "getWeather", "call_inner", LIMA),
    // The reason for which a run or a model finished is `error`; what it was is not written.
    ...(["dying", "erring"] as const).flatMap((name) => [
      named[name].cut(spans.runs[name], { run: name, ...usage(name) }),
      named[name].cut(spans.models[name], model(name)),
    ]),
    // Nothing was thrown: the reason for which it finished is the error's type.
    named.filtered.broke(spans.runs.filtered, ["content-filter", undefined], {
      run: "filtered",
      ...usage("filtered"),
    }),
    stopped.broke(spans.runs.stopped, ABORTED, {
      run: "stopped",
      model: "stopped",
      provider: "mock-provider",
    }),
    stopped.failed(spans.stopped, "wait", "call_stopped", minutes, ABORTED),
    // Streams that were aborted just end: no reason, no text, no tokens.
    cutStream.cut(spans.runs["stopped-stream"], {
      run: "stopped-stream",
      model: "stopped-stream",
      provider: "mock-provider",
    }),
    cutStream.failed(spans.stoppedStream, "wait", "call_stopped-stream", minutes, cutTool, untold),
    named.cut.cut(spans.runs.cut, { run: "cut", model: "cut", provider: "mock-provider" }),
  ];
}

const SAME: Spans = {
  runs: {
    support: "443564",
    researcher: "da5d20",
    dying: "954f73",
    filtered: "91a82e",
    erring: "68e820",
    stopped: "67b575",
    "stopped-stream": "3b3985",
    cut: "f58c2f",
  },
  rome: ["421d6c", "2a719e"],
  refund: "ab75a9",
  inner: "038406",
  ask: "0c9b63",
  stopped: "25aab4",
  stoppedStream: "259239",
  models: { dying: "1cac8f", erring: "295687" },
};
const GOOD_CALL = "a call of a model that went well";
const told = { session: "sess-42" };
const model = (name: string) => ({ model_call: `chat ${name}`, ...usage(name), finish_reasons: ["error"] });

export const CAPTURES: readonly Capture[] = [
  {
    title: "AI SDK 5, runs that end badly",
    file: "vercel-ai-5-ends",
    source: "vercel-ai",
    rows: ends(SAME, { told, steps: { support: 1, researcher: 1 }, model, cutTool: ABORTED }),
    others: { "ai.generateText.doGenerate": GOOD_CALL, "ai.streamText.doStream": GOOD_CALL },
  },
  {
    title: "AI SDK 6, runs that end badly",
    file: "vercel-ai-6-ends",
    source: "vercel-ai",
    rows: ends(SAME, { told, steps: { support: 4, researcher: 2 }, model, cutTool: ABORTED }),
    others: { "ai.generateText.doGenerate": GOOD_CALL },
  },
  {
    title: "AI SDK 7, runs that end badly",
    file: "vercel-ai-7-ends",
    source: "vercel-ai",
    rows: ends(
      {
        runs: {
          support: "b19f8f",
          researcher: "14fab6",
          dying: "7ecec0",
          filtered: "885ddb",
          erring: "dd89ba",
          stopped: "e8f7f6",
          "stopped-stream": "6e55b8",
          cut: "4f0f01",
        },
        rome: ["2c1ae0", "843e5a"],
        refund: "a81082",
        inner: "b3b911",
        ask: "766df9",
        stopped: "e27303",
        stoppedStream: "f4880c",
        models: { dying: "343797", erring: "6eb7b1" },
      },
      {
        told: { unknown: ["session"] },
        steps: { support: 4, researcher: 2 },
        model,
        cutTool: ["Error", undefined],
      },
    ),
    others: {
      ...Object.fromEntries(
        ["support", "researcher", "filtered", "stopped", "stopped-stream", "cut"].map((name) => [
          `chat ${name}`,
          GOOD_CALL,
        ]),
      ),
      ...Object.fromEntries([1, 2, 3, 4].map((step) => [`step ${step}`, "a step of a run"])),
    },
  },
];
