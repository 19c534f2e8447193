import type pg from "pg";
import { expect, test } from "vitest";
import { NoticeSender } from "../../../src/notices/send/sender.js";

/** A Postgres in which one notice is due for every target, and whose queue of notifications is full. */
function poolWithFullQueue() {
  const noted: unknown[] = [];
  const query = (text: string, values: readonly unknown[] = []) => {
    if (text.includes("pg_notify"))
      throw Object.assign(new Error("too many notifications in the NOTIFY queue"), { code: "54000" });
    if (text.includes("as own")) return { rows: [{ own: true }] };
    if (text.includes("from agent_notice_targets as target"))
      return { rows: [{ notice_id: "n", title: "t" }] };
    if (text.includes("failures = failures + 1")) noted.push(values.slice(0, 2));
    return { rows: [{ failures: 1 }] };
  };
  const client = {
    query: async (text: string, values?: readonly unknown[]) => query(text, values),
    release() {},
  };
  return { noted, pool: { connect: async () => client, options: {} } as unknown as pg.Pool };
}

test("a channel that cannot be notified is tried later, and the other targets are told", async () => {
  const { pool, noted } = poolWithFullQueue();
  const printed: string[] = [];
  const failed: unknown[] = [];
  const common = { minSeverity: "warning", everySeconds: 0 } as const;
  const sender = new NoticeSender(pool, {
    targets: [
      { ...common, name: "db", kind: "notify", channel: "c" },
      { ...common, name: "log", kind: "stdout" },
    ],
    ways: { produce: () => Promise.reject(new Error("no Kafka")), print: (line) => printed.push(line) },
    onFailure: (target, _, failures) => failed.push([target, failures]),
  });
  expect(await sender.turn("worker")).toBe(1);
  expect(printed).toHaveLength(1);
  expect(failed).toEqual([["db", 1]]);
  expect(noted).toEqual([["db", expect.stringContaining("NOTIFY queue")]]);
});
