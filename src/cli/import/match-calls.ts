import { canonicalJson } from "../../internal/canonical-json.js";

/** A call as one way tells it: what it was, and when. */
export interface TimedCall {
  readonly name: string;
  /** Its arguments. */
  readonly told: unknown;
  /** Milliseconds since the epoch. */
  readonly startMillis: number;
  readonly endMillis: number;
}

/**
 * What becomes of a call of a transcript: it goes into a live row, it is a row of its own, or it is left out, because a live row tells it and nobody can
 * say which.
 */
export type Match<Live> = { readonly row: Live } | "own" | "left out";

/** Two clocks are read for one moment, in whole milliseconds. */
const SLACK_MILLIS = 50;

/**
 * Which live row is which call of a transcript, without an id that both have. A transcript holds every call of its session, and live rows some of them; both are of one
 * clock. So a call and its row are of the same tool and arguments, and their times overlap. Calls of which that holds crosswise, equal ones at the same time, are
 * told apart by their order, and only where each of them has a row: else nobody knows which are missing.
 *
 * The rows are as many as the calls in any case, and no row gets what belongs to another call, unless equal calls end in another order than they are told to.
 *
 * @param calls all of the transcript
 */
export function matchCalls<Live extends TimedCall>(
  live: readonly Live[],
  calls: readonly TimedCall[],
): readonly Match<Live>[] {
  const matches: Match<Live>[] = calls.map(() => "own");
  for (const { rows, places } of crowds(live, calls)) {
    if (rows.length === 0) continue;
    if (rows.length === places.length)
      for (const [at, place] of places.entries()) matches[place] = { row: rows[at] as Live };
    // As many as have no row at all are rows of their own.
    else for (const place of places.slice(0, rows.length)) matches[place] = "left out";
  }
  return matches;
}

interface Crowd<Live> {
  readonly rows: Live[];
  /** Of calls, in the list of all. */
  readonly places: number[];
}

/** Equal calls and rows whose times hang together, each in the order in which they end. */
function crowds<Live extends TimedCall>(
  live: readonly Live[],
  calls: readonly TimedCall[],
): readonly Crowd<Live>[] {
  const all = [
    ...live.map((row) => ({ one: row as TimedCall, row, place: -1 })),
    ...calls.map((one, place) => ({ one, row: undefined, place })),
  ];
  return [...grouped(all).values()].flatMap((equal) => {
    const found: Crowd<Live>[] = [];
    let until = Number.NEGATIVE_INFINITY;
    const inOrder = equal.toSorted((a, b) => a.one.startMillis - b.one.startMillis);
    const members: (typeof inOrder)[] = [];
    for (const member of inOrder) {
      if (member.one.startMillis > until + SLACK_MILLIS) members.push([]);
      members.at(-1)?.push(member);
      until = Math.max(until, member.one.endMillis);
    }
    for (const crowd of members) {
      const byEnd = crowd.toSorted((a, b) => a.one.endMillis - b.one.endMillis || a.place - b.place);
      found.push({
        rows: byEnd.flatMap(({ row }) => (row === undefined ? [] : [row])),
        places: byEnd.flatMap(({ place }) => (place < 0 ? [] : [place])),
      });
    }
    return found;
  });
}

function grouped<Member extends { readonly one: TimedCall }>(all: readonly Member[]): Map<string, Member[]> {
  const groups = new Map<string, Member[]>();
  for (const member of all) {
    const deed = deedOf(member.one);
    const group = groups.get(deed);
    if (group === undefined) groups.set(deed, [member]);
    else group.push(member);
  }
  return groups;
}

const deedOf = ({ name, told }: TimedCall): string => `${name}\u0000${canonicalJson(told)}`;
