import { beforeAll, describe, expect, test } from "vitest";
import { actionId } from "../../src/event/index.js";
import { apiOn, pool, write } from "./api-harness.js";

const { ask, defects } = apiOn();

const now = Date.now();
const at = (secondsAgo: number): string => new Date(now - secondsAgo * 1_000).toISOString();
const LONG = "x".repeat(10_000);

interface Given {
  readonly id: string;
  readonly [field: string]: unknown;
}
const action = (name: string, secondsAgo: number, fields: object = {}): Given => ({
  id: actionId(now - secondsAgo * 1_000, name),
  agent_name: "planner",
  action_type: "tool_call",
  action_name: name,
  correlation_id: "checkout",
  project_name: "shop",
  started_at: at(secondsAgo),
  status: "ok",
  duration_ms: 20,
  ...fields,
});
const root = action("plan", 100, { action_type: "decision", duration_ms: 90_000 });
const search = action("Search", 90, {
  parent_action_id: root.id,
  action_details: { tool_parameters: { query: "red 100% shoes" }, tool_result: { big: 0, note: "é" } },
});
const read = action("Read", 80, {
  parent_action_id: search.id,
  action_details: { tool_parameters: { file_path: "/src/a.ts" }, tool_result: LONG },
});
const failed = action("Write", 70, {
  parent_action_id: root.id,
  agent_name: "writer",
  status: "error",
  error_message: "disk 7 is full",
  action_details: { tool_parameters: { file_path: "/src/b.ts" } },
});
const running = action("Wait", 60, { status: "running", duration_ms: undefined });
const lost = action("Lost", 50, { parent_action_id: actionId(0, "nobody") });
const yesterday = action("Old", 200_000, { correlation_id: "old run", project_name: "other" });
const checkout = [root, search, read, failed, running, lost];

beforeAll(async () => {
  await write("action", [...checkout, yesterday]);
});

const names = (body: { data: { action_name: string }[] }) => body.data.map((row) => row.action_name);

