import { createHash } from "node:crypto";
import type { Message } from "kafkajs";
import { benchEvent } from "../bench-event.js";

/** So many a topic of the benchmark has. */
export const PARTITIONS = 6;
/** Runs have 20 actions, and a run is in one partition. */
const ACTIONS_A_RUN = 20;

export interface ConnectEvent extends Message {
  readonly partition: number;
  /** Of its row. */
  readonly id: string;
}

/**
 * The same action as {@link benchEvent}, in the form that Debezium's sink takes: a record of columns with a schema, which Connect's JSON
 * converter expects in every value, details as text, and a key for the row. Ids begin with the time, as ours do, so that the index of the
 * key grows at its end.
 */
export function connectEvent(index: number, count: number, now: number): ConnectEvent {
  const event = JSON.parse(String(benchEvent(index, count, now, undefined, true).value));
  const { timestamp, correlation_id: correlation, action_details: details, ...columns } = event;
  const id = idOf(Date.parse(timestamp), index);
  const payload = {
    id,
    correlation_id: uuidOf(createHash("md5").update(correlation).digest("hex")),
    action_details: JSON.stringify(details),
    created_at: timestamp,
    ...columns,
  };
  return {
    id,
    partition: Math.floor(index / ACTIONS_A_RUN) % PARTITIONS,
    key: correlation,
    value: `{"schema":${SCHEMA},"payload":${JSON.stringify(payload)}}`,
  };
}

/** The rows of the last record of each partition. Connect writes a partition in order: when these are there, all are. */
export function lastConnectIds(count: number, now: number): readonly string[] {
  const last = new Map<number, string>();
  for (let index = Math.max(0, count - ACTIONS_A_RUN * (PARTITIONS + 1)); index < count; index++) {
    const { partition, id } = connectEvent(index, count, now);
    last.set(partition, id);
  }
  return [...last.values()];
}

const SCHEMA = JSON.stringify({
  type: "struct",
  optional: false,
  fields: [
    { field: "id", type: "string", optional: false, name: "io.debezium.data.Uuid" },
    { field: "correlation_id", type: "string", optional: false, name: "io.debezium.data.Uuid" },
    { field: "action_details", type: "string", optional: true, name: "io.debezium.data.Json" },
    { field: "created_at", type: "string", optional: false, name: "io.debezium.time.ZonedTimestamp" },
    ...["agent_name", "action_type", "action_name"].map((field) => text(field, false)),
    { field: "duration_ms", type: "int32", optional: true },
    ...["project_path", "project_name", "working_directory"].map((field) => text(field, true)),
  ],
});

function text(field: string, optional: boolean) {
  return { field, type: "string", optional };
}

const idOf = (millis: number, index: number): string =>
  uuidOf(`${millis.toString(16).padStart(12, "0")}70008000${index.toString(16).padStart(12, "0")}`);

const uuidOf = (hex: string): string =>
  [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
