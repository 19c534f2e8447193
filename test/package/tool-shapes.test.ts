import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import type { ReplayReport } from "../../src/replay/replay-report.js";
import { installTree } from "../helpers/install-tree.js";

const run = promisify(execFile);

interface Seen {
  /** What the program got from its tools. */
  readonly saw: readonly unknown[];
  /** What was recorded of them. */
  readonly recorded: readonly Readonly<Record<string, unknown>>[];
  /** The same program with replayed tools, on what was recorded. */
  readonly replayed?: { readonly saw: readonly unknown[]; readonly report: ReplayReport };
}

let tree: string;
let programs: Readonly<Record<string, Seen>>;
const seen = (name: string): Seen => programs[name] ?? { saw: [], recorded: [] };

beforeAll(async () => {
  tree = await installTree(resolve("test/frameworks/tools"));
  const { stdout } = await run(process.execPath, ["run.mjs"], { cwd: tree });
  programs = JSON.parse(stdout);
});

describe("traceTools with the real library", () => {
  test("LangChain: an agent's tool call is taken apart, and the tool message unwrapped", () => {
    const { saw, recorded } = seen("langchain");
    expect(saw).toEqual([
      "ToolMessage",
      "call_1",
      "sun in Kiel",
      "TypeError: no such city",
      "rain in Ulm",
      true,
    ]);
    const weather = { tool: "weather" };
    expect(recorded).toEqual([
      { ...weather, arguments: { city: "Bonn" }, result: "sun in Bonn", callId: "call_1" },
      { ...weather, arguments: { city: "Kiel" }, result: "sun in Kiel" },
      {
        ...weather,
        arguments: { city: "Atlantis" },
        callId: "call_2",
        error: "no such city",
        errorType: "TypeError",
      },
      { tool: "forecast", arguments: { city: "Ulm" }, result: "rain in Ulm", callId: "call_3" },
    ]);
  });

  test("MCP client: each call by the name of its tool, also those that the server fails", () => {
    const { saw, recorded } = seen("mcpClient");
    expect(saw).toEqual([["read"], "note 7", true, true, true]);
    expect(recorded).toEqual([
      { tool: "read", arguments: { id: 7 }, result: "note 7" },
      {
        tool: "read",
        arguments: { id: 0 },
        result: "there is no note 0",
        error: "there is no note 0",
        errorType: "tool_error",
      },
      expect.objectContaining({
        tool: "erase",
        errorType: "tool_error",
        error: expect.stringContaining("erase not found"),
      }),
    ]);
  });

  test("MCP server: tools from before and after the tracing, each call once", () => {
    const { saw, recorded } = seen("mcpServer");
    expect(saw).toEqual([true, { n: 4 }, true]);
    expect(recorded).toEqual([
      { tool: "read", arguments: { id: 7 }, result: "note 7" },
      { tool: "read", arguments: { id: 0 }, error: "there is no note 0", errorType: "RangeError" },
      { tool: "ping", result: "pong" },
      { tool: "count", arguments: { of: "word" }, result: { n: 4 } },
    ]);
  });

  test("MCP server of version 2 of the SDK", () => {
    const { saw, recorded } = seen("mcpServer2");
    expect(saw).toEqual([true]);
    expect(recorded).toEqual([
      { tool: "read", arguments: { id: 7 }, result: "note 7" },
      { tool: "read", arguments: { id: 0 }, error: "there is no note 0", errorType: "RangeError" },
      { tool: "ping", result: "pong" },
    ]);
  });

  test("OpenAI Agents: the model's JSON and call id, and the failure that it tells as a result", () => {
    const { saw, recorded } = seen("openaiAgents");
    const failure = "An error occurred while running the tool. Please try again.";
    expect(saw).toEqual(["done"]);
    expect(recorded).toEqual([
      { tool: "refund", arguments: { order: 5 }, result: { order: 5, paid: true }, callId: "call_1" },
      {
        tool: "refund",
        arguments: { order: 13 },
        result: failure,
        callId: "call_2",
        error: failure,
        errorType: "tool_error",
      },
    ]);
  });

  test("Mastra: by key or id, and arguments that do not fit the schema are a failure", () => {
    const { saw, recorded } = seen("mastra");
    expect(saw).toEqual([{ city: "Bonn", degrees: 21 }, { city: "Kiel", degrees: 21 }, true]);
    expect(recorded).toEqual([
      {
        tool: "weather",
        arguments: { city: "Bonn" },
        result: { city: "Bonn", degrees: 21 },
        callId: "call_1",
      },
      { tool: "weather", arguments: { city: "Kiel" }, result: { city: "Kiel", degrees: 21 } },
      expect.objectContaining({ tool: "weather", arguments: { city: 5 }, errorType: "validation_error" }),
    ]);
  });

  test("Claude Agent SDK: its tools, and the server made of them", () => {
    const { saw, recorded } = seen("claudeAgent");
    expect(saw).toEqual(["found otel", "found otel"]);
    const both = [
      { tool: "search", arguments: { q: "otel" }, result: "found otel" },
      { tool: "search", arguments: { q: "" }, result: "found ", error: "found ", errorType: "tool_error" },
    ];
    expect(recorded).toEqual([...both, ...both]);
  });

  test("Anthropic's tool runner", () => {
    const { saw, recorded } = seen("anthropic");
    expect(saw).toEqual(["sunny"]);
    expect(recorded).toEqual([
      { tool: "weather", arguments: { city: "Bonn" }, result: "sun in Bonn", callId: "toolu_1" },
      {
        tool: "weather",
        arguments: { city: "Atlantis" },
        callId: "toolu_2",
        error: "no such city",
        errorType: "TypeError",
      },
    ]);
  });

  test("OpenAI's runTools: with and without a parser, and by zodFunction", () => {
    const { saw, recorded } = seen("openai");
    expect(saw).toEqual(["done"]);
    expect(recorded).toHaveLength(3);
    expect(recorded).toEqual(
      expect.arrayContaining([
        { tool: "add", arguments: { a: 1, b: 2 }, result: 3, callId: "call_1" },
        { tool: "shout", arguments: "hi", result: '"HI"', callId: "call_2" },
        { tool: "weather", arguments: { city: "Bonn" }, result: { city: "Bonn" }, callId: "call_3" },
      ]),
    );
  });

  test("keeps the types: a traced tool stands wherever the original stood", async () => {
    const compilerOptions = {
      strict: true,
      noEmit: true,
      target: "es2023",
      lib: ["es2023", "dom", "esnext.disposable"],
      types: [],
      module: "nodenext",
      skipLibCheck: true,
    };
    await writeFile(join(tree, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["typed.mts"] }));
    const { stdout } = await run(resolve("node_modules/.bin/tsc"), ["-p", tree]).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe("");
  });
});

describe("replayTools with the real library", () => {
  test.each([
    "langchain",
    "mcpClient",
    "mcpServer",
    "mcpServer2",
    "openaiAgents",
    "mastra",
    "claudeAgent",
    "anthropic",
    "openai",
  ])("%s: the program gets what it got, and no tool is called", (name) => {
    const { saw, recorded, replayed } = seen(name);
    // A client that is connected to nothing lists the tools that were called.
    expect(replayed?.saw).toEqual(name === "mcpClient" ? [["read", "erase"], ...saw.slice(1)] : saw);
    expect(replayed?.report).toMatchObject({ ok: true, calls: recorded.length, reused: recorded.length });
  });
});
