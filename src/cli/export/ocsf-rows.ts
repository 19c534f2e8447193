/**
 * An action as an event of the Open Cybersecurity Schema Framework: class API Activity (6003), version 1.8.0, with the profile `trace` where the
 * action is of a trace. What OCSF has no attribute for is in `unmapped`, under the names of the API.
 *
 * https://schema.ocsf.io/1.8.0/classes/api_activity
 */
import { rawMembers } from "../../store/raw-members.js";
import type { ExportSink } from "./output-file.js";

const VERSION = "1.8.0";

/** @param rows texts of JSON objects */
export async function writeOcsfRows(
  rows: AsyncIterable<string>,
  sink: Pick<ExportSink, "write">,
): Promise<void> {
  for await (const row of rows) await sink.write(ocsfEvent(row));
}

type Member = readonly [name: string, json: string | undefined];

/** Texts of JSON, so that numbers keep all their digits; a member without a value is left out. */
function objectOf(...members: readonly Member[]): string | undefined {
  const given = members.filter(([, json]) => json !== undefined && json !== "null");
  return given.length === 0
    ? undefined
    : `{${given.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join()}}`;
}

const text = (value: string): string => JSON.stringify(value);

const CLASS: readonly Member[] = [
  ["class_uid", "6003"],
  ["class_name", text("API Activity")],
  ["category_uid", "6"],
  ["category_name", text("Application Activity")],
  ["activity_id", "99"],
  ["type_uid", "600399"],
  ["type_name", text("API Activity: Other")],
];

const SEVERITIES = { informational: ["1", "Informational"], low: ["2", "Low"] } as const;

/** The members of a row that attributes of OCSF say. */
const MAPPED = new Set(
  (
    "id correlation_id correlation_text agent_name action_type action_name status failed started_at ended_at duration_ms error_type error_message " +
    "session_id tool_call_id service_name service_version user_id trigger trace_id span_id parent_span_id action_details"
  ).split(" "),
);
const OF_DETAILS = new Set(["tool_parameters", "tool_result"]);

/** @param row text of a JSON object, as the API has an action */
export function ocsfEvent(row: string): string {
  const members = rawMembers(row);
  const own = (name: string): string | undefined => {
    const json = members.get(name);
    return json === "null" ? undefined : json;
  };
  const start = millisOf(own("started_at")) ?? 0;
  const end = millisOf(own("ended_at"));
  const details = own("action_details")?.startsWith("{")
    ? rawMembers(own("action_details") ?? "{}")
    : NO_MEMBERS;
  const failed = own("failed") === "true";
  const [severityId, severity] = failed ? SEVERITIES.low : SEVERITIES.informational;
  const trace = traceOf(own, start, end ?? start);
  const rest = [...members].filter(([name, json]) => !MAPPED.has(name) && json !== "null");
  const otherDetails = [...details].filter(([name]) => !OF_DETAILS.has(name));
  return (
    objectOf(
      ...CLASS,
      ["activity_name", own("action_type")],
      ["time", String(start)],
      ["start_time", String(start)],
      ["end_time", end === undefined ? undefined : String(end)],
      ["duration", own("duration_ms")],
      ["severity_id", severityId],
      ["severity", text(severity)],
      ...statusOf(own("status"), failed),
      ["status_code", own("error_type")],
      ["status_detail", own("error_message")],
      ["message", text(`${textIn(own("agent_name"))}: ${textIn(own("action_name"))}`)],
      ["metadata", metadataOf(own, trace !== undefined)],
      [
        "actor",
        objectOf(
          ["app_name", own("agent_name")],
          ["invoked_by", own("trigger")],
          ["session", objectOf(["uid", own("session_id")])],
          ["user", objectOf(["uid", own("user_id")])],
        ),
      ],
      [
        "api",
        objectOf(
          ["operation", own("action_name")],
          ["service", serviceOf(own)],
          [
            "request",
            objectOf(["uid", own("tool_call_id") ?? own("id")], ["data", details.get("tool_parameters")]),
          ],
          [
            "response",
            objectOf(
              ["error", own("error_type")],
              ["error_message", own("error_message")],
              ["data", details.get("tool_result")],
            ),
          ],
        ),
      ],
      // Where a program acts, it is the origin of the request: an agent has no address of its own.
      ["src_endpoint", objectOf(["svc_name", own("service_name") ?? own("agent_name")])],
      ["trace", trace],
      ["unmapped", objectOf(...rest, ["action_details", objectOf(...otherDetails)])],
    ) ?? "{}"
  );
}

/** An action that turned out to be part of another one, or whose row was removed. */
export function ocsfRemoval(id: string): string {
  const now = String(Date.now());
  return (
    objectOf(
      ...CLASS,
      ["activity_name", text("removed")],
      ["time", now],
      ["severity_id", SEVERITIES.informational[0]],
      ["severity", text(SEVERITIES.informational[1])],
      ["status_id", "99"],
      ["status", text("removed")],
      ["message", text("The action is part of another one, or its row was removed.")],
      ["metadata", objectOf(["version", text(VERSION)], ["product", PRODUCT], ["uid", text(id)])],
      ["actor", objectOf(["app_name", text("otel-agent-actions")])],
      ["api", objectOf(["operation", text("remove")])],
      ["src_endpoint", objectOf(["svc_name", text("otel-agent-actions")])],
    ) ?? "{}"
  );
}

const NO_MEMBERS: ReadonlyMap<string, string> = new Map();

const PRODUCT = objectOf(["name", text("otel-agent-actions")]);

type Own = (name: string) => string | undefined;

const metadataOf = (own: Own, isOfTrace: boolean): string | undefined =>
  objectOf(
    ["version", text(VERSION)],
    ["product", PRODUCT],
    // The same for every state of an action: what comes later takes the place of what came before.
    ["uid", own("id")],
    ["correlation_uid", own("correlation_text") ?? own("correlation_id")],
    ["event_code", own("action_type")],
    ["original_time", own("started_at")],
    ["profiles", isOfTrace ? '["trace"]' : undefined],
  );

/** A version alone names no service. */
const serviceOf = (own: Own): string | undefined =>
  own("service_name") && objectOf(["name", own("service_name")], ["version", own("service_version")]);

function traceOf(own: Own, start: number, end: number): string | undefined {
  const [trace, span] = [own("trace_id"), own("span_id")];
  if (trace === undefined) return undefined;
  const ofSpan =
    span === undefined
      ? undefined
      : objectOf(
          ["uid", span],
          ["parent_uid", own("parent_span_id")],
          ["start_time", String(start)],
          ["end_time", String(end)],
        );
  return objectOf(["uid", trace], ["span", ofSpan]);
}

function statusOf(status: string | undefined, failed: boolean): readonly Member[] {
  const said = textIn(status);
  if (failed)
    return [
      ["status_id", "2"],
      ["status", text("Failure")],
    ];
  if (said === "ok")
    return [
      ["status_id", "1"],
      ["status", text("Success")],
    ];
  return said === ""
    ? [
        ["status_id", "0"],
        ["status", text("Unknown")],
      ]
    : [
        ["status_id", "99"],
        ["status", text(said)],
      ];
}

const textIn = (json: string | undefined): string => (json === undefined ? "" : String(JSON.parse(json)));

function millisOf(json: string | undefined): number | undefined {
  const millis = json === undefined ? Number.NaN : Date.parse(textIn(json));
  return Number.isNaN(millis) ? undefined : millis;
}
