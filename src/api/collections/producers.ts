import { choice, text } from "../../config/option.js";
import type { Collection } from "../collection.js";
import { integerColumn, textColumn, timeColumn } from "../query/column.js";
import { oneOf } from "../query/filter.js";

/** A row says alive until something says otherwise, and of a producer without heartbeats nothing does. */
const PRODUCER_STATUS = (rows: string): string =>
  `case when ${rows}.status = 'alive' and ${rows}.heartbeat_at is null then 'unknown' else ${rows}.status end`;

/** Every start of a producer, and what of it has not arrived. A token for single projects sees those that sent actions of these. */
export const PRODUCERS: Collection = {
  rows: (where) => `select * from agent_producers where ${where}`,
  timeColumn: "last_seen_at",
  columns: {
    producer_epoch: textColumn("rows.producer_epoch", "Names one start of a producer."),
    status: textColumn(
      PRODUCER_STATUS("rows"),
      "alive, idle, gone or ended; unknown: it sends no heartbeats, so nothing says whether it lives.",
    ),
    sender: textColumn("rows.sender", "Namespace of the sender."),
    service_name: textColumn("rows.service_name", "service.name of OpenTelemetry."),
    service_version: textColumn("rows.service_version", "service.version of OpenTelemetry."),
    host_name: textColumn("rows.host_name", "host.name of OpenTelemetry."),
    process_pid: integerColumn("rows.process_pid", "process.pid of OpenTelemetry."),
    producer: textColumn("rows.producer", "Package name and version."),
    started_at: timeColumn("rows.started_at", "When it began, by its own clock."),
    first_seen_at: timeColumn("rows.first_seen_at", "Time of its earliest record in Kafka."),
    last_seen_at: timeColumn("rows.last_seen_at", "Time of its latest record in Kafka."),
    heartbeat_at: timeColumn("rows.heartbeat_at", "Time of its newest heartbeat; null where it sends none."),
    open_actions: integerColumn("rows.open_actions", "Actions and runs that it had not completed then."),
    highest_sequence: integerColumn("rows.highest_sequence", "Highest number of a record that has arrived."),
    missing: integerColumn("rows.missing", "Numbers that have not arrived, and are not merely late."),
    unacknowledged: integerColumn(
      "rows.unacknowledged",
      "Records that Kafka had not acknowledged at the heartbeat.",
    ),
    given_up: integerColumn("rows.given_up", "Records that it had given up."),
    abandoned_rows: integerColumn("rows.abandoned_rows", "Actions and runs of it that became abandoned."),
  },
  filters: {
    project: {
      option: text({ description: "Name or folder of a project of which it sent actions." }),
      many: true,
      condition: (place) => `producer_epoch in (
        select agent_actions.producer_epoch from agent_actions
        where project_name = any(${place}::text[]) or project_path = any(${place}::text[]))`,
    },
    status: oneOf(
      PRODUCER_STATUS("agent_producers"),
      choice({ of: ["alive", "idle", "gone", "ended", "unknown"], description: "Whether it is alive." }),
    ),
    service: oneOf("service_name", text({ description: "service.name of OpenTelemetry." })),
    host: oneOf("host_name", text({ description: "host.name of OpenTelemetry." })),
  },
  order: [
    { column: "last_seen_at", type: "timestamptz", descending: true },
    { column: "producer_epoch", type: "text" },
  ],
};
