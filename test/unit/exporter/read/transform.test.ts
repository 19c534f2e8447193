import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { serializeEvent } from "../../../../exporter/deliver/serialize.js";
import type { Dialect } from "../../../../exporter/read/dialects/dialect.js";
import { createTransform, type TransformOptions } from "../../../../exporter/read/transform.js";
import {
  type ActionEvent,
  actionId,
  correlationId,
  spanIdentity,
  validateEvent,
} from "../../../../src/event/index.js";
import { PACKAGE_VERSION } from "../../../../src/internal/package-version.js";
import { type SpanParts, spanOf, TRACE_ID } from "../spans.js";

const TOOL = {
  "gen_ai.operation.name": "execute_tool",
  "gen_ai.tool.name": "Read",
  "gen_ai.tool.call.arguments": "{}",
};
const ORIGIN = { topic: "t", partition: 0, offset: "1", timestampMillis: 0 };

function action(
  parts: SpanParts = {},
  ancestors: readonly ReadableSpan[] = [],
  options: TransformOptions = {},
) {
  const span = spanOf({ ...parts, attributes: { ...TOOL, ...parts.attributes } });
  const transformed = createTransform({ captureContent: true, ...options })(span, { ancestors });
  if (transformed.outcome !== "event") throw new Error(transformed.reason);
  return transformed.event as ActionEvent;
}

test("a decision of our own says by which call of the model it was decided", () => {
  const { action_type, tool_call_id } = action({
    attributes: {
      "agent_actions.action.type": "decision",
      "agent_actions.action.name": "handoff",
      "agent_actions.details": "{}",
      "gen_ai.tool.call.id": "call_9",
    },
  });
  expect({ action_type, tool_call_id }).toEqual({ action_type: "decision", tool_call_id: "call_9" });
});

describe("identity and time", () => {
  test("the id follows from start, trace and span", () => {
    const { id, trace_id, span_id, started_at } = action();
    expect(id).toBe(actionId(1_795_334_322_755, spanIdentity(TRACE_ID, "b7ad6b7169203331")));
    expect([trace_id, span_id]).toEqual([TRACE_ID, "b7ad6b7169203331"]);
    expect(started_at).toBe("2026-11-22T07:58:42.755418Z");
  });

  test("times have microseconds, and the duration is rounded", () => {
    expect(action()).toMatchObject({
      timestamp: "2026-11-22T07:58:42.755418Z",
      ended_at: "2026-11-22T07:58:42.795918Z",
      duration_ms: 41,
    });
  });

  test("a clock that was set back gives no negative duration", () => {
    expect(action({ endTime: [1_795_334_300, 0] }).duration_ms).toBe(0);
  });

  test("a span that has not ended has no end and no duration", () => {
    const event = action({ endTime: [0, 0] });
    expect(event).not.toHaveProperty("ended_at");
    expect(event).not.toHaveProperty("duration_ms");
  });

  test("a start that is no time is left out", () => {
    for (const startTime of [
      [Number.NaN, 0],
      [1e15, 0],
      [-1, 0],
    ] as const)
      expect(action({ startTime })).not.toHaveProperty("started_at");
  });

  test("the producer is this package and its version", () => {
    expect(action().producer).toBe(`otel-agent-actions@${PACKAGE_VERSION}`);
  });
});

describe("whose action it is", () => {
  const agent = (name: string) => spanOf({ attributes: { "gen_ai.agent.name": name } });

  test("the span says it, else the nearest span around it, in any dialect", () => {
    const own = { "gen_ai.agent.name": "own" };
    expect(action({ attributes: own }, [agent("outer")]).agent_name).toBe("own");
    expect(action({}, [spanOf(), agent("near"), agent("far")]).agent_name).toBe("near");
    const openInference = spanOf({ name: "oi", attributes: { "openinference.span.kind": "AGENT" } });
    expect(action({}, [openInference, agent("far")]).agent_name).toBe("oi");
    const aiSdk = spanOf({ attributes: { "ai.telemetry.functionId": "fn" } });
    expect(action({}, [aiSdk, agent("far")]).agent_name).toBe("fn");
  });

  test("else the option, else the service, else nobody", () => {
    expect(action({}, [], { agentName: "given" }).agent_name).toBe("given");
    expect(action().agent_name).toBe("svc");
    expect(action({ resource: {} }).agent_name).toBe("unknown-agent");
  });

  test("an ancestor that cannot be read says nothing", () => {
    const broken = new Proxy({} as ReadableSpan, {
      get() {
        throw new Error("gone");
      },
    });
    expect(action({}, [broken, agent("far")]).agent_name).toBe("far");
  });

  test("the session is found in the same way", () => {
    const around = spanOf({ attributes: { "gen_ai.conversation.id": "conv" } });
    expect(action({}, [spanOf(), around]).session_id).toBe("conv");
    expect(action()).not.toHaveProperty("session_id");
  });
});

