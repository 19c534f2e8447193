import type { Normalisation } from "../compare/normalisation.js";
import type { JsonValue } from "../event/json.js";
import { plainJson } from "../internal/plain-json.js";
import type { RecordedAction } from "../recorded/recorded-action.js";
import type { RecordedOutcome } from "../tracing/trace-function.js";
import { type RecordedCall, RecordedCalls } from "./recorded-calls.js";
import {
  describeCall,
  IncompleteResultError,
  missMessage,
  ReplayMissError,
  recordedError,
} from "./replay-errors.js";
import { type LiveCall, type ReplayReport, reportOf } from "./replay-report.js";
import { missingOf } from "./whole-outcome.js";

/**
 * What a call may be given back.
 *
 * - `strict`: what was recorded, in the recorded order; what ran in parallel may come in any order
 * - `reorder`: what was recorded, in any order
 * - `live-on-miss`: what was recorded, in any order; for all else the tool itself is called
 */
export type ReplayMode = "strict" | "reorder" | "live-on-miss";

export interface ReplayOptions {
  /** @default "strict" */
  readonly mode?: ReplayMode;
  /** What in arguments does not count. @default ids, times, temporary paths and ports */
  readonly normalisation?: Normalisation;
  /** By tool: results for recorded calls whose own are not whole. What is thrown is what the call fails with. */
  readonly complete?: Readonly<Record<string, (call: IncompleteCall) => unknown>>;
}

/** A recorded call whose result is not whole, for who can say what it was. */
export interface IncompleteCall {
  readonly tool: string;
  readonly input: JsonValue;
  /** As it was recorded, with marks where something is missing. */
  readonly result: JsonValue | undefined;
  readonly how: string;
  readonly path: string;
}

/** A recorded run that is given back to an agent's code. Calls are given back once each, so one run serves one replay. */
export class ReplayRun {
  /** What the run is called in messages and reports. */
  readonly name: string;
  readonly mode: ReplayMode;
  readonly #calls: RecordedCalls;
  /** In the order of their ends, for what has to have come before. */
  readonly #byEnd: readonly RecordedCall[];
  #firstLeft = 0;
  readonly #complete: ReplayOptions["complete"];
  readonly #replayed = new Set<string>();
  readonly #live: LiveCall[] = [];

  constructor(name: string, actions: readonly RecordedAction[], options: ReplayOptions = {}) {
    this.name = name;
    this.mode = options.mode ?? "strict";
    this.#complete = options.complete;
    this.#calls = new RecordedCalls(actions, options.normalisation);
    this.#byEnd = this.#calls.all
      .filter(({ action }) => !Number.isNaN(action.end))
      .toSorted((one, other) => one.action.end - other.action.end);
  }

  /** Names of the tools that the run called. */
  get tools(): readonly string[] {
    return [...new Set(this.#calls.all.map(({ action }) => action.name))];
  }

  /** Says that calls of this tool are replayed: recorded ones have to come. */
  expect(tool: string): void {
    if (this.#replayed.has(tool)) return;
    this.#replayed.add(tool);
    this.#firstLeft = 0;
  }

  /**
   * What a call is given back. In the mode `live-on-miss` `undefined` for one that was not recorded.
   *
   * @throws ReplayMissError, IncompleteResultError
   */
  take(tool: string, given: unknown, callId: string | undefined): RecordedOutcome | undefined {
    this.expect(tool);
    const input = plainJson(given) as JsonValue;
    const call = this.#calls.find(tool, input, callId);
    const entry: LiveCall = { number: this.#live.length + 1, tool, input, outcome: "miss" };
    this.#live.push(entry);
    if (call === undefined) return this.#miss(entry);
    if (this.mode === "strict") this.#checkOrder(call, entry);
    call.isTaken = true;
    entry.recorded = call.number;
    entry.outcome = this.#calls.isExact(call, input) ? "exact" : "reused";
    return this.#outcomeOf(call, entry);
  }

  /** What was given back so far, and what was not. */
  report(): ReplayReport {
    return reportOf(this.name, this.mode, this.#live, this.#calls.all, this.#replayed);
  }

  #miss(entry: LiveCall): undefined {
    const { tool, input, number } = entry;
    const nearest = this.#calls.nearest(tool, input);
    const message = missMessage(tool, input, this.#calls.recorded(tool, input), nearest);
    entry.why = message;
    if (this.mode === "live-on-miss") {
      entry.outcome = "live";
      return undefined;
    }
    throw new ReplayMissError(message, tool, number, nearest?.path);
  }

  /** What had ended before the recorded call began has to have come. */
  #checkOrder(call: RecordedCall, entry: LiveCall): void {
    while (this.#firstLeft < this.#byEnd.length && !this.#isLeft(this.#byEnd[this.#firstLeft]))
      this.#firstLeft++;
    for (let at = this.#firstLeft; at < this.#byEnd.length; at++) {
      const first = this.#byEnd[at] as RecordedCall;
      if (!(first.action.end <= call.action.start)) return;
      if (first === call || !this.#isLeft(first) || isSameMoment(first, call)) continue;
      entry.why = `${describeCall(call)} was called out of order: ${describeCall(first)} had ended before it in the recorded run, and has not been called.`;
      throw new ReplayMissError(entry.why, entry.tool, entry.number);
    }
  }

  /** Whether a recorded call has to come still. */
  #isLeft(call: RecordedCall | undefined): boolean {
    return call !== undefined && !call.isTaken && !call.isInner && this.#replayed.has(call.action.name);
  }

  #outcomeOf(call: RecordedCall, entry: LiveCall): RecordedOutcome {
    const { action } = call;
    const missing = missingOf(action);
    const result = action.details.tool_result ?? null;
    if (missing !== undefined) {
      const own = this.#complete?.[action.name];
      if (own === undefined) {
        const error = new IncompleteResultError(call, missing);
        entry.outcome = "refused";
        entry.why = error.message;
        throw error;
      }
      const made = own({
        tool: action.name,
        input: call.input,
        result: action.details.tool_result,
        ...missing,
      });
      return { result: made, error: undefined };
    }
    // A copy: what the agent does to a result changes nothing here.
    return {
      result: structuredClone(result),
      error: action.failed ? recordedError(action.errorType, action.errorMessage) : undefined,
    };
  }
}

// Times are milliseconds: of two calls that took none of the same one, each had ended when the other began.
const isSameMoment = ({ action: one }: RecordedCall, { action: other }: RecordedCall): boolean =>
  one.start === other.start && one.end === one.start && other.end === other.start;
