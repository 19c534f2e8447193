import { describe, expect, expectTypeOf, test } from "vitest";
import { type Action, ActionLogger, type Execution, traceTool, traceTools } from "../../../src/index.js";

const logger = new ActionLogger({ agentName: "agent" });

function parse(text: string): number;
function parse(text: number): string;
function parse(text: string | number): string | number {
  return typeof text === "string" ? Number(text) : String(text);
}
const first = <Item>(items: readonly Item[]): Item | undefined => items[0];

describe("types", () => {
  test("traceTool gives the type that it is given: generics, overloads, this, properties", () => {
    const traced = traceTool("parse", parse);
    expectTypeOf(traced).toEqualTypeOf(parse);
    expectTypeOf(traced("1")).toEqualTypeOf<number>();
    expectTypeOf(traced(1)).toEqualTypeOf<string>();
    expectTypeOf(traceTool("first", first)([1, 2])).toEqualTypeOf<number | undefined>();

    const bound = traceTool("bound", function (this: { base: number }, by: number) {
      return this.base + by;
    });
    expectTypeOf(bound).thisParameter.toEqualTypeOf<{ base: number }>();
    const described = traceTool(
      "described",
      Object.assign(() => 1, { description: "one" }),
    );
    expectTypeOf(described.description).toBeString();
    expect([traced("1"), described.description]).toEqual([1, "one"]);
  });

  test("traceTool's selections know the arguments", () => {
    traceTool("Write", async (_path: string, _content: Buffer) => true, {
      parameters(path, content) {
        expectTypeOf(path).toEqualTypeOf<string>();
        expectTypeOf(content).toEqualTypeOf<Buffer>();
        return { path };
      },
    });
    // @ts-expect-error a tool is a function
    expect(traceTool("none", { execute: 1 })).toEqual({ execute: 1 });
  });

  test("traceTools gives the type that it is given", () => {
    const set = { parse, first, search: { execute: async (input: { q: string }) => [input.q] } } as const;
    const traced = traceTools(set);
    expectTypeOf(traced).toEqualTypeOf<typeof set>();
    expectTypeOf(traced.search.execute).returns.resolves.toEqualTypeOf<string[]>();
    const list = traceTools([{ name: "a", invoke: (n: number) => n }] as const);
    expectTypeOf(list[0].invoke).returns.toEqualTypeOf<number>();
    expect(list[0].invoke(1)).toBe(1);
  });

  test("scoped calls give what their callback gives", () => {
    const sync = logger.toolCall("Read", {}, () => 1);
    expectTypeOf(sync).toEqualTypeOf<number>();
    const later = logger.decision("pick", {}, async () => "a");
    expectTypeOf(later).toEqualTypeOf<Promise<string>>();
    const streamed = logger.task("job", function* () {
      yield 1;
    });
    expectTypeOf(streamed.next()).toEqualTypeOf<IteratorResult<number, void>>();
    const run = logger.execution((execution) => {
      expectTypeOf(execution).toEqualTypeOf<Execution>();
      return "done" as const;
    });
    expectTypeOf(run).toEqualTypeOf<"done">();
    expect([sync, run]).toEqual([1, "done"]);
  });

  test("without a callback they give the action", () => {
    expectTypeOf(logger.toolCall("Read", {})).toEqualTypeOf<Action>();
    expectTypeOf(logger.toolCall("Read", {}, { toolCallId: "call_1" })).toEqualTypeOf<Action>();
    expectTypeOf(logger.decision("pick", {})).toEqualTypeOf<Action>();
    expectTypeOf(logger.task("job", { files: 1 })).toEqualTypeOf<Action>();
    // @ts-expect-error an agent has a name
    const nameless = new ActionLogger({});
    expect(nameless.agentName).toBeUndefined();
  });

  test("the callback knows the action, and may give nothing", () => {
    const nothing = logger.toolCall("Read", {}, (action) => {
      expectTypeOf(action).toEqualTypeOf<Action>();
    });
    expectTypeOf(nothing).toEqualTypeOf<void>();
    expect(nothing).toBeUndefined();
  });
});