describe("what ties actions together", () => {
  const around = spanOf({
    attributes: {
      "agent_actions.correlation_id": "abc-123",
      "agent_actions.project.name": "omniclaude",
      "agent_actions.debug_mode": false,
    },
  });

  test("the correlation id of the span or of a span around it, as a UUID and as its text", () => {
    const expected = {
      correlation_id: "c49f370c-d263-8111-9ccf-13e6688f4071",
      correlation_text: "abc-123",
    };
    expect(action({ attributes: { "agent_actions.correlation_id": "abc-123" } })).toMatchObject(expected);
    expect(action({}, [spanOf(), around])).toMatchObject(expected);
  });

  test("a UUID is itself, and has no other text", () => {
    const uuid = "11111111-2222-4333-8444-555555555555";
    const event = action({ attributes: { "agent_actions.correlation_id": uuid } });
    expect(event.correlation_id).toBe(uuid);
    expect(event).not.toHaveProperty("correlation_text");
  });

  test("a text that PostgreSQL would refuse is the one that will be stored", () => {
    const { correlation_id, correlation_text } = action({
      attributes: { "agent_actions.correlation_id": "a\0" },
    });
    expect(correlation_text).toBe("a\ufffd");
    expect(correlation_id).toBe(correlationId("a\ufffd").uuid);
  });

  test("without one, the trace id, so that a trace can be looked up by it", () => {
    expect(action().correlation_id).toBe("0af76519-16cd-43dd-8448-eb211c80319c");
  });

  test("project and debug mode come from around, then from the options", () => {
    expect(action({}, [around])).toMatchObject({ project_name: "omniclaude", debug_mode: false });
    const options = { projectName: "p", projectPath: "/p", workingDirectory: "/w", debugMode: false };
    expect(action({}, [], options)).toMatchObject({
      project_name: "p",
      project_path: "/p",
      working_directory: "/w",
      debug_mode: false,
    });
    expect(action().debug_mode).toBe(true);
  });
});

describe("content", () => {
  const attributes = { "gen_ai.tool.call.arguments": '{"a":1}', "gen_ai.tool.call.result": '"b"' };
  const hidden = { tool_parameters_hidden: true, tool_result_hidden: true, success: true };

  test("is in the event unless the conventions' variable says no, and the option wins", () => {
    const details = (options: TransformOptions = {}) => {
      const transformed = createTransform(options)(spanOf({ attributes: { ...TOOL, ...attributes } }));
      return transformed.outcome === "event" && (transformed.event as ActionEvent).action_details;
    };
    vi.stubEnv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", undefined);
    expect(details()).toMatchObject({ tool_parameters: { a: 1 }, tool_result: "b" });
    for (const off of ["false", "NO_CONTENT", "EVENT_ONLY"]) {
      vi.stubEnv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", off);
      expect(details(), off).toEqual(hidden);
      expect(details({ captureContent: true })).toMatchObject({ tool_result: "b" });
    }
    for (const on of ["true", "SPAN_ONLY", "span_and_event", "perhaps"]) {
      vi.stubEnv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", on);
      expect(details(), on).toMatchObject({ tool_result: "b" });
      expect(details({ captureContent: false })).toEqual(hidden);
    }
    vi.unstubAllEnvs();
  });

  test("calls of a model are actions as the variable says, and the option wins", () => {
    const span = spanOf({
      attributes: { "gen_ai.operation.name": "chat", "gen_ai.request.model": "large-1" },
    });
    const outcome = (options: TransformOptions = {}) => createTransform(options)(span).outcome;
    expect(outcome()).toBe("ignored");
    vi.stubEnv("AGENT_ACTIONS_EXPORTER_LLM_CALLS", "ALL");
    expect([outcome(), outcome({ llmCalls: "none" })]).toEqual(["event", "ignored"]);
    vi.stubEnv("AGENT_ACTIONS_EXPORTER_LLM_CALLS", "some");
    expect([outcome(), outcome({ llmCalls: "all" })]).toEqual(["ignored", "event"]);
    vi.unstubAllEnvs();
  });

  test("integers that a double cannot hold keep all their digits", () => {
    const result = '{"id":12345678901234567890,"n":1.5,"small":12,"text":"12345678901234567890"}';
    expect(action({ attributes: { "gen_ai.tool.call.result": result } }).action_details?.tool_result).toEqual(
      {
        id: "12345678901234567890",
        n: 1.5,
        small: 12,
        text: "12345678901234567890",
      },
    );
  });

  test("what is changed in the span later does not show in the event", () => {
    const result = { list: [1, { deep: "before" }] };
    const event = action({ attributes: { "gen_ai.tool.call.result": result } });
    result.list.length = 0;
    expect(event.action_details?.tool_result).toEqual({ list: [1, { deep: "before" }] });
  });

  test("credentials are hidden, and the user's own rules are heard", () => {
    const args = { "gen_ai.tool.call.arguments": '{"password":"p","internalId":7,"q":"x"}' };
    expect(
      action({ attributes: args }, [], { redaction: { keys: ["internal id"] } }).action_details,
    ).toMatchObject({ tool_parameters: { password: "[redacted]", internalId: "[redacted]", q: "x" } });
  });
});

