import type { StoredEvent } from "../stored-event.js";
import { field } from "./event-columns.js";
import { type Column, type Insert, insertInto, MergedRow, statement } from "./table.js";

const COLUMNS: readonly Column<StoredEvent>[] = [
  field("text", "producer_epoch"),
  field("text", "status"),
  field("text", "sender"),
  field("text", "service_name"),
  field("text", "service_version"),
  field("text", "host_name"),
  field("bigint", "process_pid"),
  field("text", "producer"),
  field("timestamptz", "started_at"),
  field("timestamptz", "sent_at"),
  field("integer", "interval_ms"),
  field("bigint", "open_actions"),
  field("bigint", "last_sequence"),
  field("bigint", "unacknowledged"),
  field("bigint", "given_up"),
  field("jsonb", "counters"),
  { name: "heartbeat_at", type: "timestamptz", read: recordTime },
  {
    name: "heartbeat_partition",
    type: "integer",
    read: ({ record }) => (record === undefined ? undefined : String(record.partition)),
  },
  { name: "heartbeat_offset", type: "bigint", read: ({ record }) => record?.offset },
  { name: "first_seen_at", type: "timestamptz", read: recordTime },
  { name: "last_seen_at", type: "timestamptz", read: recordTime },
];

const SAID = COLUMNS.map(({ name }) => name).filter(
  (name) => !["producer_epoch", "first_seen_at", "last_seen_at"].includes(name),
);

/**
 * The newest heartbeat of an epoch takes the place of what an earlier one said; one that is read again changes nothing. Heartbeats of
 * an epoch stand in one partition, so the offset says which is newer; where partitions were added, the record's time does.
 */
const UPSERT = `
  ${insertInto("agent_producers", COLUMNS).replace("into agent_producers", "into agent_producers as producer")}
  on conflict (producer_epoch) do update set
    (${SAID.join(", ")}) = (select ${SAID.map((name) => `excluded.${name}`).join(", ")}),
    first_seen_at = least(producer.first_seen_at, excluded.first_seen_at),
    last_seen_at = greatest(producer.last_seen_at, excluded.last_seen_at),
    updated_at = clock_timestamp(),
    judged_at = null
  where producer.heartbeat_at is null
    or case when excluded.heartbeat_partition = producer.heartbeat_partition
      then excluded.heartbeat_offset > producer.heartbeat_offset
      else excluded.heartbeat_at > producer.heartbeat_at end
  returning xmax = 0 as inserted`;

export const PRODUCER_HEARTBEAT_UPSERT: Insert<StoredEvent> = {
  table: "agent_producers",
  statement: statement(
    "upsert_agent_producers",
    // The last parameter holds the rows that several heartbeats of the batch made; nothing is done with them.
    `with written as (${UPSERT})
    select count(*) filter (where inserted)::int as inserted, count(*) filter (where not inserted)::int as merged,
      null as touched, $${COLUMNS.length + 1}::text[] as several
    from written`,
  ),
  columns: COLUMNS,
  sortKey: (event) => event.text("producer_epoch") ?? "",
  sameKey: newestOf,
};

function newestOf(events: readonly StoredEvent[]): MergedRow {
  const newest = events.reduce((best, event) => (isNewer(event, best) ? event : best));
  const columns = new Map(COLUMNS.map(({ name, read }) => [name, read(newest)]));
  const times = events.map((event) => recordTime(event)).filter((time) => time !== undefined);
  // ISO 8601 in UTC with milliseconds: text sorts as time does.
  times.sort();
  columns.set("first_seen_at", times[0]);
  columns.set("last_seen_at", times.at(-1));
  return new MergedRow(newest.text("producer_epoch") ?? "", columns, 1);
}

function isNewer({ record: one }: StoredEvent, { record: other }: StoredEvent): boolean {
  if (one === undefined || other === undefined) return other === undefined;
  if (one.partition === other.partition) return BigInt(one.offset) > BigInt(other.offset);
  return (one.timestampMillis ?? 0) > (other.timestampMillis ?? 0);
}

function recordTime(event: StoredEvent): string | undefined {
  return event.recordTime ?? event.text("sent_at");
}
