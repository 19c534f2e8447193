import { runColumns } from "../../../dashboard/run/run-columns.js";
import { RunTree } from "../../../dashboard/run/run-tree.js";
import type { Kind, Skeleton } from "../../../dashboard/run/skeleton.js";

interface TreeColumns {
  /** How many places back the parent stands. */
  readonly parent: readonly number[];
  readonly start?: readonly number[];
  readonly duration?: readonly number[];
  readonly names?: readonly string[];
  readonly agents?: readonly string[];
  /** One for all actions. */
  readonly kinds?: readonly [Kind];
}

export function skeletonOf({ parent, start, duration, names, agents, kinds }: TreeColumns): Skeleton {
  const zeros = parent.map(() => 0);
  const places = parent.map((_, place) => place);
  return {
    run: "11111111-1111-4111-8111-111111111111",
    version: "1",
    count: parent.length,
    truncated: false,
    started_at: "2026-11-01T00:00:00Z",
    names: names ?? ["Read"],
    agents: agents ?? ["coder"],
    kinds: kinds ?? [{ type: "tool_call", state: "ended", status: "ok" }],
    columns: {
      parent,
      name: names ? places : zeros,
      agent: agents ? places : zeros,
      kind: zeros,
      start: start ?? zeros,
      duration: duration ?? zeros,
    },
    missing_parents: [],
    cycles: [],
    ids: Buffer.concat(places.map(idBytes)).toString("base64"),
  };
}

export const treeOf = (columns: TreeColumns): RunTree => new RunTree(runColumns(skeletonOf(columns)));

function idBytes(place: number): Buffer {
  const bytes = Buffer.from("0000000000004000800000000000000f", "hex");
  bytes.writeUInt32BE(place, 12);
  return bytes;
}
