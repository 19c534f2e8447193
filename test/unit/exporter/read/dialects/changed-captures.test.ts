/**
 * What holds for all captures: rows depend on what spans say of the work, and not on versions, times, resources, orders, spans of the program in
 * between, and, where the keys tell it too, not on the name of the scope.
 */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { mapSpans } from "../../../../../exporter/correlate/map-spans.js";
import { readOtlpJson } from "../../../../../exporter/span-files/otlp-spans.js";
import type { ActionEvent } from "../../../../../src/event/index.js";
import type { Capture } from "../../../../captured/capture.js";
import { allCaptures, summaryOfEvent } from "../../../../helpers/captures.js";
import {
  backwards,
  elsewhere,
  type OtlpDocument,
  renamed,
  withSpansBetween,
} from "../../../../helpers/changed-captures.js";
import { pendingCaptures } from "../../../../helpers/pending-captures.js";

const captures: readonly Capture[] = [
  ...(await allCaptures()).map((one) => ({ ...one, options: { callsWithoutSpan: false, ...one.options } })),
  ...(await pendingCaptures()),
];

/** Rows by the first digits of their span's id, or by the id of the call that has none. */
function rowsOf(text: string, { options = {} }: Capture): Readonly<Record<string, unknown>> {
  const mapped = mapSpans(readOtlpJson(text), { captureContent: true, ...options });
  const rows = mapped.flatMap(({ span, transformed, isReportedOnly }) => {
    if (transformed.outcome !== "event") return [];
    const event = transformed.event as ActionEvent;
    const id = isReportedOnly ? `call:${event.tool_call_id}` : span.spanContext().spanId.slice(0, 6);
    return [[id, summaryOfEvent(event)] as const];
  });
  return Object.fromEntries(rows);
}

/** Runs of two layers are one where one is directly inside the other. */
const NOT_BETWEEN = ["pending/autogen-openinference"];

/**
 * What these say of their spans is in keys and names that others use for something else: the scope alone tells that they are meant. The rest has
 * to be the same in a fork of a library.
 */
const BY_SCOPE =
  /^(?:azure-|google-adk-|langfuse-langchain$|langgraph-js-traceloop|mcp-traceloop|openinference-openai-agents-python|traceloop-(?:agent|langchain|python-openai)|vercel-ai-(?:7(?!-legacy)|v7)|pending\/(?:ag2-classic|agent-framework|agno|autogen-openinference|beeai|claude-agent-openinference|crewai-open(?:inference|lit)|dspy|desk-(?:agno|openai)|haystack-openinference|langgraph-\w+-openlit|llamaindex|openai-agents|semantic-kernel|strands-shop-openinference|voltagent))/;

describe.each(captures.map((capture) => [capture.file, capture] as const))("%s", (file, capture) => {
  const text = readFileSync(`test/fixtures/spans/${file}.otlp.json`, "utf8");
  const rows = rowsOf(text, capture);
  const changedBy = (change: (document: OtlpDocument) => void) => {
    const document = JSON.parse(text) as OtlpDocument;
    change(document);
    return rowsOf(JSON.stringify(document), capture);
  };

  test("has the same rows in another version, on another day, from another host", () => {
    expect(changedBy(elsewhere)).toEqual(rows);
  });
  test("has the same rows in another order", () => expect(changedBy(backwards)).toEqual(rows));
  test("has the same rows with spans of the program in between", () => {
    const changed = changedBy(withSpansBetween);
    if (NOT_BETWEEN.includes(file)) expect(changed).not.toEqual(rows);
    else expect(changed).toEqual(rows);
  });

  test("has the same rows in a scope of another name, or is known to be told by it", () => {
    const changed = changedBy(renamed);
    if (BY_SCOPE.test(file)) expect(changed).not.toEqual(rows);
    else expect(changed).toEqual(rows);
  });
});
