import type { JsonValue } from "../event/json.js";
import type { NearestCall, RecordedCall } from "./recorded-calls.js";
import type { MissingPart } from "./whole-outcome.js";

/** A call was made that the recorded run does not have, or not at this point. Nothing was called in its place. */
export class ReplayMissError extends Error {
  override readonly name = "ReplayMissError";
  /** Tool that was called. */
  readonly tool: string;
  /** Number of the call among those that were made in this replay, from 1. */
  readonly callNumber: number;
  /** JSON path of the first argument that is another than in the nearest recorded call; absent where there is no such call. */
  readonly path: string | undefined;

  constructor(message: string, tool: string, callNumber: number, path?: string) {
    super(message);
    this.tool = tool;
    this.callNumber = callNumber;
    this.path = path;
  }
}

/** The recorded result of a call is not whole, so it is not given back. */
export class IncompleteResultError extends Error {
  override readonly name = "IncompleteResultError";
  readonly tool: string;
  /** `redacted`, `trimmed`, `hidden`, `cut`, `elsewhere` or `unfinished`. */
  readonly how: string;
  /** JSON path of what is missing. */
  readonly path: string;

  constructor(call: RecordedCall, { how, path }: MissingPart) {
    const { name } = call.action;
    super(
      `The recorded result of ${describeCall(call)} is not whole: ${path} ${HOW[how] ?? `was ${how}`}. To give one of your own back: complete: { ${JSON.stringify(name)}: (call) => ... }`,
    );
    this.tool = name;
    this.how = how;
    this.path = path;
  }
}

const HOW: Readonly<Record<string, string>> = {
  hidden: "was hidden by the producer (content was not captured)",
  cut: "was cut for a list",
  elsewhere:
    "is kept as a large result, and was not found: read the run from a service, or say where they are by AGENT_ACTIONS_LARGE_RESULTS",
  unfinished: "has not come: the call did not end",
};

/** `#7 search {"query":"a"}` */
export const describeCall = ({ number, action, input }: RecordedCall): string =>
  `#${number} ${action.name} ${shortJson(input)}`;

const LONGEST = 200;

export function shortJson(value: JsonValue | undefined): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}

/** What is said of a call that no recorded one fits. */
export function missMessage(
  tool: string,
  input: JsonValue,
  recorded: number,
  nearest: NearestCall | undefined,
): string {
  const called = `${tool} ${shortJson(input)}`;
  if (recorded > 0)
    return `${called} was called more often than recorded, which is ${recorded === 1 ? "once" : `${recorded} times`}.`;
  if (nearest === undefined) return `${called} was called, and the run has no call of ${tool}.`;
  const { path, recorded: before, called: now, call } = nearest;
  return `${called} was called, and no recorded call of it is left that fits. The nearest is ${describeCall(call)}: at ${path} it has ${shortJson(before)} recorded, and ${shortJson(now)} was called.`;
}

/** Errors of the language, which are thrown as what they were. */
const BUILT_IN = new Map<string, new (message: string) => Error>(
  [TypeError, RangeError, SyntaxError, ReferenceError, URIError, EvalError].map((made) => [made.name, made]),
);

/** The error that a call failed with: its type and message as recorded. */
export function recordedError(type: string | null, message: string | null): Error {
  const Made = BUILT_IN.get(type ?? "");
  if (Made !== undefined) return new Made(message ?? "");
  const error = new Error(message ?? "");
  if (type === null || type === "Error") return error;
  // Errors of the system are recorded by their code: ENOENT.
  if (/^E[A-Z0-9]{2,}$|^ERR_/.test(type)) return Object.assign(error, { code: type });
  error.name = type;
  return error;
}
