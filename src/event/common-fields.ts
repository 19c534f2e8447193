import type { FieldTable } from "./field.js";

/** What every event may carry, whatever its kind. */
export interface CommonFields {
  /**
   * What makes the record the same record: a UUID. Derived from the start and the span where there is one, from
   * topic, partition and offset for an event that came without. Other texts are turned into a UUID and kept.
   */
  id?: string;
  /**
   * Ties one run together. A UUID, or any text, which becomes a UUIDv8 of it. Absent: `metadata.correlation_id`,
   * then `trace_id`, then the record's place in Kafka.
   */
  correlation_id?: string;
  /** The text that `correlation_id` was made from, where it was no UUID. */
  correlation_text?: string;
  /** ISO 8601 (no zone means UTC) or epoch milliseconds. Absent: the Kafka record's timestamp. */
  timestamp?: string | number;
  /** OpenTelemetry trace id, 32 hex digits. */
  trace_id?: string;
  /** OpenTelemetry span id, 16 hex digits. */
  span_id?: string;
  /** `service.name` of the OpenTelemetry resource that the agent ran in. */
  service_name?: string;
  /** `service.version` of the resource. */
  service_version?: string;
  /** `deployment.environment.name` of the resource. */
  environment?: string;
  /** `gen_ai.agent.version`: the agent's own version, or a digest of its release. */
  agent_version?: string;
  /** The person or account that the run acts for, or a keyed hash of it. */
  user_id?: string;
  /** Everybody on whose behalf the run acts, the nearest first. */
  on_behalf_of?: readonly string[];
  /** What began the run: a schedule, a webhook, a person. */
  trigger?: string;
  /** Who made the event: package name and version. */
  producer?: string;
  /** Version of this contract; absent means 1. */
  schema_version?: number;
}

export const COMMON_FIELDS = {
  id: {
    type: "text",
    content: false,
    description: "Identity of the record: a UUID; any other text is turned into one.",
  },
  correlation_id: {
    type: "text",
    content: false,
    description: "Ties one run together: a UUID, or any text, which becomes a UUIDv8.",
  },
  correlation_text: {
    type: "text",
    content: false,
    description: "The text that correlation_id was made from.",
  },
  timestamp: {
    type: "timestamp",
    description: "When it happened: ISO 8601 (no zone: UTC) or epoch milliseconds.",
  },
  trace_id: { type: "text", content: false, description: "OpenTelemetry trace id, 32 hex digits." },
  span_id: { type: "text", content: false, description: "OpenTelemetry span id, 16 hex digits." },
  service_name: {
    type: "text",
    content: false,
    ofAnySpan: true,
    description: "service.name of the resource that the agent ran in.",
  },
  service_version: {
    type: "text",
    content: false,
    ofAnySpan: true,
    lenient: true,
    description: "service.version of the resource that the agent ran in.",
  },
  environment: {
    type: "text",
    content: false,
    ofAnySpan: true,
    lenient: true,
    description: "deployment.environment.name of the resource that the agent ran in.",
  },
  agent_version: {
    type: "text",
    content: false,
    ofAnySpan: true,
    lenient: true,
    description: "gen_ai.agent.version, or a digest of the agent's release.",
  },
  user_id: {
    type: "text",
    content: false,
    ofAnySpan: true,
    lenient: true,
    description: "Person or account that the run acts for, or a keyed hash of it.",
  },
  on_behalf_of: {
    type: "texts",
    content: false,
    ofAnySpan: true,
    lenient: true,
    description: "Everybody on whose behalf the run acts, the nearest first.",
  },
  trigger: {
    type: "text",
    content: false,
    ofAnySpan: true,
    lenient: true,
    description: "What began the run: a schedule, a webhook, a person.",
  },
  producer: { type: "text", content: false, description: "Package name and version of who made the event." },
  schema_version: { type: "integer", minimum: 1, description: "Version of this contract; absent means 1." },
} as const satisfies FieldTable<CommonFields>;
