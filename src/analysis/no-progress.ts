/**
 * Calls of which nothing new comes, whatever their order: rounds with something between, a few failing calls in turn, one call that is tried again
 * after every other. Each call that repeats one of the last calls adds points, each that brings something new to light takes some away, and one
 * that may have changed something begins anew.
 */
import { hasSame, type Kept } from "./kept-call.js";
import { NO_PROGRESS } from "./loop-rules.js";

export class NoProgress {
  #points = 0;
  /** Calls since the first one of the stretch, with it. */
  #calls = 0;
  /** Calls from there to the last that repeats another. */
  #stale = 0;
  /** Calls that may be compared with the next one: none from before a wait or a write. */
  #known = 0;
  /** Calls since something may have changed: the stretch begins after it. */
  #since = 0;

  /** Forgets what came before the last call. */
  restart(): void {
    this.#begin();
    this.#known = 1;
    this.#since = 1;
  }

  /**
   * @param kept the last calls in the order of their end; the last of them is the one that is told
   * @param isLater the agent waited before it
   * @param backsOff pauses have grown before it, as those of a retry that backs off
   */
  add(kept: readonly Kept[], isLater: boolean, backsOff: boolean): void {
    const current = kept.at(-1);
    if (current === undefined) return;
    if (isLater) {
      this.#begin();
      this.#known = 0;
      this.#since = 0;
    }
    this.#compare(current, kept, backsOff);
    this.#known = Math.min(NO_PROGRESS.lookBack, this.#known + 1);
    this.#since += 1;
  }

  /** Whether the call that was told last makes a loop of what came before. */
  get isFound(): boolean {
    return this.#points >= NO_PROGRESS.points && this.#stale === this.#calls;
  }

  get goesOn(): boolean {
    return this.#points > 0;
  }

  /** Calls from the first one that is repeated to the last that repeats one. */
  get calls(): number {
    return this.#stale;
  }

  #compare(current: Kept, kept: readonly Kept[], backsOff: boolean): void {
    const { failed, isError, isTelling, isWrite } = current;
    const last = kept.length - 1;
    const earlier = kept.slice(last - this.#known, last);
    const pairs = earlier.filter((each) => hasSame("pair", each, current));
    const alike = pairs.length > 0 ? pairs : earlier.filter((each) => hasSameOutcome(each, current));
    const [first] = alike;
    if (isWrite && !failed) {
      this.#change();
      this.#known = 0;
    } else if (first === undefined || (pairs.length === 0 && !isError))
      this.#learn(current, first !== undefined && isTelling);
    else {
      if (this.#points === 0) this.#calls = Math.min(last - kept.indexOf(first), this.#since);
      this.#calls += 1;
      if (backsOff) return;
      this.#stale = this.#calls;
      this.#add(pointsOf(pairs.length, isError));
    }
  }

  /**
   * A call that repeats none.
   *
   * @param isKnown its result is that of another call, and says that nothing was gained
   */
  #learn({ isError, mayChange, outcome }: Kept, isKnown: boolean): void {
    this.#calls += 1;
    if (isKnown) this.#add(-NO_PROGRESS.knownResult);
    else if (!isError && (mayChange || outcome === undefined)) this.#change();
    else this.#add(-NO_PROGRESS.newOutcome);
  }

  /** No stretch goes on over it, and none that comes begins before it. */
  #change(): void {
    this.#begin();
    this.#since = -1;
  }

  #add(points: number): void {
    this.#points = Math.min(NO_PROGRESS.maxPoints, this.#points + points);
    if (this.#points <= 0) this.#begin();
  }

  #begin(): void {
    this.#points = 0;
    this.#calls = 0;
    this.#stale = 0;
  }
}

const hasSameOutcome = (one: Kept, other: Kept): boolean =>
  other.outcome !== undefined &&
  one.outcome === other.outcome &&
  one.failed === other.failed &&
  one.tool === other.tool;

function pointsOf(pairs: number, isError: boolean): number {
  const { again, failsAgain, oftenAgain, sameError } = NO_PROGRESS.repeats;
  if (pairs >= 2) return oftenAgain;
  if (pairs === 1) return isError ? failsAgain : again;
  return sameError;
}
