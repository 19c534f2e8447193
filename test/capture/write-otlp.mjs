/**
 * Writes spans that ended as OTLP/JSON, one span a line, such that another run of the same program gives the same file: ids, times and
 * UUIDs are replaced by ones that come from what the program did; paths, host and process are taken out.
 */
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { basename, dirname, join } from "node:path";
import { noteInManifest } from "./manifest.mjs";
import { keyValues } from "./otlp-values.mjs";

const MAX_BYTES = 500_000;
/** 2026-01-01T00:00:00Z; a step of the program is a millisecond after the one before. */
const FIRST_SECOND = 1_767_225_600;

/**
 * @param path of the file, `<fixtures>/<name>.otlp.json`
 * @param recorder a SpanRecorder, or a list of ReadableSpans (SDK 1, 2 or 3) that have ended
 * @param options.replace pairs of what else changes from run to run and what stands for it: `[/run-\w+/g, "run-1"]`
 * @param options.manifest `{ dialect, libraries: ["langfuse", ...] }`: the versions are those that are installed, `{ name: version }` is
 *   for what is no package of npm
 */
export function writeOtlp(path, recorder, { replace = [], manifest } = {}) {
  const { spans, steps } = Array.isArray(recorder) ? { spans: recorder, steps: new Map() } : recorder;
  const times = stableTimes(spans, steps);
  const groups = Map.groupBy ? Map.groupBy(spans, groupOf) : groupBy(spans, groupOf);
  const documents = [...groups.values()].map((group) => resourceSpans(group, times));
  const text = stableText(
    `{"resourceSpans":[${documents.join(",\n")}]}\n`,
    inOrderOfStart(spans, times),
    replace,
  );
  if (text.length > MAX_BYTES) throw new Error(`${path}: ${text.length} bytes, more than ${MAX_BYTES}`);
  writeFileSync(path, text);
  if (manifest) noteInManifest(join(dirname(path), "manifest.json"), basename(path, ".otlp.json"), manifest);
  console.log(`${basename(path)}: ${spans.length} spans, ${text.length} bytes`);
}

function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

const scopeOf = (span) => span.instrumentationScope ?? span.instrumentationLibrary ?? { name: "" };
const groupOf = (span) => JSON.stringify([scopeOf(span).name, scopeOf(span).version, keptResource(span)]);

// What names the program and its SDK; the machine is nobody's business.
const keptResource = ({ resource }) =>
  Object.entries(resource?.attributes ?? {}).filter(([key]) => /^(service\.name|telemetry\.sdk\.)/.test(key));

function resourceSpans(spans, times) {
  const { name, version } = scopeOf(spans[0]);
  const resource = { attributes: keyValues(Object.fromEntries(keptResource(spans[0]))) };
  const lines = spans.map((span) => JSON.stringify(spanOf(span, times.get(span)))).join(",\n");
  const scoped = `{"scope":${JSON.stringify({ name, version })},"spans":[\n${lines}\n]}`;
  return `{"resource":${JSON.stringify(resource)},"scopeSpans":[${scoped}]}`;
}

function spanOf(span, { start, end }) {
  const { traceId, spanId } = span.spanContext();
  return {
    traceId,
    spanId,
    parentSpanId: parentIdOf(span),
    name: span.name,
    kind: span.kind + 1,
    startTimeUnixNano: nanos(start),
    endTimeUnixNano: nanos(end),
    attributes: keyValues(span.attributes),
    events: span.events.map((event, index) => ({
      timeUnixNano: nanos(end, index - span.events.length),
      name: event.name,
      attributes: keyValues(event.attributes ?? {}),
    })),
    links: span.links.map(({ context, attributes }) => ({
      traceId: context.traceId,
      spanId: context.spanId,
      attributes: keyValues(attributes ?? {}),
    })),
    status: { code: span.status.code, message: span.status.message },
  };
}

const inOrderOfStart = (spans, times) =>
  [...spans].sort((one, other) => times.get(one).start - times.get(other).start);

const parentIdOf = (span) => span.parentSpanContext?.spanId ?? (span.parentSpanId || undefined);

const nanos = (step, micros = 0) =>
  String(BigInt(FIRST_SECOND) * 1_000_000_000n + BigInt(step) * 1_000_000n + BigInt(micros) * 1000n);

// By the recorder's steps; where there was none, by the rank of the real times, which may tie.
function stableTimes(spans, steps) {
  if (spans.every((span) => steps.has(span))) return new Map(spans.map((span) => [span, steps.get(span)]));
  const exact = ([seconds, part]) => BigInt(seconds) * 1_000_000_000n + BigInt(part);
  const moments = new Set(spans.flatMap(({ startTime, endTime }) => [exact(startTime), exact(endTime)]));
  const ranks = new Map(
    [...moments].sort((one, other) => (one < other ? -1 : 1)).map((time, rank) => [time, rank]),
  );
  return new Map(
    spans.map((span) => [
      span,
      { start: ranks.get(exact(span.startTime)), end: ranks.get(exact(span.endTime)) },
    ]),
  );
}

function stableText(text, spans, replace) {
  let stable = text;
  for (const [id, stead] of stableIds(spans)) stable = stable.replaceAll(id, stead);
  for (const [found, stead] of [...replace, ...machine()]) stable = stable.replaceAll(found, stead);
  const uuids = new Map();
  return stable
    .replace(
      /(?<![0-9a-z])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-z])/gi,
      (uuid) => {
        if (!uuids.has(uuid))
          uuids.set(uuid, `00000000-0000-4000-8000-${String(uuids.size + 1).padStart(12, "0")}`);
        return uuids.get(uuid);
      },
    )
    .replace(/\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?/g, "2026-01-01T00:00:00.000Z");
}

// CrewAI's flows have one in the names of their spans.
const steadyName = ({ name }) => name.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "uuid");

/** From the path of names down to the span, so that a span that a new version adds leaves the ids of the others as they are. */
function stableIds(spans) {
  const byId = new Map(spans.map((span) => [span.spanContext().spanId, span]));
  const ids = new Map();
  const counts = new Map();
  const idOf = (path, digits) => {
    const number = counts.get(path) ?? 0;
    counts.set(path, number + 1);
    return createHash("sha256").update(`${path}\n${number}`).digest("hex").slice(0, digits);
  };
  const place = (span) => {
    const { traceId, spanId } = span.spanContext();
    if (ids.has(spanId)) return;
    const parentId = parentIdOf(span);
    const parent = byId.get(parentId);
    if (parent) place(parent);
    else if (parentId && !ids.has(parentId)) ids.set(parentId, idOf("a span that is not in the file", 16));
    if (!ids.has(traceId)) ids.set(traceId, idOf(`trace ${steadyName(span)}`, 32));
    ids.set(spanId, idOf(`${ids.get(traceId)} ${ids.get(parentId) ?? ""} ${steadyName(span)}`, 16));
    for (const { context } of span.links)
      if (!byId.has(context.spanId) && !ids.has(context.spanId)) ids.set(context.spanId, idOf("a link", 16));
  };
  for (const span of spans) place(span);
  return ids;
}

// What this machine would say of itself: the program's folder becomes /srv/app.
function machine() {
  const folder = process.cwd();
  const names = [
    [/(?<=[\s"'(]|file:\/\/)\/[^\s"'()]*?\/node_modules\//g, "/srv/app/node_modules/"],
    [`file://${folder}`, "file:///srv/app"],
    [folder, "/srv/app"],
    [hostname(), "host"],
  ];
  const home = userInfo().homedir;
  return (home.length > 1 ? [...names, [home, "/home/app"]] : names).filter(([found]) => found !== "");
}
