import { beforeAll, describe, expect, test } from "vitest";
import { cursorText } from "../../src/api/query/cursor.js";
import { ROUTES } from "../../src/api/routes/index.js";
import { actionId, correlationId } from "../../src/event/index.js";
import { apiOn, pool, write } from "./api-harness.js";

const { ask, defects } = apiOn();
const now = Date.now();
const minute = Math.floor(now / 60_000) * 60_000 - 600_000;
const at = (seconds: number): string => new Date(minute + seconds * 1_000).toISOString();

const call = (tool: string, seconds: number, duration: number, fields: object = {}) => ({
  id: actionId(minute + seconds * 1_000, tool + seconds),
  agent_name: "coder",
  action_type: "tool_call",
  action_name: tool,
  correlation_id: "build",
  session_id: "monday",
  project_name: "shop",
  started_at: at(seconds),
  status: "ok",
  duration_ms: duration,
  ...fields,
});

beforeAll(async () => {
  await write("action", [
    ...[10, 20, 30, 40].map((duration, index) => call("Bash", index, duration)),
    call("Edit", 65, 7, { action_details: { tool_parameters: { file_path: "/src/a.ts" } } }),
    call("Edit", 66, 9, {
      agent_name: "reviewer",
      correlation_id: "review",
      project_name: "site",
      status: "error",
      error_message: "line 12 of /src/a.ts does not match",
      action_details: { tool_parameters: { file_path: "/src/a.ts" } },
    }),
    call("approve", 70, 3, {
      action_type: "decision",
      action_details: { decision_context: { limit: 100 }, decision_result: "yes" },
    }),
  ]);
  await write("routing_decision", [
    {
      correlation_id: "build",
      selected_agent: "coder",
      confidence_score: 0.75,
      alternatives: [{ agent: "reviewer", confidence: 0.2 }],
      reasoning: "it is code",
      timestamp: at(0),
    },
  ]);
  await pool.query(
    `insert into agent_producers (producer_epoch, service_name, first_seen_at, last_seen_at) values ('e1', 'agents', now(), now())`,
  );
});

const rows = async (path: string) => {
  const { status, body } = await ask(path);
  expect({ status, detail: body.detail }).toEqual({ status: 200, detail: undefined });
  return body.data;
};

describe("lists", () => {
  test("tools, with counts and percentiles", async () => {
    expect(
      await rows("/tools?fields=tool_name,actions,failed_actions,runs,agents,p50_ms,p95_ms,mean_ms"),
    ).toEqual([
      {
        tool_name: "Bash",
        actions: 4,
        failed_actions: 0,
        runs: 1,
        agents: 1,
        p50_ms: 20,
        p95_ms: 40,
        mean_ms: 25,
      },
      {
        tool_name: "Edit",
        actions: 2,
        failed_actions: 1,
        runs: 2,
        agents: 2,
        p50_ms: 7,
        p95_ms: 9,
        mean_ms: 8,
      },
    ]);
  });

  test("agents, sessions, and errors as the errors that they are", async () => {
    expect(await rows("/agents?fields=agent_name,actions,tool_calls,decisions")).toEqual([
      { agent_name: "coder", actions: 6, tool_calls: 5, decisions: 1 },
      { agent_name: "reviewer", actions: 1, tool_calls: 1, decisions: 0 },
    ]);
    expect(await rows("/sessions?fields=session_id,agents,projects,runs")).toEqual([
      { session_id: "monday", agents: ["coder", "reviewer"], projects: ["shop", "site"], runs: 2 },
    ]);
    expect(await rows("/errors?fields=message,actions,action_names")).toEqual([
      { message: "line 12 of /src/a.ts does not match", actions: 1, action_names: ["Edit"] },
    ]);
  });

  test("decisions of agents and of routers, with alternatives and confidence", async () => {
    const decisions = await rows("/decisions?run=build");
    expect(decisions).toMatchObject([
      {
        made_by: "agent",
        agent_name: "coder",
        decision: "approve",
        action_details: { decision_result: "yes" },
      },
      {
        made_by: "router",
        decision: "coder",
        confidence: 0.75,
        project_name: "shop",
        action_details: { alternatives: [{ agent: "reviewer" }], reasoning: "it is code" },
      },
    ]);
    expect(await rows("/decisions?project=site")).toEqual([]);
  });

  test("what was done to a file, over agents and runs", async () => {
    const found = await rows("/files?path=/src/a.ts&fields=agent_name,operation_type,success,correlation_id");
    expect(found).toEqual([
      {
        agent_name: "reviewer",
        operation_type: "edit",
        success: false,
        correlation_id: correlationId("review").uuid,
      },
      {
        agent_name: "coder",
        operation_type: "edit",
        success: true,
        correlation_id: correlationId("build").uuid,
      },
    ]);
    expect(await rows("/files?project=shop&name=a.ts&success=true&fields=agent_name")).toEqual([
      { agent_name: "coder" },
    ]);
  });

  test("producers", async () => {
    expect(await rows("/producers?fields=producer_epoch,status,missing")).toEqual([
      { producer_epoch: "e1", status: "unknown", missing: 0 },
    ]);
    expect(await rows("/producers?status=alive")).toEqual([]);
    expect(await rows("/producers?status=unknown&fields=producer_epoch")).toEqual([{ producer_epoch: "e1" }]);
  });
});

