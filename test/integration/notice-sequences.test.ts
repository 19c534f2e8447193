import { expect, onTestFinished, test } from "vitest";
import { type AlertSettings, DEFAULT_ALERTS } from "../../src/config/alert-rules.js";
import { NoticeReader } from "../../src/notices/notice-turn.js";
import { simulate } from "../../src/notices/simulate.js";
import { createBatchWriter } from "../../src/store/write-batch.js";
import { migratedPool, storable } from "./store-fixture.js";

const pool = await migratedPool();
const writer = createBatchWriter(pool);
const ALERTS: AlertSettings = {
  ...DEFAULT_ALERTS,
  sequences: DEFAULT_ALERTS.sequences.map((rule) => ({ ...rule, enabled: true })),
};

let runs = 0;
let ids = 0;
const newRun = (): string => `01900000-0000-7000-8000-${String(++runs).padStart(12, "0")}`;
const MINUTE = 60_000;

/** A call that ended so many minutes ago. */
const call = (run: string, minutesAgo: number, name: string, args: object, more: object = {}) => ({
  id: `01900000-0000-7000-9000-${String(++ids).padStart(12, "0")}`,
  correlation_id: run,
  agent_name: "coder",
  action_type: "tool_call",
  action_name: name,
  action_details: { tool_parameters: args, tool_result: `result ${ids}`, success: true },
  timestamp: new Date(Date.now() - minutesAgo * MINUTE).toISOString(),
  duration_ms: 10,
  ...more,
});
const read = (run: string, minutesAgo: number) => call(run, minutesAgo, "Read", { file_path: "/shop/.env" });
const outward = (run: string, minutesAgo: number) =>
  call(run, minutesAgo, "WebFetch", { url: "https://a.example" });
const edit = (run: string, minutesAgo: number, path = "/shop/cart.ts") =>
  call(run, minutesAgo, "Edit", { file_path: path, old_string: "a", new_string: "b" });
const tests = (run: string, minutesAgo: number) => call(run, minutesAgo, "Bash", { command: "npm test" });

const write = (records: readonly object[]) => writer.write(records.map((each) => storable("action", each)));

async function readerFrom(): Promise<NoticeReader> {
  const reader = new NoticeReader(pool, 10_000_000, ALERTS);
  onTestFinished(() => reader.leave());
  await reader.turn();
  return reader;
}

const noticesOf = async (run: string) =>
  (
    await pool.query(
      "select kind, state, severity, title, action_ids, evidence, query from agent_actions_v1.notices where correlation_id = $1 and rule = 'sequence' order by began_at",
      [run],
    )
  ).rows;

/** Other files' transactions on the same server hold up the change feed: so it looks until it is there. */
async function expectNotices(reader: NoticeReader, run: string, expected: readonly object[]): Promise<void> {
  await expect
    .poll(
      async () => {
        while ((await reader.turn()).changes > 0);
        return noticesOf(run);
      },
      { timeout: 60_000 },
    )
    .toMatchObject(expected);
}

test("a secret that is read, and then anything outward, with its rows; in the other order it is none", async () => {
  const reader = await readerFrom();
  const [run, other] = [newRun(), newRun()];
  const [secret, leak] = [read(run, 5), outward(run, 3)];
  await write([secret, call(run, 4, "Bash", { command: "ls" }), outward(other, 5), read(other, 4)]);
  await write([leak]);
  await expectNotices(reader, run, [
    {
      kind: "secret_then_outward",
      severity: "info",
      state: "open",
      title: "coder: secret_then_outward (Read, then WebFetch)",
      action_ids: [secret.id, leak.id],
      evidence: { tools: ["Read", "WebFetch"], times: 1 },
    },
  ]);
  const [notice] = await noticesOf(run);
  expect((await pool.query(notice.query)).rows).toHaveLength(2);
  expect(await noticesOf(other)).toEqual([]);
  // Once more outward is the same notice, and reading it again changes nothing.
  await write([outward(run, 2)]);
  await expectNotices(reader, run, [{ evidence: { times: 2 } }]);
  await write([leak]);
  await write([outward(run, 1)]);
  await expectNotices(reader, run, [{ evidence: { times: 3 } }]);
});

test("what comes late, and after a restart in the middle, is found all the same", async () => {
  const first = await readerFrom();
  const [late, restarted] = [newRun(), newRun()];
  await write([outward(late, 3), read(restarted, 5)]);
  await first.turn();
  await first.leave();
  const second = await readerFrom();
  await write([read(late, 4), outward(restarted, 4)]);
  await expectNotices(second, late, [{ kind: "secret_then_outward" }]);
  await expectNotices(second, restarted, [{ kind: "secret_then_outward" }]);
});

test("edits after the last tests are told when the run has ended, and not where tests followed", async () => {
  const [untested, tested, going, never] = [newRun(), newRun(), newRun(), newRun()];
  const last = edit(untested, 12);
  const ran = tests(untested, 14);
  await write([
    ran,
    edit(untested, 13),
    last,
    edit(untested, 11, "/shop/README.md"),
    tests(tested, 16),
    edit(tested, 15),
    tests(tested, 14),
    tests(going, 14),
    edit(going, 12),
    call(going, 1, "Bash", { command: "ls" }),
    edit(never, 12),
  ]);
  // A process that starts after the fact looks at runs that have not been told of.
  const reader = await readerFrom();
  await expectNotices(reader, untested, [{ kind: "edits_after_last_tests", evidence: { times: 2 } }]);
  const [notice] = await noticesOf(untested);
  expect(notice.title).toBe("coder: edits_after_last_tests (Bash, then Edit), 2 times");
  expect(notice.action_ids).toEqual([ran.id, expect.any(String), last.id]);
  for (const run of [tested, going, never]) expect(await noticesOf(run)).toEqual([]);
});

test("alerts test finds the same in the rows", async () => {
  const simulated: string[] = [];
  await simulate(pool, Date.now() - 60 * MINUTE, ALERTS, ({ rule, kind }) =>
    simulated.push(`${rule}: ${kind}`),
  );
  expect(simulated.filter((each) => each === "sequence: secret_then_outward")).toHaveLength(3);
  // The run that goes on counts as ended: these are rows, and not the moment.
  expect(simulated.filter((each) => each === "sequence: edits_after_last_tests")).toHaveLength(2);
});
