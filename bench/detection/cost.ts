/**
 * What the rules cost that are asked now and then: CPU of this process and of Postgres a minute, with so many series of hours of 56 days in the
 * statistics, over the minutes of one hour. Every rule is asked as often as the service asks it; the first look of an hour is the one that computes.
 *
 *     npx tsx bench/detection/cost.ts [--series 1000] [--minutes 3] [--all]
 *
 * With --all, the series are of all sorts of hours.ts, of which many move by themselves, and look shifted more often.
 *
 * An hour is counted as its first minute and 59 of the others. What rules cost while events come, loops.ts measures.
 */
import { parseArgs } from "node:util";
import pg from "pg";
import { randomFrom } from "../../src/analysis/series/random.js";
import { DEFAULT_RULES } from "../../src/config/alert-rules.js";
import { startDevStack } from "../../src/devstack/dev-stack.js";
import { createPeriodicRules } from "../../src/notices/rules/index.js";
import { EARLIER_DAYS } from "../../src/notices/rules/worsening.js";
import { postgresCpuSeconds } from "../consumer/postgres-cpu.js";
import { HOUR, OTHER_SHAPES, SHAPES, type Shape, series } from "./hours.js";
import { insertHours, newDatabase } from "./statistics-rows.js";
import { table } from "./tables.js";

const { values } = parseArgs({
  options: {
    series: { type: "string", default: "1000" },
    minutes: { type: "string", default: "3" },
    all: { type: "boolean", default: false },
  },
});
const [count, minutes] = [Number(values.series), Number(values.minutes)];
const KNOWN_HOURS = EARLIER_DAYS * 24;
const shapes = values.all ? [...SHAPES, ...OTHER_SHAPES] : SHAPES;

interface Spent {
  readonly own: number;
  readonly postgres: number;
}

async function measure(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const now = Date.now();
    const last = Math.floor((now - 5 * 60_000) / HOUR) * HOUR - HOUR;
    for (let index = 0; index < count; index++) {
      const made = series(shapes[index % shapes.length] as Shape, KNOWN_HOURS, 17 * index + 1);
      const random = randomFrom(index);
      const agent = `agent ${index % 50}`;
      const rows = made.map(({ at, calls, failed, logMedian, logP95 }) => ({
        agent,
        tool: `tool ${index}`,
        at: last - (KNOWN_HOURS - 1) * HOUR + at,
        calls,
        failed,
        medianMillis: Math.exp(logMedian ?? 5 + random()),
        p95Millis: Math.exp(logP95 ?? 7 + random()),
      }));
      await insertHours(client, rows);
      if (index < 50)
        await insertHours(
          client,
          rows.map(({ tool: _, ...row }) => row),
        );
    }
    await client.query("vacuum analyze agent_action_statistics");
    const rows: string[][] = [];
    let total = { first: 0, later: 0 };
    for (const rule of createPeriodicRules()) {
      const ask = () =>
        rule.find(client, {
          settings: DEFAULT_RULES,
          pipeline: { lag: 0, problems: [], deadLetters: 0, startedAt: now },
          now,
        });
      const looks = 60_000 / rule.every;
      const first = await spent(url, ask);
      const later = await spent(url, async () => {
        for (let look = 0; look < minutes * looks; look++) await ask();
      });
      const firstMinute =
        first.own + first.postgres + ((looks - 1) / looks) * ((later.own + later.postgres) / minutes);
      const otherMinutes = (later.own + later.postgres) / minutes;
      total = { first: total.first + firstMinute, later: total.later + otherMinutes };
      rows.push([
        rule.rule,
        first.own.toFixed(2),
        first.postgres.toFixed(2),
        (later.own / minutes).toFixed(3),
        (later.postgres / minutes).toFixed(3),
        ((firstMinute + 59 * otherMinutes) / 60).toFixed(3),
      ]);
    }
    console.log(`## Rules that are asked now and then: ${count} series, seconds of CPU\n`);
    table(
      [
        "rule",
        "first look of an hour",
        "its Postgres",
        "a minute after",
        "its Postgres",
        "a minute, over the hour",
      ],
      [...rows, ["all", "", "", "", "", ((total.first + 59 * total.later) / 60).toFixed(3)]],
    );
  } finally {
    await client.end();
  }
}

async function spent(url: string, work: () => Promise<unknown>): Promise<Spent> {
  const cpu = async () => (await postgresCpuSeconds(url)) ?? Number.NaN;
  const before = await cpu();
  const began = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(began);
  return { own: (user + system) / 1e6, postgres: (await cpu()) - before };
}

const stack = await startDevStack({ only: "postgres", onProgress: console.error });
try {
  await measure(await newDatabase(stack.postgres?.url ?? ""));
} finally {
  await stack.stop();
}
