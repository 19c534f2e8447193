import {
  type Context,
  type ContextManager,
  context,
  type DiagLogger,
  DiagLogLevel,
  diag,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  type Span,
  trace,
} from "@opentelemetry/api";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  ActionLogger,
  currentCorrelationId,
  logAction,
  traceTool,
  traceTools,
  withCorrelationId,
  withIncomingContext,
} from "../../../src/index.js";
import { hostileValues } from "../internal/hostile-values.js";
import { forgetGlobals, json, record } from "./recording.js";

const fault = (): never => {
  throw new Error("telemetry is broken");
};

afterEach(() => {
  forgetGlobals();
  diag.disable();
});

/** Works as a span should, but for what is overridden. */
function brokenSpan(broken: Partial<Span>): Span {
  const span: Span = {
    spanContext: () => ({ ...INVALID_SPAN_CONTEXT, traceId: "1".repeat(32), spanId: "2".repeat(16) }),
    setAttribute: () => span,
    setAttributes: () => span,
    addEvent: () => span,
    addLink: () => span,
    addLinks: () => span,
    setStatus: () => span,
    updateName: () => span,
    end: () => undefined,
    isRecording: () => true,
    recordException: () => undefined,
    ...broken,
  };
  return span;
}

const providerOf = (startSpan: () => Span) => ({
  getTracer: () => ({ startSpan, startActiveSpan: fault }),
});

describe.each([
  ["getTracer throws", { getTracer: fault }],
  ["startSpan throws", providerOf(fault)],
  ["startSpan gives nothing", providerOf(() => undefined as unknown as Span)],
  ["isRecording throws", providerOf(() => brokenSpan({ isRecording: fault }))],
  ["spanContext throws", providerOf(() => brokenSpan({ spanContext: fault }))],
  ["setAttributes throws", providerOf(() => brokenSpan({ setAttributes: fault, setAttribute: fault }))],
  ["setStatus throws", providerOf(() => brokenSpan({ setStatus: fault }))],
  ["recordException throws", providerOf(() => brokenSpan({ recordException: fault }))],
  ["end throws", providerOf(() => brokenSpan({ end: fault }))],
])("where %s", (_, provider) => {
  beforeEach(() => void trace.setGlobalTracerProvider(provider));

  test("the agent's functions run exactly once with their own results and errors", async () => {
    const logger = new ActionLogger({ agentName: "agent" });
    const fn = vi.fn(() => "result");
    expect(logger.toolCall("Read", {}, fn)).toBe("result");
    expect(await logger.decision("pick", {}, async () => fn())).toBe("result");
    expect(logger.task("job", {}, (action) => action.setResult(1).setAttribute("a", 1) && fn())).toBe(
      "result",
    );
    expect(logger.execution(fn)).toBe("result");
    expect(traceTool("Read", fn)()).toBe("result");
    expect(fn).toHaveBeenCalledTimes(5);

    const error = new Error("the agent's own");
    const failing = vi.fn(() => {
      throw error;
    });
    expect(() => logger.toolCall("Read", {}, failing)).toThrow(error);
    expect(() => logger.execution(failing)).toThrow(error);
    expect(failing).toHaveBeenCalledTimes(2);
    using action = logger.toolCall("Read", {});
    expect(action.run(() => 1)).toBe(1);
    action.spanContext();
  });

  test("log calls answer false", async () => {
    const logger = new ActionLogger({ agentName: "agent" });
    expect(await logger.logToolCall({ toolName: "Read", errorMessage: "no" })).toBe(false);
    expect(await logger.logRoutingDecision({ selectedAgent: "a" })).toBe(false);
    expect(await logger.startExecution().complete({ error: new Error("e") })).toBe(false);
    expect(await logAction({ agentName: "a", actionType: "error", actionName: "E" })).toBe(false);
  });
});

