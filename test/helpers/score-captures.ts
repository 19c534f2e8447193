/** How much of what the captured programs did comes out right. */
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { ActionEvent } from "../../src/event/index.js";
import type { Capture, Row } from "../captured/capture.js";
import { mapCapture, type Summary, summaryOfEvent, summaryOfRow } from "./captures.js";
import { mapPending, type PendingAction } from "./pending-captures.js";

/** Counts of spans, actions and fields. What the program had and the file does not hold is unknown. */
export interface Score {
  readonly spans: number;
  readonly expected: number;
  readonly found: number;
  readonly tooMany: number;
  readonly right: number;
  readonly wrong: number;
  readonly unknown: number;
}

/** A field that is not what it has to be; of an action that nobody did `field` is a sentence. */
export interface Mistake {
  readonly id: string;
  readonly field: string;
  readonly wanted: unknown;
  readonly came: unknown;
}

export const NO_SCORE: Score = {
  spans: 0,
  expected: 0,
  found: 0,
  tooMany: 0,
  right: 0,
  wrong: 0,
  unknown: 0,
};

export function sumOf(one: Score, other: Score): Score {
  const sums = Object.entries(one).map(([name, count]) => [name, count + other[name as keyof Score]]);
  return Object.fromEntries(sums) as Score;
}

export const isPending = ({ file }: Capture): boolean => file.startsWith("pending/");

/** Pending files are mapped with the calls that only models were told of, the others by their spans alone. */
export function scoreOf(capture: Capture): { readonly score: Score; readonly mistakes: readonly Mistake[] } {
  const { spans, actions } = isPending(capture) ? mapPending(capture) : actionsOf(capture);
  const mistakes: Mistake[] = [];
  const counts = { right: 0, unknown: 0, found: 0 };
  for (const row of capture.rows) {
    const found = actions.find(({ id }) => id === row[0]);
    if (found !== undefined) counts.found += 1;
    compare(row, capture, found, counts, mistakes);
  }
  const known = new Set(capture.rows.map(([id]) => id));
  const tooMany = actions.filter(({ id }) => !known.has(id));
  for (const { id, event } of tooMany)
    mistakes.push({ id, field: "an action that nobody did", wanted: undefined, came: event });
  const score = {
    ...counts,
    spans,
    expected: capture.rows.length,
    tooMany: tooMany.length,
    wrong: mistakes.length,
  };
  return { score, mistakes };
}

function actionsOf(capture: Capture): { spans: number; actions: readonly PendingAction[] } {
  const mapped = mapCapture(capture);
  const actions = mapped.flatMap(({ id, transformed }) =>
    transformed.outcome === "event" ? [{ id, event: transformed.event as ActionEvent }] : [],
  );
  return { spans: mapped.length, actions };
}

function compare(
  row: Row,
  capture: Capture,
  found: PendingAction | undefined,
  counts: { right: number; unknown: number },
  mistakes: Mistake[],
): void {
  const [id, , , { unknown = [] }] = row;
  const came = found === undefined ? {} : fieldsOf(summaryOfEvent(found.event));
  const wanted = fieldsOf(summaryOfRow(row, capture));
  for (const field of new Set([...Object.keys(wanted), ...Object.keys(came), ...unknown])) {
    const isTold = wanted[field] !== undefined || came[field] !== undefined || unknown.includes(field);
    if (!isTold) continue;
    if (!isDeepStrictEqual(came[field], wanted[field]))
      mistakes.push({ id, field, wanted: wanted[field], came: came[field] });
    else if (unknown.includes(field)) counts.unknown += 1;
    else counts.right += 1;
  }
}

/** A field for each column, and one for each member of the details. */
function fieldsOf({ details, ...columns }: Summary): Readonly<Record<string, unknown>> {
  return { ...columns, ...details };
}

/** The framework and what made its spans, with their versions, for people. */
export function librariesOf({ file }: Capture): string {
  const path = file.split("/");
  const manifest = `test/fixtures/spans/${[...path.slice(0, -1), "manifest.json"].join("/")}`;
  const made = JSON.parse(readFileSync(manifest, "utf8"))[path.at(-1) ?? ""];
  return Object.entries((made?.libraries ?? {}) as Readonly<Record<string, string>>)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ");
}
