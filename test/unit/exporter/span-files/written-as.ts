/** Spans in the forms in which other tools keep them, by the rules of those tools. */
import { hrTimeToMicroseconds } from "@opentelemetry/core";
import type { ReadableSpan } from "../../../../exporter/read/sdk-types.js";

type Json = Record<string, unknown>;

const KINDS = ["internal", "server", "client", "producer", "consumer"];
const CODES = ["UNSET", "OK", "ERROR"];

const iso = ([seconds, nanos]: readonly [number, number]): string =>
  `${new Date(seconds * 1_000).toISOString().slice(0, 19)}.${String(Math.trunc(nanos / 1_000)).padStart(6, "0")}`;

/** As Jaeger's collector stores an OTLP span, and its query service answers it. */
export function asJaeger(spans: readonly ReadableSpan[]): Json {
  const tag = ([key, value]: readonly [string, unknown]): Json => {
    if (typeof value === "boolean") return { key, type: "bool", value };
    if (typeof value === "number") return { key, type: Number.isInteger(value) ? "int64" : "float64", value };
    return { key, type: "string", value: typeof value === "string" ? value : JSON.stringify(value) };
  };
  const tagsOf = ({ attributes, kind, status, instrumentationScope: scope }: ReadableSpan): Json[] =>
    [
      ...Object.entries(attributes),
      ["span.kind", KINDS[kind]] as const,
      ...(status.code === 0 ? [] : [["otel.status_code", CODES[status.code]] as const]),
      ...(status.code === 2 ? [["error", true] as const] : []),
      ...(status.message === undefined ? [] : [["otel.status_description", status.message] as const]),
      ...(scope.name === "" ? [] : [["otel.scope.name", scope.name] as const]),
      ...(scope.version === undefined ? [] : [["otel.scope.version", scope.version] as const]),
    ].map(tag);
  const jaegerSpan = (span: ReadableSpan): Json => {
    const { traceId, spanId } = span.spanContext();
    const parent = span.parentSpanContext;
    return {
      traceID: traceId,
      spanID: spanId,
      operationName: span.name,
      references: parent ? [{ refType: "CHILD_OF", traceID: parent.traceId, spanID: parent.spanId }] : [],
      startTime: hrTimeToMicroseconds(span.startTime),
      duration: hrTimeToMicroseconds(span.endTime) - hrTimeToMicroseconds(span.startTime),
      tags: tagsOf(span),
      logs: span.events.map(({ name, time, attributes }) => ({
        timestamp: hrTimeToMicroseconds(time),
        fields: [["event", name] as const, ...Object.entries(attributes ?? {})].map(tag),
      })),
      processID: "p1",
      warnings: null,
    };
  };
  const traceIds = [...new Set(spans.map((span) => span.spanContext().traceId))];
  const { "service.name": service, ...resource } = spans[0]?.resource.attributes ?? {};
  return {
    data: traceIds.map((traceID) => ({
      traceID,
      spans: spans.filter((span) => span.spanContext().traceId === traceID).map(jaegerSpan),
      processes: { p1: { serviceName: service, tags: Object.entries(resource).map(tag) } },
      warnings: null,
    })),
    total: 0,
    errors: null,
  };
}

/** As `ReadableSpan.to_json()` of the Python SDK writes one. */
export const asPython = (span: ReadableSpan): Json => ({
  name: span.name,
  context: {
    trace_id: `0x${span.spanContext().traceId}`,
    span_id: `0x${span.spanContext().spanId}`,
    trace_state: "[]",
  },
  kind: `SpanKind.${KINDS[span.kind]?.toUpperCase()}`,
  parent_id: span.parentSpanContext ? `0x${span.parentSpanContext.spanId}` : null,
  start_time: `${iso(span.startTime)}Z`,
  end_time: `${iso(span.endTime)}Z`,
  status: {
    status_code: CODES[span.status.code],
    ...(span.status.message !== undefined && { description: span.status.message }),
  },
  attributes: span.attributes,
  events: span.events.map(({ name, time, attributes }) => ({ name, timestamp: `${iso(time)}Z`, attributes })),
  links: [],
  resource: { attributes: span.resource.attributes, schema_url: "" },
});

