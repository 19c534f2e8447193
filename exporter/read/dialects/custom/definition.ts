import type { DecisionType } from "../dialect.js";

/** A dialect of your own, as data: plain JSON. `docs/own-dialect.md` has examples, `docs/schemas/dialect.json` its schema. */
export interface DialectDefinition {
  /** Stands in the event's `source`: lower-case letters, digits, `-` and `_`. */
  readonly name: string;
  /** Asked in this order; the first whose `where` fits a span says what it is. A span that none fits is left to the next dialect. */
  readonly actions: readonly ActionDefinition[];
  /** Where any span names the agent, for itself and for all below it. */
  readonly agent?: ValueSource;
  /** Where any span names the session or conversation, for itself and for all below it. */
  readonly session?: ValueSource;
  /** Values that are written in place of hidden content: `["[hidden]"]`. */
  readonly masks?: readonly string[];
}

/**
 * `run`: an agent's run or a task, which becomes a `success`, or an `error` when it failed. `model_call`: becomes an action when it
 * failed, or by the option `llmCalls`. `none`: known, and no action.
 */
export const DEFINED_TYPES = ["tool_call", "decision", "run", "model_call", "error", "none"] as const;
export type DefinedType = (typeof DEFINED_TYPES)[number];

export interface ActionDefinition {
  readonly type: DefinedType;
  /** Which spans these are: all that is said has to hold. */
  readonly where: SpanCondition;
  /** @default the span's name; of a `run`, the agent's name; of an `error`, the error's type */
  readonly name?: ValueSource;
  /** Arguments of a tool, what a decision was made on, what a model was asked. */
  readonly arguments?: ValueSource;
  /** What a tool gave, what was decided, what a model answered. */
  readonly result?: ValueSource;
  /** The model's id of the call. */
  readonly callId?: ValueSource;
  /** The agent that these spans name, for themselves and for all below them. */
  readonly agent?: ValueSource;
  readonly session?: ValueSource;
  /** The message of a failure, or `true`. Beside it the general rules hold: status ERROR, `error.type`, an exception. */
  readonly error?: ValueSource;
  readonly errorType?: ValueSource;
  /** Of the type `decision`. @default "choice" */
  readonly decision?: DecisionType;
  /** What absent arguments and results mean. @default "nothing" */
  readonly absent?: "nothing" | "hidden";
  /** Further members of the action's details, by name. */
  readonly details?: Readonly<Record<string, ValueSource>>;
}

export interface SpanCondition {
  /** The instrumentation scope's name. */
  readonly scope?: TextCondition;
  /** The span's name. */
  readonly name?: TextCondition;
  /** By attribute key. */
  readonly attributes?: Readonly<Record<string, AttributeCondition>>;
}

/** This text, one of these, one that begins so, or one in which the regular expression is found. */
export type TextCondition =
  | string
  | readonly string[]
  | { readonly prefix: string }
  | { readonly pattern: string };

/** The same of an attribute, whose value may be a number or a boolean; or whether it is there at all. */
export type AttributeCondition =
  | TextCondition
  | number
  | boolean
  | readonly (string | number | boolean)[]
  | { readonly exists: boolean };

/**
 * Where a value is: an attribute's key, or one of {@link SPAN_PLACES}; a list is tried in its order; the object forms look inside.
 * JSON texts are decoded.
 */
export type ValueSource = string | PlaceSource | PrefixSource | ConstantSource | readonly ValueSource[];

export interface PlaceSource {
  /** An attribute's key, or one of {@link SPAN_PLACES}. */
  readonly from: string;
  /** A member of the value: `output.items[0].text`, or `["a.b", 0]` where names have dots. */
  readonly path?: string | readonly (string | number)[];
  /** A regular expression over the text: the value is its first group, or all that it found. */
  readonly pattern?: string;
}

export interface PrefixSource {
  /** All attributes whose key begins so, as one object: `acme.arg.` makes `{"city": ...}` of `acme.arg.city`. */
  readonly prefix: string;
}

export interface ConstantSource {
  readonly value: string | number | boolean;
}

/** What a span has beside its attributes. An attribute of the same key goes before. */
export const SPAN_PLACES = ["span.name", "scope.name", "status.message"] as const;
export type SpanPlace = (typeof SPAN_PLACES)[number];