describe("statistics", () => {
  test("by what they are asked for, by pages", async () => {
    const path = "/stats?group_by=minute,agent&fields=actions";
    const all = await rows(path);
    const minutes = [at(60), at(0)].map((time) => time.replace("Z", "000Z"));
    expect(all).toEqual([
      { minute: minutes[0], agent: "coder", actions: 2 },
      { minute: minutes[0], agent: "reviewer", actions: 1 },
      { minute: minutes[1], agent: "coder", actions: 4 },
    ]);
    const seen = [];
    for (let next = ""; next !== null; ) {
      const { body } = await ask(`${path}&limit=1${next && `&cursor=${next}`}`);
      seen.push(...body.data);
      next = body.next;
    }
    expect(seen).toEqual(all);
  });

  test("have null where a dimension is not said", async () => {
    expect(await rows("/stats?group_by=tool&fields=actions")).toEqual([
      { tool: "Bash", actions: 4 },
      { tool: "Edit", actions: 2 },
      { tool: null, actions: 1 },
    ]);
  });

  test("refuse a dimension that there is not, and say which there are", async () => {
    const { status, body } = await ask("/stats?group_by=colour");
    expect(status).toBe(400);
    expect(body.detail).toContain("group_by has to be up to 3 different ones of agent, agent_version, type");
  });
});

test("a page that would be too large ends before, and says so", async () => {
  const details = { text: "x".repeat(1_500) };
  await write(
    "action",
    Array.from({ length: 60 }, (_, index) =>
      call("Big", 100 + index, 1, { correlation_id: "big", action_details: details }),
    ),
  );
  const small = apiOn({ env: { AGENT_ACTIONS_API_MAX_RESPONSE_BYTES: "65536" } });
  const seen = new Set<string>();
  let pages = 0;
  for (let next = ""; next !== null; pages++) {
    const { body, text, headers } = await small.ask(`/actions?run=big${next && `&cursor=${next}`}`);
    expect(Buffer.byteLength(text)).toBeLessThan(66_000);
    expect(body.truncated).toBe(body.next === null ? null : "bytes");
    expect(headers.get("agent-actions-truncated")).toBe(body.truncated);
    for (const row of body.data) seen.add(row.id);
    next = body.next;
  }
  expect([seen.size, pages > 1]).toEqual([60, true]);
});

