import { EventEmitter, once } from "node:events";
import { Duplex, Readable } from "node:stream";
import { SpanStatusCode } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import { traceTool } from "../../../src/index.js";
import { idOf, json, parentOf, record } from "./recording.js";

/** An async iterable that is no generator, as SDKs have for their streams. */
class Ticks implements AsyncIterable<number> {
  readonly #end: number;
  readonly #failure: Error | undefined;
  readonly onTick: () => void;
  constructor(end: number, failure?: Error, onTick = () => {}) {
    this.#end = end;
    this.#failure = failure;
    this.onTick = onTick;
  }
  [Symbol.asyncIterator](): AsyncIterator<number> {
    let tick = 0;
    return {
      next: async () => {
        this.onTick();
        if (tick < this.#end) return { done: false, value: ++tick };
        if (this.#failure) throw this.#failure;
        return { done: true, value: undefined };
      },
      return: async () => ({ done: true, value: undefined }),
    };
  }
}

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const read: T[] = [];
  for await (const value of values) read.push(value);
  return read;
}

const call = <T>(give: () => T): T => traceTool("stream", give)();
const resultOf = (recording: ReturnType<typeof record>) =>
  json(recording.span("execute_tool stream"), "gen_ai.tool.call.result");
const statusOf = (recording: ReturnType<typeof record>) => recording.span("execute_tool stream").status;

describe("an async iterable", () => {
  test("ends its action when it is finished, with the last value, and stays the same object", async () => {
    const recording = record();
    const ticks = new Ticks(3);
    const got = call(() => ticks);
    expect(got).toBe(ticks);
    expect(recording.spans()).toEqual([]);
    expect(await all(got)).toEqual([1, 2, 3]);
    expect(resultOf(recording)).toBe(3);
    expect(await all(got)).toEqual([1, 2, 3]);
    expect(recording.spans()).toHaveLength(1);
  });

  test("that is its own iterator ends its action also when it is stepped by hand", async () => {
    const recording = record();
    let left = 2;
    const steps = {
      next: async () => (left-- > 0 ? { done: false, value: left } : { done: true, value: undefined }),
      return: async () => ({ done: true, value: undefined }),
      throw: async (error: unknown) => Promise.reject(error),
      [Symbol.asyncIterator]() {
        return this;
      },
    };
    const got = call(() => steps);
    expect(got).toBe(steps);
    await got.next();
    expect(recording.spans()).toEqual([]);
    await got.next();
    await got.next();
    expect(resultOf(recording)).toBe(0);
  });

  test("also when a promise gives it", async () => {
    const recording = record();
    const got = await call(async () => new Ticks(2));
    expect(recording.spans()).toEqual([]);
    await all(got);
    expect(resultOf(recording)).toBe(2);
  });

  test("ends it when its reader leaves early", async () => {
    const recording = record();
    for await (const tick of call(() => new Ticks(9))) if (tick === 2) break;
    expect(resultOf(recording)).toBe(2);
    expect(statusOf(recording).code).toBe(SpanStatusCode.UNSET);
  });

  test("fails it when it throws, and the reader gets that very error", async () => {
    const recording = record();
    const failure = new TypeError("no more ticks");
    await expect(all(call(() => new Ticks(1, failure)))).rejects.toBe(failure);
    expect(statusOf(recording)).toEqual({ code: SpanStatusCode.ERROR, message: "no more ticks" });
  });

  test("is worked on inside the action", async () => {
    const recording = record();
    const inner = traceTool("inner", () => 1);
    await all(call(() => new Ticks(1, undefined, inner)));
    const outer = idOf(recording.span("execute_tool stream"));
    const children = recording.spans().filter((span) => span.name === "execute_tool inner");
    expect(children.map(parentOf)).toEqual([outer, outer]);
  });

  test("that is frozen is recorded at once, and works", async () => {
    const recording = record();
    const got = call(() => Object.freeze(new Ticks(2)));
    expect(recording.spans()).toHaveLength(1);
    expect(await all(got)).toEqual([1, 2]);
  });
});

describe("a web stream", () => {
  const stream = (failure?: Error) =>
    new ReadableStream<string>({
      start(controller) {
        controller.enqueue("one");
        controller.enqueue("two");
        if (failure === undefined) controller.close();
      },
      pull(controller) {
        if (failure !== undefined) controller.error(failure);
      },
    });

  test("ends its action when it is iterated to its end", async () => {
    const recording = record();
    expect(await all(call(() => stream()))).toEqual(["one", "two"]);
    expect(resultOf(recording)).toBe("two");
  });

  test("ends it when a reader has read all", async () => {
    const recording = record();
    const reader = call(() => stream()).getReader();
    await reader.read();
    await reader.read();
    expect(recording.spans()).toEqual([]);
    expect(await reader.read()).toEqual({ done: true, value: undefined });
    expect(resultOf(recording)).toBe("two");
  });

  test("ends it when a reader cancels, and fails it when the source does", async () => {
    const recording = record();
    const reader = call(() => stream()).getReader();
    await reader.read();
    await reader.cancel();
    expect(resultOf(recording)).toBe("one");
    const failure = new Error("source");
    await expect(all(traceTool("failing", () => stream(failure))())).rejects.toBe(failure);
    expect(recording.span("execute_tool failing").status.message).toBe("source");
  });

  test.each(["tee", "pipeThrough", "pipeTo"])("ends it when it is handed on by %s", async (how) => {
    const recording = record();
    const got = call(() => stream());
    if (how === "tee") got.tee();
    else if (how === "pipeTo") await got.pipeTo(new WritableStream());
    else expect(await all(got.pipeThrough(new TransformStream()))).toEqual(["one", "two"]);
    expect(recording.spans()).toHaveLength(1);
  });
});

describe("a Node stream", () => {
  test("ends its action when it closes", async () => {
    const recording = record();
    const got = call(() => Readable.from(["a", "b"]));
    expect(recording.spans()).toEqual([]);
    expect(await all(got)).toEqual(["a", "b"]);
    if (!got.closed) await once(got, "close");
    expect(statusOf(recording).code).toBe(SpanStatusCode.UNSET);
  });

  test("fails it when it breaks, and its error is still one that nobody else listens to", async () => {
    const recording = record();
    const got = call(() => new Readable({ read() {} }));
    expect(got.listenerCount("error")).toBe(0);
    got.on("error", () => {});
    const closed = new Promise((resolve) => got.once("close", resolve));
    got.destroy(new Error("broken"));
    await closed;
    expect(statusOf(recording).message).toBe("broken");
  });

  test("that can also be written is a connection, and its call is over when it is there", () => {
    const recording = record();
    call(() => new Duplex({ read() {}, write() {} }));
    expect(recording.spans()).toHaveLength(1);
  });
});

test("something that is iterable and has other ways to its result is recorded when it is returned", () => {
  const recording = record();
  class Runner extends EventEmitter {
    async *[Symbol.asyncIterator]() {
      yield 1;
    }
  }
  call(() => new Runner());
  expect(recording.spans()).toHaveLength(1);
});

test("what nobody reads ends at the latest when the process has nothing left to do", () => {
  const recording = record();
  const kept = call(() => new Ticks(1));
  expect(recording.spans()).toEqual([]);
  process.emit("beforeExit", 0);
  expect(recording.spans()).toHaveLength(1);
  expect(kept).toBeInstanceOf(Ticks);
});
