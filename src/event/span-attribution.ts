import { correlationId } from "./correlation-id.js";
import { Draft, readerOf } from "./draft.js";
import type { FieldTable } from "./field.js";
import { MAX_NAME_BYTES } from "./limits.js";
import type { InvalidEvent } from "./validate-event.js";

/**
 * What a span says of everything inside it: topic `agent-action-span-attributions`, table `agent_action_span_attributions`. Exporters that see spans
 * only when they have ended send it for spans that an action of theirs refers to (`unresolved_parent_span_id`). It is not an
 * event: a consumer that does not read it lacks agents and sessions, not actions.
 *
 * The sender puts together what it knows: a value that this span does not say may be that of a span around it, up to but not
 * including `unresolved_parent_span_id`.
 */
export interface SpanAttribution {
  /** OpenTelemetry trace id, 32 hex digits; with `span_id` the identity of the attribution. */
  trace_id: string;
  /** OpenTelemetry span id, 16 hex digits. */
  span_id: string;
  /** The nearest span around it that the sender had not seen. Absent: there is none, the trace begins here. */
  unresolved_parent_span_id?: string;
  agent_name?: string;
  session_id?: string;
  /** A UUID or any text, as in an event. Absent where only the trace id stands in for it. */
  correlation_id?: string;
  /** The text that `correlation_id` was made from, where it was no UUID. */
  correlation_text?: string;
  /** `id` of the action that the span is, or of the nearest one around it. */
  action_id?: string;
  /** When the span began: actions inside it begin later. */
  started_at?: string | number;
  ended_at?: string | number;
  /** Package name and version of its sender. */
  producer?: string;
  /** Version of this contract; absent means 1. */
  schema_version?: number;
}

export const SPAN_ATTRIBUTION_FIELDS = {
  trace_id: {
    type: "text",
    content: false,
    required: true,
    maxBytes: MAX_NAME_BYTES,
    description: "OpenTelemetry trace id, 32 hex digits.",
  },
  span_id: {
    type: "text",
    content: false,
    required: true,
    maxBytes: MAX_NAME_BYTES,
    description: "OpenTelemetry span id, 16 hex digits.",
  },
  unresolved_parent_span_id: {
    type: "text",
    content: false,
    alias: "awaits_span_id",
    description: "Nearest span around it that its sender had not seen. Absent: there is none.",
  },
  agent_name: {
    type: "text",
    content: false,
    maxBytes: MAX_NAME_BYTES,
    description: "Agent that the span, or one around it, names.",
  },
  session_id: { type: "text", content: false, description: "Conversation, session or thread that it names." },
  correlation_id: {
    type: "text",
    content: false,
    description: "Correlation id that it names; not the trace id in its place.",
  },
  correlation_text: {
    type: "text",
    content: false,
    description: "The text that correlation_id was made from.",
  },
  action_id: { type: "uuid", description: "The action that the span is, or the nearest one around it." },
  started_at: { type: "timestamp", description: "When the span began." },
  ended_at: { type: "timestamp", description: "When the span ended." },
  producer: { type: "text", content: false, description: "Package name and version of its sender." },
  schema_version: { type: "integer", minimum: 1, description: "Version of this contract; absent means 1." },
} as const satisfies FieldTable<SpanAttribution>;

/** A span attribution that PostgreSQL takes. Its correlation id is a UUID. */
export interface ValidSpanAttribution {
  readonly valid: true;
  readonly kind: "span_attribution";
  readonly event: SpanAttribution;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly repairs: readonly string[];
  readonly verbatim: boolean;
}

const READER = readerOf(SPAN_ATTRIBUTION_FIELDS);

/** From any JSON value to a span attribution, or to the reasons why it is none; repairs what is repaired in events. Never throws. */
export function validateSpanAttribution(value: unknown): ValidSpanAttribution | InvalidEvent {
  const { event, extra, repairs, verbatim, reasons } = Draft.of(READER, value);
  if (reasons.length > 0) return { valid: false, reasons };
  const said = event.correlation_id;
  if (typeof said === "string" && said.trim() !== "") {
    const { uuid, text } = correlationId(said);
    event.correlation_id = uuid;
    if (text !== undefined) event.correlation_text ??= text;
  } else delete event.correlation_id;
  for (const name of NAMES) if (isBlank(event[name])) delete event[name];
  return {
    valid: true,
    kind: "span_attribution",
    event: event as unknown as SpanAttribution,
    extra,
    repairs,
    verbatim,
  };
}

/** What is there and empty names nobody. */
const NAMES = ["agent_name", "session_id", "unresolved_parent_span_id"] as const;

const isBlank = (value: unknown): boolean => typeof value === "string" && value.trim() === "";
