import type { ActionEvent } from "../../src/event/index.js";

/** A call that an agent was told to make, and what came of it: written by hand beside each recording, in `facts.json`. */
export interface CallFact {
  /** Names of the tool; ways of one agent may differ. */
  readonly tool: readonly string[];
  /** Some of its arguments. */
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly outcome: "ok" | "error" | "refused";
  /** What its result contains, as JSON writes it. */
  readonly output?: string;
  /** What the error contains. */
  readonly error?: string;
  /** How it was refused. */
  readonly by?: string;
  /** The tool of the call that began the sub-agent which made it. */
  readonly below?: string;
}

/** How many fields of the facts a way tells as they are, otherwise, or not. */
export interface Comparison {
  readonly calls: number;
  readonly right: number;
  readonly wrong: number;
  readonly unknown: number;
  /** The fields that are wrong, as `tool: field`. */
  readonly mistakes: readonly string[];
}

type Verdict = "right" | "wrong" | "unknown";
type Details = Readonly<Record<string, unknown>>;

/** Holds the calls among these events against the facts: each fact against one call of its tool, with its arguments where they are told. */
export function compareCalls(facts: readonly CallFact[], events: readonly ActionEvent[]): Comparison {
  const calls = mergedCalls(events);
  const ids = new Map(events.map((event) => [event.id, event.action_name]));
  const counts = { right: 0, wrong: 0, unknown: 0 };
  const mistakes: string[] = [];
  let found = 0;
  for (const fact of facts) {
    const at = calls.findIndex((call) => fact.tool.includes(call.action_name) && mayBe(fact, call));
    const call = at < 0 ? undefined : calls.splice(at, 1)[0];
    if (call !== undefined) found++;
    for (const [field, verdict] of Object.entries(verdicts(fact, call, ids, events))) {
      counts[verdict]++;
      if (verdict === "wrong") mistakes.push(`${fact.tool[0]}: ${field}`);
    }
  }
  return { calls: found, ...counts, mistakes };
}

/** Calls and refusals, of which several events with one key are one; what has ended holds. */
function mergedCalls(events: readonly ActionEvent[]): ActionEvent[] {
  const isCall = ({ action_type: type, action_details: details, call_key: key }: ActionEvent): boolean =>
    type === "tool_call" ||
    (type === "decision" && !key?.endsWith(":decision") && (details as Details).decision_type === "approval");
  const byKey = new Map<unknown, ActionEvent>();
  for (const event of events.filter(isCall)) {
    const key = event.call_key ?? event;
    const before = byKey.get(key);
    if (before === undefined || before.status === "running") byKey.set(key, { ...before, ...event });
    else if (event.status !== "running")
      byKey.set(key, {
        ...before,
        ...event,
        action_details: {
          ...(before.action_details as Details),
          ...(event.action_details as Details),
        } as NonNullable<ActionEvent["action_details"]>,
      });
  }
  return [...byKey.values()];
}

const argumentsOf = ({ action_details: details }: ActionEvent): unknown => {
  const { tool_parameters: parameters, decision_context: context } = details as Details;
  return parameters ?? context;
};

/** Two calls of one tool are told apart by their arguments, where these are told; Codex's hooks call a command `command`. */
function mayBe({ arguments: wanted }: CallFact, call: ActionEvent): boolean {
  const { command, file_path } = (call.action_details ?? {}) as Details;
  // A way may tell some of them beside the call.
  const told = argumentsOf(call) ?? ((command ?? file_path) ? { ...wanted, command, file_path } : undefined);
  if (typeof told !== "object" || told === null) return true;
  const values = Object.values(told).map((value) => JSON.stringify(value));
  return Object.values(wanted).every((value) => values.includes(JSON.stringify(value)));
}

function verdicts(
  fact: CallFact,
  call: ActionEvent | undefined,
  ids: ReadonlyMap<string | undefined, string>,
  events: readonly ActionEvent[],
): Readonly<Record<string, Verdict>> {
  const { output, error, by, below } = fact;
  const details = (call?.action_details ?? {}) as Details;
  const says = (told: unknown, wanted: string): Verdict =>
    told === undefined || told === null
      ? "unknown"
      : JSON.stringify(told).includes(JSON.stringify(wanted).slice(1, -1).replaceAll("\\\\", "\\"))
        ? "right"
        : "wrong";
  return {
    tool: call === undefined ? "unknown" : "right",
    arguments: call === undefined || argumentsOf(call) === undefined ? "unknown" : "right",
    outcome: outcomeOf(fact, call),
    ...(output !== undefined && { result: says(details.tool_result, output) }),
    ...(error !== undefined && { error: call?.status === "error" ? errorOf(call, error) : "unknown" }),
    ...(by !== undefined && {
      approval:
        call?.approval_method === undefined ? "unknown" : call.approval_method === by ? "right" : "wrong",
    }),
    ...(below !== undefined && { parent: parentOf(call, below, ids, events) }),
  };
}

function outcomeOf({ outcome }: CallFact, call: ActionEvent | undefined): Verdict {
  if (call === undefined || call.status === "running") return "unknown";
  const told = call.action_type === "decision" ? "refused" : call.status;
  if (told === undefined) return "unknown";
  return told === outcome ? "right" : "wrong";
}

// A way may know that it failed, and not why.
const errorOf = (
  { error_message: message, action_details: details }: ActionEvent,
  wanted: string,
): Verdict => {
  const told = [message, JSON.stringify((details as Details).tool_result ?? "")].join(" ");
  return told.includes(wanted) ? "right" : "unknown";
};

function parentOf(
  call: ActionEvent | undefined,
  below: string,
  ids: ReadonlyMap<string | undefined, string>,
  events: readonly ActionEvent[],
): Verdict {
  if (call?.parent_call_key !== undefined) {
    const parent = events.find(({ call_key: key }) => key === call.parent_call_key);
    return parent === undefined || parent.action_name === below ? "right" : "wrong";
  }
  let at = call?.parent_action_id;
  // The run of a sub-agent may stand between.
  for (let steps = 0; at !== undefined && steps < 3; steps++) {
    if (ids.get(at) === below) return "right";
    const id = at;
    at = events.find((event) => event.id === id)?.parent_action_id;
  }
  return "unknown";
}
