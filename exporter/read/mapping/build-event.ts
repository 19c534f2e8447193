import type { LlmCalls } from "../../../src/config/reading-options.js";
import {
  type ActionEvent,
  actionId,
  CONTRACT,
  type CommonFields,
  type CorrelationId,
  correlationId,
  type EventKind,
  type EventOfKind,
  type JsonObject,
  SCHEMA_VERSION,
  sanitizeText,
  spanIdentity,
} from "../../../src/event/index.js";
import {
  ATTR_APPROVAL_METHOD,
  ATTR_APPROVED_BY,
  ATTR_ARGUMENTS_SHA256,
  ATTR_DEPLOYMENT_ENVIRONMENT_NAME,
  ATTR_POLICY,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_VERSION,
} from "../../../src/event/semconv.js";
import { agentActionsDialect } from "../dialects/agent-actions.js";
import { type Attributes, firstText, textAt } from "../dialects/common/attributes.js";
import {
  type ActionReading,
  type Approval,
  type Dialect,
  type EventReading,
  type IgnoredReading,
  type Reading,
  UNNAMED,
} from "../dialects/dialect.js";
import type { ReadableSpan } from "../sdk-types.js";
import { type ActionDescription, describeAction } from "./describe-action.js";
import { withForeignResult } from "./foreign-result.js";
import type { InheritedValues } from "./inherited.js";
import { PRODUCER } from "./producer.js";
import { spanTimes } from "./span-times.js";

/** What stands in an event where neither the span nor a span around it says it. */
export interface EventDefaults {
  /** @default `service.name` of the resource, unless it is the SDK's placeholder, then `unknown-agent` */
  readonly agentName?: string;
  readonly projectName?: string;
  readonly projectPath?: string;
  readonly workingDirectory?: string;
  /** @default true */
  readonly debugMode?: boolean;
}

