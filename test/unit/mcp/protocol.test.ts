import { describe, expect, test } from "vitest";
import { readArguments } from "../../../src/mcp/arguments.js";
import { McpServer } from "../../../src/mcp/protocol.js";
import type { Tool, ToolContext } from "../../../src/mcp/tool.js";

const PARAMETERS = {
  word: { type: "string", description: "A word.", required: true },
  times: { type: "integer", description: "How often.", minimum: 1, maximum: 3, default: 1 },
  places: { type: "array", items: { type: "integer" }, maxItems: 2, description: "Where." },
} as const;
const repeat: Tool = {
  name: "repeat",
  title: "Repeat",
  description: "Repeats a word.",
  parameters: PARAMETERS,
  async call(given) {
    const { word, times } = readArguments(PARAMETERS, given);
    if (word === "fail") throw new TypeError("no");
    if (word === "quote") throw new TypeError(`bad value: \u202e\u001b[31m${"x".repeat(5_000)}`);
    return word.repeat(times);
  },
};
const CONTEXT: ToolContext = {
  ask: () => Promise.reject(new Error("not asked")),
  sql: undefined,
  maxCharacters: 20_000,
};
const server = new McpServer([repeat]);
const send = (method: string, params: object = {}, id: unknown = 1) =>
  server.handle({ jsonrpc: "2.0", id, method, params }, CONTEXT);
const call = async (given: object) =>
  (await send("tools/call", { name: "repeat", arguments: given }))?.result;

describe("a server of tools", () => {
  test.each([
    ["2025-06-18", "2025-06-18"],
    ["2024-11-05", "2024-11-05"],
    ["1999-01-01", "2025-11-25"],
  ])("that is asked for the protocol %s offers %s", async (wanted, offered) => {
    expect((await send("initialize", { protocolVersion: wanted }))?.result).toMatchObject({
      protocolVersion: offered,
      capabilities: { tools: {} },
    });
  });

  test("lists its tools as JSON Schema, as tools that only read", async () => {
    expect((await send("tools/list"))?.result).toMatchObject({
      tools: [
        {
          name: "repeat",
          inputSchema: {
            type: "object",
            required: ["word"],
            properties: {
              word: { type: "string", description: "A word." },
              times: { maximum: 3, default: 1 },
            },
          },
          annotations: { readOnlyHint: true },
        },
      ],
    });
  });

  test("calls them, with defaults", async () => {
    expect(await call({ word: "a", times: 2 })).toEqual({ content: [{ type: "text", text: "aa" }] });
    expect(await call({ word: "a" })).toEqual({ content: [{ type: "text", text: "a" }] });
  });

  test("tells the model everything that is wrong with arguments", async () => {
    const { isError, content } = (await call({ times: 4, places: [1, 2, 3], words: "a" })) as never as {
      isError: boolean;
      content: { text: string }[];
    };
    expect(isError).toBe(true);
    expect(content[0]?.text).toBe(
      "The arguments cannot be used: words is not known; there are: word, times, places; word is missing; times has to be an integer from 1 to 3; places has to be a list of at most 2 integers from 0.",
    );
  });

  test("answers when a tool throws", async () => {
    expect(await call({ word: "fail" })).toMatchObject({
      isError: true,
      content: [{ text: "The tool failed: no" }],
    });
  });

  test("makes visible and cuts what an error quotes of recorded values", async () => {
    const { content } = (await call({ word: "quote" })) as never as { content: { text: string }[] };
    expect(content[0]?.text).toMatch(
      /^The tool failed: bad value: \ufffd\ufffd\[31mx+\.\.\. \d+ more characters$/,
    );
    expect(content[0]?.text.length).toBeLessThan(2_100);
  });

  test("answers nothing to notifications, and to responses", async () => {
    const notification = { jsonrpc: "2.0", method: "notifications/initialized" };
    expect(await server.handle(notification, CONTEXT)).toBeUndefined();
    expect(await server.handle({ jsonrpc: "2.0", id: 1, result: {} }, CONTEXT)).toBeUndefined();
  });

  test.each([
    ["{", -32_700],
    ["[]", -32_600],
    ['{"id":1,"method":"ping"}', -32_600],
    ['{"jsonrpc":"2.0","id":{},"method":"ping"}', -32_600],
    ['{"jsonrpc":"2.0","id":1,"method":"resources/list"}', -32_601],
    ['{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"other"}}', -32_602],
  ])("refuses %s", async (text, code) => {
    expect((await server.handleText(text, CONTEXT))?.error).toMatchObject({ code });
  });
});
