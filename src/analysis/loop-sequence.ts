/**
 * Loops in the calls of one agent in one run, one call at a time. A counter for each rule and period says how many calls in a row equal the
 * one a period before; so a call costs the same whatever came before it, and nothing is kept but the last calls and the counters.
 *
 * At most one loop is open at a time: what repeats in one way usually repeats in several, and is one incident.
 */
import { FilePingPong } from "./file-ping-pong.js";
import { type Counter, hasSame, type Kept, signatureOf, toolsOf } from "./kept-call.js";
import { isRestOf, type KnownLoop, type Loop, loopOf, MAX_EVIDENCE, type OpenLoop } from "./loop.js";
import {
  BACKOFF_FACTOR,
  BACKOFF_MIN_MILLIS,
  cycleRounds,
  LOOP_CALLS,
  MAX_PERIOD,
  RESUME_CALLS,
  WAIT_MILLIS,
} from "./loop-rules.js";
import { NoProgress } from "./no-progress.js";
import type { ModelTurn, Step } from "./step.js";

/** Calls that are kept at least: what the longest evidence needs, and room for loops that are found late. At most twice as many. */
const MAX_KEPT = 64;

/** By which counter a loop goes on. */
interface CountedLoop extends OpenLoop {
  /** `none`: by what {@link NoProgress} says. */
  readonly counter: Counter | "none";
}

export class LoopSequence {
  readonly #kept: Kept[] = [];
  /** For each period the number of calls in a row that equal the one a period before. */
  readonly #pairs = new Array<number>(MAX_PERIOD + 1).fill(0);
  #calls = 0;
  #results = 0;
  #errors = 0;
  #growingPauses = 0;
  #lastPause = 0;
  #tokens = 0;
  /** Of the model, since the last call. */
  #turnMillis = 0;
  #hasTurns = false;
  #hasWaited = false;
  #count = 0;
  /** Calls before this place belong to a loop that is over. */
  #from = 0;
  readonly #files = new FilePingPong();
  readonly #standstill = new NoProgress();
  #open: CountedLoop | undefined;
  #past: CountedLoop | undefined;
  #pastEnd = 0;
  /** Calls without progress, when the loop of them was last counted. */
  #standing = 0;

  /** Id of every call that is kept, with its time; the oldest first. */
  get kept(): readonly { readonly id: string; readonly doneAt: number }[] {
    return this.#kept;
  }

