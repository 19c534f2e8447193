import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readOtlpJson } from "../../../../exporter/otlp-spans.js";
import { createTransform, type TransformOptions } from "../../../../exporter/transform.js";
import type { ActionEvent, ActionType } from "../../../../src/event/index.js";

/** What the program did, as its author would tell it. Left out: the same as in {@link Told}'s defaults. */
export interface Told {
  readonly agent: string;
  readonly session?: string;
  readonly call?: string;
  /** `[type, message]`; a `undefined` message is one that the span does not have. */
  readonly error?: readonly [type: string, message: string | undefined];
  /** Exactly the details, except `error_context`, of which the stack is left out. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** `[first six digits of the span id, type of action, name, the rest]` */
export type Row = readonly [id: string, type: ActionType, name: string, told: Told];

/** What a tool call's details say. A failed one gave nothing, unless it is told otherwise. */
export const called = (tool_parameters: unknown, tool_result: unknown = null, more: object = {}) => ({
  tool_parameters,
  tool_result,
  success: true,
  ...more,
});

export const failed = (tool_parameters: unknown, error_message?: string, tool_result: unknown = null) => ({
  tool_parameters,
  tool_result,
  success: false,
  ...(error_message !== undefined && { error_message }),
});

export const HIDDEN_CALL = { tool_parameters_hidden: true, tool_result_hidden: true, success: true };
export const hiddenFailure = (error_message?: string) => ({
  tool_parameters_hidden: true,
  tool_result: null,
  success: false,
  ...(error_message !== undefined && { error_message }),
});

export const errorDetails = (error_type: string, error_message: string, error_context: object) => ({
  error_type,
  error_message,
  error_context,
});

export interface Capture {
  readonly file: string;
  readonly source: string;
  /** Rows of another source than the file's. */
  readonly sources?: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
  /** Names of spans that are no actions, each with a piece of the reason. */
  readonly others: Readonly<Record<string, string>>;
  readonly options?: TransformOptions;
}

/** Holds a captured file against what was done: all of its actions, with all their values, and nothing else. */
export function testCapture({ file, source, sources = {}, rows, others, options = {} }: Capture): void {
  const transform = createTransform({ captureContent: true, ...options });
  const spans = readOtlpJson(readFileSync(`test/fixtures/spans/${file}.otlp.json`, "utf8"));
  const mapped = spans.map(({ span, ancestors }) => ({
    id: span.spanContext().spanId.slice(0, 6),
    span,
    transformed: transform(span, { ancestors }),
  }));

  for (const [id, type, name, told] of rows)
    test(`${id} is the ${type} ${name} of ${told.agent}`, () => {
      const found = mapped.find((one) => one.id === id)?.transformed;
      if (found?.outcome !== "event") throw new Error(`${id} is no action: ${found?.reason}`);
      expect(found.dialect).toBe(sources[id] ?? source);
      expect(summary(found.event as ActionEvent)).toEqual(summaryOf(type, name, told, sources[id] ?? source));
    });

  test("nothing else is an action", () => {
    const actions = mapped.filter(({ transformed }) => transformed.outcome === "event").map(({ id }) => id);
    expect(actions.sort()).toEqual(rows.map(([id]) => id).sort());
  });

  test("what is no action is told why", () => {
    const reasons: Record<string, string> = {};
    for (const { span, transformed } of mapped)
      if (transformed.outcome === "not_an_action") reasons[span.name] = transformed.reason;
    for (const [name, reason] of Object.entries(others)) expect(reasons[name], name).toContain(reason);
    expect(Object.keys(reasons).sort()).toEqual(Object.keys(others).sort());
  });
}

function summary(event: ActionEvent) {
  const details = structuredClone(event.action_details) as Record<string, Record<string, unknown>>;
  if (details.error_context !== undefined) delete details.error_context.stacktrace;
  return {
    type: event.action_type,
    name: event.action_name,
    agent: event.agent_name,
    session: event.session_id,
    call: event.tool_call_id,
    status: event.status,
    error: event.error_type === undefined ? undefined : [event.error_type, event.error_message],
    source: event.source,
    details,
  };
}

function summaryOf(
  type: ActionType,
  name: string,
  { agent, session, call, error, details }: Told,
  source: string,
) {
  const status = error === undefined ? "ok" : "error";
  return { type, name, agent, session, call, status, error: error && [...error], source, details };
}
