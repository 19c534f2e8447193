import type { JsonObject } from "../../event/json.js";
import { listAnswer } from "../answer.js";
import { askObject } from "../api.js";
import { readArguments } from "../arguments.js";
import { type SkeletonAction, skeletonActions } from "../skeleton.js";
import type { Tool } from "../tool.js";

export const RUN = {
  type: "string",
  description: "The run: its correlation_id, or correlation_text.",
  required: true,
} as const;

const PARAMETERS = {
  run: RUN,
  only: {
    type: "string",
    enum: ["all", "failed"],
    description: "failed: actions that failed, and those around them.",
    default: "all",
  },
  depth: { type: "integer", description: "Leave out what is deeper: 0 shows roots only.", maximum: 1_000 },
  from: { type: "integer", description: "Place to go on from: next of the answer before.", default: 0 },
} as const;

/** Names that are summed up; a run has more only by accident. */
const MAX_NAMES = 30;

export const runSkeleton: Tool = {
  name: "run_skeleton",
  title: "Shape of a run",
  description:
    "The tree of a run without contents: totals by name, then one line an action: place, depth as dots, type if it is no tool call, name, agent where it changes, state, duration. Neighbours that are alike are one line with a range of places. Use the places with get_actions.",
  parameters: PARAMETERS,
  async call(given, { ask, maxCharacters }) {
    const { run, only, depth, from } = readArguments(PARAMETERS, given);
    const skeleton = await askObject(ask, `/runs/${encodeURIComponent(run)}/skeleton`);
    const actions = skeletonActions(skeleton);
    const meant = only === "failed" ? withParents(actions) : actions;
    const shown = meant.filter(
      (action) => action.place >= from && action.depth <= (depth ?? Number.POSITIVE_INFINITY),
    );
    const groups = alike(shown);
    const isCut = skeleton.truncated === true;
    return listAnswer(
      {
        head: { run, started_at: skeleton.started_at ?? null, actions: actions.length, ...totals(actions) },
        name: "tree",
        rows: groups.map(lineOf),
        tail: (count) => ({
          ...(count < groups.length && {
            next: groups[count]?.first.place ?? null,
            left_out: `${groups.slice(count).reduce((sum, { size }) => sum + size, 0)} actions: ask with from: next, only: failed, or a depth`,
          }),
          ...(isCut && { truncated: "The run has more actions than the API reads." }),
        }),
      },
      maxCharacters,
    );
  },
};

interface Group {
  readonly first: SkeletonAction;
  readonly last: SkeletonAction;
  readonly size: number;
  readonly millis: number;
}

/** Neighbours without children that differ in nothing but time. */
function alike(actions: readonly SkeletonAction[]): readonly Group[] {
  const groups: Group[] = [];
  for (const action of actions) {
    const group = groups.at(-1);
    const millis = action.duration ?? 0;
    if (group !== undefined && isAlike(group.last, action))
      groups[groups.length - 1] = {
        ...group,
        last: action,
        size: group.size + 1,
        millis: group.millis + millis,
      };
    else groups.push({ first: action, last: action, size: 1, millis });
  }
  return groups;
}

// One that stands directly after its sibling in the order of the tree had no children before it.
const isAlike = (one: SkeletonAction, other: SkeletonAction): boolean =>
  one.place + 1 === other.place &&
  one.parent === other.parent &&
  one.name === other.name &&
  one.agent === other.agent &&
  one.type === other.type &&
  one.state === other.state &&
  one.failed === other.failed;

function lineOf({ first, last, size, millis }: Group): string {
  const { depth, type, name, agent, state, failed, duration } = first;
  const places = size === 1 ? `${first.place}` : `${first.place}-${last.place}`;
  const time =
    size === 1 ? (duration === undefined ? "" : ` ${duration} ms`) : ` x${size}, ${millis} ms in all`;
  const words = [
    type === "tool_call" ? "" : type,
    name,
    depth === 0 ? `(${agent})` : "",
    failed ? "FAILED" : "",
    state === "ended" ? "" : state,
  ].filter(Boolean);
  return `${places} ${".".repeat(Math.min(depth, 50))}${words.join(" ")}${time}`;
}

/** Those that failed, and what is around them. */
function withParents(actions: readonly SkeletonAction[]): readonly SkeletonAction[] {
  const kept = new Set<number>();
  for (const { place, failed } of actions)
    for (let at = failed ? place : -1; at >= 0 && !kept.has(at); at = actions[at]?.parent ?? -1) kept.add(at);
  return actions.filter(({ place }) => kept.has(place));
}

function totals(actions: readonly SkeletonAction[]): JsonObject {
  const names = new Map<string, { count: number; failed: number; ms: number }>();
  let failed = 0;
  for (const action of actions) {
    const total = names.get(action.name) ?? { count: 0, failed: 0, ms: 0 };
    total.count++;
    total.ms += action.duration ?? 0;
    if (action.failed) {
      total.failed++;
      failed++;
    }
    names.set(action.name, total);
  }
  const sorted = [...names].sort(([, one], [, other]) => other.count - one.count);
  return {
    failed,
    agents: [...new Set(actions.map(({ agent }) => agent))].slice(0, MAX_NAMES),
    by_name: Object.fromEntries(
      sorted.slice(0, MAX_NAMES).map(([name, total]) => [name.slice(0, 200), { ...total }]),
    ),
    ...(sorted.length > MAX_NAMES && { other_names: sorted.length - MAX_NAMES }),
  };
}
