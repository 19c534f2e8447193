import { beforeAll, expect, test } from "vitest";
import { actionId, correlationId } from "../../src/event/index.js";
import { apiOn, write } from "./api-harness.js";

const id = actionId(Date.now(), "deploy");
const ID = "01900000-0000-7000-8000-00000000000a";
const { ask, defects } = apiOn({
  tokens: {
    w: { name: "ci", scopes: ["read", "write"] },
    p: { name: "site", scopes: ["read", "write"], projects: ["site"] },
  },
});

beforeAll(() =>
  write("action", [
    {
      id,
      agent_name: "a",
      action_type: "tool_call",
      action_name: "deploy",
      correlation_id: "release",
      project_name: "shop",
    },
    {
      agent_name: "a",
      action_type: "tool_call",
      action_name: "other",
      correlation_id: "quiet",
      project_name: "shop",
    },
  ]),
);

const say = (path: string, body: unknown, token = "w") =>
  ask(path, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
  });
const take = (path: string, token = "w") =>
  ask(path, { method: "DELETE", headers: { authorization: `Bearer ${token}` } });

test("labels, notes and outcomes of a run and of an action are kept with who said them and when", async () => {
  const outcome = {
    kind: "outcome",
    name: "resolved",
    score: 0.75,
    text: "https://tracker.test/7",
    created_by: "jo",
  };
  const { status, body } = await say("/runs/release/labels", outcome);
  expect(status).toBe(201);
  expect(body).toMatchObject({
    ...outcome,
    correlation_id: correlationId("release").uuid,
    action_id: null,
    token_name: "ci",
    created_at: expect.stringMatching(/Z$/),
  });
  expect((await say(`/actions/${id}/labels`, { name: "risky" })).body).toMatchObject({
    kind: "label",
    action_id: id,
  });
  expect((await ask("/runs/release/labels")).body.data).toEqual([body]);
  expect((await ask(`/actions/${id}/labels`)).body.data).toHaveLength(1);
  expect((await ask("/labels?name=resolved&kind=outcome")).body.data).toEqual([body]);
});

test("runs and actions are found by them", async () => {
  const names = async (path: string) =>
    (await ask(path)).body.data.map((row: Record<string, string>) => row.action_name ?? row.correlation_text);
  expect(await names("/runs?label=resolved")).toEqual(["release"]);
  expect(await names("/actions?label=risky")).toEqual(["deploy"]);
  expect(await names("/actions?label=resolved&label=none")).toEqual(["deploy"]);
  expect(await names("/runs?label=nothing")).toEqual([]);
});

test("one that is sent again is the same one, and its id means nothing else", async () => {
  expect((await say("/runs/later/labels", { id: ID, name: "good" })).status).toBe(201);
  expect((await say("/runs/later/labels", { id: ID, name: "good" })).status).toBe(200);
  expect((await say("/runs/other/labels", { id: ID, name: "good" })).status).toBe(409);
  expect((await ask("/runs/later/labels")).body.data).toHaveLength(1);
});

test("one can be taken back, by its own run only", async () => {
  expect((await take(`/runs/other/labels/${ID}`)).status).toBe(404);
  expect((await take(`/runs/later/labels/${ID}`)).status).toBe(204);
  expect((await ask("/runs/later/labels")).body.data).toEqual([]);
});

test("nobody says anything without a token, nor about what is not in the token's projects", async () => {
  expect((await say("/runs/release/labels", { name: "x" }, "")).status).toBe(401);
  expect((await say("/runs/release/labels", { name: "x" }, "p")).status).toBe(404);
  expect((await take(`/runs/release/labels/${ID}`, "p")).status).toBe(404);
  expect((await ask("/runs/release/labels", { headers: { authorization: "Bearer p" } })).status).toBe(404);
});

test.each([
  [{}, "name has to be a text"],
  [{ name: "x".repeat(201) }, "name has to be a text"],
  [{ name: "a\0b" }, "name has to be a text"],
  [{ name: "x", kind: "vote" }, "kind has to be a kind of label"],
  [{ name: "x", score: "1" }, "score has to be a number"],
  [{ name: "x", id: "1" }, "id has to be a UUID"],
  [{ name: "x", colour: "red" }, "colour is not a member of a label"],
  [[], "The body has to be a JSON object"],
])("%j is refused: %s", async (body, detail) => {
  const response = await say("/runs/release/labels", body);
  expect(response.status).toBe(400);
  expect(response.body.detail).toContain(detail);
});

test("a page keeps its token in a cookie that no script reads, and that counts like the header", async () => {
  const limited = apiOn({ free: [], tokens: { "a.token-1": { scopes: ["read"] } } });
  expect((await limited.ask("/session", { method: "POST" })).status).toBe(401);
  const authorization = "Bearer a.token-1";
  const { status, headers } = await limited.ask("/session", { method: "POST", headers: { authorization } });
  const cookie = headers.get("set-cookie") ?? "";
  expect([status, cookie]).toEqual([
    204,
    "agent_actions_token=a.token-1; Path=/api; HttpOnly; SameSite=Strict; Max-Age=2592000",
  ]);
  const ask = (text: string) => limited.ask("/runs", { headers: { cookie: text } });
  expect((await ask(`other=1; ${cookie.split(";")[0]}`)).status).toBe(200);
  expect((await ask("agent_actions_token=wrong")).status).toBe(401);
  expect((await ask('agent_actions_token=a b"')).status).toBe(401);
  const ended = await limited.ask("/session", { method: "DELETE" });
  expect(ended.headers.get("set-cookie")).toContain(
    "agent_actions_token=; Path=/api; HttpOnly; SameSite=Strict; Max-Age=0",
  );
});

test("a body that is no JSON, too large or of another type is refused", async () => {
  const send = (body: string, type = "application/json") =>
    ask("/runs/release/labels", {
      method: "POST",
      body,
      headers: { "content-type": type, authorization: "Bearer w" },
    });
  expect((await send("{")).status).toBe(400);
  expect((await send(`"${"x".repeat(70_000)}"`)).status).toBe(413);
  expect((await send("name=x", "application/x-www-form-urlencoded")).status).toBe(415);
  expect(defects).toEqual([]);
});
