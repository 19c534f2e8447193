import { called, errorDetails, failed, HIDDEN_CALL, hiddenFailure, type Row, type Told } from "../capture.js";
import type { Ids } from "./app-ids.js";

/** One file: the program in one version of the SDK. */
export interface Variant {
  readonly file: string;
  readonly ids: Ids;
  readonly major: 5 | 6 | 7;
  readonly isHidden?: boolean;
  /** Version 7 with the integration that writes what version 6 wrote. */
  readonly isLegacy?: boolean;
}

type Base = Pick<Told, "agent" | "session" | "unknown">;

export const DECLINED = "card declined: 4000";
const OVERLOADED = "503 upstream overloaded";
export const weather = (city: string) => ({ city, tempC: 21, tags: ["sunny"] });

/** The actions of test/capture/ai-sdk-app.mjs. */
export function rowsOf(variant: Variant): Row[] {
  const { ids, major, isHidden = false } = variant;
  const session = isHidden ? {} : { session: "sess-42" };
  const support = { agent: "support-agent", ...session };
  const streaming = { agent: "streaming", ...session };
  const gated = { agent: "gated", ...session };
  // Nobody writes the id of an agent of the SDK.
  const unnamed = { agent: "ai-sdk-app", ...session, unknown: ["agent"] };
  const ok = (row: Base, call: string, ...told: Parameters<typeof called>): Told => ({
    ...row,
    call,
    details: isHidden ? HIDDEN_CALL : called(...told),
  });
  const run = (row: Base, model: string, steps = 1): Told => ({ ...row, details: used(model, steps) });
  // Version 7 drops the message of an error with the content.
  const isSilent = isHidden && major === 7;
  const declined = (row: Base, call: string, amount: number): Told => ({
    ...row,
    call,
    error: isSilent ? ["Error", undefined] : ["TypeError", DECLINED],
    details: isHidden ? hiddenFailure(isSilent ? undefined : DECLINED) : failed({ amount }, DECLINED),
    ...(isSilent && { unknown: ["error"] }),
  });

  return [
    // Version 5 gives generateText the tokens of its last step.
    [
      ids.main,
      "success",
      "support-agent",
      major === 5
        ? { ...run(support, "mock-main", 1), unknown: ["input_tokens", "output_tokens"] }
        : run(support, "mock-main", 3),
    ],
    [ids.weather, "tool_call", "getWeather", ok(support, "call_1", { city: "Paris" }, weather("Paris"))],
    [ids.charge, "tool_call", "charge", declined(support, "call_2", 3)],
    [ids.jsonText, "tool_call", "jsonText", ok(support, "call_5", {}, { a: 1 })],
    [ids.list, "tool_call", "list", ok(support, "call_6", { q: "a" }, [1, "two", { three: 3 }])],
    [ids.nothing, "tool_call", "nothing", ok(support, "call_7", {}, null)],
    [ids.progress, "tool_call", "progress", ok(support, "call_8", { steps: 2 }, { done: 2 })],
    [ids.mcpTool, "tool_call", "mcpTool", softFailure(support, isHidden)],
    [ids.dynamic, "tool_call", "dynamic", ok(support, "call_10", { any: [1] }, { got: { any: [1] } })],
    [ids.ask, "success", "asking", run({ agent: "asking", ...session }, "mock-ask")],
    ...(major === 5 ? [] : ids.gated.map((id): Row => [id, "success", "gated", run(gated, "mock-gate")])),
    ...(ids.pay === undefined
      ? []
      : [[ids.pay, "tool_call", "pay", ok(gated, "call_51", { amount: 100 }, { paid: 100 })] as Row]),
    [ids.stream, "success", "streaming", run(streaming, "mock-stream", 2)],
    [
      ids.streamWeather,
      "tool_call",
      "getWeather",
      ok(streaming, "call_30", { city: "Rome" }, weather("Rome")),
    ],
    [ids.streamCharge, "tool_call", "charge", declined(streaming, "call_31", 4)],
    // In version 7 a runtime context is nothing that generateObject takes.
    [ids.object, "success", "extract", run({ agent: "extract", ...(major < 7 && session) }, "mock-object")],
    ...(ids.loop === undefined || ids.loopWeather === undefined
      ? []
      : ([
          [
            ids.loop,
            "success",
            "ai-sdk-app",
            { ...run(unnamed, "mock-loop", 2), unknown: ["agent", "name"] },
          ],
          [
            ids.loopWeather,
            "tool_call",
            "getWeather",
            ok(unnamed, "call_40", { city: "Lima" }, weather("Lima")),
          ],
        ] satisfies Row[])),
    [ids.modelFailed, "error", "Error", overloaded({ model_call: "chat mock-err" }, session, isSilent)],
    [ids.failing, "error", "Error", overloaded({ run: "failing" }, session, isSilent)],
  ];
}

const used = (model: string, steps: number) => ({
  model,
  provider: "mock-provider",
  input_tokens: 10 * steps,
  output_tokens: 5 * steps,
});

// The tool did not throw: only its result says that it failed.
const softFailure = (row: Base, isHidden: boolean): Told =>
  isHidden
    ? { ...row, call: "call_9", details: HIDDEN_CALL, unknown: ["status", "error", "success"] }
    : {
        ...row,
        call: "call_9",
        error: ["tool_error", "no such city"],
        details: failed({ city: "Atlantis" }, "no such city", "no such city"),
      };

function overloaded(context: object, session: object, isSilent: boolean): Told {
  const error_context = { ...context, model: "mock-err", provider: "mock-provider" };
  if (!isSilent)
    return {
      agent: "failing",
      ...session,
      error: ["Error", OVERLOADED],
      details: errorDetails("Error", OVERLOADED, error_context),
    };
  return {
    agent: "failing",
    error: ["Error", undefined],
    details: { error_type: "Error", error_context },
    unknown: ["error"],
  };
}
