import { expect, test } from "vitest";
import { withAncestors } from "../../../exporter/correlate/span-ancestors.js";
import { SpanCorrelator } from "../../../exporter/correlate/span-correlator.js";
import type { ReadableSpan } from "../../../exporter/read/sdk-types.js";
import { EnvReader } from "../../../src/config/env-reader.js";
import { resolveKafkaSettings } from "../../../src/config/kafka-settings.js";
import { DEFAULT_TOPICS } from "../../../src/event/index.js";
import { SpanDelivery } from "../../../src/otlp/span-delivery.js";
import { answers, error, LATER_TRACE, model, span, wants } from "../exporter/correlate/model-spans.js";
import { away, FakeTransport, heldBack, sent } from "../exporter/fake-transport.js";

function setUp(env: NodeJS.ProcessEnv = {}) {
  const transport = new FakeTransport();
  const delivery = new SpanDelivery({
    kafka: resolveKafkaSettings({}, new EnvReader({})),
    topics: DEFAULT_TOPICS,
    transport,
    env: { AGENT_ACTIONS_EXPORTER_LINGER_MS: "0", ...env },
    spanAttributions: "awaited",
  });
  const landed = () => transport.landed.map(({ value }) => value.toString());
  const rows = () => landed().map((text) => JSON.parse(text));
  return { transport, delivery, landed, rows };
}

const asks = (traceId?: string, args: object = { n: 1 }) =>
  model({ id: "b1", at: [0, 1], ...(traceId && { traceId }) }, [], [wants("call_1", "pay", args)]);
const tool = (traceId?: string) =>
  span({
    id: "b2",
    at: [2, 3],
    ...(traceId && { traceId }),
    attributes: {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "pay",
      "gen_ai.tool.call.arguments": '{"n":1}',
    },
  });
const reports = (traceId?: string) =>
  model({ id: "b3", at: [4, 5], ...(traceId && { traceId }) }, [answers("call_1", "pay", error("no"))], []);

test("events correct rows only where their source says so, and are the same events", async () => {
  const { transport, delivery, landed } = setUp();
  await delivery.deliver([tool()], {});
  await delivery.deliver([tool()], {}, undefined, true);
  expect(transport.landed.map(({ headers }) => headers["mapping-correction"])).toEqual([undefined, "true"]);
  expect(new Set(landed()).size).toBe(1);
  await delivery.close(0);
});

test("a request that failed and is sent again becomes the same records, also after others of its trace", async () => {
  const { transport, delivery, landed } = setUp();
  const request: readonly ReadableSpan[] = [
    asks(),
    tool(),
    model({ id: "b4", at: [6, 7] }, [], [wants("c2", "fly", {})]),
  ];
  const told = [model({ id: "b5", at: [8, 9] }, [answers("c2", "fly", error("no such tool"))], [])];
  transport.answer = away;
  expect(await delivery.deliver([...request, ...told], { waitMillis: 0 })).toEqual({
    status: "not_acknowledged",
  });
  transport.answer = sent;
  await expect.poll(() => delivery.stats().buffered + delivery.stats().inFlight).toBe(0);
  expect(await delivery.deliver([...request, ...told], {})).toMatchObject({ status: "delivered", events: 2 });
  const once = new Set(landed());
  expect([...once].map((text) => JSON.parse(text).tool_call_id).sort()).toEqual(["c2", "call_1"]);
  expect(await delivery.deliver([...request, ...told], {})).toMatchObject({ status: "delivered", events: 2 });
  expect(new Set(landed())).toEqual(once);
  await delivery.close(0);
});

test("requests of one sender and trace are worked on in order: the second knows what the first said", async () => {
  const { transport, delivery, rows } = setUp();
  const held = heldBack();
  transport.answer = held.answer;
  const first = delivery.deliver([asks(), tool()], {});
  const second = delivery.deliver([reports()], {});
  // Neither another trace nor another sender has to wait.
  const others = [delivery.deliver([asks(LATER_TRACE)], {}), delivery.deliver([asks()], {}, "other")];
  expect(await Promise.all(others)).toMatchObject([{ status: "delivered" }, { status: "delivered" }]);
  await held.asked;
  held.release({ status: "sent" });
  transport.answer = sent;
  expect(await Promise.all([first, second])).toMatchObject([
    { status: "delivered", events: 1 },
    { status: "delivered", events: 0 },
  ]);
  expect(rows()).toMatchObject([{ action_name: "pay", tool_call_id: "call_1" }]);
  await delivery.close(0);
});

test("a request that waits for its turn gives up at its own deadline, or when it is aborted", async () => {
  const { transport, delivery } = setUp();
  const held = heldBack();
  transport.answer = held.answer;
  const first = delivery.deliver([tool()], {});
  await held.asked;
  const patience = new AbortController();
  const waiting = [
    delivery.deliver([reports()], { waitMillis: 10 }),
    delivery.deliver([reports()], { signal: patience.signal }),
  ];
  expect(await waiting[0]).toEqual({ status: "not_acknowledged" });
  patience.abort();
  expect(await waiting[1]).toEqual({ status: "not_acknowledged" });
  held.release({ status: "sent" });
  expect(await first).toMatchObject({ status: "delivered" });
  await delivery.close(0);
});

test("what one sender's model asked for is in no row of another, in the same trace and by the same id", async () => {
  const { delivery, landed } = setUp();
  await delivery.deliver([asks(undefined, { customer: "ACME" })], {}, "a");
  await delivery.deliver([reports()], {}, "b");
  await delivery.deliver([reports(LATER_TRACE)], {}, "a");
  expect(landed()).toHaveLength(2);
  for (const text of landed()) expect(text).not.toContain("ACME");
  await delivery.deliver([reports()], {}, "a");
  expect(landed().at(-1)).toContain("ACME");
  await delivery.close(0);
});

test("whose the spans are is said by AGENT_ACTIONS_SENDER, where the caller does not say it", async () => {
  const { delivery, landed } = setUp({ AGENT_ACTIONS_SENDER: "team" });
  await delivery.deliver([asks(undefined, { customer: "ACME" })], {}, "team");
  await delivery.deliver([reports()], {});
  expect(landed().at(-1)).toContain("ACME");
  await delivery.close(0);
});

test("spans whose ids are not valid are told from each other, and nothing vanishes", () => {
  const zero = (name: string) =>
    span({
      id: "0",
      at: [0, 1],
      attributes: { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": name },
    });
  const correlator = new SpanCorrelator();
  const { spans } = correlator.prepare(withAncestors([zero("a"), tool(), zero("b")]));
  expect(spans.map(({ transformed }) => transformed.outcome)).toEqual(["invalid", "event", "invalid"]);
});
