import type { TransformOptions } from "../../exporter/read/transform.js";
import type { ActionType } from "../../src/event/index.js";

/**
 * One captured file, and what its program did. Rows are written by hand from the program, never from what our code makes of the
 * file. Every module in this folder exports its captures as `CAPTURES`; tests and `scripts/score-dialects.ts` find them there.
 */
export interface Capture {
  /** `test/fixtures/spans/<file>.otlp.json` */
  readonly file: string;
  /** For people, where the file's name does not say enough. */
  readonly title?: string;
  readonly source: string;
  /** Rows of another source than the file's, by id. */
  readonly sources?: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
  /** Names of spans that are no actions, each with a piece of the reason. */
  readonly others: Readonly<Record<string, string>>;
  /** What calls of a model were told and asked for, by the first six digits of their span id. */
  readonly models?: Readonly<Record<string, ModelTold>>;
  readonly options?: TransformOptions;
}

/** `[first six digits of the span id, type of action, name, the rest]` */
export type Row = readonly [id: string, type: ActionType, name: string, told: Told];

/** What the program did, as its author would tell it. */
export interface Told {
  readonly agent: string;
  readonly session?: string;
  readonly call?: string;
  /** `[type, message]`; an `undefined` message is one that the span does not have. */
  readonly error?: readonly [type: string, message: string | undefined];
  /** Exactly the details, except `error_context`, of which the stack is left out. */
  readonly details: Readonly<Record<string, unknown>>;
  /**
   * Fields (`agent`, `session`, `call`, `error`, or members of the details) that the program had and the file does not hold; the
   * row then says the best that can be made of the file.
   */
  readonly unknown?: readonly string[];
}

/** A call of a model: which tools it asked for, and what its last turn told it about earlier calls. */
export interface ModelTold {
  /** `[name, call id, arguments]`, in the model's order; `HIDDEN` arguments are told by leaving them out. */
  readonly requested: readonly (readonly [name: string, call?: string | undefined, parameters?: unknown])[];
  /** `[call id, outcome, result, name]`; a `HIDDEN` result is told by leaving it out. */
  readonly answered: readonly (readonly [
    call: string | undefined,
    outcome: "ok" | "error" | "denied" | "unknown",
    result?: unknown,
    name?: string,
  ])[];
}

/** What a tool call's details say. A failed one gave nothing, unless it is told otherwise. */
export const called = (tool_parameters: unknown, tool_result: unknown = null, more: object = {}) => ({
  tool_parameters,
  tool_result,
  success: true,
  ...more,
});

export const failed = (tool_parameters: unknown, error_message?: string, tool_result: unknown = null) => ({
  tool_parameters,
  tool_result,
  success: false,
  ...(error_message !== undefined && { error_message }),
});

export const HIDDEN_CALL = { tool_parameters_hidden: true, tool_result_hidden: true, success: true };

export const hiddenFailure = (error_message?: string) => ({
  tool_parameters_hidden: true,
  tool_result: null,
  success: false,
  ...(error_message !== undefined && { error_message }),
});

export const errorDetails = (error_type: string, error_message: string, error_context: object) => ({
  error_type,
  error_message,
  error_context,
});
