/**
 * What spans report of the span around them. Some frameworks write on a step what holds for the whole run: which agent is at work now, or
 * that the run failed. Steps end before the run that they are in, and those of a batch are all looked at before the first is mapped; what is
 * made of a note is therefore asked for when the event is made (a getter), not when the span is read.
 */
import type { HrTime } from "@opentelemetry/api";
import type { ReadableSpan } from "../../sdk-types.js";
import type { Failure } from "./failure.js";

interface RunNotes {
  /** In the order in which the steps were read. */
  readonly agents: { readonly name: string; readonly since: HrTime }[];
  failure?: Failure;
}

/** Enough for any run, and no more than that for one that never ends. */
const MAX_AGENTS = 1_000;

const NOTES = new WeakMap<ReadableSpan, RunNotes>();

function notesOf(run: ReadableSpan): RunNotes {
  const known = NOTES.get(run);
  if (known !== undefined) return known;
  const notes: RunNotes = { agents: [] };
  NOTES.set(run, notes);
  return notes;
}

/** A step says which agent is at work in the run, from the step's start or from its end on. */
export function noteAgent(
  run: ReadableSpan | undefined,
  step: ReadableSpan,
  name: string | undefined,
  from: "startTime" | "endTime",
): void {
  if (run === undefined || name === undefined || !step.ended) return;
  const { agents } = notesOf(run);
  if (agents.length < MAX_AGENTS && !agents.some(({ since }) => since === step[from]))
    agents.push({ name, since: step[from] });
}

/** The agent that was at work in a run when this span began. */
export const agentAt = (run: ReadableSpan | undefined, { startTime }: ReadableSpan): string | undefined =>
  latest(run, (since) => !isAfter(since, startTime));

/** The agent of a run of which all steps name the same one. */
export function onlyAgent(run: ReadableSpan): string | undefined {
  const names = new Set(NOTES.get(run)?.agents.map(({ name }) => name));
  return names.size === 1 ? [...names][0] : undefined;
}

/** A step says that the run around it failed. */
export function noteFailure(run: ReadableSpan | undefined, failure: Failure): void {
  if (run !== undefined) notesOf(run).failure = failure;
}

export const notedFailure = (run: ReadableSpan): Failure | undefined => NOTES.get(run)?.failure;

function latest(run: ReadableSpan | undefined, holds: (since: HrTime) => boolean): string | undefined {
  const agents = (run && NOTES.get(run)?.agents) ?? [];
  let found: (typeof agents)[number] | undefined;
  for (const one of agents)
    if (holds(one.since) && (found === undefined || !isAfter(found.since, one.since))) found = one;
  return found?.name;
}

const isAfter = (one: HrTime, other: HrTime): boolean =>
  one[0] > other[0] || (one[0] === other[0] && one[1] > other[1]);