export interface EventSetting {
  readonly span: ReadableSpan;
  /** What the span says itself, and what holds for it: that, else what the nearest span around it says. */
  readonly own: InheritedValues;
  readonly nearest: InheritedValues;
  /** What held where the span began, for a span that does not say it itself. */
  readonly contextCorrelationId?: string | undefined;
  /** The one that read the span. */
  readonly dialect: Dialect;
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
  | { readonly outcome: "ignored"; readonly reason: string };

export function buildEvent(reading: Exclude<Reading, IgnoredReading>, setting: EventSetting): Built {
  const dialect = setting.dialect.name;
  if (reading.is === "event")
    return { outcome: "event", kind: reading.kind, event: otherEvent(reading, setting), dialect };
  // What our own API was given is stored as it was given.
  const isForeign = setting.dialect !== agentActionsDialect;
  const described = reading.is === "tool_call" && isForeign ? withForeignResult(reading) : reading;
  const description = describeAction(described, setting.llmCalls);
  if (!description.isAction) return { outcome: "ignored", reason: description.reason };
  return {
    outcome: "event",
    kind: "action",
    event: actionEvent(description, reading, setting),
    dialect,
  };
}

/** For whom the agent acted, and who approved. */
interface AccountableEvent extends ActionEvent {
  agent_version?: string;
  user_id?: string;
  on_behalf_of?: readonly string[];
  trigger?: string;
  approved_by?: string;
  approval_method?: string;
  policy?: string;
  arguments_sha256?: string;
}

// One literal of what the usual event has, then member by member: spreading costs more than all the rest, and so do members that are
// added by a name that is not known before.
function actionEvent(
  action: Extract<ActionDescription, { isAction: true }>,
  { connection, approval }: Pick<ActionReading, "connection" | "approval">,
  setting: EventSetting,
): ActionEvent {
  const { span, nearest, dialect, defaults } = setting;
  const { traceId, spanId } = span.spanContext();
  const { startMillis, startedAt, endedAt, durationMillis } = spanTimes(span);
  const agentName = nearest.agentName ?? fallbackAgentName(span, defaults);
  const isNameless = isBlank(action.name);
  const { uuid, text } = correlationOf(setting);
  const event: Writable<AccountableEvent> = {
    id: actionId(startMillis, spanIdentity(traceId, spanId)),
    correlation_id: uuid,
    trace_id: traceId,
    span_id: spanId,
    agent_name: agentName,
    action_type: action.type,
    action_name: isNameless ? (action.type === "success" ? agentName : UNNAMED) : (action.name ?? UNNAMED),
    action_details: action.details as JsonObject,
    status: action.failure === undefined ? "ok" : "error",
    source: dialect.name,
    debug_mode: nearest.debugMode ?? defaults.debugMode ?? true,
    producer: PRODUCER,
    schema_version: SCHEMA_VERSION,
  };
  if (startedAt !== undefined) {
    event.timestamp = startedAt;
    event.started_at = startedAt;
  }
  if (endedAt !== undefined) event.ended_at = endedAt;
  if (durationMillis !== undefined) event.duration_ms = durationMillis;
  if (text !== undefined) event.correlation_text = text;
  if (action.failure !== undefined) {
    const { type, message } = action.failure;
    event.error_type = type;
    if (message !== undefined) event.error_message = message;
  }
  if (action.callId !== undefined) event.tool_call_id = action.callId;
  const sessionId = nearest.sessionId ?? connection;
  if (sessionId !== undefined) event.session_id = sessionId;
  const parent = span.parentSpanContext?.spanId;
  if (parent !== undefined) event.parent_span_id = parent;
  putService(event, serviceOf(span));
  putSurroundings(event, nearest, defaults);
  if (action.type === "decision") putApproval(event, span);
  if (approval !== undefined) putReadApproval(event, approval);
  return event;
}

function putSurroundings(
  event: Writable<AccountableEvent>,
  nearest: InheritedValues,
  defaults: EventDefaults,
): void {
  const projectPath = nearest.projectPath ?? defaults.projectPath;
  const projectName = nearest.projectName ?? defaults.projectName;
  const workingDirectory = nearest.workingDirectory ?? defaults.workingDirectory;
  if (projectPath !== undefined) event.project_path = projectPath;
  if (projectName !== undefined) event.project_name = projectName;
  if (workingDirectory !== undefined) event.working_directory = workingDirectory;
  if (nearest.agentVersion !== undefined) event.agent_version = nearest.agentVersion;
  if (nearest.userId !== undefined) event.user_id = nearest.userId;
  if (nearest.onBehalfOf !== undefined) event.on_behalf_of = nearest.onBehalfOf;
  if (nearest.trigger !== undefined) event.trigger = nearest.trigger;
}

function putService(event: Writable<CommonFields>, { name, version, environment }: Service): void {
  if (name !== undefined) event.service_name = name;
  if (version !== undefined) event.service_version = version;
  if (environment !== undefined) event.environment = environment;
}

function putApproval(event: Writable<AccountableEvent>, { attributes }: ReadableSpan): void {
  const approvedBy = textAt(attributes, ATTR_APPROVED_BY);
  const method = textAt(attributes, ATTR_APPROVAL_METHOD);
  const policy = textAt(attributes, ATTR_POLICY);
  const sha256 = textAt(attributes, ATTR_ARGUMENTS_SHA256);
  if (approvedBy !== undefined) event.approved_by = approvedBy;
  if (method !== undefined) event.approval_method = method;
  if (policy !== undefined) event.policy = policy;
  if (sha256 !== undefined) event.arguments_sha256 = sha256;
}

function putReadApproval(event: Writable<AccountableEvent>, { approvedBy, method, policy }: Approval): void {
  if (approvedBy !== undefined) event.approved_by = approvedBy;
  if (method !== undefined) event.approval_method = method;
  if (policy !== undefined) event.policy = policy;
}

// The producer wrote the event's own fields; what is known of the span's surroundings is added, as far as the kind has it.
function otherEvent({ kind, fields }: EventReading, setting: EventSetting): EventOfKind[EventKind] {
  const { span, nearest, defaults } = setting;
  const surroundings = {
    agent_name: nearest.agentName ?? fallbackAgentName(span, defaults),
    session_id: nearest.sessionId,
    project_path: nearest.projectPath ?? defaults.projectPath,
    project_name: nearest.projectName ?? defaults.projectName,
    agent_version: nearest.agentVersion,
    user_id: nearest.userId,
    on_behalf_of: nearest.onBehalfOf,
    trigger: nearest.trigger,
  };
  const added = Object.entries(surroundings).filter(
    ([name, value]) => name in CONTRACT[kind] && value !== undefined,
  );
  const { startMillis, startedAt } = spanTimes(span);
  const { traceId, spanId } = span.spanContext();
  const { uuid, text } = correlationOf(setting);
  const event: Writable<CommonFields> = {
    id: actionId(startMillis, spanIdentity(traceId, spanId)),
    correlation_id: uuid,
    trace_id: traceId,
    span_id: spanId,
    producer: PRODUCER,
    schema_version: SCHEMA_VERSION,
  };
  if (text !== undefined) event.correlation_text = text;
  putService(event, serviceOf(span));
  // The span of a run is its completion: it happened when the run was over.
  const timestamp = fields.timestamp ?? fields.completed_at ?? startedAt;
  return {
    ...Object.fromEntries(added),
    ...fields,
    ...event,
    ...idOf(kind, fields),
    timestamp,
  } as unknown as EventOfKind[EventKind];
}

// Whoever says something twice of the same run may give it an id; every other event is what its span is.
const idOf = (kind: EventKind, { id }: EventReading["fields"]): { id?: string } =>
  kind === "label" && typeof id === "string" && !isBlank(id) ? { id: sanitizeText(id) } : {};

type Writable<Event> = { -readonly [Name in keyof Event]: Event[Name] };

// What the span says itself, else what held where it began, else what is said around it, else the trace id: a UUID's 128 bits.
function correlationOf({ span, own, nearest, contextCorrelationId }: EventSetting): CorrelationId {
  const given = own.correlationText ?? contextCorrelationId ?? nearest.correlationText;
  return correlationId(given === undefined ? span.spanContext().traceId : sanitizeText(given));
}

/** What a span's resource says of the program. */
interface Service {
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly environment: string | undefined;
}

type Resource = NonNullable<ReadableSpan["resource"]>;

/** A resource is the same object for all spans of a provider, and final once its detectors are done. */
const SERVICES = new WeakMap<Resource, Service>();

function serviceOf({ resource }: ReadableSpan): Service {
  if (!resource) return { name: undefined, version: undefined, environment: undefined };
  const known = SERVICES.get(resource);
  if (known !== undefined) return known;
  const attributes = attributesOf(resource);
  const service = {
    name: textAt(attributes, ATTR_SERVICE_NAME),
    version: textAt(attributes, ATTR_SERVICE_VERSION),
    environment: firstText(attributes, ENVIRONMENT_KEYS),
  };
  if (!resource.asyncAttributesPending) SERVICES.set(resource, service);
  return service;
}

// Semantic conventions before 1.27 had the second name.
const ENVIRONMENT_KEYS = [ATTR_DEPLOYMENT_ENVIRONMENT_NAME, "deployment.environment"];

// While detectors of the resource are still at work, as NodeSDK's are, `attributes` complains of that to the host's log each time.
function attributesOf(resource: Resource): Attributes {
  if (!resource.asyncAttributesPending) return resource.attributes ?? {};
  return Object.fromEntries(
    (resource.getRawAttributes?.() ?? []).filter(([, value]) => typeof value === "string").reverse(),
  ) as Attributes;
}

const fallbackAgentName = (span: ReadableSpan, { agentName }: EventDefaults): string =>
  agentName || nameOfService(span) || "unknown-agent";

// What SDKs write where nobody named the service: https://opentelemetry.io/docs/specs/semconv/resource/#service
const PLACEHOLDER = /^unknown_service(?:$|:)/;

function nameOfService(span: ReadableSpan): string | undefined {
  const { name } = serviceOf(span);
  return name === undefined || PLACEHOLDER.test(name) ? undefined : name;
}

// A span may have an empty name; an event may not.
const isBlank = (name: string | undefined): name is undefined => name === undefined || name.trim() === "";
