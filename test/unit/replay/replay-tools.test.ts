import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { generateText, stepCountIs, tool } from "ai";
import { MockLanguageModelV3 } from "ai/test";
import { expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { ReplayMissError } from "../../../src/replay/replay-errors.js";
import { replayTool, replayTools } from "../../../src/replay/replay-tools.js";
import { runOf } from "./recorded.js";

/** Nothing of the world may be touched while a run is given back. */
const world = (): never => {
  throw new Error("the world was touched");
};

test("functions give back what was recorded as functions of their kind", async () => {
  const tools = {
    sync: (_: number): string => world(),
    async later(_: number): Promise<string> {
      return world();
    },
    *steps(): Generator<number> {
      yield world();
    },
    async *stream(_: string): AsyncGenerator<number> {
      yield world();
    },
    limit: 5,
  };
  const run = runOf(
    [
      { tool: "sync", input: 1, result: "one" },
      { tool: "later", input: 2, result: "two" },
      { tool: "steps", result: 3 },
      { tool: "stream", input: "x", result: 4 },
      { tool: "later", input: 5, error: ["RangeError", "too large"] },
      { tool: "sync", input: 6, error: ["E_OWN", "no"] },
    ],
    { mode: "reorder" },
  );
  const replayed = replayTools(tools, { run });
  expectTypeOf(replayed).toEqualTypeOf(tools);
  expect(replayed.sync(1)).toBe("one");
  expect(await replayed.later(2)).toBe("two");
  expect([...replayed.steps()]).toEqual([3]);
  const seen: number[] = [];
  for await (const value of replayed.stream("x")) seen.push(value);
  expect(seen).toEqual([4]);
  await expect(replayed.later(5)).rejects.toThrow(RangeError);
  expect(() => replayed.sync(6)).toThrow("no");
  expect(() => replayed.sync(7)).toThrow(ReplayMissError);
  await expect(replayed.later(7)).rejects.toThrow(ReplayMissError);
  expect(replayed.limit).toBe(5);
});

test("several arguments are a list, a method keeps its object, and lists and Maps are tool sets too", () => {
  const run = runOf(
    [
      { tool: "add", input: [1, 2], result: 30 },
      { tool: "get", result: 7 },
    ],
    { mode: "reorder" },
  );
  expect(replayTool("add", (a: number, b: number) => world() + a + b, { run })(1, 2)).toBe(30);
  const map = new Map([["get", () => world()]]);
  expect(replayTools(map, { run }).get("get")?.()).toBe(7);
  expect(() => replayTools(5 as never, { run })).toThrow("takes a tool set");
});

test("live-on-miss calls the tool for what was not recorded, and says so", async () => {
  const run = runOf([{ tool: "read", input: "a", result: "recorded" }], { mode: "live-on-miss" });
  const { read } = replayTools({ read: async (path: string) => `live ${path}` }, { run });
  expect([await read("a"), await read("b"), await read("a")]).toEqual(["recorded", "live b", "live a"]);
  expect(run.report()).toMatchObject({
    ok: false,
    calls: 3,
    reused: 1,
    divergedAt: { number: 2, outcome: "live" },
  });
});

test("an agent of the AI SDK runs to its end on recorded results, failures among them", async () => {
  const tools = {
    findTrains: tool({
      inputSchema: z.object({ to: z.string() }),
      execute: async (): Promise<string[]> => world(),
    }),
    bookSeat: tool({
      inputSchema: z.object({ train: z.string() }),
      async *execute(): AsyncGenerator<{ seat: string }> {
        yield world();
      },
    }),
  };
  const calls = [
    { toolName: "findTrains", input: { to: "Oslo" } },
    { toolName: "bookSeat", input: { train: "R 10" } },
    { toolName: "bookSeat", input: { train: "R 12" } },
  ];
  const usage = {
    inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 1, text: 1, reasoning: 0 },
  };
  let turn = 0;
  const model = new MockLanguageModelV3({
    doGenerate: async () => {
      const call = calls[turn++];
      const content =
        call === undefined
          ? [{ type: "text" as const, text: "done" }]
          : [
              {
                type: "tool-call" as const,
                toolCallId: `new-${turn}`,
                toolName: call.toolName,
                input: JSON.stringify(call.input),
              },
            ];
      const unified = call === undefined ? ("stop" as const) : ("tool-calls" as const);
      return { content, finishReason: { unified, raw: unified }, usage, warnings: [] };
    },
  });
  const run = runOf([
    { tool: "findTrains", input: { to: "Oslo" }, result: ["R 10", "R 12"] },
    { tool: "bookSeat", input: { train: "R 10" }, error: ["Error", "No seat left in R 10"] },
    { tool: "bookSeat", input: { train: "R 12" }, result: { seat: "31A" } },
  ]);
  const { text, steps } = await generateText({
    model,
    tools: replayTools(tools, { run }),
    prompt: "book a train to Oslo",
    stopWhen: stepCountIs(5),
  });
  const outcomes = steps.flatMap(({ content }) =>
    content.flatMap((part) =>
      part.type === "tool-result" ? [part.output] : part.type === "tool-error" ? [String(part.error)] : [],
    ),
  );
  expect(outcomes).toEqual([["R 10", "R 12"], "Error: No seat left in R 10", { seat: "31A" }]);
  expect(text).toBe("done");
  expect(run.report()).toMatchObject({ ok: true, reused: 3 });
});

test("an MCP client gives back what its server's tools gave, without a server", async () => {
  const run = runOf([
    { tool: "read", input: { id: 7 }, result: "note 7" },
    {
      tool: "read",
      input: { id: 0 },
      result: "there is no note 0",
      error: ["tool_error", "there is no note 0"],
    },
    { tool: "count", input: { of: "word" }, result: { n: 4 } },
  ]);
  const client = replayTools(new Client({ name: "test", version: "1" }), { run });
  const [transport] = InMemoryTransport.createLinkedPair();
  await client.connect(transport);
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(["read", "count"]);
  expect(await client.callTool({ name: "read", arguments: { id: 7 } })).toEqual({
    content: [{ type: "text", text: "note 7" }],
    isError: false,
  });
  expect(await client.callTool({ name: "read", arguments: { id: 0 } })).toEqual({
    content: [{ type: "text", text: "there is no note 0" }],
    isError: true,
  });
  expect((await client.callTool({ name: "count", arguments: { of: "word" } })).structuredContent).toEqual({
    n: 4,
  });
  await expect(client.callTool({ name: "count", arguments: { of: "line" } })).rejects.toThrow("$.of");
  await expect(client.readResource({ uri: "file:///x" })).rejects.toThrow("not recorded");
  await client.close();
});

test("a tool that cannot be replaced is refused, not left as it is", () => {
  const run = runOf([]);
  const hostile = new Proxy(() => world(), {
    get() {
      throw new Error("no");
    },
    getOwnPropertyDescriptor() {
      throw new Error("no");
    },
    getPrototypeOf() {
      throw new Error("no");
    },
  });
  expect(() => replayTools([hostile], { run })).toThrow(/could not be|no/);
});
