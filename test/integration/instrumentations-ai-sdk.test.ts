import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { run, startExampleStack } from "../examples/example-stack.js";
import { installTree } from "../helpers/install-tree.js";

const stack = await startExampleStack();

let tree: string;
beforeAll(async () => {
  tree = await installTree(resolve("test/frameworks/ai-sdk"));
});

const registered = (file: string, service: string) =>
  run(
    process.execPath,
    ["--import", "otel-agent-actions/register", file],
    { ...stack.env, OTEL_SERVICE_NAME: service },
    tree,
  );

const rowsOf = (service: string) =>
  stack.query(
    `select action.action_type, action.action_name, action.agent_name, action.tool_call_id, action.status, action.error_type,
            action.action_details as details, around.action_name as inside
       from agent_actions action left join agent_actions around on around.span_id = action.parent_span_id
      where action.service_name = $1 order by action.created_at`,
    [service],
  );

describe("an agent of the AI SDK that knows nothing of this package, by register alone", () => {
  test("says what it says without", async () => {
    const { code, stdout, stderr } = await registered("agent.mjs", "travel");
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "You travel in R 12.\nGone.\n", stderr: "" });
    expect(await readFile(resolve(tree, "agent.mjs"), "utf8")).not.toContain("otel");
    expect(await stack.untilStored()).toBe(7);
  });

  test("gets a row for its run, each tool call, and the call of a tool that does not exist", async () => {
    const [run, ...calls] = (await rowsOf("travel")).slice(0, 5);
    const agent_name = "travel-agent";
    expect(run).toMatchObject({
      agent_name,
      action_type: "success",
      action_name: agent_name,
      status: "ok",
      inside: null,
      details: { model: "mock-model", input_tokens: 48, output_tokens: 32 },
    });
    const call = { agent_name, action_type: "tool_call", inside: agent_name, status: "ok", error_type: null };
    const failed = { ...call, status: "error" };
    expect(calls).toEqual([
      {
        ...call,
        action_name: "findTrains",
        tool_call_id: "call_1_0",
        details: {
          tool_parameters: { to: "Oslo" },
          tool_result: { to: "Oslo", trains: ["R 10", "R 12"] },
          success: true,
        },
      },
      {
        ...failed,
        action_name: "bookSeat",
        tool_call_id: "call_2_0",
        error_type: "RangeError",
        details: {
          tool_parameters: { train: "R 10" },
          tool_result: null,
          success: false,
          error_message: "No seat left in R 10",
        },
      },
      {
        ...call,
        action_name: "bookSeat",
        tool_call_id: "call_3_0",
        details: {
          tool_parameters: { train: "R 12" },
          tool_result: { train: "R 12", seat: "31A" },
          success: true,
        },
      },
      {
        ...failed,
        action_name: "bookTaxi",
        tool_call_id: "call_2_1",
        error_type: "AI_NoSuchToolError",
        details: {
          tool_parameters: { to: "station" },
          tool_result: null,
          success: false,
          error_message:
            "Model tried to call unavailable tool 'bookTaxi'. Available tools: findTrains, bookSeat.",
        },
      },
    ]);
  });

  test("and for a stream, with the last of a tool's preliminary results", async () => {
    const [run, call] = (await rowsOf("travel")).slice(5);
    expect(run).toMatchObject({
      action_type: "success",
      status: "ok",
      details: { model: "mock-model", input_tokens: 24, output_tokens: 16 },
    });
    expect(call).toMatchObject({
      action_type: "tool_call",
      action_name: "countdown",
      tool_call_id: "call_5_0",
      details: { tool_parameters: { from: 2 }, tool_result: { left: 0 }, success: true },
    });
  });

  test("also where it is of CommonJS", async () => {
    const { code, stdout, stderr } = await registered("agent.cjs", "adder");
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "3\n", stderr: "" });
    await stack.untilStored();
    expect(await rowsOf("adder")).toMatchObject([
      { action_type: "success", status: "ok" },
      {
        action_type: "tool_call",
        action_name: "add",
        tool_call_id: "call_1_0",
        details: { tool_parameters: { a: 1, b: 2 }, tool_result: 3, success: true },
      },
    ]);
  });
});
