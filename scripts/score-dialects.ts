/**
 * How much of what the captured programs did comes out right, for each dialect: `npx tsx scripts/score-dialects.ts`, with `--wrong` each
 * field that does not. Unknown is what the program had and the file does not hold. With `--pending` the captures
 * no rules yet, each for itself (test/captured/pending).
 */
import { readFileSync } from "node:fs";
import { isDeepStrictEqual, parseArgs } from "node:util";
import type { ActionEvent } from "../src/event/index.js";
import type { Capture, Row } from "../test/captured/capture.js";
import {
  allCaptures,
  mapCapture,
  type Summary,
  summaryOfEvent,
  summaryOfRow,
} from "../test/helpers/captures.js";
import { mapPending, type PendingAction, pendingCaptures } from "../test/helpers/pending-captures.js";

const NONE = { files: 0, spans: 0, expected: 0, found: 0, tooMany: 0, right: 0, wrong: 0, unknown: 0 };
type Score = typeof NONE;

const { values: options } = parseArgs({
  options: { wrong: { type: "boolean", default: false }, pending: { type: "boolean", default: false } },
});
const scores = new Map<string, Score>();
if (options.pending)
  for (const capture of await pendingCaptures()) {
    const { spans, actions } = mapPending(capture);
    score(capture, `${capture.title} ${versionsOf(capture)}`, spans, actions);
  }
else
  for (const capture of await allCaptures()) {
    const mapped = mapCapture(capture);
    const actions = mapped.flatMap(({ id, transformed }) =>
      transformed.outcome === "event" ? [{ id, event: transformed.event as ActionEvent }] : [],
    );
    score(capture, capture.source, mapped.length, actions);
  }
scores.set("all", [...scores.values()].reduce(added, NONE));
console.table(Object.fromEntries([...scores].map(([name, one]) => [name, summaryOf(one)])));

function score(capture: Capture, name: string, spans: number, actions: readonly PendingAction[]): void {
  const known = scores.get(name) ?? { ...NONE };
  known.files += 1;
  known.spans += spans;
  known.expected += capture.rows.length;
  for (const row of capture.rows) scoreRow(row, capture, actions, known);
  for (const { id, event } of actions)
    if (!capture.rows.some(([expected]) => expected === id)) {
      known.wrong += 1;
      known.tooMany += 1;
      tell(capture, id, "an action that nobody did", undefined, event);
    }
  scores.set(name, known);
}

/** Of the framework and of what made its spans. */
function versionsOf({ file }: Capture): string {
  const path = file.split("/");
  const manifest = `test/fixtures/spans/${[...path.slice(0, -1), "manifest.json"].join("/")}`;
  const { libraries } = JSON.parse(readFileSync(manifest, "utf8"))[path.at(-1) ?? ""];
  return Object.entries(libraries)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ");
}

function scoreRow(row: Row, capture: Capture, actions: readonly PendingAction[], known: Score): void {
  const [id, , , { unknown = [] }] = row;
  const found = actions.find((one) => one.id === id);
  if (found !== undefined) known.found += 1;
  const came = found === undefined ? {} : fieldsOf(summaryOfEvent(found.event));
  const wanted = fieldsOf(summaryOfRow(row, capture));
  for (const name of new Set([...Object.keys(wanted), ...Object.keys(came), ...unknown])) {
    const isTold = wanted[name] !== undefined || came[name] !== undefined || unknown.includes(name);
    if (!isTold) continue;
    if (!isDeepStrictEqual(came[name], wanted[name])) {
      known.wrong += 1;
      tell(capture, id, name, wanted[name], came[name]);
    } else if (unknown.includes(name)) known.unknown += 1;
    else known.right += 1;
  }
}

/** A field for each column, and one for each member of the details. */
function fieldsOf({ details, ...columns }: Summary): Readonly<Record<string, unknown>> {
  return { ...columns, ...details };
}

function tell({ file }: Capture, id: string, field: string, wanted: unknown, came: unknown): void {
  if (options.wrong)
    console.log(`${file} ${id} ${field}: ${JSON.stringify(came)} instead of ${JSON.stringify(wanted)}`);
}

function added(one: Score, other: Score): Score {
  const sums = Object.entries(one).map(([name, count]) => [name, count + other[name as keyof Score]]);
  return Object.fromEntries(sums) as Score;
}

function summaryOf({ files, spans, expected, found, tooMany, right, wrong, unknown }: Score) {
  const share = `${((100 * right) / (right + wrong + unknown)).toFixed(1)} %`;
  return {
    ...(!options.pending && { files }),
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
