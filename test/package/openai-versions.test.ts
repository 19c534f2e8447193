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

beforeAll(async () => {
  const tree = await installTree(resolve("test/frameworks/anthropic"));
  const { stdout } = await run(process.execPath, ["openai-versions.mjs"], { cwd: tree });
  versions = JSON.parse(stdout);
});

describe.each(["4", "5", "6", "7"])("runTools of version %s of the OpenAI SDK, instrumented", (version) => {
  const seen = (scenario: string): Seen => versions[version]?.[scenario] ?? { saw: undefined, recorded: [] };
  const by = "otel-agent-actions/instrumentations/openai";
  const model = "gpt";
  const call = (tool: string, callId: string, of: object) => ({
    name: `execute_tool ${tool}`,
    in: "invoke_agent",
    by,
    tool,
    callId,
    ...of,
  });
  const failedRun = { name: "invoke_agent", by, model };

  test("a run with its tool calls, also those that no tool was ever given", () => {
    const { saw, recorded } = seen("awaited");
    expect(saw).toBe("done");
    const errorType = "tool_error";
    expect(recorded).toEqual([
      call("add", "call_1", { arguments: { a: 1, b: 2 }, result: 3 }),
      call("add", "call_2", { arguments: { a: 3, b: 4 }, result: 7 }),
      call("erase", "call_3", {
        arguments: { all: true },
        errorType,
        error: expect.stringContaining('Invalid tool_call: "erase"'),
      }),
      call("add", "call_4", { arguments: { a: "one" }, errorType, error: "a is no number" }),
      { name: "invoke_agent", by, model, tokens: [30, 15] },
    ]);
  });

  test("a tool that throws fails its call, and the run with it, as the SDK has it", () => {
    const { saw, recorded } = seen("throwing");
    const error = "card declined: 4000";
    expect(saw).toBe(error);
    expect(recorded).toEqual([
      call("charge", "call_1", { arguments: { card: "4000" }, errorType: "TypeError", error }),
      { ...failedRun, errorType: "OpenAIError", error },
    ]);
  });

  test.each(["failing", "unhandled"])(
    "a request that fails fails the run, and the host is told as before: %s",
    (scenario) => {
      const { saw, recorded } = seen(scenario);
      expect(saw).toBe(400);
      expect(recorded).toEqual([{ ...failedRun, errorType: "BadRequestError", error: "400 no credit" }]);
    },
  );

  test("a stream", () => {
    const { saw, recorded } = seen("streaming");
    expect(saw).toBe("done");
    expect(recorded).toEqual([
      call("add", "call_1", { arguments: { a: 1, b: 2 }, result: 3 }),
      { name: "invoke_agent", by, model },
    ]);
  });

  test("tools that are traced by hand are recorded once, inside the run", () => {
    expect(seen("traced").recorded.map(({ tool, in: parent, by }) => [tool, parent, by])).toEqual([
      ["add", "invoke_agent", "otel-agent-actions"],
      [undefined, undefined, by],
    ]);
  });

  test("nothing is recorded once it is disabled", () => {
    expect(seen("disabled")).toEqual({ saw: "done", recorded: [] });
  });
});
