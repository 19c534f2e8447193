import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { installTree } from "../helpers/install-tree.js";

const run = promisify(execFile);

interface Seen {
  readonly saw: unknown;
  readonly recorded: readonly Readonly<Record<string, unknown>>[];
}

let versions: Readonly<Record<string, Readonly<Record<string, Seen>>>>;
const seenIn = (version: string, scenario: string): Seen =>
  versions[version]?.[scenario] ?? { saw: undefined, recorded: [] };

beforeAll(async () => {
  const tree = await installTree(resolve("test/frameworks/anthropic"));
  const { stdout } = await run(process.execPath, ["anthropic-versions.mjs"], { cwd: tree });
  versions = JSON.parse(stdout);
});

const CALLS = [
  { tool: "add", callId: "toolu_1", arguments: { a: 1, b: 2 }, result: "3" },
  { tool: "add", callId: "toolu_3", arguments: { a: 3, b: 4 }, result: "7" },
  { tool: "charge", callId: "toolu_2", arguments: { card: "4000" }, error: "card declined: 4000" },
];

describe.each(["0.68", "0.133", "1.12"])(
  "version %s of the Anthropic SDK, instrumented, without spans of its own",
  (version) => {
    const seen = (scenario: string): Seen => seenIn(version, scenario);
    const by = "otel-agent-actions/instrumentations/anthropic";
    const call = (of: Readonly<Record<string, unknown>>) => ({
      ...of,
      name: `execute_tool ${of.tool}`,
      in: "invoke_agent",
      by,
    });
    const model = "claude";

    test("a run with its tool calls, also those that no tool was ever given", () => {
      const { saw, recorded } = seen("awaited");
      expect(saw).toBe("done");
      const [one, other, charge] = CALLS.map(call);
      const refused = { errorType: "tool_error" };
      expect(recorded).toEqual([
        one,
        other,
        { ...charge, errorType: "TypeError" },
        {
          ...call({ tool: "erase", callId: "toolu_4", arguments: { all: true } }),
          ...refused,
          error: "Error: Tool 'erase' not found",
        },
        {
          ...call({ tool: "add", callId: "toolu_5", arguments: { a: "one" } }),
          ...refused,
          error: "Error: a is no number",
        },
        { name: "invoke_agent", by, model, tokens: [30, 15] },
      ]);
    });

    test("tools that are traced by hand are recorded once, also when the host leaves the loop early", () => {
      const { saw, recorded } = seen("iterated");
      expect(saw).toEqual(["tool_use", "tool_use"]);
      expect(recorded.map(({ tool, in: parent, by }) => [tool, parent, by])).toEqual([
        ["add", "invoke_agent", "otel-agent-actions"],
        ["add", "invoke_agent", "otel-agent-actions"],
        ["charge", "invoke_agent", "otel-agent-actions"],
        [undefined, undefined, by],
      ]);
      expect(recorded.at(-1)).toMatchObject({ tokens: [20, 10] });
    });

    test("a stream of messages", () => {
      const { saw, recorded } = seen("streaming");
      expect(saw).toEqual(["tool_use", "text"]);
      expect(recorded).toEqual([call(CALLS[0]!), { name: "invoke_agent", by, model, tokens: [20, 10] }]);
    });

    test("a request that fails fails the run, and the host is told as before", () => {
      const { saw, recorded } = seen("failing");
      expect(saw).toBe(400);
      expect(recorded).toEqual([
        {
          name: "invoke_agent",
          by,
          model,
          errorType: "BadRequestError",
          error: expect.stringContaining("no credit"),
        },
      ]);
    });

    test("nothing is recorded once it is disabled", () => {
      expect(seen("disabled")).toEqual({ saw: "done", recorded: [] });
    });
  },
);

test.each(["0.68", "0.133", "1.12", "1.12 with its own spans"])(
  "version %s: no arguments and results where content is not to be captured",
  (version) => {
    const { saw, recorded } = seenIn(version, "hidden");
    expect(saw).toBe("done");
    expect(recorded).toHaveLength(6);
    for (const span of recorded) expect([span.arguments, span.result]).toEqual([undefined, undefined]);
  },
);

describe("a version that writes spans of its own", () => {
  const seen = (scenario: string): Seen => seenIn("1.12 with its own spans", scenario);

  test("gets arguments, results and errors on them, and a span for a tool that does not exist", () => {
    const { saw, recorded } = seen("awaited");
    expect(saw).toBe("done");
    const own = {
      name: expect.stringMatching(/^anthropic\.custom_tool_use/),
      in: "anthropic.messages.tool_runner",
      by: "com.anthropic.sdk.typescript",
    };
    const [one, other, charge] = CALLS.map((call) => ({ ...call, ...own }));
    expect(recorded).toEqual([
      one,
      other,
      { ...charge, errorType: "tool_error" },
      {
        ...own,
        tool: "add",
        callId: "toolu_5",
        arguments: { a: "one" },
        errorType: "tool_error",
        error: "a is no number",
      },
      { name: "anthropic.messages.tool_runner", by: own.by, model: "claude" },
      {
        name: "execute_tool erase",
        in: "anthropic.messages.tool_runner",
        by: "otel-agent-actions/instrumentations/anthropic",
        tool: "erase",
        callId: "toolu_4",
        arguments: { all: true },
        errorType: "tool_error",
        error: "Error: Tool 'erase' not found",
      },
    ]);
  });

  test("is left as it was once the instrumentation is disabled", () => {
    const { recorded } = seen("disabled");
    expect(recorded.map(({ tool }) => tool)).toEqual(["add", "charge", "add", "add", undefined]);
    for (const span of recorded) expect([span.arguments, span.result]).toEqual([undefined, undefined]);
  });
});
