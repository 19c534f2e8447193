import { readFileSync } from "node:fs";
import { withAncestors } from "../../exporter/correlate/span-ancestors.js";
import { SpanCorrelator } from "../../exporter/correlate/span-correlator.js";
import { type LogOutcome, LogReader } from "../../exporter/read/logs/log-reader.js";
import type { TransformOptions } from "../../exporter/read/transform.js";
import type { ActionEvent } from "../../src/event/index.js";
import { LOG_REQUEST, readRequest, TRACE_REQUEST } from "../../src/otlp/read-request.js";

/** One request as a coding agent sent it. */
export interface RecordedRequest {
  readonly path: "/v1/traces" | "/v1/logs";
  readonly body: unknown;
}

/** `test/fixtures/coding-agents/<file>.otlp.jsonl`: what the program sent, in its order, without metrics. */
export const recording = (file: string): readonly RecordedRequest[] =>
  readFileSync(`test/fixtures/coding-agents/${file}.otlp.jsonl`, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as RecordedRequest);

const bytesOf = ({ body }: RecordedRequest): Buffer => Buffer.from(JSON.stringify(body));

/** What becomes of each log record of a recording. */
export async function logOutcomes(
  requests: readonly RecordedRequest[],
  options: TransformOptions = { captureContent: true },
): Promise<readonly LogOutcome[]> {
  const reader = new LogReader(options);
  const outcomes: LogOutcome[] = [];
  for (const request of requests.filter(({ path }) => path === "/v1/logs")) {
    const reading = await readRequest(LOG_REQUEST, bytesOf(request), "json", 100_000);
    if (!reading.ok || reading.problems.length > 0) throw new Error(JSON.stringify(reading));
    outcomes.push(...reading.items.map((record) => reader.read(record)));
  }
  return outcomes;
}

/** The actions of the spans of a recording, request by request as the service reads them. */
export async function spanActions(
  requests: readonly RecordedRequest[],
  options: TransformOptions = { captureContent: true },
): Promise<readonly ActionEvent[]> {
  const correlator = new SpanCorrelator(options);
  const actions: ActionEvent[] = [];
  for (const request of requests.filter(({ path }) => path === "/v1/traces")) {
    const reading = await readRequest(TRACE_REQUEST, bytesOf(request), "json", 100_000);
    if (!reading.ok || reading.problems.length > 0) throw new Error(JSON.stringify(reading));
    const plan = correlator.prepare(withAncestors(reading.items));
    correlator.commit(plan);
    for (const { transformed } of plan.spans)
      if (transformed.outcome === "event") actions.push(transformed.event as ActionEvent);
  }
  return actions;
}
