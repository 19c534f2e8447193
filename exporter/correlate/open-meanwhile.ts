import type { RecordedCall } from "./observation.js";
import {
  areOpenAtOnce,
  CLOCK_MILLIS,
  haveSameId,
  isSameLayer,
  isWithin,
  millisBetween,
} from "./same-call.js";
import { bareToolName } from "./tool-names.js";

/** Calls of one tool that are looked at for each, at most: so many are not open at once in one agent. */
const MAX_OPEN = 1_000;

/**
 * For each of the calls `inner`, those of `all` that were open while it was, or at its beginning and have its id, had the same tool by
 * its bare name, and are of another layer; in the order in which they began. Calls that none was open around are left out.
 */
export function* callsOpenMeanwhile(
  inner: readonly RecordedCall[],
  all: readonly RecordedCall[],
): Iterable<readonly [RecordedCall, readonly RecordedCall[]]> {
  const wanted = new Set(inner);
  for (const calls of byTool(all)) {
    if (!hasSeveralLayers(calls)) continue;
    const sorted = calls.toSorted(byStart);
    let open: RecordedCall[] = [];
    for (const [at, call] of sorted.entries()) {
      open = open.filter(({ end }) => millisBetween(call.start, end) >= -CLOCK_MILLIS).slice(-MAX_OPEN);
      if (wanted.has(call)) {
        const around = [...open, ...startedWith(call, sorted, at)].filter(
          (one) =>
            !isSameLayer(one, call) &&
            (isWithin(call, one) || (haveSameId(call, one) && areOpenAtOnce(call, one))),
        );
        if (around.length > 0) yield [call, around];
      }
      open.push(call);
    }
  }
}

function startedWith(call: RecordedCall, sorted: readonly RecordedCall[], at: number): RecordedCall[] {
  const after: RecordedCall[] = [];
  for (let index = at + 1; index < sorted.length && after.length < MAX_OPEN; index++) {
    const next = sorted[index];
    if (next === undefined || millisBetween(call.start, next.start) > CLOCK_MILLIS) break;
    after.push(next);
  }
  return after;
}

function byTool(calls: readonly RecordedCall[]): Iterable<readonly RecordedCall[]> {
  const tools = new Map<string, RecordedCall[]>();
  for (const call of calls) {
    if (call.is !== "tool_call") continue;
    const name = bareToolName(call.name);
    const same = tools.get(name);
    if (same) same.push(call);
    else tools.set(name, [call]);
  }
  return tools.values();
}

function hasSeveralLayers(calls: readonly RecordedCall[]): boolean {
  const [first] = calls;
  return first !== undefined && calls.some((call) => !isSameLayer(call, first));
}

// Of two that began at once the longer one comes first; of two with the same times any, but always the same.
const byStart = (one: RecordedCall, other: RecordedCall): number =>
  millisBetween(other.start, one.start) ||
  millisBetween(one.end, other.end) ||
  (one.spanId < other.spanId ? -1 : 1);