describe("the dialects", () => {
  const custom: Dialect = {
    name: "ours",
    read: (span) =>
      span.name === "our tool"
        ? {
            is: "tool_call",
            name: "t",
            parameters: 1,
            result: 2,
            callId: undefined,
            failure: undefined,
          }
        : undefined,
    agentName: () => "our agent",
    sessionId: () => undefined,
  };

  test("can be the user's own", () => {
    const transformed = createTransform({ dialects: [custom] })(spanOf({ name: "our tool" }));
    expect(transformed).toMatchObject({
      outcome: "event",
      dialect: "ours",
      event: { source: "ours", agent_name: "our agent" },
    });
  });

  test("that throw cost their span, and nothing else", () => {
    const throwing: Dialect = {
      ...custom,
      read() {
        throw new RangeError("no");
      },
    };
    expect(createTransform({ dialects: [throwing] })(spanOf())).toEqual({
      outcome: "ignored",
      reason: "the span cannot be read: RangeError",
    });
  });
});

describe("any span whatsoever", () => {
  const KEYS = [
    ...["gen_ai.operation.name", "gen_ai.tool.name", "gen_ai.agent.name", "gen_ai.tool.call.id"],
    ...["gen_ai.tool.call.arguments", "gen_ai.tool.call.result", "gen_ai.conversation.id", "error.type"],
    ...["gen_ai.output.messages", "gen_ai.input.messages", "gen_ai.response.finish_reasons"],
    ...["mcp.method.name", "mcp.tool.name", "mcp.request.argument.a", "mcp.tool.result.content"],
    ...["mcp.tool.result.is_error", "mcp.tool.result.content_count", "mcp.tool.result.0.content"],
    ...["ai.operationId", "ai.toolCall.name", "ai.toolCall.args", "ai.toolCall.result"],
    ...["openinference.span.kind", "input.value", "output.value", "output.mime_type", "metadata"],
    ...["retrieval.documents.0.document.content", "guardrail.triggered", "tool.name", "session.id"],
    ...["agent_actions.kind", "agent_actions.action.type", "agent_actions.action.name"],
    ...["agent_actions.details", "agent_actions.correlation_id", "agent_actions.debug_mode"],
  ];
  const WORDS = [
    ...["execute_tool", "chat", "invoke_agent", "plan", "retrieval", "search_memory", "create_agent"],
    ...["tools/call", "resources/read", "elicitation/create", "ai.toolCall", "ai.generateText"],
    ...["ai.generateText.doGenerate", "TOOL", "AGENT", "LLM", "CHAIN", "RETRIEVER", "GUARDRAIL"],
    ...["execution", "routing_decision", "action", "tool_call", "decision", "error", "success", "task"],
    ...[
      "application/json",
      "__REDACTED__",
      "",
      " ",
      "{",
      '"a',
      '{"output":{"lc":1,"kwargs":{"content":[]}}}',
    ],
    ...[
      '{"output":[{"lg_name":"Command","goto":[{"lg_name":"Send"}]}]}',
      '{"isError":true,"content":[null,1]}',
    ],
    ...['{"lc_agent_name":"span"}', "12345678901234567890", 'x: {"error":1}', "null"],
  ];
  const hostile = new Proxy(
    {},
    {
      get() {
        throw new Error("no");
      },
      ownKeys() {
        throw new Error("no");
      },
    },
  );
  const anything = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...WORDS) },
    fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withNullPrototype: true }),
    fc.constant(hostile),
  );
  const keys = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...KEYS) }, fc.string());
  const numbers = fc.oneof(fc.integer(), fc.double(), fc.constant(Number.NaN));
  const time = fc.tuple(numbers, numbers);
  // One attribute that makes a dialect look at the span, most of the time.
  const speaking = fc.constantFrom(
    {},
    ...["execute_tool", "chat", "invoke_agent", "plan", "retrieval", "search_memory"].map((operation) => ({
      "gen_ai.operation.name": operation,
    })),
    ...["tools/call", "resources/read", "elicitation/create"].map((method) => ({
      "mcp.method.name": method,
    })),
    ...["ai.toolCall", "ai.generateText", "ai.embed.doEmbed"].map((id) => ({ "ai.operationId": id })),
    ...["TOOL", "AGENT", "LLM", "CHAIN", "RETRIEVER", "GUARDRAIL"].map((kind) => ({
      "openinference.span.kind": kind,
    })),
    ...["tool_call", "decision", "task", "error"].map((type) => ({ "agent_actions.action.type": type })),
  );
  const attributes = fc
    .tuple(fc.dictionary(keys, anything, { maxKeys: 12 }), speaking)
    .map(([some, said]) => ({ ...some, ...said }));
  const span = fc.record({
    name: fc.oneof(fc.string(), fc.constantFrom("handoff to x", "execute_tool t", "span", "")),
    scope: fc.constantFrom("ai", "gen_ai", "otel-agent-actions", "other"),
    attributes,
    status: fc.record({
      code: fc.integer({ min: -1, max: 3 }),
      message: fc.oneof(
        fc.string(),
        fc.constantFrom("E: x\n\nE: x\n    at y", "Tool execution was not approved."),
      ),
    }),
    exception: fc.dictionary(fc.constantFrom("exception.type", "exception.message", "x"), anything),
    kind: fc.integer({ min: 0, max: 4 }),
    startTime: time,
    endTime: time,
    resource: fc.dictionary(fc.constantFrom("service.name", "x"), anything),
  });

  test("gives an event that the contract takes, or a reason; nothing is thrown, and the span is not changed", () => {
    const transforms = (["none", "all"] as const).flatMap((llmCalls) =>
      [true, false].map((captureContent) => createTransform({ llmCalls, captureContent })),
    );
    fc.assert(
      fc.property(span, fc.array(span, { maxLength: 2 }), fc.nat(3), (parts, around, which) => {
        const made = spanOf(parts as SpanParts);
        const keysBefore = Object.keys(made.attributes);
        const ancestors = around.map((one) => spanOf(one as SpanParts));
        const transformed = transforms[which]?.(made, { ancestors });
        expect(Object.keys(made.attributes)).toEqual(keysBefore);
        if (transformed?.outcome !== "event") expect(transformed?.reason).not.toBe("");
        else {
          const { kind, event } = transformed;
          const { value, key } = serializeEvent(kind, event);
          const validated = validateEvent(kind, JSON.parse(value.toString()), ORIGIN);
          // The other kinds hold what their producer wrote, which may be anything.
          if (kind === "action") expect(validated).toMatchObject({ valid: true });
          if (validated.valid) expect(validated.event.correlation_id).toBe(key);
        }
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  test("that is no span at all gives a reason", () => {
    const transform = createTransform();
    for (const nothing of [undefined, null, 1, {}, hostile, { attributes: null }])
      expect(transform(nothing as unknown as ReadableSpan)).toMatchObject({ outcome: "ignored" });
  });
});
