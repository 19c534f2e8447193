import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { SpanStatusCode } from "@opentelemetry/api";
import { describe, expect, test, vi } from "vitest";
import { ActionLogger } from "../../../src/index.js";
import { idOf, json, parentOf, record } from "./recording.js";

const logger = new ActionLogger({ agentName: "agent" });
const call = <T>(fn: () => T): T => logger.toolCall("Tool", {}, fn);
const resultOf = (recording: ReturnType<typeof record>) =>
  json(recording.span("execute_tool Tool"), "gen_ai.tool.call.result");

/** Settles only when `then` is called, as query builders do, and counts how often that is. */
class LazyQuery {
  runs = 0;
  readonly #fails: boolean;
  constructor(fails = false) {
    this.#fails = fails;
  }
  // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested
  then<A, B>(onFulfilled?: (rows: string[]) => A, onRejected?: (error: unknown) => B): Promise<A | B> {
    this.runs++;
    const outcome = this.#fails ? Promise.reject(new Error("bad query")) : Promise.resolve(["row"]);
    return outcome.then(onFulfilled, onRejected);
  }
}

class CancellablePromise<T> extends Promise<T> {
  cancel(): string {
    return "cancelled";
  }
}

describe("a promise", () => {
  test("stays a promise, with what hangs on it", async () => {
    const recording = record();
    const given = Object.assign(Promise.resolve("value"), { cancel: () => "cancelled" });
    const got = call(() => given);
    expect(got).toBeInstanceOf(Promise);
    expect(got.cancel()).toBe("cancelled");
    expect(await got).toBe("value");
    expect(resultOf(recording)).toBe("value");
  });

  test("with a then of its own, which await does not see, is observed without calling that", async () => {
    const recording = record();
    const THEN = "then";
    const own = vi.fn();
    const got = call(() => Object.assign(Promise.resolve("value"), { [THEN]: own }));
    expect(got.then).toBe(own);
    await vi.waitFor(() => expect(resultOf(recording)).toBe("value"), 60_000);
    expect(own).not.toHaveBeenCalled();
  });

  test("that nobody handles is still reported as unhandled", async () => {
    record();
    const seen: unknown[] = [];
    const existing = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", (reason) => seen.push(reason));
    try {
      const error = new Error("nobody looks");
      void call(() => Promise.reject(error));
      await vi.waitFor(() => expect(seen).toEqual([error]), 60_000);
    } finally {
      process.removeAllListeners("unhandledRejection");
      for (const listener of existing) process.on("unhandledRejection", listener);
    }
  });

  test("of a subclass is the same object, and is awaited by nobody but the caller", async () => {
    const recording = record();
    const given = CancellablePromise.resolve("value") as CancellablePromise<string>;
    const got = call(() => given);
    expect(got).toBe(given);
    expect(got.cancel()).toBe("cancelled");
    expect(recording.spans()).toEqual([]);
    expect(await got).toBe("value");
    expect(resultOf(recording)).toBe("value");
  });

  test("of a generator ends the action when the generator is finished", async () => {
    const recording = record();
    const stream = await call(async () =>
      (async function* () {
        yield "a";
        yield "b";
      })(),
    );
    expect(recording.spans()).toEqual([]);
    const seen: string[] = [];
    for await (const item of stream) seen.push(item);
    expect(seen).toEqual(["a", "b"]);
    expect(resultOf(recording)).toBe("b");
  });
});

describe("a thenable", () => {
  test("is the same object, and runs only when and as often as the caller awaits it", async () => {
    const recording = record();
    const query = new LazyQuery();
    const got = call(() => query);
    await new Promise((resolve) => setImmediate(resolve));
    expect(got).toBe(query);
    expect(query.runs).toBe(0);
    expect(Object.keys(got)).toEqual(["runs"]);

    expect(await got).toEqual(["row"]);
    expect(query.runs).toBe(1);
    expect(resultOf(recording)).toEqual(["row"]);
  });

  test("that rejects is recorded as failed and rejects with the same error", async () => {
    const recording = record();
    await expect(call(() => new LazyQuery(true))).rejects.toThrow("bad query");
    expect(recording.span("execute_tool Tool").status.code).toBe(SpanStatusCode.ERROR);
  });

  test("given twice, or frozen, still works; its action ends at once", async () => {
    const recording = record();
    const query = new LazyQuery();
    call(() => query);
    expect(await call(() => query)).toEqual(["row"]);
    expect(recording.spans()).toHaveLength(2);
    const THEN = "then";
    const frozen = Object.freeze({ [THEN]: (onFulfilled: (rows: string[]) => void) => onFulfilled(["row"]) });
    expect(await call(() => frozen)).toEqual(["row"]);
    expect(recording.spans()).toHaveLength(3);
  });
});

