import { isPlainObject } from "../../src/event/json.js";
import { spansOfDocument } from "./otlp-spans.js";
import type { SpanFileFormat } from "./span-file-format.js";

/** OTLP/JSON, as the Collector's file exporter and OTLP/HTTP write it. */
export const otlpFormat: SpanFileFormat = {
  name: "OTLP/JSON",
  matches: (value) => isPlainObject(value) && value.resourceSpans !== undefined,
  read: (value, problems, place) => spansOfDocument(value, problems, place),
};

/** What Grafana downloads of a trace, and what Tempo returns: OTLP under other names. */
export const tempoFormat: SpanFileFormat = {
  name: "Grafana Tempo",
  matches: (value) =>
    isPlainObject(value) &&
    (Array.isArray(value.batches) || (value.spans === undefined && otlpInside(value))),
  read(value, problems, place) {
    const document = isPlainObject(value) ? (value.trace ?? { resourceSpans: value.batches }) : value;
    return spansOfDocument(document, problems, place);
  },
};

const otlpInside = ({ trace }: Record<string, unknown>): boolean => otlpFormat.matches(trace);
