import { expect, test } from "vitest";
import { processEndOf } from "../../../../exporter/deliver/process-end.js";

interface Pipeline {
  readonly isStuck?: boolean;
  readonly hasSpool?: boolean;
  readonly inTime?: boolean;
}

/** What a pipeline is asked to do at the end of its process. */
async function atEnd(
  { isStuck = false, hasSpool = false, inTime = true }: Pipeline,
  isSignal: boolean,
  isEnd: boolean,
): Promise<string[]> {
  const done: string[] = [];
  const end = processEndOf({
    flushTimeoutMillis: 7_000,
    hasPending: true,
    hasSpool,
    isStuck,
    flush: async (...limits) => {
      done.push(`flush ${limits.join(" ")}`);
      return inTime;
    },
    finishReplay: () => void done.push("finish replay"),
    sayEnd: async () => void done.push("say end"),
    keepLeft: () => undefined,
    report: () => undefined,
  });
  await end.flush(isSignal, isEnd);
  return done.slice(1);
}

test("a process that is told to end while Kafka is away waits for nothing", async () => {
  expect(await atEnd({ isStuck: true }, true, true)).toEqual([]);
  expect(await atEnd({ isStuck: true, hasSpool: true }, true, true)).toEqual([]);
});

test("the agent of one that is told to end works on for a second or two at most", async () => {
  expect(await atEnd({}, true, true)).toEqual(["flush 2000 0", "say end"]);
  expect(await atEnd({ hasSpool: true, inTime: false }, true, true)).toEqual(["flush 1000 0"]);
});

test("a program that listens itself decides when it ends, so there is time", async () => {
  expect(await atEnd({ isStuck: true }, true, false)).toEqual(["flush 7000 2000"]);
});

test("one that has nothing left to do is kept, and not for long where the disk is as safe", async () => {
  expect(await atEnd({}, false, true)).toEqual(["flush 7000 7000", "say end"]);
  expect(await atEnd({ hasSpool: true }, false, true)).toEqual(["flush 7000 2000", "say end"]);
});
