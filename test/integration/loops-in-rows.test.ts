/** The rule of loops in SQL, over the rows, finds what the same rule finds while calls come. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Loop } from "../../src/analysis/loop.js";
import { LoopSequence } from "../../src/analysis/loop-sequence.js";
import type { Deed } from "../../src/analysis/loop-tracker.js";
import { readAllOfRuns } from "../../src/notices/read-deeds.js";
import { inTransaction } from "../../src/store/on-connection.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { migratedPool, oneRow, storable } from "./store-fixture.js";

const pool = await migratedPool();
const writer = createBatchWriter(pool);

/** One call in words, how often it is repeated, and the pause before each in milliseconds. */
interface Part {
  readonly what: string;
  readonly times: number;
  readonly pause: number;
}

const WORDS = [
  "same",
  "fails",
  "other results",
  "same result",
  "same error",
  "round of two",
  "round of five",
  "file",
  "file with hashes",
  "wait",
  "sleep command",
  "turn",
  "bare",
  "picture",
  "not recorded",
  "set",
  "no order",
  "no order, and failing",
  "changes something",
  "news",
  "says an error",
  "commands answered alike",
  "queries answered alike",
  "updates answered alike",
];
const parts: fc.Arbitrary<readonly Part[]> = fc.array(
  fc.record({
    what: fc.constantFrom(...WORDS),
    times: fc.oneof(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 4, max: 16 }),
      fc.integer({ min: 25, max: 40 }),
    ),
    pause: fc.constantFrom(0, 300, 900, 2_900, 3_100, 25_000, -1),
  }),
  { minLength: 2, maxLength: 9 },
);

/** Results that say that a call failed, and some that only seem to. */
const TEXTS_OF_ERRORS = [
  "Error: no such tool",
  { error: null, rows: 0 },
  "10 passed, 0 failed",
  { ok: true, error: "none" },
  "The test did not pass",
  "without error",
];

const sha = (text: string): string => createHash("sha256").update(text).digest("hex");

/** What is in the row of the call: results differ in times and ids only where they say the same. */
function fieldsOf(what: string, index: number, each: number): object {
  const varying = `{"at": "2026-01-02T10:0${each % 10}:00Z", "took": "${each} ms", "request": "${sha(String(index)).slice(0, 20)}"}`;
  const call = (name: string, args: unknown, result: unknown, more: object = {}) => ({
    action_type: "tool_call",
    action_name: name,
    action_details: { tool_parameters: args, tool_result: result },
    ...more,
  });
  const failing = (args: object, message: string) => ({
    action_type: "tool_call",
    action_name: "query",
    action_details: { tool_parameters: args },
    status: "error",
    error_message: message,
  });
  switch (what) {
    case "same":
      return call("read_page", { page: 1, request_id: index }, `none ${varying}`);
    case "fails":
      return failing({ sql: "select" }, `no table x${index}`);
    case "other results":
      return call("search", { q: "cats" }, `cats ${"abcdefghij".repeat(1 + (each % 9))}`);
    case "same result":
      return call(
        "fetch_url",
        { url: `https://a.example/${index}` },
        { id: index, text: "Sign in to go on" },
      );
    case "same error":
      return failing({ sql: `select ${index}` }, "permission denied");
    case "round of two":
    case "round of five": {
      const length = what === "round of two" ? 2 : 5;
      return call("read_file", { path: each % length }, `content ${each % length}`);
    }
    case "no order":
      return call("read_file", { path: (each * each) % 3 }, `content ${(each * each) % 3}`);
    case "no order, and failing":
      return each % 2 === 0
        ? failing({ sql: (each * each) % 3 }, "no such table")
        : call("read_file", { path: 1 }, "content 1");
    case "changes something":
      return call("Bash", { command: `mkdir ${each % 5}` }, "");
    case "says an error":
      return call(
        "submit",
        { answer: index },
        TEXTS_OF_ERRORS[Math.floor(each / 7) % TEXTS_OF_ERRORS.length],
      );
    case "commands answered alike":
    case "queries answered alike":
    case "updates answered alike": {
      // As JSON 64 or 200 characters, or one less.
      const length = what === "updates answered alike" ? 198 : 62;
      return call(
        { commands: "exec_command", queries: "sql", updates: "update_order" }[what.split(" ")[0] ?? ""] ?? "",
        { query: `orders ${index}` },
        "o".repeat(Math.floor(each / 13) % 2 === 0 ? length : length - 1),
      );
    }
    case "news":
      return call("read_file", { path: `new ${index}` }, `content ${"n".repeat(index)}`);
    case "file":
      return call("Write", { file_path: "/a.ts", content: `version ${each % 2}` }, "ok");
    case "file with hashes":
      return call(
        "Edit",
        { file_path: `/b${each % 3 === 2 ? 1 : 0}.ts`, old_string: "a", new_string: "b" },
        { content_hash_before: sha(`b${(each + 1) % 2}`), content_hash_after: sha(`b${each % 2}`) },
      );
    case "wait":
      return call("wait_for_job", {}, "done");
    case "sleep command":
      return call("Bash", { command: `sleep 5; tail log${index % 2}` }, "running");
    case "turn":
      return {
        action_type: "decision",
        action_name: "answer",
        action_details: { decision_type: "answer", input_tokens: 100 + index, output_tokens: 7 },
      };
    case "bare":
      return call("nextItem", {}, `item ${"i".repeat(each + 1)}`);
    case "picture":
      return call("screenshot", { screen: 1 }, "A".repeat(1_500));
    case "not recorded":
      return { action_type: "tool_call", action_name: "secret", action_details: {} };
    default:
      return call("set_value", { key: each }, { updated: true, note: "x".repeat(each % 2 === 0 ? 250 : 3) });
  }
}

