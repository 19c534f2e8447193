import { describe, expect, test } from "vitest";
import {
  type ActionDefinition,
  createDialect,
  createTransform,
  DIALECTS,
  type DialectDefinition,
} from "../../../../../exporter/index.js";
import type { ActionEvent } from "../../../../../src/event/index.js";
import { ERROR, type SpanParts, spanOf } from "../../spans.js";

const acme = (
  action: Partial<ActionDefinition> = {},
  more: Partial<DialectDefinition> = {},
): DialectDefinition => ({
  name: "acme",
  actions: [{ type: "tool_call", where: { attributes: { "acme.kind": "tool" } }, ...action }],
  ...more,
});

function action(
  definition: DialectDefinition,
  { attributes, ...parts }: SpanParts,
  around: SpanParts[] = [],
): ActionEvent {
  const transform = createTransform({ captureContent: true, dialects: [definition, ...DIALECTS] });
  const span = spanOf({ name: "acme span", ...parts, attributes: { "acme.kind": "tool", ...attributes } });
  const transformed = transform(span, { ancestors: around.map(spanOf) });
  if (transformed.outcome !== "event") throw new Error(transformed.reason);
  return transformed.event as ActionEvent;
}

const isTaken = (where: ActionDefinition["where"], parts: SpanParts): boolean =>
  createDialect(acme({ where })).read(spanOf(parts), []) !== undefined;

describe("which spans", () => {
  test.each<[string, ActionDefinition["where"], SpanParts, SpanParts]>([
    ["the scope", { scope: "acme" }, { scope: "acme" }, { scope: "other" }],
    ["one of some scopes", { scope: ["a", "b"] }, { scope: "b" }, { scope: "c" }],
    ["a name by its beginning", { name: { prefix: "tool " } }, { name: "tool x" }, { name: "a tool x" }],
    ["a name by a pattern", { name: { pattern: "^t.+l$" } }, { name: "tool" }, { name: "tools" }],
    [
      "an attribute's text",
      { attributes: { k: "v" } },
      { attributes: { k: "v" } },
      { attributes: { k: "w" } },
    ],
    ["an attribute's number", { attributes: { k: 1 } }, { attributes: { k: 1 } }, { attributes: { k: "1" } }],
    [
      "an attribute's boolean",
      { attributes: { k: false } },
      { attributes: { k: false } },
      { attributes: {} },
    ],
    [
      "one of some values",
      { attributes: { k: ["a", 2] } },
      { attributes: { k: 2 } },
      { attributes: { k: 3 } },
    ],
    ["an attribute that is there", { attributes: { k: { exists: true } } }, { attributes: { k: 0 } }, {}],
    ["an attribute that is not", { attributes: { k: { exists: false } } }, {}, { attributes: { k: 0 } }],
    [
      "a value by its beginning",
      { attributes: { k: { prefix: "a" } } },
      { attributes: { k: "ab" } },
      { attributes: { k: "ba" } },
    ],
    [
      "a value by a pattern",
      { attributes: { k: { pattern: "^\\d+$" } } },
      { attributes: { k: 12 } },
      { attributes: {} },
    ],
    ["all that is said", { scope: "s", name: "n" }, { scope: "s", name: "n" }, { scope: "s", name: "m" }],
  ])("%s", (_what, where, fits, other) => {
    expect(isTaken(where, fits)).toBe(true);
    expect(isTaken(where, other)).toBe(false);
  });

  test("the first action that fits says what a span is", () => {
    const definition = acme(
      {},
      {
        actions: [
          { type: "none", where: { attributes: { "acme.kind": "tool", "acme.quiet": true } } },
          { type: "tool_call", where: { attributes: { "acme.kind": "tool" } } },
        ],
      },
    );
    expect(() => action(definition, { attributes: { "acme.quiet": true } })).toThrow("no action");
    expect(action(definition, {}).action_name).toBe("acme span");
  });

  test("a span that none fits is left to the dialects after it", () => {
    const transform = createTransform({ dialects: [acme(), ...DIALECTS] });
    const span = spanOf({ attributes: { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "t" } });
    expect(transform(span)).toMatchObject({ outcome: "event", dialect: "gen-ai" });
  });
});

