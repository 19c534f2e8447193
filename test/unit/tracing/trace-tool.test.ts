import { types } from "node:util";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { ActionLogger, traceTool } from "../../../src/index.js";
import { anyValue } from "../internal/hostile-values.js";
import { idOf, json, parentOf, record } from "./recording.js";

describe("a traced function", () => {
  test("is recorded with its arguments and its result, inside the action around it", async () => {
    const recording = record();
    const read = traceTool("Read", async (path: string) => `content of ${path}`);
    const logger = new ActionLogger({ agentName: "agent", correlationId: "abc" });
    expect(await logger.task("job", () => read("/a"))).toBe("content of /a");

    const span = recording.span("execute_tool Read");
    expect(json(span, "gen_ai.tool.call.arguments")).toBe("/a");
    expect(json(span, "gen_ai.tool.call.result")).toBe("content of /a");
    expect(parentOf(span)).toBe(idOf(recording.span("task job")));
    expect(span.attributes).toMatchObject({
      "gen_ai.agent.name": "agent",
      "agent_actions.correlation_id": "abc",
      "agent_actions.project.path": process.cwd(),
    });
  });

  test("outside of any action belongs to no agent, unless it is told", () => {
    const recording = record();
    traceTool("A", () => undefined)();
    traceTool("B", () => undefined, { agentName: "agent-b" })();
    new ActionLogger({ agentName: "agent", sessionId: "s" }).within(
      traceTool("C", () => traceTool("D", () => undefined)(), { agentName: "agent-c" }),
    );
    const agent = (name: string) => recording.span(`execute_tool ${name}`).attributes["gen_ai.agent.name"];
    expect(["A", "B", "C", "D"].map(agent)).toEqual([undefined, "agent-b", "agent-c", "agent-c"]);
    expect(recording.span("execute_tool C").attributes["gen_ai.conversation.id"]).toBe("s");
    expect(recording.span("execute_tool A").attributes).not.toHaveProperty("agent_actions.correlation_id");
  });

  test("records several arguments as a list, none as nothing, and what it is told to", () => {
    const recording = record();
    traceTool("add", (one: number, other: number) => one + other)(1, 2);
    traceTool("now", () => 5)();
    traceTool("Write", (path: string, text: string) => text.length > path.length, {
      parameters: (file_path, content) => ({ file_path, bytes: content.length }),
      result: (written) => ({ written }),
      toolCallId: (path) => `call for ${path}`,
    })("/a", "text");
    expect(json(recording.span("execute_tool add"), "gen_ai.tool.call.arguments")).toEqual([1, 2]);
    expect(recording.span("execute_tool now").attributes).not.toHaveProperty("gen_ai.tool.call.arguments");
    const write = recording.span("execute_tool Write");
    expect(json(write, "gen_ai.tool.call.arguments")).toEqual({ file_path: "/a", bytes: 4 });
    expect(json(write, "gen_ai.tool.call.result")).toEqual({ written: true });
    expect(write.attributes["gen_ai.tool.call.id"]).toBe("call for /a");
  });

  test("whose selections throw records nothing in their place, and works", () => {
    const recording = record();
    const fail = (): never => {
      throw new Error("selection");
    };
    const login = traceTool("login", (password: string) => `token of ${password}`, {
      parameters: fail,
      result: fail,
      toolCallId: fail,
    });
    expect(login("hunter2")).toBe("token of hunter2");
    expect(JSON.stringify(recording.span("execute_tool login").attributes)).not.toContain("hunter2");
  });

  test("keeps this, new, own properties, prototype, name and length", () => {
    record();
    class Counter {
      static made = 0;
      #count = 0;
      constructor() {
        Counter.made++;
      }
      add(by: number, _unit?: string): number {
        this.#count += by;
        return this.#count;
      }
    }
    const key = Symbol("key");
    const add = Object.assign(Counter.prototype.add, { description: "adds", [key]: 1 });
    const traced = traceTool("add", add);
    expect(traced.call(new Counter(), 2)).toBe(2);
    expect([traced.name, traced.length, traced.description, traced[key]]).toEqual(["add", 2, "adds", 1]);
    expect(Reflect.ownKeys(traced)).toEqual(Reflect.ownKeys(add));

    const Traced = traceTool("Counter", Counter as never) as typeof Counter;
    const counter = new Traced();
    expect(counter).toBeInstanceOf(Counter);
    expect(counter).toBeInstanceOf(Traced);
    expect(counter.add(1)).toBe(1);
    expect(Traced.made).toBe(Counter.made);
    expect(() => (Traced as unknown as () => void)()).toThrow(TypeError);
  });

  test("traced again is recorded once, by its new name", () => {
    const recording = record();
    traceTool(
      "new",
      traceTool("old", () => 1),
    )();
    expect(recording.spans().map((span) => span.name)).toEqual(["execute_tool new"]);
  });

  test("may be frozen, a Proxy, bound, or a mock", () => {
    const recording = record();
    const frozen = Object.freeze((n: number) => n + 1);
    const proxy = new Proxy(frozen, {
      apply: (target, self, args: [number]) => Reflect.apply(target, self, args) * 10,
    });
    const mock = vi.fn(() => 7);
    expect(traceTool("frozen", frozen)(1)).toBe(2);
    expect(traceTool("proxy", proxy)(1)).toBe(20);
    expect(traceTool("bound", frozen.bind(null, 5))()).toBe(6);
    expect(traceTool("mock", mock)()).toBe(7);
    expect(mock).toHaveBeenCalledOnce();
    expect(recording.spans()).toHaveLength(4);
  });

  test("behaves as it did before, whatever it is given and gives", async () => {
    record();
    const kinds = fc.constantFrom("returns", "throws", "resolves", "rejects");
    await fc.assert(
      fc.asyncProperty(
        kinds,
        anyValue,
        fc.array(fc.anything(), { maxLength: 3 }),
        async (kind, make, args) => {
          const value = make();
          const received: unknown[] = [];
          const self = {};
          function original(this: unknown, ...given: unknown[]): unknown {
            received.push(this, ...given);
            if (kind === "throws") throw value;
            if (kind === "rejects") return Promise.reject(value);
            // In a list, so that a thenable among the values is not awaited.
            return kind === "resolves" ? Promise.resolve([value]) : value;
          }
          const traced = traceTool("any", original);
          const outcome = await outcomeOf(() => traced.apply(self, args));
          expect(outcome.how).toBe(kind);
          expect(Object.is(outcome.value, value)).toBe(true);
          expect(received[0]).toBe(self);
          expect(received.length).toBe(args.length + 1);
          for (const [index, arg] of args.entries()) expect(Object.is(received[index + 1], arg)).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
  });
});

/** Looks at nothing but how the call ended: the value may be one that nobody can look at. */
async function outcomeOf(call: () => unknown): Promise<{ how: string; value: unknown }> {
  let returned: unknown;
  try {
    returned = call();
  } catch (error) {
    return { how: "throws", value: error };
  }
  if (!types.isPromise(returned)) return { how: "returns", value: returned };
  return returned.then(
    (list) => ({ how: "resolves", value: (list as unknown[])[0] }),
    (error: unknown) => ({ how: "rejects", value: error }),
  );
}
