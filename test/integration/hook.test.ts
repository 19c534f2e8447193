import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, type TestContext, test } from "vitest";
import { createDatabase } from "../helpers/stack.js";
import { until } from "../helpers/until.js";
import { cli, MAIN, plainEnv, query, stackEnv, startCli } from "./cli-program.js";

const FIXTURES = fileURLToPath(new URL("../fixtures/hooks/", import.meta.url));

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "hook-"));
  t.onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

/** Runs a hook as an agent does: the event on standard input. */
async function hook(agent: string, input: string, env: Record<string, string>) {
  const child = spawn(process.execPath, [MAIN, "hook", agent], { env: plainEnv(env) });
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => {
      said[name] += text;
    });
  child.stdin.end(input);
  const [code] = (await once(child, "close")) as [number];
  return { code, ...said };
}

test("calls that hooks told of are rows: running, then ended; what no service took comes later", async (t) => {
  const env: Record<string, string> = {
    ...stackEnv(await createDatabase(t)),
    AGENT_ACTIONS_INTAKE_ENABLED: "true",
  };
  expect((await cli(t, ["topics", "--create", "--partitions", "1"], env)).code).toBe(0);
  expect((await cli(t, ["migrate"], env)).code).toBe(0);
  const service = startCli(t, ["consume"], env);
  const [, url = ""] = await service.said(/"url":"(http:[^"]+)"/);
  const directory = await folder(t);
  const hookEnv = { AGENT_ACTIONS_HOOK_URL: url, AGENT_ACTIONS_HOOK_DIRECTORY: directory };
  const lines = (await readFile(join(FIXTURES, "claude-code.jsonl"), "utf8")).trim().split("\n");
  const [pre = "", post = ""] = ["PreToolUse", "PostToolUse"].map((event) =>
    lines.find((line) => line.includes(`"${event}"`) && line.includes('"tool_name": "Edit"')),
  );
  const rows = async () =>
    (await query(
      env.DATABASE_URL ?? "",
      "select action_name, state, status, duration_ms, tool_call_id, sender from agent_actions left join agent_action_keys using (id, created_at)",
    )) as Record<string, unknown>[];
  const said = { code: 0, stdout: "", stderr: "" };
  expect(await hook("claude-code", pre, hookEnv)).toEqual(said);
  await until(async () => (await rows()).length === 1);
  expect(await rows()).toMatchObject([{ action_name: "Edit", state: "running", sender: "default" }]);

  // On a busy machine the response may have come too late for the hook; then the first event waits too, and is sent once more.
  const waiting = (await readdir(directory)).length;
  // The service is away: nothing is said to the agent, and the event waits.
  expect(
    await hook("claude-code", post, { ...hookEnv, AGENT_ACTIONS_HOOK_URL: "http://127.0.0.1:9" }),
  ).toEqual(said);
  expect(await readdir(directory)).toHaveLength(waiting + 1);
  const flushed = await cli(t, ["hook", "--flush", "--json"], { ...env, ...hookEnv });
  expect(flushed).toMatchObject({
    code: 0,
    stdout: `{"sent":${waiting + 1},"refused":0,"waiting":0}\n`,
  });
  await until(async () => (await rows())[0]?.state === "ended");
  expect(await rows()).toEqual([
    {
      action_name: "Edit",
      state: "ended",
      status: "ok",
      duration_ms: 8,
      tool_call_id: "toolu_01UyMnRboo5LauZ0Geua9mmo",
      sender: "default",
    },
  ]);
});

test("an agent is never told anything, whatever it tells and whatever the service does", async (t) => {
  const directory = await folder(t);
  const requests: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => {
      body += text;
    });
    request.on("end", () => {
      requests.push(body);
      // The first request is never answered.
      if (requests.length > 1) response.end("{}");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const env = {
    AGENT_ACTIONS_HOOK_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AGENT_ACTIONS_HOOK_DIRECTORY: directory,
    // So long that the request has arrived before it is given up.
    AGENT_ACTIONS_HOOK_TIMEOUT_MS: "2000",
  };
  const call = {
    session_id: "s",
    cwd: "/p",
    tool_name: "Bash",
    tool_use_id: "toolu_01A09q90qw90lq917835lq9",
  };
  const event = { ...call, hook_event_name: "PreToolUse", tool_input: { command: "ls" } };
  expect(await hook("claude-code", JSON.stringify(event), env)).toEqual({ code: 0, stdout: "", stderr: "" });
  const [kept = ""] = await readdir(directory);
  expect(JSON.parse(await readFile(join(directory, kept), "utf8"))).toMatchObject({
    call_key: call.tool_use_id,
  });

  for (const input of ["", "not json", "[]", "null", '{"hook_event_name":"Stop"}']) {
    const { code, stdout } = await hook("claude-code", input, env);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
  }
  const wrong = await hook("claude-code", JSON.stringify(event), {
    ...env,
    AGENT_ACTIONS_HOOK_URL: "nowhere",
  });
  expect(wrong).toMatchObject({
    code: 0,
    stdout: "",
    stderr: expect.stringContaining("address of a service"),
  });
  expect(await cli(t, ["hook", "clippy"], env)).toMatchObject({ code: 64, stdout: "" });
  expect(requests).toHaveLength(1);
});
