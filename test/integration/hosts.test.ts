import { resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { installTree } from "../helpers/install-tree.js";
import { createTopics, readTopic } from "../helpers/kafka-records.js";
import { type NodeEnd, runNode } from "../helpers/run-node.js";
import { kafkaBootstrap } from "../helpers/stack.js";

const brokers = kafkaBootstrap();

interface Host {
  readonly folder: string;
  readonly execPath: string;
}

interface HostRun extends NodeEnd {
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

async function runHost({ folder, execPath }: Host, args: readonly string[]): Promise<HostRun> {
  const topics = await createTopics(brokers, { only: ["action"] });
  const env = { KAFKA_BOOTSTRAP_SERVERS: brokers, AGENT_ACTIONS_TOPIC_ACTION: topics.action };
  const end = await runNode(args, env, { cwd: folder, execPath });
  const events = (await readTopic(brokers, topics.action)).map(({ event }) => event);
  return { ...end, events };
}

/** What `work()` of test/frameworks/hosts/agent.mjs did. */
function expectWork({ events, code, stderr }: HostRun): void {
  expect(code, stderr).toBe(0);
  const did = events.map((event) => ({
    did: `${event.action_type} ${event.action_name} ${event.status}`,
    agent: event.agent_name,
    session: event.session_id,
    call: event.tool_call_id,
    details: event.action_details,
  }));
  const who = { agent: "host-agent", session: "conversation-1" };
  expect(did.sort((one, other) => one.did.localeCompare(other.did))).toEqual([
    { did: "success host-agent ok", ...who, call: undefined, details: {} },
    {
      did: "tool_call charge error",
      ...who,
      call: "call_charge",
      details: {
        tool_parameters: { amount: 3 },
        tool_result: null,
        success: false,
        error_message: "card declined",
      },
    },
    {
      did: "tool_call look_up ok",
      ...who,
      call: "call_look_up",
      details: { tool_parameters: { key: "a" }, tool_result: { value: 1 }, success: true },
    },
    {
      did: "tool_call multiply ok",
      ...who,
      call: undefined,
      details: { tool_parameters: { by: 2 }, tool_result: { value: 2 }, success: true },
    },
  ]);
}

describe("hosts with SDK 2", () => {
  let host: Host;
  beforeAll(async () => {
    host = { folder: await installTree("test/frameworks/hosts"), execPath: process.execPath };
  });

  test.each([
    "node-sdk",
    "node-tracer-provider",
    "basic-tracer-provider",
    "vercel-otel",
    "sentry-10",
    "sentry-11",
  ])("%s: an agent's work is four actions with their agent and session", async (name) => {
    expectWork(await runHost(host, [`${name}.mjs`]));
  });

  test("register alone does the same", async () => {
    expectWork(await runHost(host, ["--import", "otel-agent-actions/register", "register.mjs"]));
  });

  test("a library with a newer copy of the API than the provider's is said to be unseen, once", async () => {
    const run = await runHost(host, ["newer-api.mjs"]);
    expectWork(run);
    expect(run.stderr.split("AGENT_ACTIONS_API_MISMATCH")).toHaveLength(2);
    expect(run.stderr).toContain("registered through @opentelemetry/api 1.9.1");
    expect(run.stderr).toMatch(/record nothing, and do not say so: 1\.10\.0 in .*library.*api/);
  });
});

describe("hosts with SDK 3 and API 1.10", () => {
  let host: Host;
  beforeAll(async () => {
    host = { folder: await installTree("test/frameworks/sdk-3"), execPath: await newerNode() };
  });

  test.each(["node-sdk", "tracer-provider"])(
    "%s: an agent's work is four actions with their agent and session",
    async (name) => {
      expectWork(await runHost(host, [`${name}.mjs`]));
    },
  );

  test("register alone does the same", async () => {
    expectWork(await runHost(host, ["--import", "otel-agent-actions/register", "register.mjs"]));
  });

  test.each(["patched.mjs", "patched.cjs"])(
    "%s: modules are instrumented without a thread for the loader",
    async (program) => {
      const without = `import module from "node:module";
        module.register = () => { throw new Error("a thread"); };
        module.syncBuiltinESMExports();`;
      const imports = [`data:text/javascript,${encodeURIComponent(without)}`, "otel-agent-actions/register"];
      const args = [...imports.flatMap((name) => ["--import", name]), `test/fixtures/register/${program}`];
      const { code, stdout, stderr } = await runNode(args, {}, { execPath: host.execPath });
      expect({ code, said: JSON.parse(stdout), stderr }).toEqual({
        code: 0,
        said: { patched: true },
        stderr: "",
      });
    },
  );

  test("its types and ours fit, without those of SDK 2", async () => {
    const options = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--module", "nodenext"];
    const compiler = resolve("node_modules/typescript/bin/tsc");
    const { code, stdout } = await runNode(
      [
        compiler,
        ...options,
        "--target",
        "es2023",
        "--typeRoots",
        resolve("node_modules/@types"),
        "--types",
        "node",
        "typed.mts",
      ],
      {},
      { cwd: host.folder },
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  });

  test("attributes that are objects and mixed lists arrive as they are", async () => {
    const { events, code, stderr } = await runHost(host, ["structured-attributes.mjs"]);
    expect(code, stderr).toBe(0);
    expect(events).toMatchObject([
      {
        action_name: "book",
        agent_name: "traveller",
        action_details: {
          tool_parameters: { from: "Paris", seats: [1, "window", null], meal: { kind: "none" } },
          tool_result: { ok: true, price: 12.5 },
          success: true,
        },
      },
    ]);
  });
});

describe("Mastra, whose exporter takes an exporter", () => {
  test("an agent's tools and its run are actions, by the exporter alone", async () => {
    const host = { folder: await installTree("test/frameworks/mastra"), execPath: await newerNode() };
    const { events, code, stderr } = await runHost(host, ["agent.mjs"]);
    expect(code, stderr).toBe(0);
    const did = events.map(({ action_type, action_name, agent_name, tool_call_id, action_details }) => ({
      did: `${action_type} ${action_name}`,
      agent: agent_name,
      call: tool_call_id,
      details: action_details,
    }));
    const agent = "Support Agent";
    expect(did.sort((one, other) => one.did.localeCompare(other.did))).toEqual([
      { did: "success Support Agent", agent, call: undefined, details: {} },
      {
        did: "tool_call countOrders",
        agent,
        call: "call_count",
        details: { tool_parameters: { customer: "Ada" }, tool_result: 42, success: true },
      },
      {
        did: "tool_call refuse",
        agent,
        call: "call_refuse",
        details: {
          tool_parameters: { amount: -1 },
          tool_result: null,
          success: false,
          error_message: "amount out of range",
        },
      },
    ]);
  });
});

/** SDK 3 and Mastra need a newer Node than this package: the one that runs the tests, or the one from npm. */
async function newerNode(): Promise<string> {
  const [major = 0] = process.versions.node.split(".").map(Number);
  if (major >= 24) return process.execPath;
  return `${await installTree("test/frameworks/sdk-3")}/node_modules/node-linux-${process.arch}/bin/node`;
}
