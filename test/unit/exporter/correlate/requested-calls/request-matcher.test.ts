import { describe, expect, test } from "vitest";
import {
  RequestMatcher,
  type UntoldCall,
} from "../../../../../exporter/correlate/requested-calls/request-matcher.js";
import { HIDDEN } from "../../../../../exporter/read/dialects/common/captured.js";
import type { RequestedCall } from "../../../../../exporter/read/dialects/dialect.js";
import { readableSpan } from "../../../../../exporter/read/readable-span.js";

const TRACE = "0af7651916cd43dd8448eb211c80319c";

const model = (second: number, traceId = TRACE) =>
  readableSpan({
    traceId,
    spanId: `b7ad6b71692033${second}`,
    name: "chat",
    kind: 2,
    startTime: [second, 0],
    endTime: [second + 1, 0],
    status: { code: 0 },
    attributes: {},
  });

const request = (callId: string | undefined, name: string, parameters: unknown): RequestedCall => ({
  callId,
  name,
  parameters,
});

const call = (more: Partial<UntoldCall> = {}): UntoldCall => ({
  traceId: TRACE,
  start: [15, 0],
  name: "charge",
  callId: undefined,
  parameters: { amount: 3 },
  ...more,
});

function askedBefore(...requested: readonly RequestedCall[]): RequestMatcher {
  const matcher = new RequestMatcher();
  matcher.asked(model(10), requested);
  return matcher;
}

describe("a call that does not say its id", () => {
  test("is the one that the model asked for, once", () => {
    const matcher = askedBefore(
      request("call_1", "look_up", { amount: 3 }),
      request("call_2", "charge", { amount: 3 }),
    );
    expect(matcher.take(call())).toEqual({ name: "charge", callId: "call_2" });
    expect(matcher.take(call())).toBeUndefined();
  });

  test("is none of two that it could be", () => {
    const matcher = askedBefore(
      request("call_1", "charge", { amount: 3 }),
      request("call_2", "charge", { amount: 3 }),
    );
    expect(matcher.take(call())).toBeUndefined();
  });

  test("is the other of two when one of them was told by its id", () => {
    const matcher = askedBefore(
      request("call_1", "charge", { amount: 3 }),
      request("call_2", "charge", { amount: 3 }),
    );
    expect(matcher.take(call({ callId: "call_1" }))).toEqual({ name: "charge", callId: "call_1" });
    expect(matcher.take(call())).toEqual({ name: "charge", callId: "call_2" });
  });

  test.each([
    { but: "of another tool", more: { name: "refund" } },
    { but: "with other arguments", more: { parameters: { amount: 4 } } },
    { but: "with more arguments", more: { parameters: { amount: 3, currency: "EUR" } } },
    { but: "with hidden arguments", more: { parameters: HIDDEN } },
    { but: "of another trace", more: { traceId: "00000000000000000000000000000001" } },
    { but: "from before the model was asked", more: { start: [9, 0] as const } },
  ])("is not one $but", ({ more }) => {
    const matcher = askedBefore(request("call_1", "charge", { amount: 3 }));
    expect(matcher.take(call(more as Partial<UntoldCall>))).toBeUndefined();
    expect(matcher.take(call())).toEqual({ name: "charge", callId: "call_1" });
  });

  test("is not one whose arguments the model's span does not tell, or that has no id", () => {
    const matcher = askedBefore(
      request("call_1", "charge", HIDDEN),
      request(undefined, "charge", { amount: 3 }),
    );
    expect(matcher.take(call())).toBeUndefined();
  });

  test("without a name is the only one with its arguments", () => {
    const matcher = askedBefore(
      request("call_1", "look_up", { key: 1 }),
      request("call_2", "charge", { amount: 3 }),
    );
    expect(matcher.take(call({ name: undefined }))).toEqual({ name: "charge", callId: "call_2" });
  });
});

test("a part of a call, which a span around it says to be, is not given its id", () => {
  const matcher = askedBefore(request("call_1", "charge", { amount: 3 }));
  expect(matcher.take(call(), (callId) => callId === "call_1")).toBeUndefined();
  expect(matcher.take(call({ callId: "call_1" }), () => true)).toEqual({ name: "charge", callId: "call_1" });
});

test("a request that two layers recorded is one request", () => {
  const matcher = askedBefore(request("call_1", "charge", { amount: 3 }));
  matcher.asked(model(11), [request("call_1", "charge", { amount: 3 })]);
  expect(matcher.take(call())).toEqual({ name: "charge", callId: "call_1" });
  expect(matcher.take(call())).toBeUndefined();
});