describe.each<[string, (fn: () => unknown) => unknown]>([
  ["before it calls", fault],
  ["after it called", (fn) => [fn(), fault()]],
  [
    "and swallows what the call throws",
    (fn) => {
      try {
        fn();
      } catch {
        // What a broken context manager might do.
      }
    },
  ],
  ["and calls twice", (fn) => [fn(), fn()]],
])("where the context manager throws %s", (_, misbehave) => {
  beforeEach(() => {
    context.setGlobalContextManager({
      active: () => ROOT_CONTEXT,
      with: ((_context: Context, fn: () => unknown) => misbehave(fn)) as ContextManager["with"],
      bind: (_context, target) => target,
      enable: () => fault(),
      disable() {
        return this;
      },
    });
    trace.setGlobalTracerProvider(providerOf(() => brokenSpan({})));
  });
  test("the agent's function runs once with its own result or error", () => {
    const logger = new ActionLogger({ agentName: "agent" });
    const fn = vi.fn(() => "result");
    expect(logger.toolCall("Read", {}, fn)).toBe("result");
    expect(withCorrelationId("abc", fn)).toBe("result");
    expect(logger.within(fn)).toBe("result");
    expect(fn).toHaveBeenCalledTimes(3);
    const error = new Error("the agent's own");
    const failing = vi.fn(() => {
      throw error;
    });
    expect(() => logger.toolCall("Read", {}, failing)).toThrow(error);
    expect(failing).toHaveBeenCalledTimes(1);
  });
});

describe.each(Object.keys(hostileValues()))("given the hostile value %s", (name) => {
  test("everything records it or leaves it out, and throws nothing", async () => {
    const recording = record();
    const value = hostileValues()[name];
    const logger = new ActionLogger({ agentName: "agent" });
    expect(logger.toolCall("Read", value, (action) => void action.setResult(value))).toBeUndefined();
    logger.decision("pick", value, (action) => void action.setResult(value).setError(value));
    logger.task("job", value, (action) => void action.setResult(value));
    await logger.logToolCall({ toolName: "T", toolParameters: value, toolResult: value, error: value });
    await logger.logDecision({ decisionName: "d", decisionContext: value, alternatives: [value] });
    await logger.logError({ error: value, errorContext: value });
    await logger.logSuccess({ successName: "s", successDetails: value });
    await logger.logRawAction({ actionType: "success", actionName: "r", actionDetails: value });
    await logger.logRoutingDecision({ context: value as object, alternatives: [value as never] });
    await logger.startExecution({ metadata: value as object }).complete({ error: value });
    for (const span of recording.spans()) {
      for (const text of [json(span, "agent_actions.details"), json(span, "gen_ai.tool.call.arguments")])
        expect(() => JSON.stringify(text)).not.toThrow();
    }
    expect(recording.spans().length).toBeGreaterThanOrEqual(9);
  });

  test("thrown, it comes out as the same value", () => {
    record();
    const value = hostileValues()[name];
    const logger = new ActionLogger({ agentName: "agent" });
    const thrown = (() => {
      try {
        return logger.toolCall("Read", {}, () => {
          throw value;
        });
      } catch (error) {
        return [error];
      }
    })() as unknown[];
    expect(Object.is(thrown[0], value)).toBe(true);
  });

  test("returned, it is given back as the same value", () => {
    record();
    const value = hostileValues()[name];
    const logger = new ActionLogger({ agentName: "agent" });
    expect(
      Object.is(
        logger.toolCall("Read", {}, () => value),
        value,
      ),
    ).toBe(true);
    expect(Object.is(traceTool("Read", () => value)(), value)).toBe(true);
  });

  test("in the place of any argument, it breaks nothing", async () => {
    record();
    const value = hostileValues()[name] as never;
    const logger = new ActionLogger(value).child(value);
    expect(logger.toolCall(value, value, () => 1, value)).toBe(1);
    expect(logger.decision(value, value, () => 2)).toBe(2);
    expect(logger.task(value, value, () => 3)).toBe(3);
    expect(logger.execution(() => 4, value)).toBe(4);
    expect(withCorrelationId(value, () => 5)).toBe(5);
    for (const logged of [
      logger.logToolCall(value),
      logger.logDecision(value),
      logger.logError(value),
      logger.logSuccess(value),
      logger.logRawAction(value),
      logger.logRoutingDecision(value),
      logger.logTransformation(value),
      logger.logRouterPerformance(value),
      logger.logDetectionFailure(value),
      logger.logOutcome(value),
      logAction(value),
    ])
      expect(await logged).toBe(false);
    expect(Object.is(traceTool("Read", value), value) || typeof value === "function").toBe(true);
    traceTools(value, value);
    traceTools({ tool: value, other: () => 1 }).other();
    traceTools([value]);
  });
});

