/** The skeleton of a run as the API returns it, in columns, read into what tools need. */
import type { JsonObject } from "../event/json.js";

export interface SkeletonAction {
  /** Index in the skeleton. */
  readonly place: number;
  /** How many actions are around it. */
  readonly depth: number;
  /** Place of the action around it; -1 for none. */
  readonly parent: number;
  readonly name: string;
  readonly agent: string;
  readonly type: string;
  /** `ended`, `running` or `abandoned`. */
  readonly state: string;
  readonly failed: boolean;
  /** Milliseconds after the run's start. */
  readonly start: number;
  /** Milliseconds; `undefined` where it is not known. */
  readonly duration: number | undefined;
}

interface Columns {
  readonly parent: readonly number[];
  readonly name: readonly number[];
  readonly agent: readonly number[];
  readonly kind: readonly number[];
  readonly start: readonly number[];
  readonly duration: readonly number[];
}

interface Kind {
  readonly type: string;
  readonly state: string;
  readonly status: string | null;
}

/** Actions in the order of the tree. */
export function skeletonActions(skeleton: JsonObject): readonly SkeletonAction[] {
  const { names, agents, kinds, columns } = skeleton as unknown as {
    readonly names: readonly string[];
    readonly agents: readonly string[];
    readonly kinds: readonly Kind[];
    readonly columns: Columns;
  };
  const actions: SkeletonAction[] = [];
  let start = 0;
  for (let place = 0; place < columns.parent.length; place++) {
    start += columns.start[place] ?? 0;
    const back = columns.parent[place] ?? 0;
    const parent = back === 0 ? -1 : place - back;
    const kind = kinds[columns.kind[place] ?? 0];
    const duration = columns.duration[place] ?? -1;
    actions.push({
      place,
      depth: parent < 0 ? 0 : (actions[parent]?.depth ?? 0) + 1,
      parent,
      name: names[columns.name[place] ?? 0] ?? "",
      agent: agents[columns.agent[place] ?? 0] ?? "",
      type: kind?.type ?? "",
      state: kind?.state ?? "",
      failed: kind?.status === "error" || kind?.type === "error",
      start,
      duration: duration < 0 ? undefined : duration,
    });
  }
  return actions;
}

/** UUIDs of the actions, by place: 16 bytes each as base64 in the skeleton. */
export function skeletonIds({ ids }: JsonObject): readonly string[] {
  const bytes = Buffer.from(typeof ids === "string" ? ids : "", "base64");
  return Array.from({ length: Math.floor(bytes.length / 16) }, (_, place) =>
    bytes
      .toString("hex", place * 16, place * 16 + 16)
      .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"),
  );
}
