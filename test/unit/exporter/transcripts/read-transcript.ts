import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ReportReader } from "../../../../exporter/read/reports/report-reader.js";
import type { TransformOptions } from "../../../../exporter/read/transform.js";
import { TRANSCRIPT_FORMATS } from "../../../../exporter/transcripts/formats.js";
import { valuesOfLine } from "../../../../exporter/transcripts/values-of-line.js";
import { DEFAULT_TOPICS, validateEvent } from "../../../../src/event/index.js";

const FOLDER = fileURLToPath(new URL("../../../fixtures/transcripts/", import.meta.url));

export const fixture = (name: string): string => readFileSync(`${FOLDER}${name}`, "utf8");

/** The events of a transcript as an importer makes them; every one keeps the contract. */
export function eventsOf(
  text: string,
  {
    path = "-",
    companion,
    callsOfAgents = new Map<string, string>(),
    options = { captureContent: true },
  }: {
    path?: string;
    companion?: unknown;
    callsOfAgents?: Map<string, string>;
    options?: TransformOptions;
  } = {},
) {
  const whole = valuesOfLine(text).values;
  const values = whole.length === 1 ? whole : text.split("\n").flatMap((line) => valuesOfLine(line).values);
  const format = TRANSCRIPT_FORMATS.find((each) => values.slice(0, 10).some((value) => each.matches(value)));
  if (format === undefined) throw new Error("no form of transcript");
  const reader = format.open({ path, companion, callsOfAgents });
  const reports = [...values.flatMap((value) => reader.read(value)), ...reader.unfinished()];
  const reportReader = new ReportReader(options);
  const events = reports.map((report) => {
    const made = reportReader.event(report, `${format.name}-transcript`);
    if (made.outcome !== "event") throw new Error("ignored");
    const { kind, event } = made;
    const origin = { topic: DEFAULT_TOPICS[kind], partition: 0, offset: "0", timestampMillis: 0 };
    const valid = validateEvent(kind, JSON.parse(JSON.stringify(event)), origin);
    if (!valid.valid) throw new Error(valid.reasons.join("; "));
    return { kind, ...(valid.event as unknown as Record<string, unknown>) } as Record<string, unknown>;
  });
  return {
    format: format.name,
    events,
    unknown: Object.fromEntries(reader.unknown),
    version: reader.version,
  };
}

/** Type, name, status and call key of each event in its order; of runs what became of them. */
export const outline = (events: readonly Record<string, unknown>[]): string[] =>
  events.map((event) =>
    event.kind === "execution"
      ? `execution ${String(event.execution_id)} ${String(event.status)}`
      : [event.action_type, event.action_name, event.status, event.call_key].map(String).join(" "),
  );
