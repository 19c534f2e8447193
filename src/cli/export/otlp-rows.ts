/**
 * Actions as OTLP/JSON, a document a line as the Collector's file exporter writes it, so that a file of any size is read and written in pieces.
 *
 * The spans are those of this package's own API, which any backend shows. What a span cannot say (the id, microseconds, which fields were inferred)
 * is in one attribute of its own, `agent_actions.exported_event`, from which the import of files makes the same event again.
 *
 * https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
import { ACTION_FIELDS } from "../../event/action-event.js";
import {
  ATTR_ACTION_NAME,
  ATTR_ACTION_TYPE,
  ATTR_CORRELATION_ID,
  ATTR_DEPLOYMENT_ENVIRONMENT_NAME,
  ATTR_DETAILS,
  ATTR_ERROR_TYPE,
  ATTR_EXPORTED_EVENT,
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_AGENT_VERSION,
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_TOOL_CALL_ARGUMENTS,
  ATTR_GEN_AI_TOOL_CALL_ID,
  ATTR_GEN_AI_TOOL_CALL_RESULT,
  ATTR_GEN_AI_TOOL_NAME,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_VERSION,
  ATTR_USER_ID,
  OPERATION_EXECUTE_TOOL,
  SCOPE_NAME,
} from "../../event/semconv.js";
import { rawMembers } from "../../store/raw-members.js";
import type { ExportSink } from "./output-file.js";

/** Said by the row in other words. */
const NOT_READ = new Set(["correlation_text", "timestamp", "schema_version", "superseded_by"]);
/** Of what names an action among signals, rows keep nothing. */
const NOT_KEPT = new Set(["call_key", "parent_call_key"]);
const EVENT_FIELDS = Object.keys(ACTION_FIELDS).filter((name) => !NOT_READ.has(name) && !NOT_KEPT.has(name));

/** Members of a row that its span is made of. */
export const OTLP_FIELDS: readonly string[] = [...EVENT_FIELDS, "correlation_text", "status_message"];

const LINE_BYTES = 1_000_000;
const LINE_SPANS = 500;

type Members = ReadonlyMap<string, string>;

/** @param rows texts of JSON objects with {@link OTLP_FIELDS} */
export async function writeOtlpRows(
  rows: AsyncIterable<string>,
  sink: Pick<ExportSink, "write">,
): Promise<void> {
  /** Spans by the JSON of their resource. */
  let resources = new Map<string, string[]>();
  let bytes = 0;
  let spans = 0;
  const endLine = async (): Promise<void> => {
    if (spans === 0) return;
    await sink.write(documentOf(resources));
    resources = new Map();
    [bytes, spans] = [0, 0];
  };
  for await (const row of rows) {
    const members = rawMembers(row);
    const resource = resourceOf(members);
    const span = spanOf(members);
    const others = resources.get(resource);
    if (others === undefined) resources.set(resource, [span]);
    else others.push(span);
    bytes += span.length;
    spans++;
    if (bytes >= LINE_BYTES || spans === LINE_SPANS) await endLine();
  }
  await endLine();
}

const documentOf = (resources: ReadonlyMap<string, readonly string[]>): string =>
  `{"resourceSpans":[${[...resources]
    .map(
      ([resource, spans]) =>
        `{"resource":${resource},"scopeSpans":[{"scope":{"name":"${SCOPE_NAME}"},"spans":[${spans.join()}]}]}`,
    )
    .join()}]}`;

const resourceOf = (members: Members): string =>
  JSON.stringify({
    attributes: attributesOf([
      [ATTR_SERVICE_NAME, textIn(members, "service_name")],
      [ATTR_SERVICE_VERSION, textIn(members, "service_version")],
      [ATTR_DEPLOYMENT_ENVIRONMENT_NAME, textIn(members, "environment")],
    ]),
  });

