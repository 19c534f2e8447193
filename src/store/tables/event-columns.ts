import { errorGroup } from "../../event/index.js";
import { arrayLiteral } from "../array-literal.js";
import { headerText, type StoredEvent } from "../stored-event.js";
import type { Column } from "./table.js";

type EventColumn = Column<StoredEvent>;

/** A column that holds the event's field, under the field's name or another. */
export const field = (type: EventColumn["type"], name: string, from: string = name): EventColumn => ({
  name,
  type,
  read: type === "jsonb" ? (event) => event.json(from) : (event) => event.text(from),
  from,
});

export const texts = (name: string): EventColumn => ({
  name,
  type: "text[]",
  read: ({ fields }) => textsLiteral(fields[name] as readonly string[] | undefined),
  from: name,
});

/** What every table but the actions' keeps of fields that have no column. */
export const METADATA: EventColumn = {
  name: "metadata",
  type: "jsonb",
  read: (event) => event.jsonWithUnknown(),
};

/** Groups errors that differ only in numbers, ids, paths and quotations. */
export const ERROR_GROUP: EventColumn = {
  name: "error_group",
  type: "text",
  read: (event) => errorGroup(event.text("error_message")),
};

/** How an event came here: the last columns of every table. */
export const PROVENANCE: readonly EventColumn[] = [
  field("text", "trace_id"),
  field("text", "span_id"),
  field("text", "service_name"),
  field("text", "producer"),
  field("text", "service_version"),
  field("text", "environment"),
  field("text", "agent_version"),
  field("text", "user_id"),
  texts("on_behalf_of"),
  field("text", "trigger"),
  { name: "kafka_topic", type: "text", read: ({ record }) => record?.topic },
  { name: "kafka_partition", type: "integer", read: ({ record }) => record && String(record.partition) },
  { name: "kafka_offset", type: "bigint", read: ({ record }) => record?.offset },
  { name: "producer_epoch", type: "text", read: ({ record }) => headerText(record, "producer-epoch") },
  {
    name: "producer_sequence",
    type: "bigint",
    read: ({ record }) => {
      const digits = headerText(record, "producer-sequence");
      return digits !== undefined && /^\d{1,18}$/.test(digits) ? digits : undefined;
    },
  },
  field("text", "correlation_text"),
  {
    name: "repairs",
    type: "text[]",
    read: ({ repairs }) => textsLiteral(repairs.length > 0 ? repairs : undefined),
  },
];

export const IDENTITY: readonly EventColumn[] = [field("uuid", "id"), field("uuid", "correlation_id")];

// An empty array is a value; only its literal has no elements.
function textsLiteral(texts: readonly string[] | undefined): string | undefined {
  return texts === undefined ? undefined : (arrayLiteral(texts) ?? "{}");
}
