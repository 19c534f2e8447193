import { EventEmitter } from "node:events";
import { expect, onTestFinished, test, vi } from "vitest";
import type { FromThread, ToThread } from "../../../../exporter/large-results/keep-messages.js";
import {
  type KeepThread,
  type KeptContent,
  LargeResultKeeper,
} from "../../../../exporter/large-results/large-result-keeper.js";
import { LargeText } from "../../../../exporter/read/large-text.js";

const WRITTEN = { sha256: "a".repeat(64), bytes: 7, storedBytes: 5 };
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A thread of which the test decides what it says. */
class Thread extends EventEmitter implements KeepThread {
  readonly texts: string[] = [];
  isTerminated = false;
  #parts: string[] = [];
  longestPart = 0;

  postMessage(message: ToThread): void {
    if ("end" in message) {
      this.texts.push(this.#parts.join(""));
      this.#parts = [];
      this.emit("content");
    } else {
      this.longestPart = Math.max(this.longestPart, message.part.length);
      this.#parts.push(message.part);
    }
  }

  says(message: FromThread): void {
    this.emit("message", message);
  }

  unref(): void {}

  async terminate(): Promise<void> {
    this.isTerminated = true;
  }
}

function keeperWith(onStart: (thread: Thread) => void = () => undefined) {
  const threads: Thread[] = [];
  const failures: string[] = [];
  const keeper = new LargeResultKeeper({
    folder: "/nowhere",
    maxBytes: 1_000,
    redaction: {},
    maxWaiting: 5_000_000,
    onFailure: (why) => failures.push(why),
    start: () => {
      const thread = new Thread();
      threads.push(thread);
      onStart(thread);
      return thread;
    },
  });
  const outcomes: [string, KeptContent][] = [];
  const keep = (name: string, text: string) =>
    keeper.keep(
      new LargeText({ name: "tool_result", text, shown: "", form: "own", recorded: () => text }),
      "file",
      (kept) => outcomes.push([name, kept]),
    );
  return { keeper, keep, outcomes, threads, failures };
}

const answering = (message: FromThread) => (thread: Thread) =>
  thread.on("content", () => setImmediate(() => thread.says(message)));

test("contents are handed over whole, in parts, one after another, to one thread", async () => {
  const { keeper, keep, outcomes, threads } = keeperWith(answering({ written: WRITTEN, shown: "" }));
  const texts = ["🎉".repeat(1_300_001), "x", ""];
  for (const [index, text] of texts.entries()) keep(String(index), text);
  expect(keeper.stats.waiting).toBe(3);
  expect(await keeper.settled(10_000)).toBe(true);
  expect(threads).toHaveLength(1);
  expect(threads[0]?.texts).toEqual(texts);
  expect(threads[0]?.longestPart).toBe(1_000_000);
  expect(outcomes).toEqual(["0", "1", "2"].map((name) => [name, { written: WRITTEN, shown: "" }]));
  expect(keeper.stats).toMatchObject({ kept: 3, keptBytes: 21, waiting: 0, waitingLength: 0 });
  expect(keeper.settled(1)).toBeUndefined();
  keeper.giveUp();
  expect(threads[0]?.isTerminated).toBe(true);
});

test("what does not fit among those that wait is not taken, and counted", () => {
  const { keeper, keep } = keeperWith();
  expect(keeper.takes(5_000_000)).toBe(true);
  keep("large", "x".repeat(4_000_000));
  expect(keeper.takes(1_000_001)).toBe(false);
  expect(keeper.takes(1_000_000)).toBe(true);
  expect(keeper.stats.notKept.busy).toBe(1);
  keeper.giveUp();
});

test("giving up ends each content in the same turn, once, and what is said later changes nothing", async () => {
  const { keeper, keep, outcomes, threads } = keeperWith();
  keep("under way", "x");
  keep("behind it", "y");
  await turn();
  await turn();
  keeper.giveUp();
  const expected = ["under way", "behind it"].map((name) => [name, { notKept: "unfinished" }]);
  expect(outcomes).toEqual(expected);
  threads[0]?.says({ written: WRITTEN, shown: "" });
  threads[0]?.emit("error", new Error("late"));
  expect(outcomes).toEqual(expected);
  expect(threads[0]?.isTerminated).toBe(true);
  expect(keeper.stats).toMatchObject({ kept: 0, notKept: { unfinished: 2 }, waiting: 0 });
});

test("giving up takes two seconds at most: what is behind them is cut, and counted", () => {
  const clock = vi.spyOn(performance, "now");
  onTestFinished(() => clock.mockRestore());
  let now = 0;
  clock.mockImplementation(() => now);
  const { keeper, keep, outcomes } = keeperWith();
  for (const name of ["one", "two", "three", "four"]) keep(name, "x");
  // What becomes of a content takes the agent's own thread a second.
  const { push } = outcomes;
  outcomes.push = (...all) => {
    now += 1_000;
    return push.apply(outcomes, all);
  };
  keeper.giveUp();
  expect(outcomes.map(([name, kept]) => [name, "notKept" in kept && kept.notKept])).toEqual([
    ["one", "unfinished"],
    ["two", "unfinished"],
    ["three", "timed_out"],
    ["four", "timed_out"],
  ]);
  expect(keeper.stats.notKept).toMatchObject({ unfinished: 2, timed_out: 2 });
});

test("a content that came while another one was given up is handed over once", async () => {
  const { keeper, keep, outcomes, threads } = keeperWith(answering({ written: WRITTEN, shown: "" }));
  keep("given up", "x");
  keeper.giveUp();
  keep("kept", "y");
  await keeper.settled(10_000);
  expect(threads.flatMap(({ texts }) => texts)).toEqual(["y"]);
  expect(outcomes).toEqual([
    ["given up", { notKept: "unfinished" }],
    ["kept", { written: WRITTEN, shown: "" }],
  ]);
});

test("a thread that dies is replaced, and takes one content with it", async () => {
  let died = false;
  const { keep, keeper, outcomes, threads, failures } = keeperWith((thread) =>
    thread.on("content", () =>
      setImmediate(() => {
        if (died) thread.says({ written: WRITTEN, shown: "" });
        else {
          died = true;
          thread.emit("error", new Error("out of memory"));
        }
      }),
    ),
  );
  keep("first", "x");
  keep("second", "y");
  await keeper.settled(10_000);
  expect(outcomes).toEqual([
    ["first", { notKept: "failed" }],
    ["second", { written: WRITTEN, shown: "" }],
  ]);
  expect(threads.map(({ isTerminated }) => isTerminated)).toEqual([true, false]);
  expect(failures).toEqual(["out of memory"]);
});

test("a thread that cannot be started, or says why not, costs no event", async () => {
  const cannot = keeperWith(() => {
    throw new Error("no threads here");
  });
  cannot.keep("one", "x");
  await cannot.keeper.settled(10_000);
  expect(cannot.outcomes).toEqual([["one", { notKept: "failed" }]]);
  expect(cannot.failures).toEqual(["no threads here"]);

  const full = keeperWith(answering({ notKept: "full" }));
  full.keep("one", "x");
  await full.keeper.settled(10_000);
  expect(full.outcomes).toEqual([["one", { notKept: "full" }]]);
  expect(full.failures).toEqual([]);
});

const forEvent = (keeper: LargeResultKeeper, text: string, done: (kept: KeptContent) => void) =>
  keeper.keep(
    new LargeText({ name: "tool_result", text, shown: "", form: "own", recorded: () => text }),
    { room: 900_000 },
    done,
  );

test("a content that is to be part of its event comes back as JSON, and is counted nowhere", async () => {
  const content = Buffer.from('"[redacted]"');
  const { keeper } = keeperWith(answering({ content }));
  const outcomes: KeptContent[] = [];
  forEvent(keeper, "text", (kept) => outcomes.push(kept));
  await keeper.settled(10_000);
  forEvent(keeper, "text", (kept) => outcomes.push(kept));
  keeper.giveUp();
  expect(outcomes).toEqual([{ content }, { notKept: "unfinished" }]);
  expect(keeper.stats).toMatchObject({ kept: 0, notKept: { unfinished: 0 }, waiting: 0 });
});

test("where no thread can be started, none is asked for a second time by contents of events", async () => {
  const { keeper, failures } = keeperWith((thread) => {
    setImmediate(() => thread.emit("error", new Error("keep-thread.js is not there")));
  });
  const room = { room: 900_000 };
  expect(keeper.takes(1, room)).toBe(true);
  const outcomes: KeptContent[] = [];
  forEvent(keeper, "text", (kept) => outcomes.push(kept));
  await keeper.settled(10_000);
  expect(outcomes).toEqual([{ notKept: "failed" }]);
  expect(failures).toEqual(["keep-thread.js is not there"]);
  expect(keeper.takes(1, room)).toBe(false);
  expect(keeper.takes(1)).toBe(true);
});