/** As any-agent dumps one: integers for ids and nanoseconds, which JSON.stringify cannot write. */
export function asAnyAgent(span: ReadableSpan): string {
  const ids = ({ traceId, spanId }: { traceId: string; spanId: string }) =>
    `{"trace_id": ${BigInt(`0x${traceId}`)}, "span_id": ${BigInt(`0x${spanId}`)}, "is_remote": false}`;
  const nanos = ([seconds, rest]: readonly [number, number]) =>
    String(BigInt(seconds) * 1_000_000_000n + BigInt(rest));
  const parent = span.parentSpanContext ? ids(span.parentSpanContext) : '{"trace_id": null, "span_id": null}';
  const status = {
    status_code: CODES[span.status.code]?.toLowerCase(),
    description: span.status.message ?? null,
  };
  return `{"name": ${JSON.stringify(span.name)}, "kind": "${KINDS[span.kind]}", "parent": ${parent},
    "start_time": ${nanos(span.startTime)}, "end_time": ${nanos(span.endTime)}, "status": ${JSON.stringify(status)},
    "context": ${ids(span.spanContext())}, "attributes": ${JSON.stringify(span.attributes)}, "links": [],
    "events": [${span.events
      .map(
        ({ name, time, attributes }) =>
          `{"name": ${JSON.stringify(name)}, "timestamp": ${nanos(time)}, "attributes": ${JSON.stringify(attributes)}}`,
      )
      .join()}],
    "resource": ${JSON.stringify({ attributes: span.resource.attributes, schema_url: "" })}}`;
}

/** As Phoenix's API answers one. */
export const asPhoenix = (span: ReadableSpan): Json => {
  const { "openinference.span.kind": kind = "UNKNOWN", ...attributes } = span.attributes;
  return {
    id: "U3Bhbjox",
    name: span.name,
    context: { trace_id: span.spanContext().traceId, span_id: span.spanContext().spanId },
    span_kind: kind,
    parent_id: span.parentSpanContext?.spanId ?? null,
    start_time: `${iso(span.startTime)}+00:00`,
    end_time: `${iso(span.endTime)}+00:00`,
    status_code: CODES[span.status.code],
    status_message: span.status.message ?? "",
    attributes,
    events: span.events.map(({ name, time, attributes: said }) => ({
      name,
      timestamp: `${iso(time)}+00:00`,
      attributes: said,
    })),
  };
};

/** The same as a row of a dataframe: a column for every attribute. */
export const asPhoenixRow = (span: ReadableSpan): Json => {
  const {
    context,
    attributes,
    id: _,
    ...row
  } = asPhoenix(span) as Json & { context: Json; attributes: Json };
  const columns = Object.entries(attributes).map(([key, value]) => [`attributes.${key}`, value]);
  return {
    ...row,
    events: JSON.stringify(row.events),
    "context.trace_id": context.trace_id,
    "context.span_id": context.span_id,
    ...Object.fromEntries(columns),
  };
};

export function asCsv(rows: readonly Json[]): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cell = (value: unknown): string => {
    const text =
      value === undefined || value === null
        ? ""
        : typeof value === "object"
          ? JSON.stringify(value)
          : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [names.map(cell), ...rows.map((row) => names.map((name) => cell(row[name])))]
    .map((cells) => cells.join(","))
    .join("\r\n");
}

/** As Langfuse keeps an OpenTelemetry span, and its API answers it: what it understood is no longer among the attributes. */
export function asLangfuse(span: ReadableSpan): Json {
  const said = span.attributes;
  const taken = (key: string) => key.startsWith("langfuse.") || key === "session.id" || key === "user.id";
  const metadata = Object.entries(said).filter(([key]) => key.startsWith("langfuse.observation.metadata."));
  const text = (key: string) => said[`langfuse.observation.${key}`] ?? null;
  return {
    id: span.spanContext().spanId,
    traceId: span.spanContext().traceId,
    parentObservationId: span.parentSpanContext?.spanId ?? null,
    type: String(text("type") ?? "span").toUpperCase(),
    name: span.name,
    startTime: `${iso(span.startTime).slice(0, 23)}Z`,
    endTime: `${iso(span.endTime).slice(0, 23)}Z`,
    level: text("level") ?? (span.status.code === 2 ? "ERROR" : "DEFAULT"),
    statusMessage: text("status_message") ?? span.status.message ?? null,
    input: text("input"),
    output: text("output"),
    model: text("model.name"),
    usageDetails: text("usage_details") === null ? {} : JSON.parse(String(text("usage_details"))),
    sessionId: said["session.id"] ?? null,
    userId: said["user.id"] ?? null,
    metadata: {
      ...Object.fromEntries(
        metadata.map(([key, value]) => [key.slice("langfuse.observation.metadata.".length), value]),
      ),
      attributes: Object.fromEntries(Object.entries(said).filter(([key]) => !taken(key))),
      resourceAttributes: span.resource.attributes,
      scope: span.instrumentationScope,
    },
  };
}
