import type { JsonValue } from "../event/json.js";
import { junitXml } from "../internal/junit-xml.js";
import type { RecordedCall } from "./recorded-calls.js";
import { shortJson } from "./replay-errors.js";

/** A call that was made in a replay, and what became of it. */
export interface LiveCall {
  /** From 1. */
  readonly number: number;
  readonly tool: string;
  readonly input: JsonValue;
  /**
   * - `exact`: the recorded call has equal arguments
   * - `reused`: it has the same once ids, times and the like are left out
   * - `live`: there was none, and the tool was called
   * - `miss`: there was none, or not at this point: the call failed
   * - `refused`: its result is not whole: the call failed
   */
  outcome: "exact" | "reused" | "live" | "miss" | "refused";
  /** Number of the recorded call. */
  recorded?: number;
  /** What is to be said of it, of all but the first two. */
  why?: string;
}

export interface ReplayReport {
  readonly run: string;
  readonly mode: string;
  /** Every call was recorded, and every recorded call of the tools that were replayed was made. */
  readonly ok: boolean;
  /** Calls that were made. */
  readonly calls: number;
  /** Of these, those that were given back what was recorded. */
  readonly reused: number;
  /** Of these, those with exactly the recorded arguments. */
  readonly exact: number;
  /** The first call that was not recorded, or not at this point. */
  readonly divergedAt: Readonly<LiveCall> | undefined;
  /** Recorded calls that were not made: of tools that were replayed, and not inside another recorded call. */
  readonly unused: readonly { readonly number: number; readonly tool: string; readonly input: JsonValue }[];
  /** Recorded calls of tools that were not replayed. */
  readonly notReplayed: number;
  readonly log: readonly Readonly<LiveCall>[];
}

export function reportOf(
  run: string,
  mode: string,
  live: readonly LiveCall[],
  recorded: readonly RecordedCall[],
  replayed: ReadonlySet<string>,
): ReplayReport {
  const given = live.filter(({ outcome }) => outcome === "exact" || outcome === "reused");
  const isReplayed = ({ action }: RecordedCall) => replayed.has(action.name);
  const unused = recorded
    .filter((call) => !call.isTaken && !call.isInner && isReplayed(call))
    .map(({ number, action, input }) => ({ number, tool: action.name, input }));
  const divergedAt = live.find(({ outcome }) => outcome !== "exact" && outcome !== "reused");
  return {
    run,
    mode,
    ok: divergedAt === undefined && unused.length === 0,
    calls: live.length,
    reused: given.length,
    exact: given.filter(({ outcome }) => outcome === "exact").length,
    divergedAt: divergedAt && { ...divergedAt },
    unused,
    notReplayed: recorded.filter((call) => !isReplayed(call)).length,
    log: live.map((call) => ({ ...call })),
  };
}

/** A report in one line: `reused 8/8, exact 8, diverged at #3, unused 2`. */
export function summaryOf({ calls, reused, exact, divergedAt, unused }: ReplayReport): string {
  const parts = [`reused ${reused}/${calls}`, `exact ${exact}`];
  if (divergedAt !== undefined) parts.push(`diverged at #${divergedAt.number} ${divergedAt.tool}`);
  if (unused.length > 0) parts.push(`unused ${unused.length}`);
  return parts.join(", ");
}

/** A report as JUnit XML: a test for every call that was made, and one for those that were not. */
export function junitOf(report: ReplayReport): string {
  const cases = report.log.map(({ number, tool, input, outcome, why }) => ({
    name: `#${number} ${tool} ${shortJson(input)}`,
    failure: outcome === "exact" || outcome === "reused" ? undefined : (why ?? outcome),
  }));
  const left = report.unused.map(({ number, tool, input }) => `#${number} ${tool} ${shortJson(input)}`);
  cases.push({
    name: "every recorded call was made",
    failure: left.length === 0 ? undefined : `Not made: ${left.join("; ")}`,
  });
  return junitXml(`replay ${report.run}`, cases);
}
