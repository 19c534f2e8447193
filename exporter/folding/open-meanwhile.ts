import type { RecordedCall } from "./call-sight.js";
import { compareTimes, isSameLayer } from "./same-call.js";
import { bareToolName } from "./tool-names.js";

/**
 * For each of the calls `inner`, those of `all` that were open from before it began until it had ended, had the same tool by its
 * bare name, and are of another layer. Calls that none was open around are left out.
 */
export function* callsOpenMeanwhile(
  inner: readonly RecordedCall[],
  all: readonly RecordedCall[],
): Iterable<readonly [RecordedCall, readonly RecordedCall[]]> {
  const wanted = new Set(inner);
  for (const calls of byTool(all)) {
    if (!hasSeveralLayers(calls)) continue;
    let open: RecordedCall[] = [];
    for (const call of calls.toSorted(byStart)) {
      open = open.filter(({ end }) => compareTimes(end, call.start) >= 0);
      const around = open.filter((one) => compareTimes(one.end, call.end) >= 0 && !isSameLayer(one, call));
      if (around.length > 0 && wanted.has(call)) yield [call, around];
      open.push(call);
    }
  }
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

// Of two that began at once the longer one is the outer one; of two with the same times any, but always the same.
const byStart = (one: RecordedCall, other: RecordedCall): number =>
  compareTimes(one.start, other.start) ||
  compareTimes(other.end, one.end) ||
  (one.spanId < other.spanId ? -1 : 1);
