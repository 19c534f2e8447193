/**
 * How much of what the captured programs did comes out right, for each dialect: `npx tsx scripts/score-dialects.ts`, with `--wrong` each
 * field that does not. With `--pending` the captures of whole programs, each for itself (test/captured/pending). The same, by file, stands in
 * test/captured/README.md (`npm run generate`).
 */
import { parseArgs } from "node:util";
import type { Capture } from "../test/captured/capture.js";
import { allCaptures } from "../test/helpers/captures.js";
import { pendingCaptures } from "../test/helpers/pending-captures.js";
import { librariesOf, NO_SCORE, type Score, scoreOf, sumOf } from "../test/helpers/score-captures.js";

const { values: options } = parseArgs({
  options: { wrong: { type: "boolean", default: false }, pending: { type: "boolean", default: false } },
});
const scores = new Map<string, Score>();
if (options.pending)
  for (const capture of await pendingCaptures()) add(`${capture.title} ${librariesOf(capture)}`, capture);
else for (const capture of await allCaptures()) add(capture.source, capture);
scores.set("all", [...scores.values()].reduce(sumOf, NO_SCORE));
console.table(Object.fromEntries([...scores].map(([name, one]) => [name, summaryOf(one)])));

function add(name: string, capture: Capture): void {
  const { score, mistakes } = scoreOf(capture);
  scores.set(name, sumOf(scores.get(name) ?? NO_SCORE, score));
  if (!options.wrong) return;
  for (const { id, field, wanted, came } of mistakes)
    console.log(
      `${capture.file} ${id} ${field}: ${JSON.stringify(came)} instead of ${JSON.stringify(wanted)}`,
    );
}

function summaryOf({ spans, expected, found, tooMany, right, wrong, unknown }: Score) {
  const share = `${((100 * right) / (right + wrong + unknown)).toFixed(1)} %`;
  return {
    "spans in": spans,
    "actions expected": expected,
    found,
    missed: expected - found,
    "too many": tooMany,
    right,
    wrong,
    unknown,
    share,
  };
}
