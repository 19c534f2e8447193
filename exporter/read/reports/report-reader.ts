import type { LlmCalls } from "../../../src/config/reading-options.js";
import {
  type ActionEvent,
  actionId,
  CONTRACT,
  type CommonFields,
  correlationId,
  DEFAULT_SENDER,
  type EventOfKind,
  type JsonObject,
  keyedActionId,
  SCHEMA_VERSION,
  sanitizeText,
} from "../../../src/event/index.js";
import type { Approval, EventReading } from "../dialects/dialect.js";
import { UNNAMED } from "../dialects/dialect.js";
import { describeAction } from "../mapping/describe-action.js";
import { withForeignResult } from "../mapping/foreign-result.js";
import { PRODUCER } from "../mapping/producer.js";
import { spanTimes } from "../mapping/span-times.js";
import { hideContent } from "../redaction/hide-content.js";
import { createPlainRedactor } from "../redaction/redactor.js";
import { readCaptureContent, readLlmCalls } from "../span-reader.js";
import type { Transformed, TransformOptions } from "../transform.js";
import type { ActionReport, ReportedSession } from "./report.js";

type Writable<Event> = { -readonly [Name in keyof Event]: Event[Name] };
type Described = Exclude<ActionReport["reading"], EventReading>;

/**
 * Makes events of what signals without spans report, by the rules for spans: what content is captured, what is hidden, which calls of a model are
 * actions. The same report gives the same event, however often it comes.
 */
export class ReportReader {
  readonly #llmCalls: LlmCalls;
  readonly #options: TransformOptions;
  readonly #capturesContent: boolean;
  readonly #redact: ReturnType<typeof createPlainRedactor>;

  constructor(options: TransformOptions = {}) {
    this.#options = options;
    this.#llmCalls = readLlmCalls(options.llmCalls);
    this.#capturesContent = readCaptureContent(options.captureContent);
    this.#redact = createPlainRedactor(options.redaction);
  }

  /**
   * @param source stands in the event's `source`
   * @param sender whose report it is, by our own knowledge
   */
  event(report: ActionReport, source: string, sender: string = DEFAULT_SENDER): Transformed {
    const { reading } = report;
    if (reading.is === "event") {
      const event = this.#otherEvent(reading, report, sender);
      return this.#shown(reading.kind, event, source);
    }
    const described = reading.is === "tool_call" ? withForeignResult(reading) : reading;
    const action = describeAction(described, this.#llmCalls);
    if (!action.isAction) return { outcome: "ignored", reason: action.reason };
    const { session, callKey, end, approval } = report;
    const isUntold = report.isOutcomeUntold === true && action.failure === undefined;
    const event: Writable<ActionEvent> = {
      ...this.#common(report, sender),
      agent_name: session.agentName,
      action_type: action.type,
      action_name: action.name?.trim()
        ? action.name
        : action.type === "success"
          ? session.agentName
          : UNNAMED,
      action_details: withoutUntold(action.details, described, end !== undefined && !isUntold) as JsonObject,
      ...(end === undefined
        ? { status: "running" }
        : !isUntold && { status: action.failure === undefined ? "ok" : "error" }),
      source,
      debug_mode: this.#options.debugMode ?? true,
      ...timesOf(report),
      ...(action.callId !== undefined && { tool_call_id: action.callId }),
      ...(callKey !== undefined && { call_key: callKey }),
      ...parentOf(report, sender),
      ...(report.parentSpanId !== undefined && { parent_span_id: report.parentSpanId }),
      ...(action.failure !== undefined && { error_type: action.failure.type }),
      ...(action.failure?.message !== undefined && { error_message: action.failure.message }),
      ...approvalOf(approval),
      ...surroundingsOf(session, this.#options),
    };
    return this.#shown("action", event, source);
  }

  #shown<Kind extends keyof EventOfKind>(kind: Kind, event: EventOfKind[Kind], dialect: string): Transformed {
    const shown = this.#redact(this.#capturesContent ? event : hideContent(kind, event));
    return { outcome: "event", kind, event: shown, dialect };
  }

  #otherEvent({ kind, fields }: EventReading, report: ActionReport, sender: string) {
    const surroundings = {
      agent_name: report.session.agentName,
      ...surroundingsOf(report.session, this.#options),
    };
    const added = Object.entries(surroundings).filter(([name]) => name in CONTRACT[kind]);
    return {
      ...Object.fromEntries(added),
      ...fields,
      ...this.#common(report, sender),
      timestamp: fields.timestamp ?? fields.completed_at ?? spanTimes(endedTimes(report)).startedAt,
    } as unknown as EventOfKind[EventReading["kind"]];
  }

  #common(report: ActionReport, sender: string): Writable<CommonFields> {
    const { session, callKey, identity = "", start, traceId } = report;
    const run = correlationId(sanitizeText(session.runId ?? session.id ?? traceId ?? `report:${identity}`));
    const { startMillis } = spanTimes(endedTimes(report));
    const id =
      callKey === undefined
        ? actionId(
            startMillis,
            `report:${sender}\u0000${session.id ?? ""}\u0000${start.join(".")}\u0000${identity}`,
          )
        : keyedActionId(sender, session.id ?? run.uuid, callKey);
    return {
      id,
      correlation_id: run.uuid,
      ...(run.text !== undefined && { correlation_text: run.text }),
      ...(traceId !== undefined && { trace_id: traceId }),
      ...(session.serviceName !== undefined && { service_name: session.serviceName }),
      ...(session.serviceVersion !== undefined && { service_version: session.serviceVersion }),
      ...(session.environment !== undefined && { environment: session.environment }),
      producer: PRODUCER,
      schema_version: SCHEMA_VERSION,
    };
  }
}

