import { shortenIdle } from "../../recorded/idle-time.js";
import type { RecordedAction } from "../../recorded/recorded-action.js";

/** Something that is shown at a moment of a run: an action begins, or ends. */
export interface Moment {
  /** Milliseconds from the start of the run. */
  readonly time: number;
  /** Milliseconds at speed 1, with idle time shortened. */
  readonly played: number;
  readonly action: RecordedAction;
  readonly is: "begin" | "end" | "instant";
  /** How many actions are around it. */
  readonly depth: number;
}

export interface Playback {
  readonly moments: readonly Moment[];
  /** Milliseconds. */
  readonly duration: number;
  readonly wholeDuration: number;
}

/** An action that is shorter is shown at one moment. Milliseconds. */
const SHORT = 200;

/**
 * The moments of a run in their order: of actions with others in them, or that took a while, both the beginning and the end.
 *
 * @param maxIdle longest time in which nothing happens, in milliseconds
 */
export function playbackOf(actions: readonly RecordedAction[], maxIdle: number): Playback {
  const timed = actions
    .filter(({ start }) => !Number.isNaN(start))
    .toSorted((one, other) => one.start - other.start);
  const begin = timed[0]?.start ?? 0;
  const byId = new Map(timed.map((action) => [action.id, action]));
  const bySpan = new Map(
    timed.flatMap((action) => (action.spanId === null ? [] : [[action.spanId, action]])),
  );
  const parentOf = ({ parentId, parentSpanId }: RecordedAction) =>
    (parentId === null ? undefined : byId.get(parentId)) ??
    (parentSpanId === null ? undefined : bySpan.get(parentSpanId));
  const parents = new Set(timed.map(parentOf));
  const depths = new Map<RecordedAction, number>();
  const depthOf = (action: RecordedAction): number => {
    const chain: RecordedAction[] = [];
    const seen = new Set<RecordedAction>();
    for (let at: RecordedAction | undefined = action; at !== undefined && !seen.has(at); at = parentOf(at)) {
      if (depths.has(at)) break;
      seen.add(at);
      chain.push(at);
    }
    for (const one of chain.reverse()) {
      const parent = parentOf(one);
      depths.set(one, parent === undefined ? 0 : (depths.get(parent) ?? -1) + 1);
    }
    return depths.get(action) ?? 0;
  };
  const raw = timed.flatMap((action): Omit<Moment, "played">[] => {
    const time = action.start - begin;
    const depth = depthOf(action);
    const end = action.end - begin;
    const isLong = parents.has(action) || end - time >= SHORT;
    if (!isLong || Number.isNaN(end))
      return [{ time, action, depth, is: Number.isNaN(end) ? "begin" : "instant" }];
    return [
      { time, action, depth, is: "begin" },
      { time: end, action, depth, is: "end" },
    ];
  });
  // Of the same time, outer actions begin first and end last.
  const order = (moment: Omit<Moment, "played">) => (moment.is === "end" ? -moment.depth : moment.depth);
  raw.sort((one, other) => one.time - other.time || order(one) - order(other));
  const { toPlayed, duration, wholeDuration } = shortenIdle(
    raw.map(({ time }) => time),
    maxIdle,
  );
  return {
    moments: raw.map((moment) => ({ ...moment, played: toPlayed(moment.time) })),
    duration,
    wholeDuration,
  };
}
