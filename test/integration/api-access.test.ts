import { expect, test } from "vitest";
import { ACCESS_SCOPES } from "../../src/config/access-scope.js";
import { type ServiceOptions, startService } from "../../src/service.js";
import { createAccessToken, revokeAccessToken } from "../../src/store/access-tokens.js";
import { until } from "../helpers/until.js";
import { cli } from "./cli-program.js";
import { createHarness, untilConsumed } from "./consumer-harness.js";
import { poolOn } from "./store-fixture.js";

const harness = await createHarness();
const pool = poolOn(harness.databaseUrl);
const options = (overrides: ServiceOptions = {}): ServiceOptions => ({
  ...harness.options(),
  http: { port: 0, host: "0.0.0.0" },
  intake: { enabled: true },
  otlp: { enabled: true },
  ...overrides,
});
const local = (url: string) => url.replace("0.0.0.0", "127.0.0.1");
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const event = (name: string, fields: object = {}) =>
  JSON.stringify({
    agent_name: "shell",
    action_type: "success",
    action_name: name,
    project_name: "shop",
    ...fields,
  });

test("where other machines reach it, every way in and out needs a token, and what is sent with one is a row", async () => {
  const service = await startService(options());
  const url = local(service.url);
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", ...headers },
    });
  await service.consumer.ready;

  // The first start makes a token, logs it once, and lets it do everything until there is another one.
  const made = (await service.madeToken()) ?? "";
  expect(harness.logLines.filter((line) => line.includes(made))).toHaveLength(1);
  expect((await fetch(`${url}/api/v1/runs`, { headers: bearer(made) })).status).toBe(200);

  for (const response of [
    await fetch(`${url}/api/v1/runs`),
    await post("/v1/actions", event("no token")),
    await post("/v1/traces", "{}"),
    await post("/api/v1/runs/x/labels", "{}"),
  ])
    expect(response.status).toBe(401);
  expect((await fetch(`${url}/health`)).status).toBe(200);

  const agents =
    (await createAccessToken(pool, { name: "agents", scopes: ["ingest"], projects: ["shop"] })) ?? "";
  const reader = (await createAccessToken(pool, { name: "reader", scopes: ["read"] })) ?? "";
  await until(async () => (await post("/v1/actions", event("first"), bearer(agents))).status === 200);
  const sent = await post(
    "/v1/actions",
    `${event("second")}\n${event("foreign", { project_name: "x" })}`,
    bearer(agents),
  );
  expect(await sent.json()).toMatchObject({ accepted: 1, rejected_count: 1 });
  expect((await post("/v1/traces", "{}", bearer(agents))).status).toBe(403);
  expect((await post("/v1/actions", event("third"), bearer(reader))).status).toBe(403);
  await untilConsumed(service.consumer, 2);
  const page = (await (
    await fetch(`${url}/api/v1/actions?fields=action_name`, { headers: bearer(reader) })
  ).json()) as { data: { action_name: string }[] };
  expect(page.data.map((row) => row.action_name)).toEqual(["second", "first"]);
  const metrics = (await (await fetch(`${url}/metrics`)).json()) as { otlp: { events: object } };
  expect(metrics.otlp.events).toMatchObject({ events: 2, rejected: 1 });

  expect(await revokeAccessToken(pool, "reader")).toBe(true);
  await until(async () => (await fetch(`${url}/api/v1/runs`, { headers: bearer(reader) })).status === 401);
  // The one that was made holds no longer than there is no other.
  await until(async () => (await fetch(`${url}/api/v1/runs`, { headers: bearer(made) })).status === 401);
  await service.stop();
});

test("a name is one token: it is replaced only where that is asked for, or when it was revoked", async () => {
  const token = { name: "ci", scopes: ACCESS_SCOPES };
  const first = await createAccessToken(pool, token);
  expect(first).toMatch(/^aat_[\w-]{43}$/);
  expect(await createAccessToken(pool, token)).toBeUndefined();
  expect(await createAccessToken(pool, token, true)).not.toBe(first);
  expect(await revokeAccessToken(pool, "ci")).toBe(true);
  expect(await revokeAccessToken(pool, "ci")).toBe(false);
  expect(await createAccessToken(pool, token)).toBeDefined();
  const { rows } = await pool.query("select row_to_json(t)::text as row from agent_action_tokens t");
  expect(JSON.stringify(rows)).not.toContain(first);
});

test("who has read what with a token is written down where that is asked for", async () => {
  const secret = (await createAccessToken(pool, { name: "auditor", scopes: ["read"] })) ?? "";
  const service = await startService(
    options({ api: { accessLog: true, token: "operator" }, http: { port: 0 } }),
  );
  await until(
    async () =>
      (await fetch(`${service.url}/api/v1/runs?last=7d`, { headers: bearer(secret) })).status === 200,
  );
  await fetch(`${service.url}/api/v1/runs/nobody`, { headers: bearer("operator") });
  await service.stop();
  const { rows } = await pool.query(
    "select token_name, method, path, query, status from agent_action_access_log order by at",
  );
  expect(rows).toEqual([
    { token_name: "auditor", method: "GET", path: "/api/v1/runs", query: "last=7d", status: 200 },
    { token_name: null, method: "GET", path: "/api/v1/runs/nobody", query: null, status: 404 },
  ]);
});

test("agent-actions token makes, lists and revokes tokens, and shows each once", async (t) => {
  const env = { DATABASE_URL: harness.databaseUrl };
  const made = await cli(t, ["token", "create", "cli", "--scopes", "read,write", "--expires", "30d"], env);
  expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^aat_[\w-]{43}\n$/) });
  const again = await cli(t, ["token", "create", "cli"], env);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("--replace") });
  const listed = await cli(t, ["token", "list"], env);
  expect(listed.stdout).toMatch(/cli +read, write +all +no limit +valid until/);
  expect(listed.stdout).not.toContain("aat_");
  expect((await cli(t, ["token", "revoke", "cli"], env)).code).toBe(0);
  expect((await cli(t, ["token", "revoke", "cli"], env)).code).toBe(1);
  for (const wrong of [
    ["token", "make"],
    ["token", "create"],
    ["token", "create", "a b"],
    ["token", "list", "x"],
  ])
    expect((await cli(t, wrong, env)).code).toBe(64);
});