function spanOf(members: Members): string {
  const text = (name: string) => textIn(members, name);
  const type = text("action_type") ?? "";
  const name = text("action_name") ?? "";
  const isTool = type === "tool_call";
  const details = rawMembers(members.get("action_details") ?? "{}");
  const start = nanoseconds(text("started_at"));
  const duration = Number(members.get("duration_ms") ?? 0);
  const end = text("ended_at");
  const message = text("status_message");
  return JSON.stringify({
    traceId: traceIdOf(members),
    spanId: spanIdOf(text("span_id"), text("id")),
    parentSpanId: spanIdOf(text("parent_span_id"), text("parent_action_id")) ?? "",
    name: isTool ? `${OPERATION_EXECUTE_TOOL} ${name}` : name,
    kind: 1,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(
      end === undefined ? start + BigInt(duration || 0) * 1_000_000n : nanoseconds(end),
    ),
    status: { code: STATUS_CODES[text("status") ?? ""] ?? 0, ...(message !== undefined && { message }) },
    attributes: attributesOf([
      [ATTR_ACTION_TYPE, type],
      [isTool ? ATTR_GEN_AI_TOOL_NAME : ATTR_ACTION_NAME, name],
      [ATTR_GEN_AI_OPERATION_NAME, isTool ? OPERATION_EXECUTE_TOOL : undefined],
      [ATTR_GEN_AI_TOOL_CALL_ID, text("tool_call_id")],
      [ATTR_GEN_AI_TOOL_CALL_ARGUMENTS, isTool ? details.get("tool_parameters") : undefined],
      [ATTR_GEN_AI_TOOL_CALL_RESULT, isTool ? details.get("tool_result") : undefined],
      [ATTR_DETAILS, isTool ? undefined : members.get("action_details")],
      [ATTR_GEN_AI_AGENT_NAME, text("agent_name")],
      [ATTR_GEN_AI_AGENT_VERSION, text("agent_version")],
      [ATTR_GEN_AI_CONVERSATION_ID, text("session_id")],
      [ATTR_CORRELATION_ID, text("correlation_text") ?? text("correlation_id")],
      [ATTR_USER_ID, text("user_id")],
      [ATTR_ERROR_TYPE, text("error_type")],
      [ATTR_EXPORTED_EVENT, eventOf(members, isTool ? details : new Map())],
    ]),
  });
}

const STATUS_CODES: Readonly<Record<string, number>> = { ok: 1, error: 2 };

/** The fields of the event, and of its details what no attribute has. */
function eventOf(members: Members, details: Members): string {
  const fields = EVENT_FIELDS.filter((name) => name !== "action_details").flatMap((name) => {
    // What the API calls the message may come from the details; an id of a run that was a text is that text.
    const column = name === "error_message" ? "status_message" : name;
    const own = name === "correlation_id" ? given(members, "correlation_text") : undefined;
    const json = own ?? given(members, column);
    return json === undefined ? [] : [`${JSON.stringify(name)}:${json}`];
  });
  const rest = [...details]
    .filter(([name]) => name !== "tool_parameters" && name !== "tool_result")
    .map(([name, json]) => `${JSON.stringify(name)}:${json}`);
  if (rest.length > 0) fields.push(`"action_details":{${rest.join()}}`);
  return `{${fields.join()}}`;
}

function given(members: Members, name: string): string | undefined {
  const json = members.get(name);
  return json === "null" ? undefined : json;
}

function textIn(members: Members, name: string): string | undefined {
  const json = given(members, name);
  if (json === undefined) return undefined;
  return json.startsWith('"') ? String(JSON.parse(json)) : json;
}

const attributesOf = (entries: readonly (readonly [string, string | undefined])[]) =>
  entries.flatMap(([key, value]) => (value === undefined ? [] : [{ key, value: { stringValue: value } }]));

/** What reports without spans have no trace id for is a trace by its run: a UUID is 32 hex digits. */
function traceIdOf(members: Members): string {
  const traceId = textIn(members, "trace_id") ?? "";
  return /^[0-9a-f]{32}$/.test(traceId)
    ? traceId
    : (textIn(members, "correlation_id") ?? "").replaceAll("-", "");
}

/** The last half of an action's id is a hash. */
const spanIdOf = (spanId: string | undefined, id: string | undefined): string | undefined =>
  spanId !== undefined && /^[0-9a-f]{16}$/.test(spanId) ? spanId : id?.replaceAll("-", "").slice(16);

/** Unix nanoseconds of ISO 8601 with up to six digits of a second; 0 where there is none. */
function nanoseconds(iso: string | undefined): bigint {
  const millis = Date.parse(iso ?? "");
  if (Number.isNaN(millis) || millis < 0) return 0n;
  const micros = /\.\d{3}(\d{1,3})/.exec(iso ?? "")?.[1] ?? "";
  return BigInt(millis) * 1_000_000n + BigInt(micros.padEnd(3, "0")) * 1_000n;
}
