import pino from "pino";
import { describe, expect, test } from "vitest";
import type { FailureReport } from "../../../src/consumer/failure-report.js";
import { OutageWatch } from "../../../src/consumer/outage-watch.js";
import { StoreError } from "../../../src/errors.js";

function setUp() {
  const lines: { level: number; msg: string }[] = [];
  const log = pino({ level: "info" }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const failures: FailureReport[] = [];
  const watch = new OutageWatch({
    component: "postgres",
    retries: 3,
    log,
    onFailure: (failure) => failures.push(failure),
  });
  return { watch, lines, failures };
}

const away = new StoreError("Postgres is not available", { retriable: true, sqlstate: "57P03" });

describe("the watch over an outage", () => {
  test("passes over as many failures as there are retries", () => {
    const { watch, lines } = setUp();
    for (const attempt of [1, 2, 3]) watch.failed(away, attempt);
    expect(watch.isOutage).toBe(false);
    expect(watch.failingSince).toBeDefined();
    watch.succeeded();
    expect(watch.failingSince).toBeUndefined();
    expect(lines).toEqual([]);
  });

  test("tells the log once when an outage begins and once when it ends", () => {
    const { watch, lines } = setUp();
    for (let attempt = 1; attempt <= 50; attempt++) watch.failed(away, attempt);
    expect(watch.isOutage).toBe(true);
    watch.succeeded();
    expect(lines.map(({ level }) => level)).toEqual([50, 30]);
    expect(lines[1]).toMatchObject({ failures: 50 });
  });

  test("waits longer with every failure of the caller, five seconds at most", () => {
    const { watch } = setUp();
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 20, 1_000].map((attempt) => watch.failed(away, attempt));
    expect(waits[0]).toBeLessThanOrEqual(100);
    expect(waits[3]).toBeGreaterThan(waits[0] ?? 0);
    expect(Math.max(...waits)).toBeLessThanOrEqual(5_000);
    expect(waits.at(-1)).toBeGreaterThanOrEqual(2_500);
  });

  test("describes Postgres's failures, and hides what a defect says", () => {
    const { watch, failures } = setUp();
    watch.failed(away, 1);
    watch.failed(new TypeError("cannot read hunter2"), 1);
    expect(failures[0]).toMatchObject({ sqlstate: "57P03", message: "Postgres is not available" });
    expect(JSON.stringify(failures)).not.toContain("hunter2");
  });
});
