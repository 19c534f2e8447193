import { isPlainObject, type JsonObject, type JsonValue } from "../event/json.js";
import {
  inputOf,
  missingParts,
  outcomeOf,
  type RecordedAction,
  runNameOf,
} from "../recorded/recorded-action.js";
import { byStart, treePlaces } from "../recorded/tree-places.js";

/** What an eval set could not say, with how often. */
export interface AdkGap {
  readonly what: string;
  readonly why: string;
  readonly count: number;
}

export interface AdkDocument {
  /** An `EvalSet` of Google's Agent Development Kit. */
  readonly evalSet: JsonObject;
  readonly gaps: readonly AdkGap[];
}

/** A task of the outermost agent, and the calls of tools that belong to it. */
interface Turn {
  readonly task: RecordedAction | undefined;
  readonly calls: RecordedAction[];
}

/**
 * A run as an eval set with one case: its outermost tasks are the turns of the conversation, and the calls of tools in them, those of sub-agents
 * included, their intermediate data. Decisions have no place there.
 *
 * Source: `google.adk.evaluation.eval_set.EvalSet` of google-adk 2.13.0
 *
 * @param run what the run is called
 * @param recorded its actions, at least one, in any order
 */
export function adkOf(run: string, recorded: readonly RecordedAction[]): AdkDocument {
  const gaps = new Map<string, { what: string; why: string; count: number }>();
  const note = (what: string, why: string): void => {
    const known = gaps.get(`${what}\n${why}`);
    if (known === undefined) gaps.set(`${what}\n${why}`, { what, why, count: 1 });
    else known.count++;
  };
  const sorted = [...recorded].sort(byStart);
  const conversation = turnsOf(sorted, note).map((turn, index) =>
    invocationOf(turn, `${run}-${index + 1}`, note),
  );
  const agent = sorted.find((action) => action.agent !== "")?.agent ?? "agent";
  const began = secondsOf(sorted[0]);
  const evalSet: JsonObject = {
    eval_set_id: run,
    name: run,
    eval_cases: [
      {
        eval_id: run,
        conversation,
        session_input: { app_name: agent, user_id: "user", state: {} },
        creation_timestamp: began,
      },
    ],
    creation_timestamp: began,
  };
  return { evalSet, gaps: [...gaps.values()] };
}

type Note = (what: string, why: string) => void;

function turnsOf(sorted: readonly RecordedAction[], note: Note): readonly Turn[] {
  const { order, parents } = treePlaces(sorted);
  const turns: Turn[] = [];
  const owners: (Turn | undefined)[] = [];
  // What no task is around belongs to the one before.
  const current = (): Turn => {
    const last = turns.at(-1) ?? { task: undefined, calls: [] };
    if (turns.length === 0) turns.push(last);
    return last;
  };
  order.forEach((node, place) => {
    const action = sorted[node] as RecordedAction;
    let owner = owners[parents[place] as number];
    if (owner === undefined && runNameOf(action) !== undefined) {
      owner = { task: action, calls: [] };
      turns.push(owner);
    }
    owners[place] = owner;
    if (action.type === "tool_call") (owner ?? current()).calls.push(action);
    else if (action.type === "decision") note("decisions", "an eval set has no place for them");
  });
  for (const turn of turns) turn.calls.sort(byStart);
  return turns.length === 0 ? [current()] : turns;
}

function invocationOf({ task, calls }: Turn, id: string, note: Note): JsonObject {
  const asked = task && inputOf(task);
  const answered = task && outcomeOf(task);
  if (asked === undefined) note("user_content", "what the run was asked is not recorded");
  const final = answered === undefined || isEmpty(answered) ? undefined : contentOf("model", answered);
  if (final === undefined) note("final_response", "what it answered is not recorded");
  return {
    invocation_id: id,
    user_content: contentOf("user", asked ?? ""),
    ...(final !== undefined && { final_response: final }),
    intermediate_data: {
      tool_uses: calls.map((call) => ({ id: idOf(call), name: call.name, args: argumentsOf(call, note) })),
      tool_responses: calls.flatMap((call) => responseOf(call, note)),
      intermediate_responses: [],
    },
    creation_timestamp: secondsOf(task ?? calls[0]),
  };
}

const isEmpty = (value: JsonValue): boolean => isPlainObject(value) && Object.keys(value).length === 0;

const contentOf = (role: "user" | "model", value: JsonValue): JsonObject => ({
  role,
  parts: [{ text: typeof value === "string" ? value : JSON.stringify(value) }],
});

const idOf = ({ callId, id }: RecordedAction): string => callId ?? id;

/** Arguments are an object there: any other value stands in a member. */
function argumentsOf(call: RecordedAction, note: Note): JsonObject {
  const input = inputOf(call);
  if (input === undefined) note("tool_uses.args", "not recorded");
  else if (missingParts(call).includes("input")) note("tool_uses.args", "hidden or trimmed");
  return asObject(input, "value");
}

function responseOf(call: RecordedAction, note: Note): JsonObject[] {
  const outcome = outcomeOf(call);
  if (outcome === undefined) {
    note("tool_responses", "not recorded");
    return [];
  }
  if (missingParts(call).includes("outcome")) note("tool_responses", "hidden or trimmed");
  return [{ id: idOf(call), name: call.name, response: asObject(outcome, call.failed ? "error" : "result") }];
}

const asObject = (value: JsonValue | undefined, member: string): JsonObject => {
  if (value === undefined) return {};
  return isPlainObject(value) ? (value as JsonObject) : { [member]: value };
};

/** Unix seconds; 0 where the record does not say. */
function secondsOf(action: RecordedAction | undefined): number {
  const millis = action?.start ?? Number.NaN;
  return Number.isNaN(millis) ? 0 : millis / 1_000;
}
