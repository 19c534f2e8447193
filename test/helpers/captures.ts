import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { mapSpans } from "../../exporter/correlate/map-spans.js";
import { HIDDEN } from "../../exporter/read/dialects/common/captured.js";
import type { ModelMessages } from "../../exporter/read/dialects/dialect.js";
import { DIALECTS } from "../../exporter/read/dialects/index.js";
import type { ReadableSpan } from "../../exporter/read/sdk-types.js";
import type { Transformed } from "../../exporter/read/transform.js";
import { readOtlpJson } from "../../exporter/span-files/otlp-spans.js";
import type { ActionEvent } from "../../src/event/index.js";
import type { Capture, Row } from "../captured/capture.js";

const FOLDER = join(import.meta.dirname, "../captured");

/** The captures of all modules in `test/captured`, in the order of their files. A module without any is a mistake. */
export async function allCaptures(): Promise<readonly Capture[]> {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith(".ts") && name !== "capture.ts");
  const captures = names.sort().map(async (name) => {
    const module = (await import(pathToFileURL(join(FOLDER, name)).href)) as {
      CAPTURES?: readonly Capture[];
    };
    if (module.CAPTURES === undefined) throw new Error(`test/captured/${name} exports no CAPTURES`);
    return module.CAPTURES;
  });
  return (await Promise.all(captures)).flat();
}

export interface MappedSpan {
  /** The first six digits of the span's id, by which rows name it. */
  readonly id: string;
  readonly span: ReadableSpan;
  readonly ancestors: readonly ReadableSpan[];
  readonly transformed: Transformed;
}

/** What our code makes of the spans of a captured file. What went into another span's action is none. */
export function mapCapture({ file, options = {} }: Capture): readonly MappedSpan[] {
  const spans = readOtlpJson(readFileSync(`test/fixtures/spans/${file}.otlp.json`, "utf8"));
  const mapped = mapSpans(spans, { captureContent: true, callsWithoutSpan: false, ...options });
  return mapped.map(({ span, transformed }, index) => ({
    id: span.spanContext().spanId.slice(0, 6),
    span,
    ancestors: spans[index]?.ancestors ?? [],
    transformed:
      transformed.outcome === "deduplicated"
        ? { outcome: "ignored", reason: `the same call as ${transformed.into}` }
        : transformed,
  }));
}

/** What is compared of an action. */
export interface Summary {
  readonly type: string;
  readonly name: string;
  readonly agent: string;
  readonly session: string | undefined;
  readonly call: string | undefined;
  readonly status: string | undefined;
  readonly error: readonly unknown[] | undefined;
  readonly source: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What an action came out as. */
export function summaryOfEvent(event: ActionEvent): Summary {
  const details = structuredClone(event.action_details) as Record<string, Record<string, unknown>>;
  if (details.error_context !== undefined) delete details.error_context.stacktrace;
  return {
    type: event.action_type,
    name: event.action_name,
    agent: event.agent_name,
    session: event.session_id,
    call: event.tool_call_id,
    status: event.status,
    error: event.error_type === undefined ? undefined : [event.error_type, event.error_message],
    source: event.source,
    details,
  };
}

/** What a row says that it has to be. */
export function summaryOfRow(row: Row, { source, sources = {} }: Capture): Summary {
  const [id, type, name, { agent, session, call, error, details }] = row;
  return {
    type,
    name,
    agent,
    session,
    call,
    status: error === undefined ? "ok" : "error",
    error: error && [...error],
    source: sources[id] ?? source,
    details,
  };
}

/** What the span of a model's call says of tools, in the form of the rows. */
export function modelTold({ id, span, ancestors }: MappedSpan, dialects = DIALECTS): Told {
  for (const dialect of dialects) {
    const reading = dialect.read(span, ancestors);
    if (reading === undefined) continue;
    if (reading.is !== "model_call") throw new Error(`${id} is no call of a model: ${reading.is}`);
    return toldBy(reading.messages());
  }
  throw new Error(`${id} is known to no dialect`);
}

interface Told {
  readonly requested: readonly (readonly unknown[])[];
  readonly answered: readonly (readonly unknown[])[];
}

function toldBy({ requested, answered }: ModelMessages): Told {
  return {
    requested: requested.map(({ name, callId, parameters }) => trimmed(name, callId, shown(parameters))),
    answered: answered.map(({ callId, outcome, result, name }) =>
      trimmed(callId, outcome, shown(result), name),
    ),
  };
}

const shown = (value: unknown): unknown => (value === HIDDEN ? undefined : value);

/** Without the `undefined` ones at its end, as a row is written. */
function trimmed(...values: readonly unknown[]): readonly unknown[] {
  return values.slice(0, values.findLastIndex((value) => value !== undefined) + 1);
}
