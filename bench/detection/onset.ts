/** Loops of every kind that begin at a place drawn by chance in recorded runs without one: how many are found, and after how many calls. */
import { randomFrom } from "../../src/analysis/series/random.js";
import { hash, LOOPS } from "./planted.js";
import type { Detector } from "./references.js";
import type { Run } from "./runs.js";
import { table } from "./tables.js";

/** The run with a loop in it, from the given call on. */
function withLoop(run: Run, kind: string, random: () => number): Run {
  const loopFrom = Math.floor(random() * (run.calls.length + 1));
  const loop = LOOPS[kind]?.(random) ?? [];
  const calls = [...run.calls.slice(0, loopFrom), ...loop, ...run.calls.slice(loopFrom)];
  return { name: `${kind} in ${run.name}`, calls, loopFrom };
}

/** @param clean runs in which a reader found no loop */
export function onsets(clean: readonly Run[], times: number, detector: Detector): void {
  console.log(
    `## Planted in ${clean.length} recorded runs without a loop, ${times} times each, at random places\n`,
  );
  let early = 0;
  const rows = Object.keys(LOOPS).map((kind) => {
    const random = randomFrom(hash(kind));
    const delays: number[] = [];
    let count = 0;
    for (const run of clean)
      for (let time = 0; time < times; time++) {
        const planted = withLoop(run, kind, random);
        const [from, at] = [planted.loopFrom ?? 0, detector(planted)];
        count += 1;
        if (at !== undefined && at < from) early += 1;
        else if (at !== undefined && at !== -1) delays.push(at - from + 1);
      }
    delays.sort((one, other) => one - other);
    const part = (share: number): string =>
      String(delays[Math.min(delays.length - 1, Math.floor(share * delays.length))] ?? "–");
    return [kind, `${delays.length} of ${count}`, part(0.5), part(0.95), String(delays.at(-1) ?? "–")];
  });
  table(["loop", "found", "call that decides (median)", "95 of 100", "latest"], rows);
  console.log(`Told before the loop began: ${early}\n`);
}
