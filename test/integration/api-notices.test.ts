import { beforeAll, describe, expect, test } from "vitest";
import type { Notice } from "../../src/notices/notice.js";
import { noticeId } from "../../src/notices/notice.js";
import { storeNotices } from "../../src/notices/store-notices.js";
import { inTransaction } from "../../src/store/on-connection.js";
import { apiOn, pool, write } from "./api-harness.js";
import { asker } from "./ask-harness.js";

const RUN = "01900000-0000-7000-8000-0000000000aa";
const ACTION = "01900000-0000-7000-9000-0000000000aa";
const HOUR = 3_600_000;

const notice = (more: Partial<Notice> = {}): Notice => ({
  rule: "loop",
  kind: "same_call",
  severity: "warning",
  subjectKey: "subject",
  beginning: ACTION,
  title: "coder repeats \u001b[31mRead\u202e: 5 calls",
  agentName: "coder",
  correlationId: RUN,
  actionIds: [ACTION],
  evidence: { calls: 5, seconds: 1.25, tokens: 70, tools: ["Read"], period: 1, failed: false },
  query: "select 1",
  beganAt: Date.now() - HOUR,
  lastSeenAt: Date.now() - HOUR + 1_250,
  closed: undefined,
  ...more,
});
const OPEN = notice();
const SILENT = notice({
  rule: "silence",
  kind: "agent",
  subjectKey: "silent",
  correlationId: undefined,
  actionIds: [],
  agentName: "crawler",
  severity: "critical",
});

const { ask, defects } = apiOn({
  tokens: {
    w: { name: "ci", scopes: ["read", "write"] },
    shop: { name: "shop", scopes: ["read", "write"], projects: ["shop"] },
    site: { name: "site", scopes: ["read", "write"], projects: ["site"] },
  },
});
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const send = (path: string, body: unknown, token = "w") =>
  ask(path, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", ...bearer(token) },
  });

beforeAll(async () => {
  await write("action", [
    {
      id: ACTION,
      correlation_id: RUN,
      agent_name: "coder",
      action_type: "tool_call",
      action_name: "Read",
      project_name: "shop",
      timestamp: new Date(Date.now() - HOUR).toISOString(),
    },
  ]);
  await inTransaction(pool, (client) => storeNotices(client, [OPEN, SILENT]));
});

describe("GET /notices and /loops", () => {
  test("show what was noticed, with its figures and its actions", async () => {
    const { body } = await ask("/loops");
    expect(body.data).toMatchObject([
      {
        id: noticeId(OPEN),
        state: "open",
        calls: 5,
        seconds: 1.25,
        tokens: 70,
        action_ids: [ACTION],
        project_name: "shop",
        muted: false,
      },
    ]);
    expect((await ask("/notices")).body.data).toHaveLength(2);
    expect((await ask("/notices?severity=critical")).body.data).toMatchObject([{ rule: "silence" }]);
    expect((await ask(`/notices?run=${RUN}`)).body.data).toHaveLength(1);
  });

  test("a token for single projects sees those of its projects", async () => {
    expect((await ask("/notices", { headers: bearer("shop") })).body.data).toHaveLength(1);
    expect((await ask("/notices", { headers: bearer("site") })).body.data).toEqual([]);
  });
});

