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
  const tree = await installTree(resolve("test/frameworks/ai-sdk"));
  const { stdout } = await run(process.execPath, ["versions.mjs"], { cwd: tree });
  versions = JSON.parse(stdout);
});

describe.each(["5", "6", "7"])("version %s of the AI SDK, instrumented", (version) => {
  const seen = (scenario: string): Seen => versions[version]?.[scenario] ?? { saw: undefined, recorded: [] };
  const model = `model-${version}`;
  const within = { in: "invoke_agent" };

  test("a run with its tool calls, also those that no tool was ever given", () => {
    const { saw, recorded } = seen("generateText");
    expect(saw).toBe("done");
    const ofUnknown = expect.stringContaining("unavailable tool 'erase'");
    const ofInvalid = expect.stringContaining("Invalid input for tool add");
    expect(recorded).toEqual([
      { ...within, name: "execute_tool add", callId: "call_1_0", arguments: { a: 1, b: 2 }, result: 3 },
      {
        ...within,
        name: "execute_tool charge",
        callId: "call_1_1",
        arguments: { card: "4000" },
        errorType: "TypeError",
        error: "card declined: 4000",
      },
      {
        ...within,
        name: "execute_tool erase",
        callId: "call_2_0",
        arguments: { all: true },
        errorType: "AI_NoSuchToolError",
        error: ofUnknown,
      },
      {
        ...within,
        name: "execute_tool add",
        callId: "call_2_1",
        arguments: { a: "one" },
        errorType: "AI_InvalidToolInputError",
        error: ofInvalid,
      },
      { name: "invoke_agent", model, tokens: [30, 15] },
    ]);
  });

  test("a stream, with the last of a tool's preliminary results, and the host's own callback", () => {
    const { saw, recorded } = seen("streamText");
    expect(saw).toEqual(["done", "stop"]);
    expect(recorded).toEqual([
      { ...within, name: "execute_tool count", callId: "call_1_0", arguments: { to: 3 }, result: { n: 3 } },
      { name: "invoke_agent", model, tokens: [20, 10] },
    ]);
  });

  test("an agent, by its id, generating and streaming", () => {
    const { saw, recorded } = seen("agent");
    expect(saw).toEqual(["done", "done"]);
    const agent = "adder";
    const name = "invoke_agent adder";
    const once = [
      {
        in: name,
        name: "execute_tool add",
        agent,
        callId: "call_1_0",
        arguments: { a: 2, b: 2 },
        result: 4,
      },
      { name, agent, model, tokens: [20, 10] },
    ];
    expect(recorded).toEqual([...once, ...once]);
  });

  test("a model that fails fails the run, and the host is told as before", () => {
    const { saw, recorded } = seen("failingModel");
    expect(saw).toEqual(["RangeError", "RangeError"]);
    const failed = { name: "invoke_agent", model, errorType: "RangeError", error: "out of quota" };
    expect(recorded).toEqual([failed, failed]);
  });

  test("a call that a person denies, in the run that is told so", () => {
    const { saw, recorded } = seen("deniedApproval");
    if (version === "5") {
      expect(saw).toBe("has none");
      return;
    }
    expect(saw).toBe("done");
    const ran = { name: "invoke_agent", model, tokens: [10, 5] };
    expect(recorded).toEqual([
      ran,
      {
        ...within,
        name: "execute_tool pay",
        callId: "call_1_0",
        arguments: { to: "Bob" },
        disposition: "deny",
      },
      ran,
    ]);
  });

  test("tools that are traced by hand are recorded once, inside the run", () => {
    const { recorded } = seen("tracedByHand");
    expect(recorded.map(({ name }) => name)).toEqual(["execute_tool add", "invoke_agent"]);
    expect(recorded[0]).toMatchObject(within);
  });

  test.each(["ownTelemetry", "withoutTools", "disabled"])(
    "nothing is recorded in the case %s",
    (scenario) => {
      expect(seen(scenario)).toEqual({ saw: "done", recorded: [] });
    },
  );
});