test("a caller who may see one project sees nothing of others, on any path", async () => {
  const limited = apiOn({ free: [], tokens: { t: { name: "site", scopes: ["read"], projects: ["site"] } } });
  const headers = { authorization: "Bearer t" };
  const run = correlationId("build").uuid;
  for (const { path, method, scope, parameters, response } of ROUTES) {
    if (method !== "get" || scope !== "read" || path.includes("{")) continue;
    if (response.mediaType === "text/event-stream") continue;
    const query = "last" in parameters ? "?last=all" : "runs" in parameters ? `?runs=${run}` : "";
    const { status, text } = await limited.ask(`${path}${query}`, { headers });
    // What is of no project is refused altogether.
    expect([200, 403]).toContain(status);
    for (const secret of ["Bash", "shop", "approve", "build", "e1"])
      expect(text).not.toContain(`"${secret}"`);
  }
  const hidden = ["/runs/build", "/runs/build/skeleton", `/actions/${call("Bash", 0, 1).id}`];
  for (const path of hidden) expect((await limited.ask(path, { headers })).status).toBe(404);
  expect((await limited.ask("/runs/review", { headers })).body.project_name).toBe("site");
  expect((await limited.ask("/runs/review")).status).toBe(401);
});

test("the title of a run is of what the caller may see of it", async () => {
  const common = { correlation_id: "both", agent_name: "coder", started_at: at(80) };
  await write("execution", [
    {
      ...common,
      execution_id: "both",
      project_name: "shop",
      user_prompt: "a prompt of shop",
      timestamp: at(80),
    },
  ]);
  await write("action", [
    call("Bash", 80, 1, { correlation_id: "both" }),
    call("Edit", 81, 1, { correlation_id: "both", project_name: "site" }),
  ]);
  const limited = apiOn({ free: [], tokens: { t: { name: "site", scopes: ["read"], projects: ["site"] } } });
  const headers = { authorization: "Bearer t" };
  expect((await ask("/runs/both")).body.title).toBe("a prompt of shop");
  expect((await limited.ask("/runs/both", { headers })).body.title).toBe("Edit");
  const { text } = await limited.ask("/runs?last=all", { headers });
  expect(text).not.toContain("a prompt of shop");
});

test("a path that is no encoding names a run that nobody knows", async () => {
  for (const path of ["/runs/100%", "/runs/%E0%A4", "/runs/%/skeleton"])
    expect((await ask(path)).status, path).toBe(404);
});

test("none of it was a defect", () => expect(defects).toEqual([]));

describe("a search that its time ended", () => {
  test("goes on where it ended: what began at that time is not shown again, and nothing before it is left out", async () => {
    const { body } = await ask("/actions?text=a.ts&last=all");
    expect(body).not.toHaveProperty("searched_since");
    const all = (body.data as { id: string; started_at: string }[]).map(({ id }) => id);
    expect(all).toHaveLength(2);
    const [later] = body.data as [{ started_at: string }];
    const nil = "00000000-0000-0000-0000-000000000000";
    const cursor = cursorText({
      keys: [later.started_at, nil],
      range: { since: undefined, until: undefined },
    });
    const rest = await ask(`/actions?text=a.ts&last=all&cursor=${cursor}`);
    expect([rest.status, (rest.body.data as { id: string }[]).map(({ id }) => id)]).toEqual([200, [all[1]]]);
  });

  test("finds what a list of the run finds, whatever it is looked for by", async () => {
    const ids = async (query: string) =>
      ((await ask(`/actions?limit=1000&${query}`)).body.data as { id: string }[]).map(({ id }) => id);
    const all = await ids("last=all");
    expect(all.length).toBeGreaterThan(0);
    expect(
      (await Promise.all(["shop", "site"].map((project) => ids(`last=all&project=${project}`))))
        .flat()
        .sort(),
    ).toEqual([...all].sort());
    expect(await ids("last=all&tool=nothing")).toEqual([]);
    expect(defects).toEqual([]);
  });
});
