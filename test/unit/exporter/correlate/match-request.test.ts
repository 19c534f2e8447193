import { describe, expect, test } from "vitest";
import { CorrelationMemory } from "../../../../exporter/correlate/correlation-memory.js";
import {
  addRequests,
  type MatchedRequest,
  matchRequest,
} from "../../../../exporter/correlate/model-requests.js";
import type { Observation, Said } from "../../../../exporter/correlate/observation.js";
import { HIDDEN } from "../../../../exporter/read/dialects/common/captured.js";
import { type RequestedCall, UNNAMED } from "../../../../exporter/read/dialects/dialect.js";

const TRACE = "0af7651916cd43dd8448eb211c80319c";

let count = 0;

const observed = (start: number, said: Said, more: { readonly traceId?: string } = {}): Observation => ({
  key: `span-${++count}`,
  sender: "default",
  resource: "svc",
  traceId: TRACE,
  spanId: "b7ad6b7169203331",
  parentSpanId: undefined,
  start: [start, 0],
  end: [start + 1, 0],
  scope: "t",
  kind: 0,
  dialect: "gen-ai",
  ...said,
  ...more,
});

const request = (callId: string | undefined, name: string, parameters: unknown): RequestedCall => ({
  callId,
  name,
  parameters,
});

interface Call {
  readonly traceId?: string;
  readonly start?: number;
  readonly name?: string;
  readonly callId?: string;
  readonly parameters?: unknown;
}

const call = ({
  traceId = TRACE,
  start = 15,
  name = "charge",
  callId,
  parameters = { amount: 3 },
}: Call = {}) =>
  observed(start, { is: "tool_call", name, callId, requestId: undefined, parameters }, { traceId });

/** What a model asked for, one span after the other. */
function askedBefore(...models: readonly (readonly RequestedCall[])[]) {
  const draft = new CorrelationMemory(1e6).draft();
  for (const [at, requested] of models.entries())
    addRequests(draft, {
      one: observed(10 + at, { is: "model_call", requested, answered: [] }),
      session: () => undefined,
    });
  return {
    take: (
      one: Observation,
      isReported: (callId: string) => boolean = () => false,
    ): MatchedRequest | undefined => matchRequest(draft, one, isReported),
  };
}

describe("a call that does not say its id", () => {
  test("is the one that the model asked for, once", () => {
    const matcher = askedBefore([
      request("call_1", "look_up", { amount: 3 }),
      request("call_2", "charge", { amount: 3 }),
    ]);
    expect(matcher.take(call())).toEqual({ name: "charge", callId: "call_2" });
    expect(matcher.take(call())).toBeUndefined();
  });

  test("is none of two that it could be", () => {
    const matcher = askedBefore([
      request("call_1", "charge", { amount: 3 }),
      request("call_2", "charge", { amount: 3 }),
    ]);
    expect(matcher.take(call())).toBeUndefined();
  });

  test("is the other of two when one of them was told by its id", () => {
    const matcher = askedBefore([
      request("call_1", "charge", { amount: 3 }),
      request("call_2", "charge", { amount: 3 }),
    ]);
    expect(matcher.take(call({ callId: "call_1" }))).toEqual({ name: "charge", callId: "call_1" });
    expect(matcher.take(call())).toEqual({ name: "charge", callId: "call_2" });
  });

  test.each([
    { but: "of another tool", more: { name: "refund" } },
    { but: "with other arguments", more: { parameters: { amount: 4 } } },
    { but: "with more arguments", more: { parameters: { amount: 3, currency: "EUR" } } },
    { but: "with hidden arguments", more: { parameters: HIDDEN } },
    { but: "of another trace", more: { traceId: "00000000000000000000000000000001" } },
    { but: "from before the model was asked", more: { start: 9 } },
  ])("is not one $but", ({ more }) => {
    const matcher = askedBefore([request("call_1", "charge", { amount: 3 })]);
    expect(matcher.take(call(more))).toBeUndefined();
    expect(matcher.take(call())).toEqual({ name: "charge", callId: "call_1" });
  });

  test("is not one whose arguments the model's span does not tell, or that has no id", () => {
    const matcher = askedBefore([
      request("call_1", "charge", HIDDEN),
      request(undefined, "charge", { amount: 3 }),
    ]);
    expect(matcher.take(call())).toBeUndefined();
  });

  test("without a name is the only one with its arguments", () => {
    const matcher = askedBefore([
      request("call_1", "look_up", { key: 1 }),
      request("call_2", "charge", { amount: 3 }),
    ]);
    expect(matcher.take(call({ name: UNNAMED }))).toEqual({ name: "charge", callId: "call_2" });
  });
});

test("a part of a call, which a span around it says to be, is not given its id", () => {
  const matcher = askedBefore([request("call_1", "charge", { amount: 3 })]);
  expect(matcher.take(call(), (callId) => callId === "call_1")).toBeUndefined();
  expect(matcher.take(call({ callId: "call_1" }), () => true)).toEqual({ name: "charge", callId: "call_1" });
});

test("a request that two layers recorded is one request", () => {
  const charge = [request("call_1", "charge", { amount: 3 })];
  const matcher = askedBefore(charge, charge);
  expect(matcher.take(call())).toEqual({ name: "charge", callId: "call_1" });
  expect(matcher.take(call())).toBeUndefined();
});
