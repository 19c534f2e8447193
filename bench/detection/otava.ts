/**
 * Shifts of durations, beside Apache Otava on the same series: false alarms where nothing happens, and how soon planted shifts are found.
 *
 *     npx tsx bench/detection/otava.ts --python FOLDER/bin/python [--series 60] [--days 10] [--planted 20] [--seed 1]
 *
 * How to get Otava stands in otava_points.py. Both see the medians of 14 days of hours, this package also the 42 days before, and have to find that the last change is for the worse, by 15 % and more;
 * Otava is also shown without that bound, as it is by default.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Hour } from "../../src/analysis/series/anomalies.js";
import { DEFAULT_RULES } from "../../src/config/alert-rules.js";
import { EARLIER_DAYS, firstWorsening, REGRESSION_DAYS } from "../../src/notices/rules/worsening.js";
import { HOUR, Known, OTHER_SHAPES, SHAPES, type Shape, series } from "./hours.js";

const { values } = parseArgs({
  options: {
    python: { type: "string" },
    series: { type: "string", default: "60" },
    days: { type: "string", default: "10" },
    planted: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
  },
});
if (values.python === undefined) throw new Error("Say where Otava is: --python FOLDER/bin/python");
const python = values.python;

/** All sorts with enough calls to have a median. */
const shapes = [...SHAPES, ...OTHER_SHAPES].filter(({ volume }) => volume >= 30);

/** One look at a series; when the last change for the worse began, by the index of the hour. */
interface Look {
  readonly hours: readonly Hour[];
  readonly known: Known;
  readonly hour: number;
}
const lookAt = (known: Known, hour: number): Look => ({
  known,
  hour,
  hours: known.upTo(hour, REGRESSION_DAYS),
});
type Finder = (looks: readonly Look[]) => Promise<readonly (number | undefined)[]>;

const ours: Finder = async (looks) => {
  const found: (number | undefined)[] = [];
  for (const [index, { known, hour }] of looks.entries())
    found.push(
      (await firstWorsening(known.lookedAt(hour, index), ["duration"], DEFAULT_RULES.regression))?.since,
    );
  return found;
};

const otava =
  (minMagnitude: number): Finder =>
  async (looks) => {
    const script = fileURLToPath(new URL("otava_points.py", import.meta.url));
    const program = spawn(python, [script, String(minMagnitude)], { stdio: ["pipe", "pipe", "inherit"] });
    const medians = looks.map(({ hours }) => hours.filter(({ logMedian }) => logMedian !== undefined));
    const found: (number | undefined)[] = looks.map(() => undefined);
    for (const [id, hours] of medians.entries())
      if (hours.length >= 48)
        program.stdin.write(
          `${JSON.stringify({ id, values: hours.map(({ logMedian }) => Math.exp(logMedian ?? 0)) })}\n`,
        );
    program.stdin.end();
    for await (const line of createInterface({ input: program.stdout })) {
      const { id, points } = JSON.parse(line) as { id: number; points: [number, number][] };
      const last = points.at(-1);
      if (last !== undefined && last[1] > 1) found[id] = medians[id]?.[last[0]]?.at;
    }
    if (program.exitCode === null) await new Promise((resolve) => program.once("close", resolve));
    if (program.exitCode !== 0) throw new Error(`Otava ended with ${program.exitCode}`);
    return found;
  };

const FINDERS: Readonly<Record<string, Finder>> = {
  "this package": ours,
  "Otava, changes of 15 % and more": otava(0.15),
  "Otava, all changes": otava(0),
};
const names = Object.keys(FINDERS);

/** Once a day; one incident as long as it goes on. */
async function falseAlarms(): Promise<void> {
  const [count, days] = [Number(values.series), Number(values.days)];
  const end = (EARLIER_DAYS + days) * 24;
  const all = Array.from({ length: count }, (_, index) =>
    series(shapes[index % shapes.length] as Shape, end, 17 * index + 1 + 1_000_003 * Number(values.seed)),
  );
  const looks = all.flatMap((hours) => {
    const known = new Known(hours, end);
    return Array.from({ length: days }, (_, day) => lookAt(known, (EARLIER_DAYS + day) * 24));
  });
  console.log(`## Nothing happened: false alarms in ${count * days} series-days, seed ${values.seed}\n`);
  for (const name of names) {
    const found = await (FINDERS[name] as Finder)(looks);
    const alarms = found.filter(
      (at, index) => at !== undefined && (index % days === 0 || found[index - 1] === undefined),
    );
    console.log(
      `- ${name}: ${alarms.length} (${((alarms.length / count / days) * 1_000).toFixed(1)} per 1,000)`,
    );
  }
  console.log();
}

/** Looked at every six hours; found is what began within a day of the fault. */
async function planted(): Promise<void> {
  const count = Number(values.planted);
  const from = EARLIER_DAYS * 24 + 5;
  const every = Array.from({ length: 12 }, (_, index) => from + index * 6);
  console.log(
    `## Planted: found within 72 hours of ${count} series each, and after how many hours (median)\n`,
  );
  for (const volume of [30, 200])
    for (const duration of [1.2, 1.5]) {
      const looks = Array.from({ length: count }, (_, index) => {
        const shape: Shape = {
          name: "steady",
          volume,
          season: "none",
          size: 50,
          failures: 0.05,
          rho: 0.005,
          drift: 0.05,
        };
        const hours = series(shape, from + 73, 31 * index + volume + 7_000_003 * Number(values.seed), {
          from,
          duration,
        });
        const known = new Known(hours, from + 72);
        return every.map((hour) => lookAt(known, hour));
      }).flat();
      for (const name of names) {
        const found = await (FINDERS[name] as Finder)(looks);
        const delays = Array.from({ length: count }, (_, index) => {
          const at = found
            .slice(index * every.length, (index + 1) * every.length)
            .findIndex((since) => since !== undefined && Math.abs(since / HOUR - from) <= 24);
          return at < 0 ? undefined : at * 6 + 1;
        }).filter((delay) => delay !== undefined);
        const middle = delays.toSorted((one, other) => one - other)[delays.length >> 1];
        console.log(
          `- durations x${duration}, ${volume} calls an hour, ${name}: ${delays.length} (${middle ?? "–"} h)`,
        );
      }
    }
}

await falseAlarms();
await planted();