  /** What goes on. */
  get open(): readonly Loop[] {
    return [...(this.#open ? [shown(this.#open, true)] : []), ...this.#files.open];
  }

  /** About how many bytes of memory it takes. */
  get bytes(): number {
    return 600 + this.#kept.length * 240 + this.#files.size * 1_200;
  }

  /** Counts a loop on from what is known of it, where it is open and its beginning was not added. */
  continueFrom(known: KnownLoop): void {
    const open = this.#open;
    if (open === undefined || !isRestOf(open, known)) return;
    open.firstId = known.firstId;
    open.startedAt = known.startedAt;
    open.begin = known.evidence.slice(0, MAX_EVIDENCE - 1);
    open.calls = known.calls;
    open.tokensBefore = this.#tokens - known.tokens;
    open.tokens = known.tokens;
  }

  turn({ startedAt, doneAt, tokens }: ModelTurn): void {
    this.#turnMillis += Math.max(0, doneAt - startedAt);
    this.#hasTurns = true;
    this.#tokens += tokens;
    if (this.#open) this.#open.tokens = this.#tokens - this.#open.tokensBefore;
  }

  /** The agent let time pass. */
  wait(): void {
    this.#hasWaited = true;
  }

  /** Returns loops that began, went on or ended with this call: an ended one before the one that begins. */
  add(step: Step): readonly Loop[] {
    const waited = this.#pauseBefore(step);
    const current = this.#keep(step);
    this.#count += 1;
    this.#compare(current, waited);
    this.#standstill.add(this.#kept, waited, this.#growingPauses >= 2);
    const file = this.#files.add(step, this.#tokens);
    const changed: Loop[] = file ? [file] : [];
    if (this.#open !== undefined) {
      if (this.#goesOn(this.#open)) {
        if (this.#advance(this.#open, current)) changed.push(shown(this.#open, true));
        return changed;
      }
      changed.push(shown(this.#open, false));
      this.#past = this.#open;
      this.#pastEnd = this.#count - 1;
      this.#open = undefined;
      this.#from = this.#count - 1;
      this.#standstill.restart();
    }
    // A file that goes back and forth is in a cycle of calls, mostly: one incident.
    const begun = this.#files.isOpen ? undefined : this.#begin(current);
    if (begun) changed.push(shown(begun, true));
    return changed;
  }

  /** Whether the agent waited before this call, and whether its pauses grow. */
  #pauseBefore({ startedAt }: Step): boolean {
    const [turnMillis, hasTurns, hasWaited] = [this.#turnMillis, this.#hasTurns, this.#hasWaited];
    this.#turnMillis = 0;
    this.#hasTurns = false;
    this.#hasWaited = false;
    const last = this.#kept.at(-1);
    if (last === undefined) return false;
    const gap = Math.max(0, startedAt - last.doneAt);
    const pause = hasTurns ? Math.max(0, gap - turnMillis) : gap;
    const longest = hasTurns ? WAIT_MILLIS.besideTurns : WAIT_MILLIS.unknownTurns;
    const waited = hasWaited || pause >= longest;
    const grows = pause >= BACKOFF_MIN_MILLIS && pause >= this.#lastPause * BACKOFF_FACTOR;
    this.#growingPauses = grows ? this.#growingPauses + 1 : 0;
    this.#lastPause = pause;
    return waited;
  }

  #keep(step: Step): Kept {
    const {
      id,
      tool,
      startedAt,
      doneAt,
      call,
      failed,
      isBare,
      isTelling,
      isSpecific,
      mayChange,
      saysError,
      write,
    } = step;
    const kept: Kept = {
      id,
      tool,
      startedAt,
      doneAt,
      call,
      outcome: failed ? step.error : step.result,
      // A write that changed the file again is another one, although it says the same.
      content: write?.changed ? write.content : undefined,
      failed,
      isError: failed || saysError,
      isTelling,
      isSpecific,
      isBare,
      mayChange,
      isWrite: write !== undefined,
      tokens: this.#tokens,
    };
    this.#kept.push(kept);
    if (this.#kept.length === MAX_KEPT * 2) this.#kept.splice(0, MAX_KEPT);
    return kept;
  }

  #compare(current: Kept, waited: boolean): void {
    const kept = this.#kept;
    const last = kept.length - 1;
    for (let period = 1; period <= MAX_PERIOD; period++) {
      const same = !waited && hasSame("pair", kept[last - period], current);
      this.#pairs[period] = same ? (this.#pairs[period] ?? 0) + 1 : 0;
    }
    const before = waited ? undefined : kept[last - 1];
    this.#calls = hasSame("call", before, current) ? this.#calls + 1 : 0;
    this.#results = hasSame("result", before, current) ? this.#results + 1 : 0;
    this.#errors = hasSame("error", before, current) ? this.#errors + 1 : 0;
  }

  #counted(counter: Counter, period: number): number {
    if (counter === "pair") return this.#pairs[period] ?? 0;
    return { call: this.#calls, result: this.#results, error: this.#errors }[counter];
  }

  /** Calls of the stretch that has come to the present, without those of a loop that is over. */
  #stretch(counter: Counter, period: number): number {
    const counted = this.#counted(counter, period);
    return counted === 0 ? 0 : Math.min(counted + period, this.#count - this.#from);
  }

  #goesOn({ counter, period }: CountedLoop): boolean {
    return counter === "none" ? this.#standstill.goesOn : this.#counted(counter, period) > 0;
  }

  /** Returns whether the call is one of the loop: not one between. */
  #advance(loop: CountedLoop, { id, doneAt }: Kept): boolean {
    const { calls } = this.#standstill;
    const more = loop.counter === "none" ? calls - this.#standing : 1;
    this.#standing = calls;
    if (more === 0) return false;
    loop.calls += more;
    loop.lastId = id;
    loop.lastAt = doneAt;
    loop.tokens = this.#tokens - loop.tokensBefore;
    return true;
  }

  #begin(current: Kept): CountedLoop | undefined {
    const found = this.#found(current);
    if (found === undefined) return undefined;
    const { kind, period, counter } = found;
    this.#standing = this.#standstill.calls;
    const length = counter === "none" ? this.#standing : this.#stretch(counter, period);
    const calls = Math.min(length, this.#kept.length);
    const stretch = this.#kept.slice(-calls);
    const first = stretch[0] ?? current;
    const round = counter === "none" ? stretch : stretch.slice(-period);
    const signature = signatureOf(kind, round, counter);
    const past = this.#past;
    if (past?.signature === signature && this.#count - this.#pastEnd <= RESUME_CALLS + calls) {
      past.calls += calls;
      past.lastId = current.id;
      past.lastAt = current.doneAt;
      past.tokens = this.#tokens - past.tokensBefore;
      this.#open = past;
      return past;
    }
    this.#open = {
      kind,
      period,
      counter,
      signature,
      tools: toolsOf(round, counter),
      failed: stretch.every(({ failed }) => failed),
      firstId: first.id,
      begin: stretch.slice(0, MAX_EVIDENCE - 1).map(({ id }) => id),
      startedAt: first.startedAt,
      tokensBefore: first.tokens,
      calls,
      tokens: this.#tokens - first.tokens,
      lastId: current.id,
      lastAt: current.doneAt,
    };
    return this.#open;
  }

  #found({ failed, isBare, isSpecific }: Kept): Pick<CountedLoop, "kind" | "period" | "counter"> | undefined {
    const { isFound } = this.#standstill;
    const stretch = (counter: Counter, period = 1): number => this.#stretch(counter, period);
    // Every pause of a retry with back-off is longer than the one before.
    const backsOff = (calls: number): boolean => this.#growingPauses >= calls - 2;
    const same = stretch("pair");
    if (same >= (failed ? LOOP_CALLS.same_call_failed : LOOP_CALLS.same_call) && !backsOff(same))
      return { kind: "same_call", period: 1, counter: "pair" };
    const errors = stretch("error");
    if (errors >= LOOP_CALLS.same_error && !backsOff(errors))
      return { kind: "same_error", period: 1, counter: "error" };
    if (same <= 1)
      for (let period = 2; period <= MAX_PERIOD; period++)
        if (stretch("pair", period) >= period * (isFound ? 2 : cycleRounds(period)))
          return { kind: "cycle", period, counter: "pair" };
    if (stretch("result") >= (isSpecific ? LOOP_CALLS.same_result_specific : LOOP_CALLS.same_result))
      return { kind: "same_result", period: 1, counter: "result" };
    const calls = isBare ? LOOP_CALLS.same_call_varying_bare : LOOP_CALLS.same_call_varying;
    if (stretch("call") >= calls && !backsOff(calls))
      return { kind: "same_call_varying", period: 1, counter: "call" };
    if (isFound) return { kind: "no_progress", period: 1, counter: "none" };
    return undefined;
  }
}

function shown({ counter: _, ...loop }: CountedLoop, isGoing: boolean): Loop {
  return loopOf(loop, isGoing);
}
