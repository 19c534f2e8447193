/** What an agent has or does for the first time, and from when on that says something. */

/** Something that an agent was seen with: an error, a tool. Times are milliseconds since 1970. */
export interface Sighting {
  /** The first time that is known. */
  readonly firstAt: number;
  /** Since when the agent is known; `undefined`: not yet. */
  readonly knownSince: number | undefined;
}

export interface NoveltySettings {
  /** Hours for which an agent has to be known: of one that has just begun, everything is new. */
  readonly minKnownHours: number;
  /** Hours for which something stays new. */
  readonly newHours: number;
}

const HOUR_MILLIS = 3_600_000;

/** Whether it is new: of late, and of an agent that had been known for long enough without it. */
export function isNovel(
  { firstAt, knownSince }: Sighting,
  { minKnownHours, newHours }: NoveltySettings,
  now: number,
): boolean {
  if (knownSince === undefined) return false;
  return firstAt > now - newHours * HOUR_MILLIS && firstAt - knownSince >= minKnownHours * HOUR_MILLIS;
}
