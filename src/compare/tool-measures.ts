import type { JsonValue } from "../event/json.js";
import type { RecordedAction } from "../recorded/recorded-action.js";
import { fisherExact, mannWhitney, median, type TestResult } from "./statistics.js";

/** Calls of one tool in two runs. */
export interface ToolMeasure {
  readonly tool: string;
  readonly a: ToolFigures;
  readonly b: ToolFigures;
  /** Mann-Whitney test, with Cliff's delta as the effect; absent below three calls on either side. */
  readonly durations?: TestResult;
  /** Fisher's exact test, with the difference of the shares as the effect. */
  readonly failures: TestResult;
}

export interface ToolFigures {
  readonly calls: number;
  readonly failed: number;
  /** Milliseconds. */
  readonly medianDuration?: number;
}

export interface RunFigures {
  readonly actions: number;
  readonly failed: number;
  /** Milliseconds from the first start to the last end; null where times are not known. */
  readonly duration: number | null;
  /** Of the models' calls that say them; null where none does. */
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
}

/** Durations and failures of each tool that either run called, in the order of calls. */
export function toolMeasures(a: readonly RecordedAction[], b: readonly RecordedAction[]): ToolMeasure[] {
  const [left, right] = [byTool(a), byTool(b)];
  const none: readonly RecordedAction[] = [];
  return [...new Set([...left.keys(), ...right.keys()])]
    .map((tool) => measure(tool, left.get(tool) ?? none, right.get(tool) ?? none))
    .sort((one, other) => other.a.calls + other.b.calls - one.a.calls - one.b.calls);
}

function byTool(actions: readonly RecordedAction[]): Map<string, RecordedAction[]> {
  const tools = new Map<string, RecordedAction[]>();
  for (const action of actions) {
    if (action.type !== "tool_call") continue;
    const calls = tools.get(action.name);
    if (calls === undefined) tools.set(action.name, [action]);
    else calls.push(action);
  }
  return tools;
}

function measure(tool: string, a: readonly RecordedAction[], b: readonly RecordedAction[]): ToolMeasure {
  const durations = mannWhitney(durationsOf(a), durationsOf(b));
  const [left, right] = [figures(a), figures(b)];
  return {
    tool,
    a: left,
    b: right,
    ...(durations !== undefined && { durations }),
    failures: fisherExact(left.failed, left.calls, right.failed, right.calls),
  };
}

function figures(actions: readonly RecordedAction[]): ToolFigures {
  const middle = median(durationsOf(actions));
  return {
    calls: actions.length,
    failed: actions.filter(({ failed }) => failed).length,
    ...(middle !== undefined && { medianDuration: middle }),
  };
}

const durationsOf = (actions: readonly RecordedAction[]): number[] =>
  actions.flatMap(({ duration }) => (duration === null ? [] : [duration]));

/** Figures of a whole run. Tokens are those of the outermost actions that say them, since a run's contain those of the runs in it. */
export function runFigures(actions: readonly RecordedAction[], parents: Int32Array): RunFigures {
  const timed = actions.filter(({ start }) => !Number.isNaN(start));
  const begin = timed.reduce((least, { start }) => Math.min(least, start), Infinity);
  const end = timed.reduce((most, { start, duration }) => Math.max(most, start + (duration ?? 0)), -Infinity);
  return {
    actions: actions.length,
    failed: actions.filter(({ failed }) => failed).length,
    duration: timed.length === 0 ? null : end - begin,
    inputTokens: outermostSum(actions, parents, "input_tokens"),
    outputTokens: outermostSum(actions, parents, "output_tokens"),
  };
}

function outermostSum(
  actions: readonly RecordedAction[],
  parents: Int32Array,
  member: string,
): number | null {
  let sum: number | null = null;
  // Of each action whether it or one around it has said a number. Parents come before their children.
  const isCounted = new Uint8Array(actions.length);
  actions.forEach(({ details, type }, place) => {
    const parent = parents[place] as number;
    if (parent !== -1 && isCounted[parent] === 1) isCounted[place] = 1;
    const value: JsonValue | undefined = type === "tool_call" ? undefined : details[member];
    if (typeof value !== "number" || isCounted[place] === 1) return;
    isCounted[place] = 1;
    sum = (sum ?? 0) + value;
  });
  return sum;
}
