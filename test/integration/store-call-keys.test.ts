import fc from "fast-check";
import { expect, test } from "vitest";
import { keyedActionId } from "../../src/event/index.js";
import type { StorableEvent } from "../../src/store/stored-event.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { migratedPool, oneRow, storable } from "./store-fixture.js";

const pool = await migratedPool();
const writer = createBatchWriter(pool);

let sessions = 0;
const newSession = (): string => `session ${++sessions}`;
let offset = 0;

function reported(session: string, fields: object, sender?: string): StorableEvent {
  const value = {
    agent_name: "claude-code",
    action_type: "tool_call",
    action_name: "Bash",
    session_id: session,
    correlation_id: session,
    call_key: "toolu_01A09q90qw90lq917835lq9",
    ...fields,
  };
  const record = { topic: "t", partition: 0, offset: String(++offset), headers: sender ? { sender } : {} };
  return { ...storable("action", value), record };
}

const LOG = { started_at: "2026-01-01T00:00:00.5Z", duration_ms: 12, action_details: { success: true } };
const SPAN = {
  id: "01900000-0000-7000-8000-0000000000aa",
  started_at: "2026-01-01T00:00:00.4Z",
  trace_id: "0af7651916cd43dd8448eb211c80319c",
};
const HOOK = { status: "running", started_at: "2026-01-01T00:00:00.3Z", working_directory: "/work" };
const TRANSCRIPT = {
  started_at: "2026-01-01T00:00:00Z",
  action_details: { tool_parameters: { command: "ls" }, tool_result: "a b", success: true },
};
const SIGNALS = [LOG, SPAN, HOOK, TRANSCRIPT];

const rowsOf = async (session: string): Promise<Record<string, unknown>[]> =>
  (await pool.query("select * from agent_actions where session_id = $1 order by created_at", [session])).rows;

test("log, span, hook and transcript of one call are one row, in any order and in any batches", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
      fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
      fc.boolean(),
      async (order, cuts, again) => {
        const session = newSession();
        const events = order.map((index) => reported(session, SIGNALS[index] ?? {}));
        const batches: StorableEvent[][] = [[]];
        for (const [index, event] of events.entries()) {
          batches.at(-1)?.push(event);
          if (cuts[index]) batches.push([]);
        }
        for (const batch of again ? [...batches, events] : batches) await writer.write(batch);
        const rows = await rowsOf(session);
        expect(rows).toHaveLength(1);
        expect(rows[0]).toMatchObject({
          id: keyedActionId("default", session, "toolu_01A09q90qw90lq917835lq9"),
          created_at: new Date(SIGNALS[order[0] ?? 0]?.started_at ?? ""),
          state: "ended",
          working_directory: "/work",
          trace_id: SPAN.trace_id,
          action_details: { tool_parameters: { command: "ls" }, tool_result: "a b", success: true },
        });
      },
    ),
    { numRuns: 25 },
  );
});

test("nothing meets across senders, and nothing across sessions", async () => {
  const [session, other] = [newSession(), newSession()];
  await writer.write([
    reported(session, LOG),
    reported(session, LOG, "a token"),
    reported(session, TRANSCRIPT, "another token"),
    reported(other, LOG),
  ]);
  expect(await rowsOf(session)).toHaveLength(3);
  expect(await rowsOf(other)).toHaveLength(1);
});

test("an action is below another one that is named by its key, also when that comes later", async () => {
  const session = newSession();
  await writer.write([reported(session, { ...LOG, call_key: "inner", parent_call_key: "outer" })]);
  await writer.write([reported(session, { ...TRANSCRIPT, call_key: "outer" })]);
  const [outer, inner] = await rowsOf(session);
  expect(outer?.parent_action_id).toBeNull();
  expect(inner?.parent_action_id).toBe(outer?.id);
});

test("the file of a call is noted when a signal says which it is", async () => {
  const session = newSession();
  const read = { ...LOG, action_name: "Read" };
  expect(await writer.write([reported(session, read)])).toMatchObject({ fileOperations: 0 });
  const told = { ...TRANSCRIPT, ...read, action_details: { tool_parameters: { file_path: "/a" } } };
  expect(await writer.write([reported(session, told), reported(session, read)])).toMatchObject({
    fileOperations: 1,
  });
});

test("instances that report one call at the same time agree on when it began", async () => {
  const session = newSession();
  const writers = SIGNALS.map(() => createBatchWriter(pool));
  await Promise.all(writers.map((one, at) => one.write([reported(session, SIGNALS[at] ?? {})])));
  expect(await rowsOf(session)).toHaveLength(1);
});

test("a key of any length and of any characters is one", async () => {
  const session = `${newSession()} ${"é".repeat(2_000)}`;
  const strange = { call_key: `{"a",\\b}'${"x".repeat(1_000)}` };
  for (const signal of [LOG, TRANSCRIPT]) await writer.write([reported(session, { ...signal, ...strange })]);
  expect(await rowsOf(session)).toHaveLength(1);
  const { count } = await oneRow<{ count: string }>(
    pool,
    "select count(*) from agent_action_keys where length(call_id) > 255 or length(session_id) > 255",
  );
  expect(count).toBe("0");
});

test("an event without a key costs no key, and keeps its id", async () => {
  const session = newSession();
  const { rows: before } = await pool.query("select count(*) from agent_action_keys");
  await writer.write([reported(session, { ...SPAN, call_key: null })]);
  expect((await rowsOf(session))[0]?.id).toBe(SPAN.id);
  expect((await pool.query("select count(*) from agent_action_keys")).rows).toEqual(before);
});
