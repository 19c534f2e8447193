import { Canonicaliser } from "../compare/canonical.js";
import { DEFAULT_NORMALISATION, type Normalisation } from "../compare/normalisation.js";
import { type ValueDifferences, valueDifferences } from "../compare/value-differences.js";
import type { JsonValue } from "../event/json.js";
import { describeError } from "../internal/describe-error.js";
import { plainJson } from "../internal/plain-json.js";
import { missingParts, outcomeOf, type RecordedAction } from "../recorded/recorded-action.js";
import { callerOf } from "./call-tool.js";
import { RecordedCalls } from "./recorded-calls.js";
import { type MissingPart, missingIn, missingOf } from "./whole-outcome.js";

export interface RerunOptions {
  /** Tools that may be called: they only read. No other is called, whatever the run did. */
  readonly safe: readonly string[];
  /** @default ids, times, temporary paths and ports */
  readonly normalisation?: Normalisation;
  /** Milliseconds that one call may take. @default 30,000 */
  readonly timeoutMillis?: number;
  readonly signal?: AbortSignal;
}

/** What became of one recorded call. */
export interface RerunCall {
  /** From 1. */
  readonly number: number;
  readonly tool: string;
  readonly input: JsonValue;
  /**
   * - `unchanged`: it was called, and gives what was recorded
   * - `changed`: it was called, and gives something else
   * - `failed`: it was called, and fails, which it had not, or the other way round
   * - `skipped`: it was not called; `why` says why
   */
  readonly outcome: "unchanged" | "changed" | "failed" | "skipped";
  readonly why?: string;
  readonly differences?: ValueDifferences;
  /** Milliseconds that the call took now, and then. */
  readonly durationMillis?: number;
  readonly recordedMillis?: number | null;
}

/** Calls tools once more that the user says are safe, one after another, and compares what they give with what was recorded. */
export async function* rerun(
  actions: readonly RecordedAction[],
  tools: object,
  { safe, normalisation = DEFAULT_NORMALISATION, timeoutMillis = 30_000, signal }: RerunOptions,
): AsyncGenerator<RerunCall> {
  const canonicaliser = new Canonicaliser(normalisation);
  const isSafe = new Set(safe);
  for (const { number, action, input } of new RecordedCalls(actions).all) {
    if (signal?.aborted === true) return;
    const call = { number, tool: action.name, input };
    const caller = callerOf(tools, action.name);
    const why = whyNot(action, input, isSafe.has(action.name), caller !== undefined);
    if (why !== undefined || caller === undefined) {
      yield { ...call, outcome: "skipped", ...(why !== undefined && { why }) };
      continue;
    }
    const began = performance.now();
    const now = await settled(caller, structuredClone(input), timeoutMillis);
    const times = { durationMillis: Math.round(performance.now() - began), recordedMillis: action.duration };
    if (now.failed !== action.failed) {
      const then = action.failed ? `failed with ${JSON.stringify(action.errorMessage)}` : "went well";
      const what = now.failed ? `fails with ${JSON.stringify(now.value)}` : "goes well";
      yield { ...call, ...times, outcome: "failed", why: `It ${what}, and ${then} when it was recorded.` };
      continue;
    }
    const recorded = now.failed ? action.errorMessage : (outcomeOf(action) ?? null);
    const differences = valueDifferences(recorded, now.value, action.name, canonicaliser);
    const outcome = differences.differences.length === 0 ? "unchanged" : "changed";
    yield { ...call, ...times, outcome, ...(outcome === "changed" && { differences }) };
  }
}

function whyNot(
  action: RecordedAction,
  input: JsonValue,
  isSafe: boolean,
  isThere: boolean,
): string | undefined {
  if (!isSafe) return "It is not marked safe.";
  if (!isThere) return "There is no such tool.";
  if (missingParts(action).includes("input")) return "Its recorded arguments are not whole.";
  const part = missingIn(input);
  if (part !== undefined) return `Its recorded arguments are not whole: ${said(part)}.`;
  const missing = missingOf(action);
  return missing && `Its recorded result is not whole: ${said(missing)}.`;
}

const said = ({ how, path }: MissingPart): string => `${path} was ${how}`;

async function settled(
  caller: (input: unknown) => Promise<unknown>,
  input: unknown,
  timeoutMillis: number,
): Promise<{ readonly failed: boolean; readonly value: JsonValue }> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It took more than ${timeoutMillis} ms.`)), timeoutMillis);
  });
  try {
    const value = await Promise.race([caller(input), late]);
    return { failed: false, value: plainJson(value) as JsonValue };
  } catch (error) {
    return { failed: true, value: describeError(error).message };
  } finally {
    clearTimeout(timer);
  }
}
