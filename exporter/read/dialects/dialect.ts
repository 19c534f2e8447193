import type { ActionType, EventKind } from "../../../src/event/index.js";
import type { ReadableSpan } from "../sdk-types.js";
import type { Captured } from "./common/captured.js";
import type { Failure } from "./common/failure.js";

/**
 * One way in which instrumentations write down what an agent does. A dialect reads and never writes; it may throw when a
 * span is not what it seems: then the other dialects are asked.
 *
 * Every value is decided on its own, by the first key that is there: libraries mix the keys of several conventions on one
 * span. A new dialect is one file, and one line in the ordered list of index.ts.
 */
export interface Dialect {
  /** Stands in the event's `source`. */
  readonly name: string;
  /**
   * What every span has that this dialect says anything about: one of these. Other spans it is not asked about, which saves time.
   *
   * @default it is asked about every span
   */
  readonly evidence?: DialectEvidence;
  /** What this span says that was done; `undefined` when it does not speak this dialect. */
  read(span: ReadableSpan, ancestors: readonly ReadableSpan[]): Reading | undefined;
  /**
   * The agent that this span names, for itself and for all below it.
   *
   * @param ancestors the spans around it, nearest first; absent where nobody knows them
   */
  agentName(span: ReadableSpan, ancestors?: readonly ReadableSpan[]): string | undefined;
  /** The conversation, session or thread that this span names, for itself and for all below it. */
  sessionId(span: ReadableSpan): string | undefined;
  /**
   * What the correlation id of this span, and of all below it, is made of, where nobody gave one: a product that has only sessions has one run a
   * session, however many traces.
   */
  correlationText?(span: ReadableSpan): string | undefined;
  /** Names the action of this span in its session, where other signals report it too: see `ActionEvent.call_key`. */
  callKey?(span: ReadableSpan): string | undefined;
}

export interface DialectEvidence {
  /** What a key of one of the span's attributes begins with. */
  readonly keys: readonly string[];
  /** What the name of the span's instrumentation scope matches. Without the flags `g` and `y`. */
  readonly scope?: RegExp;
}

export type Reading =
  | ToolCallReading
  | DecisionReading
  | RunReading
  | ModelCallReading
  | ExplicitReading
  | EventReading
  | IgnoredReading;

/** What becomes members of `action_details` beside those that the action's type asks for; `undefined` ones do not. */
export type Extras = Readonly<Record<string, unknown>>;

/** What the readings of actions share. */
export interface ActionReading {
  readonly failure: Failure | undefined;
  /** A connection or the like that stands in where neither the span nor a span around it names a session. */
  readonly connection?: string | undefined;
  readonly approval?: Approval | undefined;
  readonly extras?: Extras;
}

/** Who allowed or refused an action, and how. */
export interface Approval {
  readonly approvedBy?: string | undefined;
  /** By a person, a rule, a model. */
  readonly method?: string | undefined;
  readonly policy?: string | undefined;
}

/** The name of a tool of which a span knows no more than its class. */
export const UNNAMED = "unnamed";

/** A tool, an MCP method or a retrieval was called. One that failed is a tool call too. */
export interface ToolCallReading extends ActionReading {
  readonly is: "tool_call";
  readonly name: string;
  readonly parameters: Captured;
  readonly result: Captured;
  /** The model's id of the call. */
  readonly callId: string | undefined;
}

export const DECISION_TYPES = [
  "handoff",
  "plan",
  "guardrail",
  "approval",
  "elicitation",
  "choice",
  "tool_request",
  "answer",
] as const;
export type DecisionType = (typeof DECISION_TYPES)[number];

/** A hand-off, a plan, a guardrail's verdict, an approval or its refusal. */
export interface DecisionReading extends ActionReading {
  readonly is: "decision";
  readonly type: DecisionType;
  readonly name: string;
  readonly context: Captured;
  readonly result: Captured;
  /** The model's id of the call by which it decided. */
  readonly callId?: string | undefined;
}

/** An agent's run, a workflow or a task: it becomes a success or an error. */
export interface RunReading extends ActionReading {
  readonly is: "run";
  /** Absent: the agent's name, wherever that was found. */
  readonly name: string | undefined;
}

/** A model was asked. It becomes an action when it failed, or by the option `llmCalls`. */
export interface ModelCallReading extends ActionReading {
  readonly is: "model_call";
  readonly name: string;
  /** Called only when somebody needs them: messages are large. */
  messages(): ModelMessages;
}

/** What a model was asked and answered. */
export interface ModelMessages {
  /** The tools that the model wants called now, in its order. */
  readonly requested: readonly RequestedCall[];
  /**
   * What the model was told about calls that it wanted before: those of the input's last turn only, for the turns before were told
   * to the calls before.
   */
  readonly answered: readonly AnsweredCall[];
  readonly context: Captured;
  readonly result: Captured;
}

/** A call that a model asked for. Whether it was made is for others to say. */
export interface RequestedCall {
  readonly name: string;
  /** The model's id of the call. */
  readonly callId: string | undefined;
  /** {@link HIDDEN} where only the name is told. */
  readonly parameters: Captured;
}

/** What became of a call, as the model was told. */
export interface AnsweredCall {
  readonly callId: string | undefined;
  /** Absent where the answer has only the call's id. */
  readonly name: string | undefined;
  /** `denied`: a person or a rule refused it. `unknown`: the answer does not say. */
  readonly outcome: "ok" | "error" | "denied" | "unknown";
  readonly result: Captured;
  /** What the model had asked for, where it went wrong and the conversation before the answer still tells it. */
  readonly asked?: RequestedCall | undefined;
}

/** The producer said what sort of action it was, and its details are written as the contract asks. */
export interface ExplicitReading extends ActionReading {
  readonly is: "explicit";
  readonly type: ActionType;
  readonly name: string;
  readonly details: Extras;
  /** The model's id of the call that it was, or by which it was decided. */
  readonly callId?: string | undefined;
}

/** Not an action but one of the other kinds of event. */
export interface EventReading {
  readonly is: "event";
  readonly kind: Exclude<EventKind, "action">;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The span speaks this dialect, and says nothing that an agent did. */
export interface IgnoredReading {
  readonly is: "ignored";
  /** A sentence for people, without a full stop. */
  readonly reason: string;
}