describe("actions", () => {
  test("come by pages, the latest first, each once", async () => {
    const seen: string[] = [];
    let path = "/actions?limit=4&last=all";
    for (;;) {
      const { status, body, headers } = await ask(path);
      expect(status).toBe(200);
      seen.push(...names(body));
      if (body.next === null) break;
      expect(headers.get("link")).toBe(`</api/v1/actions?limit=4&last=all&cursor=${body.next}>; rel="next"`);
      path = `/actions?limit=4&last=all&cursor=${body.next}`;
    }
    expect(seen).toEqual(["Lost", "Wait", "Write", "Read", "Search", "plan", "Old"]);
  });

  test("are those of the last 24 hours where no range is given, and the response says so", async () => {
    const { body } = await ask("/actions");
    expect(names(body)).not.toContain("Old");
    expect(Date.parse(body.since)).toBeGreaterThan(now - 86_500_000);
    expect(body.until).toBeNull();
    expect(names((await ask("/actions?run=old%20run")).body)).toEqual(["Old"]);
  });

  test.each([
    ["agent=writer", ["Write"]],
    ["agent=writer&agent=nobody", ["Write"]],
    ["type=decision", ["plan"]],
    ["status=error", ["Write"]],
    ["failed=true", ["Write"]],
    ["state=running", ["Wait"]],
    ["tool=Read", ["Read"]],
    ["tool=plan", []],
    ["name=plan", ["plan"]],
    ["min_duration=1000", ["plan"]],
    ["max_duration=20&tool=Search", ["Search"]],
    ["project=other", []],
    ["project=other&last=7d", ["Old"]],
    ["file=/src/b.ts", ["Write"]],
    ["text=100%25", ["Search"]],
    ["text=1__%25", []],
    ["text=DISK", ["Write"]],
    [`parent=${root.id}`, ["Write", "Search"]],
    [`until=${at(85)}`, ["Search", "plan"]],
    [`since=${at(75)}&until=${at(65)}`, ["Write"]],
  ])("fit the filter %s", async (query, expected) => {
    expect(names((await ask(`/actions?${query}`)).body)).toEqual(expected);
  });

  test("are cut in lists, which say what was cut, and whole one by one", async () => {
    const { body } = await ask("/actions?tool=Read");
    const [shown] = body.data;
    expect(shown).toMatchObject({ truncated: ["action_details.tool_result"], id: read.id });
    expect(shown.action_details.tool_parameters).toEqual({ file_path: "/src/a.ts" });
    expect(shown.action_details.tool_result).toHaveLength(1_024);
    expect(shown.details_bytes).toBeGreaterThan(10_000);
    const whole = await ask(`/actions/${read.id}`);
    expect(whole.body.action_details.tool_result).toBe(LONG);
  });

  test("show numbers with all the digits that were recorded", async () => {
    const id = actionId(now, "digits");
    await pool.query(
      `insert into agent_actions (id, correlation_id, agent_name, action_type, action_name, action_details, created_at)
       values ($1, gen_random_uuid(), 'a', 'success', 'digits', '{"n": 12345678901234567890.10}', '2020-01-01')`,
      [id],
    );
    expect((await ask(`/actions/${id}`)).text).toContain('"n": 12345678901234567890.10');
  });

  test("have the members that fields names", async () => {
    const { body } = await ask("/actions?fields=action_name,started_at&tool=Search");
    expect(body.data).toEqual([{ action_name: "Search", started_at: at(90).replace("Z", "000Z") }]);
  });

  test("come as lines where they are asked for", async () => {
    const { text, headers } = await ask("/actions?limit=2&fields=action_name", {
      headers: { accept: "application/x-ndjson" },
    });
    expect(headers.get("content-type")).toBe("application/x-ndjson");
    expect(headers.get("link")).toContain('rel="next"');
    expect(text).toBe('{"action_name":"Lost"}\n{"action_name":"Wait"}\n');
  });
});

describe("runs", () => {
  test("are summed up over all their actions, whatever the filter found them by", async () => {
    const { body } = await ask("/runs?agent=writer");
    expect(body.data).toHaveLength(1);
    expect(body.data[0]).toMatchObject({
      correlation_text: "checkout",
      title: "plan",
      state: "running",
      actions: 6,
      tool_calls: 5,
      decisions: 1,
      errors: 0,
      failed_actions: 1,
      running_actions: 1,
      agents: ["planner", "writer"],
      project_name: "shop",
    });
    expect((await ask("/runs/checkout")).body).toEqual(body.data[0]);
  });

  test("come by pages", async () => {
    const first = (await ask("/runs?last=7d&limit=1")).body;
    const second = (await ask(`/runs?last=7d&limit=1&cursor=${first.next}`)).body;
    expect([first.data[0].correlation_text, second.data[0].correlation_text, second.next]).toEqual([
      "checkout",
      "old run",
      null,
    ]);
  });

  test("an abandoned action lasts until it was last seen", async () => {
    await write("action", [
      action("Killed", 30, { correlation_id: "killed", status: "abandoned", duration_ms: undefined }),
    ]);
    await pool.query(
      "update agent_actions set last_seen_at = created_at + interval '7 seconds' where action_name = 'Killed'",
    );
    const { body } = await ask("/runs/killed/skeleton");
    expect(body.columns.duration).toEqual([7_000]);
    await pool.query("delete from agent_actions where action_name = 'Killed'");
  });

  test("have a skeleton: a tree in columns, and details by windows of it", async () => {
    const { body, headers } = await ask("/runs/checkout/skeleton?ids=true");
    const { columns } = body;
    const shown = columns.name.map((name: number) => body.names[name]);
    expect(shown).toEqual(["plan", "Search", "Read", "Write", "Wait", "Lost"]);
    expect(columns.parent).toEqual([0, 1, 1, 3, 0, 0]);
    expect(columns.start).toEqual([0, 10_000, 10_000, 10_000, 10_000, 10_000]);
    expect(columns.duration).toEqual([90_000, 20, 20, 20, -1, 20]);
    expect(columns.kind.map((kind: number) => body.kinds[kind].status)).toEqual([
      "ok",
      "ok",
      "ok",
      "error",
      "running",
      "ok",
    ]);
    expect(body).toMatchObject({ count: 6, truncated: false, missing_parents: [5], cycles: [] });
    expect(Buffer.from(body.ids, "base64").subarray(16, 32).toString("hex")).toBe(
      search.id.replaceAll("-", ""),
    );

    const details = await ask(`/runs/checkout/actions?from=1&to=3&version=${body.version}`);
    expect(names(details.body)).toEqual(["Search", "Read"]);
    const byIds = await ask(`/runs/checkout/actions?ids=${failed.id},${yesterday.id},${root.id}`);
    expect(names(byIds.body)).toEqual(["Write", "plan"]);

    const etag = headers.get("etag") ?? "";
    const again = await ask("/runs/checkout/skeleton?ids=true", { headers: { "if-none-match": etag } });
    expect([again.status, again.text]).toEqual([304, ""]);
    await write("action", [{ ...running, status: "ok", duration_ms: 5 }]);
    const changed = await ask("/runs/checkout/skeleton?ids=true", { headers: { "if-none-match": etag } });
    expect(changed.body.columns.duration[4]).toBe(5);
    expect((await ask(`/runs/checkout/actions?from=1&version=${body.version}`)).status).toBe(412);
  });
});

