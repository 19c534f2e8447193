/**
 * Observations of Langfuse: a trace that its page downloads, responses of its API, and its exports to files, whose names are
 * with underscores. https://langfuse.com/docs/api-and-data-platform
 *
 * What came to Langfuse as an OpenTelemetry span has its attributes and its scope in the metadata, with or without its input and output:
 * it is made that span again, so that it is read by the dialect of whoever wrote it. What Langfuse itself says of such a span is taken
 * only where no dialect knows the span.
 */

import { isPlainObject } from "../../src/event/json.js";
import { ATTR_CORRELATION_ID } from "../../src/event/semconv.js";
import type { Attributes } from "../read/dialects/common/attributes.js";
import { decodeJson } from "../read/dialects/common/decode-json.js";
import { DIALECTS } from "../read/dialects/index.js";
import { readableSpan } from "../read/readable-span.js";
import type { ReadableSpan } from "../read/sdk-types.js";
import { asText, contentOf } from "./langfuse-content.js";
import type { SpanFileFormat } from "./span-file-format.js";
import { isTraceId, spanIdOf, traceIdOf } from "./span-ids.js";
import { timeOfText } from "./span-time.js";
import { textOf } from "./text-of.js";

type Row = Readonly<Record<string, unknown>>;

export const langfuseFormat: SpanFileFormat = {
  name: "Langfuse observations",
  matches: (value) => observationsIn(value).some(({ row }) => isObservation(row)),
  read: (value, problems, place) =>
    observationsIn(value).flatMap(({ row, trace, at }) => {
      const read = spanOf(row, trace);
      if (typeof read !== "string") return [read];
      problems.push(`${place}${at}${read}`);
      return [];
    }),
};

const TYPES = new Set(
  "SPAN GENERATION EVENT AGENT TOOL CHAIN RETRIEVER EVALUATOR EMBEDDING GUARDRAIL".split(" "),
);

function isObservation(row: Row): boolean {
  const read = reading(row);
  return TYPES.has(textOf(read("type")).toUpperCase()) && read("startTime") !== undefined;
}

interface Found {
  readonly row: Row;
  readonly trace: Row;
  readonly at: string;
}

// A row; `{data: [...]}` of the API; a trace with its observations inside it or beside it.
function observationsIn(value: unknown): readonly Found[] {
  if (!isPlainObject(value)) return [];
  const name = ["observations", "data"].find((member) => Array.isArray(value[member]));
  if (name === undefined) return [{ row: value, trace: {}, at: "" }];
  const trace = isPlainObject(value.trace) ? value.trace : name === "data" ? {} : value;
  const rows: readonly unknown[] = listOf(value[name]);
  return rows.flatMap((row, index) =>
    isPlainObject(row) ? [{ row, trace, at: `${name}[${index}]: ` }] : [],
  );
}

/** Reads a member under its name in the API, or with underscores, or as a spreadsheet has it. */
function reading(row: Row): (name: string) => unknown {
  const byName = new Map(Object.entries(row).map(([key, value]) => [plain(key), value]));
  return (name) => byName.get(plain(name)) ?? undefined;
}

const plain = (name: string): string => name.replaceAll(/[_\s]/g, "").toLowerCase();

function spanOf(row: Row, trace: Row): ReadableSpan | string {
  const read = reading(row);
  const ofTrace = reading(trace);
  const foreignTrace = textOf(read("traceId") ?? ofTrace("id"));
  const traceId = traceIdOf(foreignTrace);
  const spanId = spanIdOf(read("id"));
  const startTime = timeOfText(read("startTime"));
  if (traceId === undefined) return "no traceId";
  if (spanId === undefined) return "no id";
  if (startTime === undefined) return "startTime is not a time";
  const metadata = withoutPaths(decoded(read("metadata")));
  const original = decoded(metadata.attributes);
  const message = read("statusMessage") || undefined;
  const isError = read("level") === "ERROR";
  const sessionId = read("sessionId") ?? ofTrace("sessionId");
  const userId = read("userId") ?? ofTrace("userId");
  const spanWith = (attributes: Attributes): ReadableSpan =>
    readableSpan({
      traceId,
      spanId,
      parentSpanId: spanIdOf(read("parentObservationId")),
      name: textOf(read("name")),
      kind: 0,
      startTime,
      // An event has a start only.
      endTime: timeOfText(read("endTime")) ?? startTime,
      status: isError ? { code: 2, ...(message !== undefined && { message: textOf(message) }) } : { code: 0 },
      attributes: {
        ...original,
        ...attributes,
        ...(sessionId !== undefined && { "session.id": sessionId }),
        ...(userId !== undefined && { "user.id": userId }),
        ...(!isTraceId(foreignTrace) && { [ATTR_CORRELATION_ID]: foreignTrace }),
      },
      resource: decoded(metadata.resourceAttributes),
      scope: scopeOf(metadata.scope),
    });
  const foreign = spanWith(
    contentOf(original, scopeOf(metadata.scope).name, { input: read("input"), output: read("output") }),
  );
  return isKnown(foreign) ? foreign : spanWith(observationAttributes(read, metadata));
}

/** Whether a dialect of somebody else than Langfuse knows the span. */
const isKnown = (span: ReadableSpan): boolean =>
  OTHERS.some((dialect) => {
    try {
      return dialect.read(span, []) !== undefined;
    } catch {
      return false;
    }
  });

const OTHERS = DIALECTS.filter(({ name }) => name !== "langfuse");

const PREFIX = "langfuse.observation.";

function observationAttributes(read: (name: string) => unknown, metadata: Row): Attributes {
  const [input, output] = [read("input"), read("output")].map(asText);
  const said = {
    type: textOf(read("type")).toLowerCase(),
    input,
    output,
    level: read("level"),
    status_message: read("statusMessage"),
    "model.name": read("providedModelName") ?? read("model"),
    usage_details: asText(read("usageDetails") ?? read("usage")),
  };
  const own = Object.entries(said).map(([name, value]) => [PREFIX + name, value] as const);
  const more = Object.entries(metadata)
    .filter(([name]) => !OF_THE_SPAN.has(name))
    .map(([name, value]) => [`${PREFIX}metadata.${name}`, asText(value)] as const);
  return Object.fromEntries([...own, ...more].filter(([, value]) => value !== undefined));
}

const OF_THE_SPAN = new Set(["attributes", "resourceAttributes", "scope"]);

// Newer exports have one member for each path: `{"attributes.gen_ai.tool.name": "search"}`.
function withoutPaths(metadata: Row): Row {
  const nested: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(metadata)) {
    const [, member, name] = /^(attributes|resourceAttributes|scope)\.(.+)$/.exec(path) ?? [];
    if (member === undefined || name === undefined) nested[path] = value;
    else nested[member] = { ...decoded(nested[member]), [name]: value };
  }
  return nested;
}

function scopeOf(value: unknown): { name: string; version?: string } {
  const { name, version } = decoded(value);
  if (typeof name !== "string") return { name: "langfuse-sdk" };
  return typeof version === "string" ? { name, version } : { name };
}

// In CSV, and in the responses of older versions, objects are JSON texts.
function decoded(value: unknown): Row {
  const object = typeof value === "string" ? decodeJson(value) : value;
  return isPlainObject(object) ? object : {};
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
