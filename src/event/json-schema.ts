import { RECORD_FIELDS, SCHEMA_VERSION } from "./contract.js";
import type { FieldSpec } from "./field.js";
import { EVENT_KINDS } from "./kinds.js";
import { EARLIEST_MILLIS, LATEST_MILLIS } from "./timestamp.js";
import { DEFAULT_TOPICS, type RecordKind } from "./topics.js";

/**
 * JSON Schema (draft 2020-12) of one kind's record values, for producers in other languages. It describes what a
 * producer should write; the validator takes a little more, because it repairs.
 */
export function jsonSchema(kind: RecordKind): Record<string, unknown> {
  const fields = Object.entries<FieldSpec>(RECORD_FIELDS[kind]);
  const isEvent = EVENT_KINDS.some((event) => event === kind);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: `urn:otel-agent-actions:event:${kind}:v${SCHEMA_VERSION}`,
    title: kind,
    description: `Value of a record on the topic ${DEFAULT_TOPICS[kind]}. Fields that are not listed are ${isEvent ? "kept" : "passed over"}.`,
    type: "object",
    required: fields.filter(([, spec]) => spec.required).map(([name]) => name),
    properties: Object.fromEntries(fields.map(([name, spec]) => [name, property(spec)])),
    ...(kind === "label" && { anyOf: SUBJECTS }),
    additionalProperties: true,
  };
}

/** What a label is about: a run or an action. */
const SUBJECTS = [
  { required: ["correlation_id"], properties: { correlation_id: { type: "string", pattern: "\\S" } } },
  { required: ["action_id"], properties: { action_id: { type: "string", format: "uuid" } } },
];

function property(spec: FieldSpec): Record<string, unknown> {
  const { description } = spec;
  const shape = shapeOf(spec);
  return spec.required ? { ...shape, description } : { anyOf: [shape, { type: "null" }], description };
}

function shapeOf(spec: FieldSpec): Record<string, unknown> {
  switch (spec.type) {
    case "text":
      return spec.required ? { type: "string", pattern: "\\S" } : { type: "string" };
    case "choice":
      return { type: "string", enum: [...spec.of] };
    case "uuid":
      return { type: "string", format: "uuid" };
    case "timestamp":
      return { anyOf: [{ type: "string", format: "date-time" }, EPOCH_MILLIS] };
    case "texts":
      return { type: "array", items: { type: "string" } };
    case "integer":
    case "number":
      return { type: spec.type, ...range(spec) };
    default:
      return { type: spec.type };
  }
}

const EPOCH_MILLIS = { type: "number", minimum: EARLIEST_MILLIS, maximum: LATEST_MILLIS };

function range({ minimum, maximum }: { minimum?: number; maximum?: number }): Record<string, number> {
  return { ...(minimum === undefined ? {} : { minimum }), ...(maximum === undefined ? {} : { maximum }) };
}