describe("what people say of notices", () => {
  test("acknowledging keeps who did it first, and needs the right to write", async () => {
    const path = `/notices/${noticeId(OPEN)}/acknowledgement`;
    expect((await ask(path, { method: "POST", body: "{}" })).status).toBe(401);
    expect((await send(path, {}, "site")).status).toBe(404);
    expect((await send(path, { by: "jo" })).body).toMatchObject({
      state: "acknowledged",
      acknowledged_by: "jo",
    });
    expect((await send(path, { by: "al" }, "shop")).body).toMatchObject({ acknowledged_by: "jo" });
    expect((await send(path, { who: "jo" })).body.errors).toMatchObject([
      { parameter: "who", allowed: ["by"] },
    ]);
    expect((await send("/notices/x/acknowledgement", {})).status).toBe(400);
    const { rows } = await pool.query(
      "select actor, details from agent_audit_log where action = 'acknowledge' order by number",
    );
    expect(rows).toEqual([
      { actor: "ci", details: { by: "jo" } },
      { actor: "shop", details: { by: "al" } },
    ]);
  });

  test("a mute says of what, marks what is open, and ends", async () => {
    const added = await send("/notice-mutes", {
      rule: "silence",
      reason: "holiday",
      created_by: "jo",
      expires_at: "2999-01-01T00:00:00Z",
    });
    expect(added).toMatchObject({
      status: 201,
      body: { rule: "silence", reason: "holiday", agent_name: null },
    });
    expect((await ask("/notices?muted=true")).body.data).toMatchObject([{ rule: "silence" }]);
    expect((await ask("/notice-mutes")).body.data).toHaveLength(1);
    expect((await ask("/notice-mutes", { headers: bearer("site") })).body.data).toEqual([]);
    expect((await send("/notice-mutes", { rule: "loop" }, "shop")).body.errors).toMatchObject([
      { parameter: "project_name", allowed: ["shop"] },
    ]);
    expect((await send("/notice-mutes", {})).status).toBe(400);
    expect((await send("/notice-mutes", { rule: "x", expires_at: "soon" })).body.errors).toMatchObject([
      { parameter: "expires_at" },
    ]);
    const path = `/notice-mutes/${added.body.id}`;
    expect((await ask(path, { method: "DELETE", headers: bearer("shop") })).status).toBe(404);
    expect((await ask(path, { method: "DELETE", headers: bearer("w") })).status).toBe(204);
    expect((await ask(path, { method: "DELETE", headers: bearer("w") })).status).toBe(404);
  });

  test("a change is expected by version or between two times, by a token for all projects", async () => {
    const added = await send("/expected-changes", {
      agent_name: "coder",
      agent_version: "2.4.0",
      kind: "duration",
      reason: "waits for a reply",
    });
    expect(added).toMatchObject({
      status: 201,
      body: { agent_name: "coder", agent_version: "2.4.0", tool_name: null, from_at: null, created_by: "ci" },
    });
    expect((await ask("/expected-changes")).body.data).toHaveLength(1);
    expect((await send("/expected-changes", { agent_version: "3" }, "shop")).status).toBe(403);
    expect((await send("/expected-changes", { agent_name: "coder" })).status).toBe(400);
    expect(
      (await send("/expected-changes", { from_at: "2026-01-02T00:00:00Z", until_at: "2026-01-01T00:00:00Z" }))
        .body.errors,
    ).toMatchObject([{ parameter: "until_at" }]);
    expect((await send("/expected-changes", { agent_version: "3", kind: "x" })).body.errors).toMatchObject([
      { parameter: "kind", allowed: ["rate", "errors", "duration"] },
    ]);
    const path = `/expected-changes/${added.body.id}`;
    expect((await ask(path, { method: "DELETE", headers: bearer("w") })).status).toBe(204);
    expect((await ask(path, { method: "DELETE", headers: bearer("w") })).status).toBe(404);
    expect((await ask("/notices?expected=true")).body.data).toEqual([]);
    expect((await ask("/notices?expected=false")).body.data).toHaveLength(2);
  });

  test("nothing of this was a defect", () => expect(defects).toEqual([]));
});

test("the command line lists, acknowledges and mutes, and no name steers the terminal", async (t) => {
  const { rows } = await pool.query<{ name: string }>("select current_database() as name");
  const url = new URL(String(pool.options.connectionString ?? ""));
  url.pathname = `/${rows[0]?.name}`;
  const agentActions = asker(url.href);
  const loops = await agentActions(t, ["loops"]);
  expect(loops).toMatchObject({ code: 0, stderr: "" });
  expect(loops.stdout).toContain("coder repeats");
  expect(loops.stdout).not.toMatch(/\u001b|\u202e/);
  const id = noticeId(SILENT).slice(0, 8);
  expect((await agentActions(t, ["notices", "ack", id, "--by", "jo", "--json"])).stdout).toContain(
    '"acknowledged_by":"jo"',
  );
  expect((await agentActions(t, ["notices", "mute", "--agent", "crawler", "--for", "2h"])).stdout).toContain(
    "crawler",
  );
  expect((await agentActions(t, ["notices", "mutes", "--json"])).stdout).toContain('"agent_name":"crawler"');
  const expectIt = ["notices", "expect", "--agent", "coder", "--tool", "build"];
  expect((await agentActions(t, [...expectIt, "--agent-version", "2.4.0", "--by", "jo"])).stdout).toContain(
    "2.4.0",
  );
  const between = ["--since", "2026-01-01T00:00:00Z", "--until", "2026-01-02T00:00:00Z", "--json"];
  expect((await agentActions(t, [...expectIt, ...between])).stdout).toContain('"tool_name":"build"');
  const marks = (await agentActions(t, ["notices", "expected", "--json"])).stdout.trim().split("\n");
  expect(marks.map((line) => (JSON.parse(line) as { agent_version: string | null }).agent_version)).toEqual([
    "2.4.0",
    null,
  ]);
  const { id: mark } = JSON.parse(marks[0] ?? "{}") as { id: number };
  expect(await agentActions(t, ["notices", "unexpect", String(mark)])).toMatchObject({ code: 0 });
  expect(await agentActions(t, expectIt)).toMatchObject({ code: 64 });
  expect(await agentActions(t, ["notices", "--tool", "build"])).toMatchObject({ code: 64 });
  expect(await agentActions(t, ["notices", "ack", "00000000"])).toMatchObject({ code: 1 });
  expect(await agentActions(t, ["notices", "mute"])).toMatchObject({ code: 64 });
  expect(await agentActions(t, ["notices", "forget"])).toMatchObject({ code: 64 });
});
