import type { ActionRecord } from "../../../exporter/deliver/serialize.js";
import { headersOf, serializeEvent } from "../../../exporter/deliver/serialize.js";
import type { ReadableSpan } from "../../../exporter/read/sdk-types.js";
import { correlationId, MAX_RECORD_BYTES, validateRecord } from "../../event/index.js";
import { isPlainObject } from "../../event/json.js";
import {
  ATTR_DETAILS,
  ATTR_EXPORTED_EVENT,
  ATTR_GEN_AI_TOOL_CALL_ARGUMENTS,
  ATTR_GEN_AI_TOOL_CALL_RESULT,
  SCOPE_NAME,
} from "../../event/semconv.js";
import { rawMembers } from "../../store/raw-members.js";

/** Spans of a file, and the records of those that are exported actions. */
export interface ExportedActions {
  /** Spans that are none. */
  readonly spans: readonly ReadableSpan[];
  readonly records: readonly ActionRecord[];
  /** What cannot be a row again, a sentence each. */
  readonly problems: readonly string[];
}

/**
 * Takes the actions that `export --format otlp` wrote out of the spans of a file. Each becomes the event that its row was made of, with the id and
 * the time that it had; it is not redacted once more.
 */
export function exportedActions(spans: readonly ReadableSpan[]): ExportedActions {
  const others: ReadableSpan[] = [];
  const records: ActionRecord[] = [];
  const problems: string[] = [];
  for (const span of spans) {
    const event = span.attributes[ATTR_EXPORTED_EVENT];
    if (span.instrumentationScope.name !== SCOPE_NAME || typeof event !== "string") {
      others.push(span);
      continue;
    }
    const read = recordOf(event, span);
    if (typeof read === "string") problems.push(`span ${span.spanContext().spanId}: ${read}`);
    else records.push(read);
  }
  return { spans: others, records, problems };
}

/** The record, or why there is none. */
function recordOf(exported: string, { attributes }: ReadableSpan): ActionRecord | string {
  const text = isObjectText(exported) ? eventText(exported, attributes) : undefined;
  if (text === undefined)
    return `${ATTR_EXPORTED_EVENT}, or the details beside it, are not the JSON that was exported`;
  const value: Readonly<Record<string, unknown>> = JSON.parse(text);
  // Fields that are missing would be taken from the place in Kafka, which is another one here.
  if (typeof value.id !== "string" || typeof value.started_at !== "string")
    return `${ATTR_EXPORTED_EVENT} has no id or no started_at`;
  const valid = validateRecord("action", value, { topic: "", partition: 0, offset: "0", timestampMillis: 0 });
  if (!valid.valid) return valid.reasons.join("; ");
  const bytes = Buffer.from(text, "utf8");
  if (bytes.length > MAX_RECORD_BYTES) return serializeLarge(value);
  const key = correlationId(String(value.correlation_id)).uuid;
  // The text itself: numbers keep all their digits.
  return { kind: "action", key, value: bytes, headers: headersOf("action") };
}

/** Several events made the row, which together are more than a record may be: their largest parts are cut, and say so. */
const serializeLarge = (value: object): ActionRecord => serializeEvent("action", value);

/** `undefined`: one of the parts is no JSON. */
function eventText(exported: string, attributes: ReadableSpan["attributes"]): string | undefined {
  const fields = new Map(rawMembers(exported));
  const details = new Map(rawMembers(fields.get("action_details") ?? "{}"));
  const whole = attributes[ATTR_DETAILS];
  for (const [name, attribute] of [
    ["tool_parameters", ATTR_GEN_AI_TOOL_CALL_ARGUMENTS],
    ["tool_result", ATTR_GEN_AI_TOOL_CALL_RESULT],
  ] as const) {
    const json = attributes[attribute];
    if (json === undefined) continue;
    if (!isJson(json)) return undefined;
    details.set(name, json);
  }
  if (whole !== undefined && !isJson(whole)) return undefined;
  fields.set("action_details", whole ?? objectText(details));
  return objectText(fields);
}

const objectText = (members: ReadonlyMap<string, string>): string =>
  `{${[...members].map(([name, json]) => `${JSON.stringify(name)}:${json}`).join()}}`;

const isJson = (text: unknown): text is string => parsed(text) !== undefined;
const isObjectText = (text: string): boolean => isPlainObject(parsed(text));

function parsed(text: unknown): unknown {
  try {
    return typeof text === "string" ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
