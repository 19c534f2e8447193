import {
  type ActionEvent,
  actionId,
  CONTRACT,
  type EventKind,
  type EventOfKind,
  type JsonObject,
  SCHEMA_VERSION,
  spanIdentity,
} from "../../src/event/index.js";
import { ATTR_SERVICE_NAME } from "../../src/event/semconv.js";
import { textAt } from "../dialects/attributes.js";
import type { Dialect, EventReading, OtherReading, Reading } from "../dialects/dialect.js";
import { type ActionDescription, describeAction, type LlmCalls } from "./describe-action.js";
import { agentNameOf, correlationOf, type Lineage, sessionIdOf, workplaceOf } from "./inherited.js";
import { PRODUCER } from "./producer.js";
import { type SpanTimes, spanTimes } from "./span-times.js";

/** What stands in an event where neither the span nor a span around it says it. */
export interface EventDefaults {
  /** @default `service.name` of the resource, then `unknown-agent` */
  readonly agentName?: string;
  readonly projectName?: string;
  readonly projectPath?: string;
  readonly workingDirectory?: string;
  /** @default true */
  readonly debugMode?: boolean;
}

export interface EventSetting {
  readonly lineage: Lineage;
  /** The one that read the span. */
  readonly dialect: Dialect;
  readonly dialects: readonly Dialect[];
  readonly llmCalls: LlmCalls;
  readonly defaults: EventDefaults;
}

export type Built =
  | {
      readonly outcome: "event";
      readonly kind: EventKind;
      readonly event: EventOfKind[EventKind];
      readonly dialect: string;
    }
  | { readonly outcome: "not_an_action"; readonly reason: string };

export function buildEvent(reading: Exclude<Reading, OtherReading>, setting: EventSetting): Built {
  const dialect = setting.dialect.name;
  if (reading.is === "event")
    return { outcome: "event", kind: reading.kind, event: otherEvent(reading, setting), dialect };
  const description = describeAction(reading, setting.llmCalls);
  if (!description.isAction) return { outcome: "not_an_action", reason: description.reason };
  return { outcome: "event", kind: "action", event: actionEvent(description, setting), dialect };
}

function actionEvent(
  action: Extract<ActionDescription, { isAction: true }>,
  { lineage, dialect, dialects, defaults }: EventSetting,
): ActionEvent {
  const [span] = lineage;
  const times = spanTimes(span);
  const place = workplaceOf(lineage);
  const agentName = agentNameOf(lineage, dialects) ?? fallbackAgentName(lineage, defaults);
  return present<ActionEvent>({
    ...identity(lineage, times),
    agent_name: agentName,
    action_type: action.type,
    action_name: action.name ?? agentName,
    action_details: action.details as JsonObject,
    debug_mode: place.debugMode ?? defaults.debugMode ?? true,
    duration_ms: times.durationMillis,
    project_path: place.projectPath ?? defaults.projectPath,
    project_name: place.projectName ?? defaults.projectName,
    working_directory: place.workingDirectory ?? defaults.workingDirectory,
    started_at: times.startedAt,
    ended_at: times.endedAt,
    status: action.failure === undefined ? "ok" : "error",
    error_type: action.failure?.type,
    error_message: action.failure?.message,
    session_id: sessionIdOf(lineage, dialects),
    tool_call_id: action.callId,
    parent_span_id: span.parentSpanContext?.spanId,
    source: dialect.name,
  });
}

// The producer wrote the event's own fields; what is known of the span's surroundings is added, as far as the kind has it.
function otherEvent({ kind, fields }: EventReading, setting: EventSetting): EventOfKind[EventKind] {
  const { lineage, dialects, defaults } = setting;
  const place = workplaceOf(lineage);
  const own = identity(lineage, spanTimes(lineage[0]));
  const surroundings = {
    agent_name: agentNameOf(lineage, dialects) ?? fallbackAgentName(lineage, defaults),
    session_id: sessionIdOf(lineage, dialects),
    project_path: place.projectPath ?? defaults.projectPath,
    project_name: place.projectName ?? defaults.projectName,
  };
  const added = Object.entries(surroundings).filter(([name]) => name in CONTRACT[kind]);
  return present({
    ...Object.fromEntries(added),
    ...fields,
    ...own,
    timestamp: fields.timestamp ?? own.timestamp,
  }) as unknown as EventOfKind[EventKind];
}

function identity(lineage: Lineage, { startMillis, startedAt }: SpanTimes) {
  const [span] = lineage;
  const { traceId, spanId } = span.spanContext();
  const correlation = correlationOf(lineage);
  return {
    id: actionId(startMillis, spanIdentity(traceId, spanId)),
    correlation_id: correlation.uuid,
    correlation_text: correlation.text,
    timestamp: startedAt,
    trace_id: traceId,
    span_id: spanId,
    service_name: serviceName(lineage),
    producer: PRODUCER,
    schema_version: SCHEMA_VERSION,
  };
}

const serviceName = ([span]: Lineage): string | undefined =>
  textAt(span.resource?.attributes ?? {}, ATTR_SERVICE_NAME);

const fallbackAgentName = (lineage: Lineage, { agentName }: EventDefaults): string =>
  agentName ?? serviceName(lineage) ?? "unknown-agent";

/** The members that are there. */
function present<Type extends object>(members: { [Name in keyof Type]: Type[Name] | undefined }): Type {
  const kept: Partial<Type> = {};
  for (const name of Object.keys(members) as (keyof Type)[])
    if (members[name] !== undefined) kept[name] = members[name];
  return kept as Type;
}
