import type { Span } from "@opentelemetry/api";
import fc from "fast-check";
import { LAYERS, type LayerName } from "./layered-spans.js";

/** Something that an agent really did, once, and which instrumentations saw it. */
export interface Deed {
  readonly tool: string;
  /** From the outermost to the innermost. */
  readonly layers: readonly LayerName[];
  /** The innermost layer has a trace of its own. */
  readonly isApart: boolean;
  /** How often the innermost layer tried. */
  readonly attempts: number;
  /** A call that is made again has the arguments of the one before. */
  readonly isRepeat: boolean;
  readonly parallel: boolean;
  readonly inside: readonly Deed[];
}

export const deedsOf = (depth: number): fc.Arbitrary<Deed[]> =>
  depth === 0
    ? fc.constant([])
    : fc.array(
        fc.record({
          tool: fc.constantFrom("search", "fetch"),
          layers: fc.subarray([...LAYERS], { minLength: 1 }),
          isApart: fc.boolean(),
          attempts: fc.constantFrom(1, 1, 1, 2),
          isRepeat: fc.boolean(),
          parallel: fc.boolean(),
          inside: deedsOf(depth - 1),
        }),
        { maxLength: 3 },
      );

/** One span of a deed: what starts and ends when. */
export interface Planned {
  readonly deed: number;
  readonly layer: LayerName;
  readonly tool: string;
  readonly args: object;
  readonly callId: string;
  readonly around: Planned | undefined;
  readonly from: number;
  until: number;
  span?: Span;
}

export interface Plan {
  readonly spans: Planned[];
  /** Deeds that tried more than once. */
  readonly unclear: Set<number>;
}

/** Steps are milliseconds, with room between them for what clocks cannot tell. */
const STEP = 5;

export function planOf(forest: readonly Deed[]): Plan {
  const plan: Plan = { spans: [], unclear: new Set() };
  let deedCount = 0;
  place(forest, undefined, 0);
  return plan;

  function place(siblings: readonly Deed[], around: Planned | undefined, start: number): number {
    let [next, end] = [start, start];
    let last: { args: object; tool: string; layers: readonly LayerName[]; parallel: boolean } | undefined;
    for (const deed of siblings) {
      const number = deedCount++;
      // A repeat is the same deed done again, and afterwards: the same layers see it. Of two at once nobody can tell whose a layer
      // in a trace of its own is; fold-calls.test.ts has those.
      const again = deed.isRepeat && last !== undefined && !last.parallel ? last : undefined;
      const [tool, layers, args] = again
        ? [again.tool, again.layers, again.args]
        : [deed.tool, deed.layers, { n: number }];
      const until = placeLayers({ ...deed, tool, layers }, args, number, layers, around, next);
      last = { args, tool, layers, parallel: deed.parallel };
      end = Math.max(end, until);
      next = deed.parallel ? next + STEP : end + STEP;
    }
    return end;
  }

  function placeLayers(
    deed: Deed,
    args: object,
    number: number,
    [layer, ...inner]: readonly LayerName[],
    around: Planned | undefined,
    start: number,
  ): number {
    if (layer === undefined) return place(deed.inside, around, start);
    const isInnermost = inner.length === 0 && deed.layers.length > 1;
    const attempts = isInnermost ? deed.attempts : 1;
    if (attempts > 1) plan.unclear.add(number);
    let next = start;
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const planned: Planned = {
        deed: number,
        layer,
        tool: deed.tool,
        args,
        callId: `call_${number}`,
        around: isInnermost && deed.isApart ? undefined : around,
        from: next,
        until: next,
      };
      plan.spans.push(planned);
      const inside =
        attempt === attempts ? placeLayers(deed, args, number, inner, planned, next + STEP) : next;
      planned.until = Math.max(inside, next + STEP) + STEP;
      next = planned.until + STEP;
    }
    return next;
  }
}

/** Span ids of what was done inside a deed that tried more than once. */
export function spansInUnclear(plan: Plan): ReadonlySet<string | undefined> {
  const spans = plan.spans.filter((one) => isInUnclear(one, plan));
  return new Set(spans.map(({ span }) => span?.spanContext().spanId));
}

function isInUnclear({ deed, around }: Planned, plan: Plan): boolean {
  if (around === undefined) return false;
  return (around.deed !== deed && plan.unclear.has(around.deed)) || isInUnclear({ ...around, deed }, plan);
}