test("a thenable that is given over and over is not wrapped over and over", async () => {
  record();
  const query = new LazyQuery();
  for (let time = 0; time < 20_000; time++) call(() => query);
  expect(await query).toEqual(["row"]);
});

test("a generator that is given over and over is not wrapped over and over", () => {
  record();
  const numbers = (function* () {
    yield 1;
  })();
  for (let time = 0; time < 20_000; time++) call(() => numbers);
  expect([...numbers]).toEqual([1]);
});

describe("a generator", () => {
  function* count(to: number): Generator<number, string, string | undefined> {
    try {
      for (let n = 1; n <= to; n++) {
        logger.toolCall("Inside", { n }, () => n);
        yield n;
      }
      return "done";
    } finally {
      logger.toolCall("Finally", {}, () => undefined);
    }
  }
  async function* countAsync(to: number): AsyncGenerator<number, void, void> {
    for (let n = 1; n <= to; n++) {
      await Promise.resolve();
      logger.toolCall("Inside", { n }, () => n);
      yield n;
    }
  }

  test("ends its action when it is finished, and what it does inside belongs to it", () => {
    const recording = record();
    const generator = call(() => count(2));
    expect(recording.spans()).toEqual([]);
    expect([...generator]).toEqual([1, 2]);
    const tool = recording.span("execute_tool Tool");
    expect(resultOf(recording)).toBe("done");
    const inside = recording.spans().filter((span) => span.name === "execute_tool Inside");
    expect(inside.map(parentOf)).toEqual([idOf(tool), idOf(tool)]);
  });

  test("keeps its kind, its methods and what it is sent", () => {
    record();
    const generator = call(() =>
      (function* (): Generator<string, string, string> {
        const sent = yield "first";
        return sent;
      })(),
    );
    expect(Object.prototype.toString.call(generator)).toBe("[object Generator]");
    expect(Object.keys(generator)).toEqual([]);
    expect(generator.next("ignored")).toEqual({ done: false, value: "first" });
    expect(generator.next("sent")).toEqual({ done: true, value: "sent" });
  });

  test("returned early ends its action, after its finally", () => {
    const recording = record();
    for (const n of call(() => count(10))) if (n === 2) break;
    expect(resultOf(recording)).toBe(2);
    const names = recording.spans().map((span) => span.name);
    expect(names.slice(-2)).toEqual(["execute_tool Finally", "execute_tool Tool"]);
  });

  test("that throws, or is thrown into, ends its action as failed with the same error", () => {
    const recording = record();
    const error = new Error("broken");
    const generator = call(() => count(3));
    generator.next();
    expect(() => generator.throw(error)).toThrow(error);
    expect(recording.span("execute_tool Tool").status).toMatchObject({ message: "broken" });
  });

  test("async: finished, returned early, thrown", async () => {
    const recording = record();
    const seen: number[] = [];
    for await (const n of call(() => countAsync(2))) seen.push(n);
    for await (const n of logger.toolCall("Early", {}, () => countAsync(9))) if (n === 1) break;
    const failing = logger.toolCall("Failing", {}, () =>
      (async function* () {
        yield 1;
        throw new RangeError("late");
      })(),
    );
    await failing.next();
    await expect(failing.next()).rejects.toThrow("late");

    expect(seen).toEqual([1, 2]);
    expect(resultOf(recording)).toBe(2);
    expect(json(recording.span("execute_tool Early"), "gen_ai.tool.call.result")).toBe(1);
    expect(recording.span("execute_tool Failing").attributes["error.type"]).toBe("RangeError");
    const tool = idOf(recording.span("execute_tool Tool"));
    const inside = recording.spans().filter((span) => span.name === "execute_tool Inside");
    expect(inside.slice(0, 2).map(parentOf)).toEqual([tool, tool]);
  });

  test("frozen, or given twice, is passed on as it is", () => {
    record();
    const frozen = Object.freeze(count(1));
    expect(call(() => frozen)).toBe(frozen);
    const twice = count(2);
    call(() => twice);
    expect([...call(() => twice)]).toEqual([1, 2]);
  });

  test("that nobody finishes ends its action when it is garbage", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const recording = record();
    (() => void call(() => count(5)).next())();
    await vi.waitFor(
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        collect();
        expect(recording.spans().map((span) => span.name)).toContain("execute_tool Tool");
      },
      { timeout: 60_000 },
    );
  });
});
