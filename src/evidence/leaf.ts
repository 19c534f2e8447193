/** What leaves say, and the entries that they are hashes of. */
import { leafHash } from "./merkle.js";

/** Kinds of row of which each version is a leaf. Labels, which people add and take away, have none. */
export const ROW_KINDS = {
  action: { table: "agent_actions", id: "id" },
  routing_decision: { table: "agent_routing_decisions", id: "id" },
  transformation: { table: "agent_transformation_events", id: "id" },
  router_performance: { table: "router_performance_metrics", id: "id" },
  detection_failure: { table: "agent_detection_failures", id: "id" },
  execution: { table: "agent_execution_logs", id: "execution_id" },
} as const;

export type RowKind = keyof typeof ROW_KINDS;

export const isRowKind = (kind: string): kind is RowKind => Object.hasOwn(ROW_KINDS, kind);

/** A row of `agent_evidence_leaves` but for its place. */
export interface Leaf {
  readonly kind: RowKind | "audit" | "log";
  readonly rowId?: string | undefined;
  /** `created_at` of the row, ISO 8601 in UTC with microseconds. */
  readonly createdAt?: string | undefined;
  /** SHA-256 of the row; absent of a row that is gone. */
  readonly sha256?: Buffer | undefined;
  /** `topic/partition/offset`. */
  readonly kafka?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** ISO 8601 in UTC with milliseconds. */
  readonly loggedAt: string;
}

/**
 * The entry of a leaf: JSON with these members in this order, without spaces, absent ones left out. It is made from the columns of the
 * table again whenever somebody asks, so nothing else may go into it.
 */
export function entryOf({ kind, rowId, createdAt, sha256, kafka, details, loggedAt }: Leaf): Buffer {
  const isGone = rowId !== undefined && sha256 === undefined;
  const entry = {
    kind,
    id: rowId,
    created_at: createdAt,
    sha256: sha256?.toString("hex"),
    ...(isGone ? { removed: true } : {}),
    kafka,
    details: details === undefined ? undefined : sorted(details),
    logged_at: loggedAt,
  };
  return Buffer.from(JSON.stringify(entry));
}

export const hashOf = (leaf: Leaf): Buffer => leafHash(entryOf(leaf));

/** jsonb keeps no order of members; details have no objects in them. */
const sorted = (details: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(details).sort(([one], [other]) => (one < other ? -1 : 1)));