describe("where values are", () => {
  const reads = (source: ActionDefinition["result"], parts: SpanParts) =>
    action(acme({ result: source as never }), parts).action_details?.tool_result;

  test.each<[string, NonNullable<ActionDefinition["result"]>, SpanParts, unknown]>([
    ["an attribute", "r", { attributes: { r: "text" } }, "text"],
    ["JSON in an attribute", "r", { attributes: { r: '{"a":[1]}' } }, { a: [1] }],
    ["a structured attribute", "r", { attributes: { r: { a: [1] } } }, { a: [1] }],
    ["the first that is there", ["x", "r"], { attributes: { r: 0 } }, 0],
    ["a member", { from: "r", path: "a[1].b" }, { attributes: { r: '{"a":[0,{"b":"c"}]}' } }, "c"],
    ["a member after $", { from: "r", path: "$.a" }, { attributes: { r: '{"a":1}' } }, 1],
    ["a list's last item", { from: "r", path: ["x.y", -1] }, { attributes: { r: '{"x.y":[1,2]}' } }, 2],
    ["a member in quotes", { from: "r", path: '["x.y"][0]' }, { attributes: { r: '{"x.y":[1,2]}' } }, 1],
    [
      "a member that is JSON once more",
      { from: "r", path: "a" },
      { attributes: { r: '{"a":"{\\"b\\":1}"}' } },
      { b: 1 },
    ],
    ["a part of a text", { from: "span.name", pattern: "^tool (.+)$" }, { name: "tool x" }, "x"],
    ["all that a pattern found", { from: "r", pattern: "\\d+" }, { attributes: { r: "a 12 b" } }, 12],
    ["the scope's name", "scope.name", { scope: "acme-sdk" }, "acme-sdk"],
    [
      "many attributes",
      { prefix: "arg." },
      { attributes: { "arg.a": '"x"', "arg.b": "[1]", other: 1 } },
      { a: "x", b: [1] },
    ],
    ["a constant", { value: "fixed" }, {}, "fixed"],
    ["nothing that inherits", { from: "r", path: "constructor" }, { attributes: { r: '{"a":1}' } }, null],
  ])("%s", (_what, source, parts, expected) => {
    expect(reads(source, parts)).toEqual(expected);
  });

  test("an expression sees the beginning of a long text", () => {
    const source = { from: "r", pattern: "\\d+" };
    expect(reads(source, { attributes: { r: `${"x".repeat(9_990)}12` } })).toBe(12);
    expect(reads(source, { attributes: { r: `${"x".repeat(10_000)}12` } })).toBeNull();
  });

  test("every field of a tool call", () => {
    const definition = acme(
      {
        name: "acme.tool",
        arguments: "acme.in",
        result: "acme.out",
        callId: "acme.id",
        details: { region: "acme.region", nothing: "acme.none" },
      },
      { agent: "acme.agent", session: ["acme.session", "acme.thread"] },
    );
    const around = [{ attributes: { "acme.agent": "Ada" } }, { attributes: { "acme.thread": 7 } }];
    const attributes = {
      "acme.tool": "search",
      "acme.in": '{"q":1}',
      "acme.out": "found",
      "acme.id": "c-1",
      "acme.region": "eu",
    };
    expect(action(definition, { attributes }, around)).toMatchObject({
      source: "acme",
      action_type: "tool_call",
      action_name: "search",
      agent_name: "Ada",
      session_id: "7",
      tool_call_id: "c-1",
      action_details: { tool_parameters: { q: 1 }, tool_result: "found", success: true, region: "eu" },
    });
  });

  test("an agent that an action names is the agent of all below, and of nobody else", () => {
    const definition = acme(
      {},
      {
        actions: [
          {
            type: "run",
            where: { name: { prefix: "agent " } },
            agent: { from: "span.name", pattern: "^agent (.+)" },
          },
          { type: "tool_call", where: { attributes: { "acme.kind": "tool" } } },
        ],
      },
    );
    const around = [{ name: "a step" }, { name: "agent Ada" }];
    expect(action(definition, {}, around).agent_name).toBe("Ada");
    expect(action(definition, {}, [{ name: "a step" }]).agent_name).toBe("svc");
  });
});

