import { generateText, jsonSchema, stepCountIs, tool } from "ai";
import { MockLanguageModelV3 } from "ai/test";
import { describe, expect, test, vi } from "vitest";
import { ActionLogger, traceTools } from "../../../src/index.js";
import { json, record } from "./recording.js";

const namesOf = (recording: ReturnType<typeof record>) =>
  recording.spans().map((span) => span.name.replace("execute_tool ", ""));

describe("an object of functions", () => {
  test("is traced by its keys", async () => {
    const recording = record();
    const set = { read: async (path: string) => `text of ${path}`, add: (a: number, b: number) => a + b };
    const traced = traceTools(set);
    expect(await traced.read("/a")).toBe("text of /a");
    expect(traced.add(1, 2)).toBe(3);
    expect(namesOf(recording)).toEqual(["read", "add"]);
    expect(traced.read).toBe(traced.read);
    expect(set.add(1, 2)).toBe(3);
    expect(recording.spans()).toHaveLength(2);
  });

  test("keeps its keys, symbols, other values and getters, which run when they are read", () => {
    record();
    const key = Symbol("key");
    const getter = vi.fn(() => () => "lazy");
    const set = Object.defineProperty({ version: "1", config: { a: 1 }, nothing: null, [key]: 2 }, "late", {
      get: getter,
      enumerable: true,
    }) as { version: string; config: object; nothing: null; [key]: number; late: () => string };
    const traced = traceTools(set);
    expect(Reflect.ownKeys(traced)).toEqual(["version", "config", "nothing", "late", key]);
    expect([traced.version, traced.config, traced.nothing, traced[key]]).toEqual(["1", set.config, null, 2]);
    expect(traced.config).toBe(set.config);
    expect(getter).not.toHaveBeenCalled();
    expect(traced.late()).toBe("lazy");
    expect(getter).toHaveBeenCalledOnce();
  });

  test("can be spread, copied and assigned to, and stays traced", () => {
    const recording = record();
    const traced = traceTools<Record<string, () => number>>({ one: () => 1 });
    traced.two = () => 2;
    const copies = [{ ...traced }, Object.assign({}, traced), Object.fromEntries(Object.entries(traced))];
    for (const copy of copies) expect([copy.one?.(), copy.two?.()]).toEqual([1, 2]);
    const described = Object.create({}, Object.getOwnPropertyDescriptors(traced)) as typeof traced;
    described.one?.();
    expect(recording.spans()).toHaveLength(7);
    delete traced.one;
    expect(Object.keys(traced)).toEqual(["two"]);
  });

  test.each([
    ["frozen", Object.freeze],
    ["sealed", Object.seal],
    ["without a prototype", (set: object) => Object.assign(Object.create(null), set)],
    ["a Proxy", (set: object) => new Proxy(set, {})],
    ["a Proxy of a frozen object", (set: object) => new Proxy(Object.freeze(set), {})],
  ])("may be %s", (_, change) => {
    const recording = record();
    const set = change({ one: () => 1, tool: { execute: () => 2 }, label: "set" }) as {
      one: () => number;
      tool: { execute: () => number };
      label: string;
    };
    const traced = traceTools(set);
    expect([traced.one(), traced.tool.execute(), traced.label]).toEqual([1, 2, "set"]);
    expect(namesOf(recording)).toEqual(["one", "tool"]);
    expect(Object.isFrozen(traced)).toBe(Object.isFrozen(set));
    expect(Object.isSealed(traced)).toBe(Object.isSealed(set));
    expect(Object.getPrototypeOf(traced)).toBe(Object.getPrototypeOf(set));
  });

  test("may be an instance whose methods are the tools, with private state", () => {
    const recording = record();
    class Base {
      inherited() {
        return "inherited";
      }
    }
    class Files extends Base {
      #reads = 0;
      read() {
        return ++this.#reads;
      }
      get count() {
        return this.#reads;
      }
      twice() {
        return this.read() + this.read();
      }
    }
    const files = new Files();
    const traced = traceTools(files);
    expect([traced.read(), traced.inherited(), traced.twice(), traced.count]).toEqual([1, "inherited", 5, 3]);
    expect(traced).toBeInstanceOf(Files);
    expect(traced.constructor).toBe(Files);
    expect(String(traced)).toBe("[object Object]");
    // What a tool does inside itself is its own business: one call by the agent is one action.
    expect(namesOf(recording)).toEqual(["read", "inherited", "twice"]);
  });
});

