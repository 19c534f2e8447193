/**
 * A run of any size at once: what a tree and a waterfall need of every action, in columns, without names repeated and without
 * content. 50,000 actions are less than 1 MB. Details are read by windows of places.
 */
import type { Schema } from "../query/column.js";
import type { RunTree } from "./read-tree.js";
import { NO_STATUS } from "./tree-builder.js";

const integers = (description: string): Schema => ({
  type: "array",
  items: { type: "integer" },
  description,
});
const texts = (description: string): Schema => ({ type: "array", items: { type: "string" }, description });

/** The JSON Schema of a skeleton; {@link skeletonJson} writes it. */
export const SKELETON_SCHEMA: Schema = {
  type: "object",
  description:
    "Actions in the order of a tree: each before its children, siblings by their start. The place of an action is its index in the columns.",
  required: ["run", "version", "count", "truncated", "started_at", "names", "agents", "kinds", "columns"],
  properties: {
    run: { type: "string", format: "uuid" },
    version: { type: "string", description: "Changes whenever an action of the run does; the ETag too." },
    count: { type: "integer", description: "How many actions are in the columns." },
    truncated: { type: "boolean", description: "There are more: these are the first ones." },
    started_at: { type: "string", format: "date-time", description: "Start of the first action." },
    names: texts("Names of actions, once each."),
    agents: texts("Names of agents, once each."),
    kinds: {
      type: "array",
      description: "Type, state and status of actions, each combination once.",
      items: {
        type: "object",
        required: ["type", "state", "status"],
        properties: {
          type: { type: "string" },
          state: { type: "string" },
          status: { type: ["string", "null"] },
          approval: {
            type: "boolean",
            description: "A decision on whether something may be done, so that its time was spent waiting.",
          },
        },
      },
    },
    columns: {
      type: "object",
      required: ["parent", "name", "agent", "kind", "start", "duration"],
      properties: {
        parent: integers("How many places back the parent stands; 0 for a root."),
        name: integers("Index in names."),
        agent: integers("Index in agents."),
        kind: integers("Index in kinds."),
        start: integers(
          "Milliseconds after the start of the action one place before; of the first, after started_at.",
        ),
        duration: integers(
          "Milliseconds, of an abandoned action until it was last seen; -1 where it is not known, as of one that runs.",
        ),
      },
    },
    missing_parents: integers("Places of actions that name a parent which is not among the run's actions."),
    cycles: integers("Places where a circle of parents was cut."),
    ids: {
      type: "string",
      description: "With ids=true: the ids, 16 bytes each, as base64.",
    },
  },
};

export function skeletonJson(run: string, tree: RunTree, withIds: boolean): string {
  const { version, count, isCut, startMillis, names, agents, kinds, missingParents, cycles } = tree;
  const head = JSON.stringify({
    run,
    version,
    count,
    truncated: isCut,
    started_at: new Date(startMillis).toISOString(),
    names: names.values,
    agents: agents.values,
    kinds: kinds.values.map(kindOf),
    missing_parents: missingParents,
    cycles,
    ...(withIds && { ids: idBytes(tree.ids).toString("base64") }),
  });
  const columns = {
    parent: tree.parentDistance,
    name: names.indices,
    agent: agents.indices,
    kind: kinds.indices,
    start: differences(tree.starts),
    duration: tree.durations,
  };
  const members = Object.entries(columns).map(([name, column]) => `"${name}":[${column.join()}]`);
  return `${head.slice(0, -1)},"columns":{${members.join()}}}`;
}

function kindOf(text: string) {
  const [type = "", state = "", status = NO_STATUS, approval] = text.split(" ");
  return { type, state, status: status === NO_STATUS ? null : status, ...(approval && { approval: true }) };
}

const differences = (values: Int32Array): Int32Array =>
  values.map((value, place) => value - (values[place - 1] ?? 0));

const idBytes = (ids: readonly string[]): Buffer =>
  Buffer.concat(ids.map((id) => Buffer.from(id.replaceAll("-", ""), "hex")));
