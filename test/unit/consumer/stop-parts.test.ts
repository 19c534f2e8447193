import pino from "pino";
import { expect, test, vi } from "vitest";
import type { ConsumerParts } from "../../../src/consumer/consumer-parts.js";
import { stopParts } from "../../../src/consumer/stop-parts.js";

/** The parts that a stop touches; each step is recorded, and one of them fails. */
function setUp(failing: string) {
  const steps: string[] = [];
  const step =
    <Result>(name: string, result: Result) =>
    async (): Promise<Result> => {
      steps.push(name);
      if (name === failing) throw new RangeError("of a step");
      return result;
    };
  const parts = {
    log: pino({ level: "silent" }),
    options: { groupId: "g" },
    writer: { queued: { rows: 0 }, drained: step("writes", undefined), stop: vi.fn() },
    deadLetters: { waiting: 0, drained: step("dead letters", undefined) },
    buffer: { stop: vi.fn() },
    committer: { finish: step("commit", true), stop: vi.fn() },
    source: { status: { state: "running" }, stop: step("group", undefined) },
    deadLetterProducer: { close: step("producer", undefined) },
    pool: { end: step("pool", undefined) },
    probePool: { end: async () => undefined },
    probe: { stop: vi.fn() },
    producers: { stop: step("watch", true) },
    postgres: { isOutage: false },
    deadLetterTopic: { isOutage: false },
    giveUp: new AbortController(),
  };
  return { parts: parts as unknown as ConsumerParts, steps, stop: parts.committer.stop };
}

const ALL = ["writes", "dead letters", "commit", "group", "producer", "watch", "pool"];

test("stops in order", async () => {
  const { parts, steps } = setUp("none");
  await stopParts(parts, 1_000);
  expect(steps).toEqual(ALL);
});

test.each([
  ["commit", "the last commit"],
  ["group", "the group"],
  ["producer", "the dead-letter producer"],
])("takes every step when %s fails, and says which did not succeed", async (failing, name) => {
  const { parts, steps, stop } = setUp(failing);
  await expect(stopParts(parts, 1_000.5)).rejects.toThrow(name);
  expect(steps).toEqual(ALL);
  expect(stop).toHaveBeenCalledOnce();
});
