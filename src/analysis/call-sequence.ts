/** How far the calls of a run have come in a rule of sequences: calls one after another, in the order of their end. */
import type { SequenceRule } from "../config/sequence-rules.js";

/** A call that is something in a rule. */
export interface MarkedCall {
  readonly id: string;
  readonly tool: string;
  readonly agent: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly doneAt: number;
}

/** All steps of a rule, one after another. */
export interface FoundSequence {
  /** One call a step. */
  readonly calls: readonly MarkedCall[];
  /** How many calls were the last step since all others. */
  readonly times: number;
  /** The last of them. */
  readonly last: MarkedCall;
}

export class SequenceState {
  readonly #rule: Pick<SequenceRule, "steps">;
  #calls: readonly MarkedCall[] = [];
  #times = 0;
  #last: MarkedCall | undefined;

  constructor(rule: Pick<SequenceRule, "steps">) {
    this.#rule = rule;
  }

  /** What was found, as long as nothing took it back. */
  get found(): FoundSequence | undefined {
    const last = this.#last;
    return last === undefined ? undefined : { calls: this.#calls, times: this.#times, last };
  }

  /** How many calls are remembered: at most one a step, and the last. */
  get size(): number {
    return this.#calls.length + (this.#last ? 1 : 0);
  }

  /**
   * A call is one step at most. Returns whether it completes the sequence, or is its last step once more.
   *
   * @param bits bit n: it is the step n; the bit above all steps: it takes back what came before
   */
  add(call: MarkedCall, bits: number): boolean {
    const { length } = this.#rule.steps;
    if (this.#calls.length > 0 && (bits & (1 << length)) !== 0) {
      this.#calls = [];
      this.#times = 0;
      this.#last = undefined;
    }
    const next = this.#calls.length;
    if (next < length) {
      if ((bits & (1 << next)) === 0) return false;
      this.#calls = [...this.#calls, call];
      if (next + 1 < length) return false;
    } else if ((bits & (1 << (length - 1))) === 0) return false;
    this.#times += 1;
    this.#last = call;
    return true;
  }
}