describe("objects with a method", () => {
  test.each(["execute", "invoke", "func", "call", "handler"])("%s are traced, with their state", (method) => {
    const recording = record();
    class Tool {
      readonly name = "own name";
      #calls = 0;
      [method](input: { q: string }, _context?: object): string {
        this.#calls++;
        return `${input.q} ${this.#calls}`;
      }
      reset(): number {
        return this.#calls;
      }
    }
    type Traced = Tool & Record<string, (input: { q: string }, context?: object) => string>;
    const set = { search: new Tool() as Traced };
    const traced = traceTools(set);
    expect(traced.search[method]?.({ q: "a" }, { toolCallId: "call_1", signal: "not recorded" })).toBe("a 1");
    expect(traced.search.reset()).toBe(1);
    expect(traced.search).toBeInstanceOf(Tool);
    const span = recording.span("execute_tool search");
    expect(json(span, "gen_ai.tool.call.arguments")).toEqual({ q: "a" });
    expect(span.attributes["gen_ai.tool.call.id"]).toBe("call_1");
  });

  test("keep state in one place, and are recorded once where one method calls the other", () => {
    const recording = record();
    const counter = {
      count: 0,
      func(by: number) {
        this.count += by;
        return this.count;
      },
      invoke(by: number) {
        return this.func(by);
      },
    };
    const { traced } = traceTools({ traced: counter });
    expect(traced.invoke(2)).toBe(2);
    expect([traced.count, counter.count]).toEqual([2, 2]);
    traced.count = 5;
    expect(counter.count).toBe(5);
    expect(namesOf(recording)).toEqual(["traced"]);
  });

  test("in a list are traced by their name; what is no tool stays what it is", () => {
    const recording = record();
    const other = { description: "no tool" };
    const list = [
      { name: "search", invoke: () => 1 },
      other,
      "text",
      Object.freeze({ name: "frozen", execute: () => 2 }),
    ] as const;
    const traced = traceTools(list);
    expect(Array.isArray(traced)).toBe(true);
    expect([traced[0].invoke(), traced[1], traced[2], traced[3].execute()]).toEqual([1, other, "text", 2]);
    expect(traced[1]).toBe(other);
    expect(namesOf(recording)).toEqual(["search", "frozen"]);
    expect(Object.isFrozen(traceTools(Object.freeze([...list])))).toBe(true);
  });

  test("in a Map are traced by their key", () => {
    const recording = record();
    const traced = traceTools(new Map([["search", { handler: () => 1 }]]));
    expect(traced.get("search")?.handler()).toBe(1);
    expect(namesOf(recording)).toEqual(["search"]);
  });

  test("traced again are recorded once, for the later agent", () => {
    const recording = record();
    const once = traceTools({ run: { execute: () => 1 }, add: () => 2 }, { agentName: "one" });
    const twice = traceTools(once, { agentName: "two" });
    expect([twice.run.execute(), twice.add()]).toEqual([1, 2]);
    expect(recording.spans().map((span) => span.attributes["gen_ai.agent.name"])).toEqual(["two", "two"]);
    const [again] = traceTools([once.run]);
    again?.execute();
    expect(recording.spans()).toHaveLength(3);
  });
});

test("tools of the AI SDK are recorded when its agent calls them", async () => {
  const recording = record();
  const tools = traceTools({
    weather: tool({
      description: "Weather of a city",
      inputSchema: jsonSchema<{ city: string }>({ type: "object", properties: { city: { type: "string" } } }),
      execute: async ({ city }) => ({ city, degrees: 21 }),
    }),
  });
  const usage = {
    inputTokens: { total: 1, noCache: 1, cacheRead: undefined, cacheWrite: undefined },
    outputTokens: { total: 1, text: 1, reasoning: undefined },
  };
  const answers = [
    {
      content: [{ type: "tool-call", toolCallId: "call_9", toolName: "weather", input: '{"city":"Bonn"}' }],
      finishReason: { unified: "tool-calls", raw: undefined },
      usage,
      warnings: [],
    },
    {
      content: [{ type: "text", text: "21 degrees" }],
      finishReason: { unified: "stop", raw: undefined },
      usage,
      warnings: [],
    },
  ] as const;
  let step = 0;
  const model = new MockLanguageModelV3({ doGenerate: async () => answers[step++] as never });
  const logger = new ActionLogger({ agentName: "forecaster" });
  const { text } = await logger.task("forecast", () =>
    generateText({ model, tools, prompt: "Weather in Bonn?", stopWhen: stepCountIs(3) }),
  );
  expect(text).toBe("21 degrees");
  const span = recording.span("execute_tool weather");
  expect(json(span, "gen_ai.tool.call.arguments")).toEqual({ city: "Bonn" });
  expect(json(span, "gen_ai.tool.call.result")).toEqual({ city: "Bonn", degrees: 21 });
  expect(span.attributes).toMatchObject({
    "gen_ai.tool.call.id": "call_9",
    "gen_ai.agent.name": "forecaster",
  });
});