let ids = 0;
function eventsOf(run: string, made: readonly Part[]): object[] {
  let at = Date.now() - 86_400_000;
  let index = 0;
  return made.flatMap(({ what, times, pause }) =>
    Array.from({ length: times }, (_, each) => {
      // Pauses that grow: a retry that backs off.
      at += 50 + (pause === -1 ? 400 * 1.5 ** Math.min(each, 9) : pause);
      const duration = what === "turn" ? 700 : 60;
      const event = {
        id: `01900000-0000-7000-9000-${String(++ids).padStart(12, "0")}`,
        correlation_id: run,
        agent_name: "coder",
        timestamp: new Date(at).toISOString(),
        duration_ms: duration,
        ...fieldsOf(what, index++, each),
      };
      at += duration;
      return event;
    }),
  );
}

const shown = (loop: Omit<Loop, "signature" | "isGoing" | "firstId" | "lastId">) => ({
  kind: loop.kind,
  calls: loop.calls,
  period: loop.period,
  tools: loop.tools,
  failed: loop.failed,
  tokens: loop.tokens,
  evidence: loop.evidence,
  startedAt: Math.round(loop.startedAt),
  lastAt: Math.round(loop.lastAt),
});

/** By the rule as it streams, on the same rows. */
async function streamed(run: string) {
  const sequence = new LoopSequence();
  const last = new Map<string, Loop>();
  const deeds: Deed[] = [];
  await inTransaction(pool, async (client) => {
    for await (const page of readAllOfRuns(client, [run], 0)) deeds.push(...page.map(({ deed }) => deed));
  });
  for (const deed of deeds) {
    if (deed.type === "turn") sequence.turn(deed.turn);
    else if (deed.type === "wait") sequence.wait();
    else for (const loop of sequence.add(deed.step)) last.set(`${loop.kind} ${loop.firstId}`, loop);
  }
  return [...last.values()].map(shown);
}

const SQL = `
  select kind, calls, period, tools, failed, tokens::float8 as tokens, action_ids::text[] as evidence,
    round(extract(epoch from began_at) * 1000)::float8 as "startedAt", round(extract(epoch from last_seen_at) * 1000)::float8 as "lastAt"
  from agent_actions_v1.loops_in_rows where correlation_id = $1`;

const order = <Row extends { readonly kind: string; readonly startedAt: number }>(rows: readonly Row[]) =>
  rows.toSorted((one, other) => one.startedAt - other.startedAt || (one.kind < other.kind ? -1 : 1));

test("in random runs the view finds the loops that are found while they run", async () => {
  const runs = fc.sample(parts, {
    numRuns: Number(process.env.LOOPS_RUNS ?? 80),
    seed: Number(process.env.LOOPS_SEED ?? 20261129),
  });
  const events = runs.flatMap((made, index) =>
    eventsOf(`01900000-0000-7000-8000-${String(index).padStart(12, "0")}`, made),
  );
  for (let from = 0; from < events.length; from += 1_000)
    await writer.write(events.slice(from, from + 1_000).map((event) => storable("action", event)));
  const kinds = new Map<string, number>();
  for (const [index, made] of runs.entries()) {
    const run = `01900000-0000-7000-8000-${String(index).padStart(12, "0")}`;
    const found = await streamed(run);
    const { rows } = await pool.query<(typeof found)[number]>(SQL, [run]);
    expect(order(rows), JSON.stringify(made)).toEqual(order(found));
    for (const { kind } of found) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  // Every kind was there to be found.
  expect([...kinds.keys()].sort()).toEqual([
    "cycle",
    "file_ping_pong",
    "no_progress",
    "same_call",
    "same_call_varying",
    "same_error",
    "same_result",
  ]);
});

test("a time reads the runs of that time only, and a loop that goes on says so", async () => {
  const run = "01900000-0000-7000-8000-00000000ffff";
  const recent = Array.from({ length: 6 }, (_, index) => ({
    correlation_id: run,
    agent_name: "poller",
    action_type: "tool_call",
    action_name: "status",
    action_details: { tool_parameters: { job: 1 }, tool_result: "no" },
    timestamp: new Date(Date.now() - 60_000 + index * 500).toISOString(),
    duration_ms: 10,
  }));
  await writer.write(recent.map((event) => storable("action", event)));
  const { rows } = await pool.query(
    "select correlation_id::text as run, agent_name, kind, calls, is_going from agent_actions_v1.loops_in_rows_between(now() - interval '1 hour')",
  );
  expect(rows).toEqual([{ run, agent_name: "poller", kind: "same_call", calls: 6, is_going: true }]);
  const { plan } = await oneRow<{ plan: string }>(
    pool,
    "select coalesce(string_agg(calls::text, ','), '') as plan from agent_actions_v1.loops_in_rows_between(now() - interval '20 days', now() - interval '10 days')",
  );
  expect(plan).toBe("");
});
