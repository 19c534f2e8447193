/**
 * How much of what the captured programs did comes out right, for each dialect: `npx tsx scripts/score-dialects.ts`, with `--wrong` each
 * field that does not. Unknown is what the program had and the file does not hold.
 */
import { isDeepStrictEqual, parseArgs } from "node:util";
import type { ActionEvent } from "../src/event/index.js";
import type { Capture, Row } from "../test/captured/capture.js";
import {
  allCaptures,
  type MappedSpan,
  mapCapture,
  type Summary,
  summaryOfEvent,
  summaryOfRow,
} from "../test/helpers/captures.js";

const NONE = { files: 0, spans: 0, expected: 0, out: 0, right: 0, wrong: 0, unknown: 0 };
type Score = typeof NONE;

const { values: options } = parseArgs({ options: { wrong: { type: "boolean", default: false } } });
const scores = new Map<string, Score>();
for (const capture of await allCaptures()) score(capture);
scores.set("all", [...scores.values()].reduce(added, NONE));
console.table(Object.fromEntries([...scores].map(([name, one]) => [name, told(one)])));

function score(capture: Capture): void {
  const mapped = mapCapture(capture);
  const known = scores.get(capture.source) ?? { ...NONE };
  known.files += 1;
  known.spans += mapped.length;
  known.expected += capture.rows.length;
  known.out += mapped.filter(({ transformed }) => transformed.outcome === "event").length;
  for (const row of capture.rows) scoreRow(row, capture, mapped, known);
  for (const { id, transformed } of mapped)
    if (transformed.outcome === "event" && !capture.rows.some(([expected]) => expected === id)) {
      known.wrong += 1;
      tell(capture, id, "an action that nobody did", undefined, transformed.event);
    }
  scores.set(capture.source, known);
}

function scoreRow(row: Row, capture: Capture, mapped: readonly MappedSpan[], known: Score): void {
  const [id, , , { unknown = [] }] = row;
  const found = mapped.find((one) => one.id === id)?.transformed;
  const came = found?.outcome === "event" ? fieldsOf(summaryOfEvent(found.event as ActionEvent)) : {};
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

function told({ files, spans, expected, out, right, wrong, unknown }: Score) {
  const share = `${((100 * right) / (right + wrong + unknown)).toFixed(1)} %`;
  return {
    files,
    "spans in": spans,
    "actions expected": expected,
    "actions out": out,
    right,
    wrong,
    unknown,
    share,
  };
}
