import { callKey, canonicalText, resultKey } from "../../../src/analysis/call-keys.js";
import type { Loop } from "../../../src/analysis/loop.js";
import { LoopSequence } from "../../../src/analysis/loop-sequence.js";
import {
  isSpecific,
  isWait,
  mayChange,
  type Step,
  saysError,
  saysNothingNew,
} from "../../../src/analysis/step.js";

/** A call of a test, in words. */
export interface TestCall {
  readonly tool?: string;
  /** `null`: not recorded. */
  readonly args?: unknown;
  readonly result?: unknown;
  readonly error?: string;
  /** Milliseconds between the end of the call before and this one. */
  readonly pause?: number;
  readonly took?: number;
  readonly file?: string;
  readonly content?: string;
  readonly changed?: boolean;
}

const START = Date.UTC(2026, 0, 5);

/** An agent's calls one after another; ids are their numbers. */
export class TestAgent {
  readonly sequence = new LoopSequence();
  readonly changes: Loop[] = [];
  #at = START;
  #number = 0;

  call({
    tool = "read_page",
    args = {},
    result,
    error,
    pause = 500,
    took = 100,
    file,
    content,
    changed,
  }: TestCall): this {
    const parameters = args === null ? undefined : canonicalText(args);
    const startedAt = this.#at + pause;
    this.#at = startedAt + took;
    if (isWait(tool, parameters)) {
      this.sequence.wait();
      return this;
    }
    const text = result === undefined ? undefined : canonicalText(result);
    const step: Step = {
      id: String(this.#number++),
      tool,
      startedAt,
      doneAt: this.#at,
      call: parameters === undefined ? undefined : callKey(tool, parameters),
      isBare: parameters === "{}",
      result: text === undefined ? undefined : resultKey(text),
      isTelling: text !== undefined && saysNothingNew(tool, text),
      isSpecific: text !== undefined && isSpecific(tool, text),
      mayChange: mayChange(tool),
      failed: error !== undefined,
      saysError: text !== undefined && saysError(text),
      error,
      write: file === undefined ? undefined : { file, content: content ?? "", changed },
    };
    this.changes.push(...this.sequence.add(step));
    return this;
  }

  calls(count: number, of: (index: number) => TestCall): this {
    for (let index = 0; index < count; index++) this.call(of(index));
    return this;
  }

  turn(tokens: number, took = 1_000): this {
    this.sequence.turn({ id: `turn ${this.#number}`, startedAt: this.#at, doneAt: this.#at + took, tokens });
    this.#at += took;
    return this;
  }

  /** Kind and number of calls of every loop, as each stood at last. */
  get loops(): readonly string[] {
    const last = new Map(this.changes.map((loop) => [`${loop.kind} ${loop.firstId}`, loop]));
    return [...last.values()].map(({ kind, calls, isGoing }) => `${kind} ${calls}${isGoing ? "" : " over"}`);
  }
}
