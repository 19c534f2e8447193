import { isPlainObject, type JsonObject } from "../../event/json.js";
import type { ApiClient } from "../client/client.js";
import { NotFoundError } from "../client/refusal.js";
import { CommandError } from "../framework/exit-codes.js";

/** The tree of a run: actions by their place, each before its children. */
export interface RunTree {
  readonly count: number;
  /** There are more actions than the API shows of one run. */
  readonly isCut: boolean;
  /** UUIDs. */
  readonly ids: readonly string[];
  /** Of each place, the place of its parent; -1 for a root. */
  readonly parents: Int32Array;
  readonly depths: Int32Array;
  /** Milliseconds from the first start. */
  readonly starts: Float64Array;
  /** Milliseconds; -1 where it is not known. */
  readonly durations: Int32Array;
}

/** From the response of `/runs/{run}/skeleton?ids=true`. */
export function treeOf(skeleton: JsonObject): RunTree {
  const { count, columns, ids, truncated } = skeleton;
  if (typeof count !== "number" || !isPlainObject(columns)) throw new Error("The response is no skeleton.");
  const numbers = (name: string): readonly number[] => columns[name] as readonly number[];
  const parents = new Int32Array(count);
  const depths = new Int32Array(count);
  const starts = new Float64Array(count);
  const [distances, differences] = [numbers("parent"), numbers("start")];
  for (let place = 0; place < count; place++) {
    const distance = distances[place] ?? 0;
    parents[place] = distance === 0 ? -1 : place - distance;
    depths[place] = distance === 0 ? 0 : (depths[place - distance] ?? 0) + 1;
    starts[place] = (starts[place - 1] ?? 0) + (differences[place] ?? 0);
  }
  return {
    count,
    isCut: truncated === true,
    ids: uuidsOf(Buffer.from(String(ids), "base64"), count),
    parents,
    depths,
    starts,
    durations: Int32Array.from(numbers("duration")),
  };
}

const UUID_BYTES = 16;

function uuidsOf(bytes: Buffer, count: number): readonly string[] {
  return Array.from({ length: count }, (_, place) => {
    const digits = bytes.toString("hex", place * UUID_BYTES, (place + 1) * UUID_BYTES);
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  });
}

/** The path of a run in the API. */
export const runPath = (run: string): string => `/runs/${encodeURIComponent(run)}`;

/** Of the API's error, what to do at the command line. */
export async function ofKnownRun<Result>(run: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof NotFoundError ? unknownRun(run) : error;
  }
}

export const unknownRun = (run: string): CommandError =>
  new CommandError(
    `There are no actions of a run ${JSON.stringify(run)}. A run is called by its correlation id: a UUID, a trace id, or the text that its producer gave. Those that there are: agent-actions runs --last all`,
  );

/** The latest run that fits; `undefined` where there is none. A short range answers at once on large tables, so it is tried first. */
export async function latestRun(client: ApiClient, filters: URLSearchParams): Promise<string | undefined> {
  for (const last of ["24h", "30d", "all"]) {
    const query = new URLSearchParams(filters);
    query.set("last", last);
    query.set("fields", "correlation_id");
    for await (const { rows } of client.pages("/runs", query, 1)) {
      const [row] = rows;
      if (row !== undefined) return String(JSON.parse(row).correlation_id);
    }
  }
  return undefined;
}