/** A key names what is around an action in the action's own session; in another one, only its id does. */
function parentOf({ session, parentCallKey }: ActionReport, sender: string): Partial<ActionEvent> {
  if (parentCallKey === undefined) return {};
  if (session.runId === undefined) return { parent_call_key: parentCallKey };
  return { parent_action_id: keyedActionId(sender, session.runId, parentCallKey) };
}

const endedTimes = ({ start, end }: ActionReport) => ({ startTime: start, endTime: end ?? NOT_ENDED });
const NOT_ENDED: [number, number] = [0, 0];

function timesOf(report: ActionReport): Partial<ActionEvent> {
  const { startedAt, endedAt, durationMillis } = spanTimes(endedTimes(report));
  return {
    ...(startedAt !== undefined && { timestamp: startedAt, started_at: startedAt }),
    ...(endedAt !== undefined && { ended_at: endedAt }),
    ...(durationMillis !== undefined && { duration_ms: durationMillis }),
  };
}

/** A span without a result had none. Of a report, another one of the same call may know it: a `null` would stand in its way. */
function withoutUntold(
  details: Readonly<Record<string, unknown>>,
  reading: Described,
  hasOutcome: boolean,
): object {
  const untold = new Set(hasOutcome ? [] : ["success"]);
  if (reading.is === "tool_call") {
    if (reading.parameters === undefined) untold.add("tool_parameters");
    if (reading.result === undefined) untold.add("tool_result");
  } else if (reading.is === "decision") {
    if (reading.context === undefined) untold.add("decision_context");
    if (reading.result === undefined) untold.add("decision_result");
  }
  return Object.fromEntries(Object.entries(details).filter(([name]) => !untold.has(name)));
}

const approvalOf = (approval: Approval | undefined): Partial<ActionEvent> => ({
  ...(approval?.approvedBy !== undefined && { approved_by: approval.approvedBy }),
  ...(approval?.method !== undefined && { approval_method: approval.method }),
  ...(approval?.policy !== undefined && { policy: approval.policy }),
});

function surroundingsOf(session: ReportedSession, defaults: TransformOptions): Partial<ActionEvent> {
  const values = {
    session_id: session.id,
    agent_version: session.agentVersion,
    user_id: session.userId,
    project_path: session.projectPath ?? defaults.projectPath,
    project_name: session.projectName ?? defaults.projectName,
    working_directory: session.workingDirectory ?? defaults.workingDirectory,
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
