/**
 * Loops in the calls of one agent in one run, one call at a time. A counter for each rule and period says how many calls in a row equal the
 * one a period before; so a call costs the same whatever came before it, and nothing is kept but the last calls and the counters.
 *
 * At most one loop is open at a time: what repeats in one way usually repeats in several, and is one incident.
 */
import { FilePingPong } from "./file-ping-pong.js";
import { isRestOf, type KnownLoop, type Loop, loopOf, MAX_EVIDENCE, type OpenLoop } from "./loop.js";
import {
  BACKOFF_FACTOR,
  BACKOFF_MIN_MILLIS,
  cycleRounds,
  LOOP_CALLS,
  type LoopKind,
  MAX_PERIOD,
  RESUME_CALLS,
  WAIT_MILLIS,
} from "./loop-rules.js";
import type { Key, ModelTurn, Step } from "./step.js";

interface Kept {
  readonly id: string;
  readonly tool: string;
  readonly startedAt: number;
  readonly doneAt: number;
  readonly call: Key | undefined;
  /** Of the result, or of the error. */
  readonly outcome: Key | undefined;
  /** Of what it wrote, where that changed the file. */
  readonly content: Key | undefined;
  readonly failed: boolean;
  readonly isTelling: boolean;
  readonly isBare: boolean;
  /** Tokens of the sequence before this call. */
  readonly tokens: number;
}

/** Calls that are kept at least: what the longest evidence needs, and room for loops that are found late. At most twice as many. */
const MAX_KEPT = 64;

type Counter = "pair" | "call" | "result" | "error";

/** By which counter a loop goes on. */
interface CountedLoop extends OpenLoop {
  readonly counter: Counter;
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
  #open: CountedLoop | undefined;
  #past: CountedLoop | undefined;
  #pastEnd = 0;

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
    const file = this.#files.add(step, this.#tokens);
    const changed: Loop[] = file ? [file] : [];
    if (this.#open !== undefined) {
      if (this.#goesOn(this.#open)) {
        this.#advance(this.#open, current);
        return [...changed, shown(this.#open, true)];
      }
      changed.push(shown(this.#open, false));
      this.#past = this.#open;
      this.#pastEnd = this.#count - 1;
      this.#open = undefined;
      this.#from = this.#count - 1;
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
    const { id, tool, startedAt, doneAt, call, failed, isBare, isTelling, write } = step;
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
      isTelling,
      isBare,
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
    return this.#counted(counter, period) > 0;
  }

  #advance(loop: CountedLoop, { id, doneAt }: Kept): void {
    loop.calls += 1;
    loop.lastId = id;
    loop.lastAt = doneAt;
    loop.tokens = this.#tokens - loop.tokensBefore;
  }

  #begin(current: Kept): CountedLoop | undefined {
    const found = this.#found(current);
    if (found === undefined) return undefined;
    const { kind, period, counter } = found;
    const calls = Math.min(this.#stretch(counter, period), this.#kept.length);
    const stretch = this.#kept.slice(-calls);
    const first = stretch[0] ?? current;
    const signature = signatureOf(kind, stretch.slice(-period), counter);
    const past = this.#past;
    if (past?.signature === signature && this.#count - this.#pastEnd <= RESUME_CALLS + calls) {
      past.calls += calls;
      this.#advance(past, current);
      past.calls -= 1;
      this.#open = past;
      return past;
    }
    this.#open = {
      kind,
      period,
      counter,
      signature,
      tools: stretch.slice(-period).map(({ tool }) => tool),
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

  #found({ failed, isBare }: Kept): Pick<CountedLoop, "kind" | "period" | "counter"> | undefined {
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
        if (stretch("pair", period) >= period * cycleRounds(period))
          return { kind: "cycle", period, counter: "pair" };
    if (stretch("result") >= LOOP_CALLS.same_result)
      return { kind: "same_result", period: 1, counter: "result" };
    const calls = isBare ? LOOP_CALLS.same_call_varying_bare : LOOP_CALLS.same_call_varying;
    if (stretch("call") >= calls && !backsOff(calls))
      return { kind: "same_call_varying", period: 1, counter: "call" };
    return undefined;
  }
}

/** Whether two calls are the same by a counter. What is not known equals nothing. */
function hasSame(counter: Counter, one: Kept | undefined, other: Kept): boolean {
  if (one === undefined) return false;
  if (counter === "call")
    return other.call !== undefined && one.call === other.call && one.content === other.content;
  const sameOutcome =
    other.outcome !== undefined && one.outcome === other.outcome && one.failed === other.failed;
  if (!sameOutcome) return false;
  if (counter === "pair")
    return other.call !== undefined && one.call === other.call && one.content === other.content;
  return one.tool === other.tool && (counter === "error" ? other.failed : other.isTelling && !other.failed);
}

/** What repeats, in words of keys. */
function wordOf({ tool, call, outcome, content }: Kept, counter: Counter): string {
  if (counter === "call") return `${call} ${content}`;
  return counter === "pair" ? `${call} ${outcome} ${content}` : `${tool} ${outcome}`;
}

/** A cycle is the same from wherever it is looked at. */
const signatureOf = (kind: LoopKind, round: readonly Kept[], counter: Counter): string =>
  `${kind} ${round
    .map((kept) => wordOf(kept, counter))
    .sort()
    .join(" ")}`;

function shown({ counter: _, ...loop }: CountedLoop, isGoing: boolean): Loop {
  return loopOf(loop, isGoing);
}
