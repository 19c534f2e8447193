import { describe, expect, test } from "vitest";
import { callerOf } from "../../../src/replay/call-tool.js";
import { type RerunCall, rerun } from "../../../src/replay/rerun.js";
import { actionsOf, type Recorded } from "./recorded.js";

async function outcomes(
  calls: readonly Recorded[],
  tools: object,
  safe: readonly string[],
  timeoutMillis = 5_000,
) {
  const all: RerunCall[] = [];
  for await (const call of rerun(actionsOf(calls), tools, { safe, timeoutMillis })) all.push(call);
  return all;
}

const calls: Recorded[] = [
  { tool: "price", input: { of: "a" }, result: { price: 3, at: "2026-01-01T00:00:00Z" } },
  { tool: "price", input: { of: "b" }, result: { price: 4, at: "2026-01-01T00:00:00Z" } },
  { tool: "pay", input: { sum: 5 }, result: "paid" },
  { tool: "price", input: { of: "c" }, error: ["Error", "no price"] },
];

test("only what is marked safe is called, and what differs beyond times is shown", async () => {
  const called: string[] = [];
  const tools = {
    price: async ({ of }: { of: string }) => {
      called.push(of);
      if (of === "c") throw new Error("no price");
      return { price: 3, at: new Date().toISOString() };
    },
    pay: () => {
      called.push("pay");
      return "paid";
    },
  };
  const all = await outcomes(calls, tools, ["price"]);
  expect(called).toEqual(["a", "b", "c"]);
  expect(all.map(({ outcome }) => outcome)).toEqual(["unchanged", "changed", "skipped", "unchanged"]);
  expect(all[1]?.differences?.differences).toEqual([{ path: "$.price", a: 4, b: 3 }]);
  expect(all[2]?.why).toBe("It is not marked safe.");
  expect(await outcomes(calls, tools, [])).toMatchObject(calls.map(() => ({ outcome: "skipped" })));
  expect(called).toHaveLength(3);
});

test("a call that fails now, or no longer, or takes too long, is told", async () => {
  const tools = {
    price: ({ of }: { of: string }) => {
      if (of === "a") throw new TypeError("broken");
      return of === "b" ? new Promise(() => undefined) : 5;
    },
  };
  const all = await outcomes(calls, tools, ["price"], 20);
  expect(all.map(({ outcome }) => outcome)).toEqual(["failed", "failed", "skipped", "failed"]);
  expect(all[0]?.why).toBe('It fails with "broken", and went well when it was recorded.');
  expect(all[1]?.why).toContain("more than 20 ms");
  expect(all[3]?.why).toBe('It goes well, and failed with "no price" when it was recorded.');
});

test("what was not recorded whole is not called", async () => {
  const tools = { read: () => expect.unreachable() };
  const all = await outcomes(
    [
      { tool: "read", input: { token: "[redacted]" }, result: 1 },
      { tool: "read", input: {}, result: "a [redacted]" },
      { tool: "read", row: { action_details: { tool_parameters_hidden: true, tool_result: 1 } } },
      { tool: "gone", result: 1 },
    ],
    tools,
    ["read", "gone"],
  );
  expect(all.map(({ why }) => why)).toEqual([
    "Its recorded arguments are not whole: $.token was redacted.",
    "Its recorded result is not whole: $ was redacted.",
    "Its recorded arguments are not whole.",
    "There is no such tool.",
  ]);
});

describe("a tool is called as its framework calls it", () => {
  test.each<[string, object, unknown, unknown]>([
    ["a function", { t: (a: number) => a + 1 }, 1, 2],
    ["a function of several arguments", { t: (a: number, b: number) => a * b }, [2, 3], 6],
    ["a function of one list", { t: (list: number[]) => list.length }, [2, 3], 2],
    [
      "a generator",
      {
        t: async function* (n: number) {
          yield n;
          yield n + 1;
        },
      },
      1,
      2,
    ],
    ["a Map", new Map([["t", (a: number) => a]]), 1, 1],
    ["the AI SDK's execute", { t: { execute: async ({ q }: { q: string }) => q } }, { q: "x" }, "x"],
    ["a list with names", [{ name: "t", invoke: async (input: unknown) => input }], { q: 1 }, { q: 1 }],
    [
      "OpenAI Agents",
      [{ type: "function", name: "t", invoke: async (_: unknown, json: string) => JSON.parse(json).q }],
      { q: 2 },
      2,
    ],
    [
      "OpenAI's runTools",
      [{ type: "function", function: { name: "t", function: ({ q }: { q: number }) => q } }],
      { q: 3 },
      3,
    ],
    ["Mastra", { t: { id: "t", description: "", execute: async (input: unknown) => input } }, 4, 4],
    [
      "an MCP client",
      {
        callTool: async ({ arguments: { q } }: { arguments: { q: string } }) => ({
          content: [{ type: "text", text: q }],
        }),
        listTools: () => [],
      },
      { q: "y" },
      "y",
    ],
  ])("%s", async (_, tools, input, result) => {
    expect(await callerOf(tools, "t")?.(input)).toEqual(result);
  });

  test("an inherited member is no tool", () => {
    expect(callerOf({}, "toString")).toBeUndefined();
    expect(callerOf([], "t")).toBeUndefined();
  });
});
