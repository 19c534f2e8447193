/** Events in, notices out: what agents did for days is written, counted by the statistics, and judged. */
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { MINUTE, periodicRules } from "./notice-harness.js";
import { catchUp } from "./statistics-harness.js";

const HOUR = 60 * MINUTE;
const { pool, look, noticesOf, write, newRun } = await periodicRules();
// Which hour is the last changes five minutes after each hour: not while this is at it.
const millisLeft = HOUR - ((Date.now() - 5 * MINUTE) % HOUR);
if (millisLeft < 3 * MINUTE) await delay(millisLeft);
const judged = Math.floor((Date.now() - 5 * MINUTE) / HOUR) * HOUR - HOUR;

interface Calls {
  readonly count: number;
  readonly failed: number;
  /** By the place of a call among those of its hour, from 0 to 1; and by the hour, since no two hours are alike. */
  readonly millis: (place: number, hour: number) => number;
}
/** Something between 0.95 and 1.05 that differs from hour to hour. */
const noise = (hour: number): number => 0.95 + ((hour * 7_919) % 101) / 1_010;
const USUAL: Calls = { count: 20, failed: 1, millis: (place, hour) => noise(hour) * (50 + 100 * place) };

/** Hours before the end of the judged one: 0 is the judged one. */
async function calls(tool: string, of: (ago: number) => Calls, hours = 80): Promise<void> {
  for (let from = 0; from < hours; from += 20) {
    const records = Array.from({ length: 20 }, (_, index) => from + index).flatMap((ago) => {
      const { count, failed, millis } = of(ago);
      const run = newRun();
      return Array.from({ length: count }, (_, call) => ({
        correlation_id: run,
        agent_name: "worker",
        action_type: "tool_call",
        action_name: tool,
        // All within a minute: of each minute there are statistics too.
        started_at: new Date(judged - ago * HOUR + 10 * MINUTE + call * 500).toISOString(),
        duration_ms: Math.round(millis((call + 0.5) / count, ago)),
        ...(call < failed ? { status: "error", error_message: "it did not" } : {}),
      }));
    });
    await write("action", records);
  }
}

test("a rate, a share that fails, durations and slow calls that changed are notices; what did not change, and the hour that is not over, are none", async () => {
  await calls("steady", () => USUAL);
  const often = (ago: number) => ({ ...USUAL, count: ago < 3 ? 60 : 20, failed: ago < 3 ? 3 : 1 });
  await calls("often", often, 180);
  await calls("fails", (ago) => ({ ...USUAL, failed: ago < 6 ? 8 : 1 }));
  const slower = (ago: number) => ({
    ...USUAL,
    millis: (place: number, hour: number) => (ago < 24 ? 1.5 : 1) * USUAL.millis(place, hour),
  });
  await calls("slower", slower, 120);
  const someSlower = (ago: number) => ({
    count: 60,
    failed: 3,
    millis: (place: number, hour: number) => (ago < 24 && place > 0.9 ? 2 : 1) * USUAL.millis(place, hour),
  });
  await calls("some slower", someSlower, 120);
  // The hour that is not over: much more, all of it failed.
  const now = {
    correlation_id: newRun(),
    agent_name: "worker",
    action_type: "tool_call",
    action_name: "steady",
  };
  await write(
    "action",
    Array.from({ length: 300 }, (_, index) => ({
      ...now,
      started_at: new Date(judged + HOUR + index).toISOString(),
      duration_ms: 9_000,
      status: "error",
      error_message: "not yet",
    })),
  );
  await catchUp(pool);
  await look();
  const found = [...(await noticesOf("anomaly")), ...(await noticesOf("regression"))].map(
    ({ kind, title, evidence }) => [kind, title.slice(0, 60), evidence.hours ?? evidence.percentile ?? null],
  );
  expect(found).toEqual([
    ["errors", expect.stringMatching(/^fails of worker failed in 40 % of its calls in 6 hours/), 6],
    ["rate", expect.stringMatching(/^often of worker was called 180 times in 3 hours, usually 60/), 3],
    ["duration", expect.stringMatching(/^slower of worker takes 1\.[45]\d* times what it was/), 50],
    ["duration", expect.stringMatching(/^some slower of worker takes in its slowest calls/), 95],
  ]);
});