describe("a request that cannot be worked on", () => {
  test.each([
    ["/actions?status=broken", 400, "status has to be one of running, ok, error, abandoned"],
    ["/actions?colour=red", 400, "colour is not a parameter of this path"],
    ["/actions?limit=0", 400, "limit has to be a whole number from 1 to 1000"],
    ["/actions?limit=1&limit=2", 400, "limit may stand once only"],
    ["/actions?last=soon", 400, "last has to be a number with s, m, h, d or w"],
    ["/actions?last=1h&since=2026-01-01", 400, "last cannot be combined with since"],
    ["/actions?cursor=nonsense", 400, "cursor has to be the member next of a page"],
    ["/actions?cursor=WyJhIiwiYiIsbnVsbCwiYyIsImQiXQ", 400, "Postgres cannot use a value"],
    ["/actions?agent=a%00b", 400, "agent has to be"],
    ["/actions?fields=name,colour", 400, "fields has to be a list of id, correlation_id"],
    ["/actions/no-uuid", 400, "id has to be a UUID"],
    [`/actions/${actionId(0, "none")}`, 404, "There is no action"],
    ["/runs/nobody", 404, 'There are no actions of a run "nobody"'],
    ["/runs/nobody/skeleton", 404, "GET /api/v1/runs?last=all lists them"],
    ["/runs/checkout/actions", 400, "from has to be given, or ids"],
    ["/runs/checkout/actions?from=5&to=1", 400, "to has to be from 5 to 505"],
    ["/nothing", 404, "GET /api/v1/openapi.json lists what there is"],
  ])("%s is %i: %s", async (path, status, detail) => {
    const response = await ask(path);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.body).toMatchObject({ status, type: "about:blank" });
    expect(response.body.detail).toContain(detail);
  });

  test("says the values that a parameter may have", async () => {
    const { body } = await ask("/actions?status=broken&type=thought");
    expect(body.errors).toEqual([
      { parameter: "status", detail: expect.any(String), allowed: ["running", "ok", "error", "abandoned"] },
      {
        parameter: "type",
        detail: expect.any(String),
        allowed: ["tool_call", "decision", "error", "success"],
      },
    ]);
  });

  test("by another method is 405 and says which there are", async () => {
    const response = await ask("/actions", { method: "PUT" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  test("none of them was a defect", () => expect(defects).toEqual([]));
});