describe("failures", () => {
  const failing = acme({ error: "acme.error", errorType: "acme.code" });

  test("the message that the definition names", () => {
    expect(action(failing, { attributes: { "acme.error": "no money", "acme.code": "E42" } })).toMatchObject({
      status: "error",
      error_type: "E42",
      error_message: "no money",
      action_details: { success: false },
    });
  });

  test("a flag says that, and false does not", () => {
    const status = { ...ERROR, message: "told by the status" };
    const told = action(failing, { attributes: { "acme.error": true }, status });
    expect(told).toMatchObject({ status: "error", error_message: "told by the status" });
    expect(action(failing, { attributes: { "acme.error": false } }).status).toBe("ok");
  });

  test("the general rules hold beside it", () => {
    expect(action(acme(), { attributes: { "error.type": "timeout" } })).toMatchObject({
      error_type: "timeout",
    });
  });
});

describe("content that is hidden", () => {
  const definition = acme({ arguments: "in", result: "out", absent: "hidden" }, { masks: ["<masked>"] });

  test("a mask is no value", () => {
    const { action_details } = action(definition, { attributes: { in: "<masked>", out: 1 } });
    expect(action_details).toEqual({ tool_parameters_hidden: true, tool_result: 1, success: true });
  });

  test("absent values are hidden where the definition says so, and the result of a failure is none", () => {
    expect(action(definition, {}).action_details).toMatchObject({ tool_result_hidden: true });
    expect(action(definition, { status: ERROR }).action_details).toMatchObject({
      tool_parameters_hidden: true,
      tool_result: null,
    });
    expect(action(acme({ arguments: "in" }), {}).action_details).toMatchObject({ tool_parameters: null });
  });
});

describe("the other types", () => {
  test("a decision", () => {
    const definition = acme({
      type: "decision",
      decision: "handoff",
      name: "to",
      arguments: "why",
      result: "to",
    });
    expect(action(definition, { attributes: { to: "billing", why: "a refund" } })).toMatchObject({
      action_type: "decision",
      action_name: "billing",
      action_details: { decision_type: "handoff", decision_context: "a refund", decision_result: "billing" },
    });
  });

  test("a run that ends well, and one that does not", () => {
    const definition = acme({ type: "run", name: "task" });
    const attributes = { task: "nightly", "gen_ai.usage.input_tokens": 3 };
    expect(action(definition, { attributes })).toMatchObject({
      action_type: "success",
      action_name: "nightly",
      action_details: { input_tokens: 3 },
    });
    expect(action(definition, { attributes, status: { ...ERROR, message: "late" } })).toMatchObject({
      action_type: "error",
      error_message: "late",
    });
  });

  test("an error, whatever the status", () => {
    const definition = acme({ type: "error", errorType: "code", error: "text", details: { where: "place" } });
    const attributes = { code: "E1", text: "lost", place: "mars" };
    expect(action(definition, { attributes })).toMatchObject({
      action_type: "error",
      action_name: "E1",
      status: "error",
      action_details: { error_type: "E1", error_message: "lost", error_context: { where: "mars" } },
    });
  });

  test("a call of a model becomes an action when it failed", () => {
    const definition = acme({ type: "model_call", name: "model" });
    expect(() => action(definition, { attributes: { model: "m" } })).toThrow("went well");
    expect(action(definition, { attributes: { model: "m" }, status: ERROR })).toMatchObject({
      action_type: "error",
      action_details: { error_context: { model_call: "m" } },
    });
  });
});