describe("wrong use from JavaScript", () => {
  const warnings: string[] = [];
  beforeEach(() => {
    warnings.length = 0;
    const note = (message: string, ...rest: unknown[]) => void warnings.push([message, ...rest].join(" "));
    const logger: DiagLogger = { verbose: note, debug: note, info: note, warn: note, error: note };
    diag.setLogger(logger, DiagLogLevel.WARN);
  });

  test("without an agent's name the action is recorded without one, and that is said once, then at 10, 100, ...", async () => {
    const { ActionLogger: Fresh } = await freshApi();
    const recording = record();
    for (let time = 0; time < 12; time++) new Fresh({} as never).toolCall("Read", {}, () => undefined);
    expect(recording.spans()).toHaveLength(12);
    expect(recording.spans()[0]?.attributes).not.toHaveProperty("gen_ai.agent.name");
    const about = warnings.filter((warning) => warning.includes("no agentName"));
    expect(about).toHaveLength(2);
    expect(about[1]).toContain("(10 times)");
  });

  test("a promise in the place of a callback is taken for its answer", async () => {
    const recording = record();
    const logger = new ActionLogger({ agentName: "agent" });
    expect(await logger.toolCall("Read", {}, Promise.resolve("text") as never)).toBe("text");
    expect(json(recording.span("execute_tool Read"), "gen_ai.tool.call.result")).toBe("text");
  });

  test("any other value in the place of a function is what comes back", async () => {
    record();
    const logger = new ActionLogger({ agentName: "agent" });
    const value = "no function" as never;
    expect(logger.toolCall("Read", {}, value)).toBe(value);
    expect(logger.execution(value)).toBe(value);
    expect(logger.within(value)).toBe(value);
    expect(withCorrelationId("id", value, null as never)).toBe(value);
    expect(withCorrelationId("", value)).toBe(value);
    expect(withIncomingContext({}, value)).toBe(value);
    expect(withIncomingContext(null as never, value)).toBe(value);
    using action = logger.decision("pick", {});
    expect(action.run(value)).toBe(value);
    expect(await logger.startExecution().run(value)).toBe(value);
    expect(currentCorrelationId({} as never)).toBeUndefined();
  });

  test("names that are no texts are written as one, and times that are none are left out", async () => {
    const recording = record();
    const logger = new ActionLogger({ agentName: "agent" });
    logger.toolCall(42 as never, {}, () => undefined);
    logger.toolCall("", {}, () => undefined);
    await logger.logToolCall({ toolName: "Late", durationMs: -1, startTime: new Date(Number.NaN) });
    expect(recording.spans().map((span) => span.name)).toEqual([
      "execute_tool 42",
      "execute_tool unknown-tool",
      "execute_tool Late",
    ]);
    expect(recording.span("execute_tool Late").duration).toEqual([0, 0]);
  });

  test("a diag logger that throws is no problem", () => {
    diag.disable();
    diag.setLogger({ verbose: fault, debug: fault, info: fault, warn: fault, error: fault });
    trace.setGlobalTracerProvider({ getTracer: fault });
    expect(new ActionLogger({ agentName: "agent" }).toolCall("Read", {}, () => 1)).toBe(1);
  });

  // What has been reported is remembered for the life of the process.
  async function freshApi(): Promise<typeof import("../../../src/index.js")> {
    vi.resetModules();
    return await import("../../../src/index.js");
  }
});
