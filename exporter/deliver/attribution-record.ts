import { correlationId, type SpanAttribution } from "../../src/event/index.js";
import { type ActionRecord, headersOf } from "./serialize.js";

/** A span attribution as the record that Kafka gets. Those of one trace stay in order on one partition. */
export function attributionRecord(attribution: SpanAttribution): ActionRecord {
  return {
    kind: "span_attribution",
    key: correlationId(attribution.trace_id).uuid,
    value: Buffer.from(JSON.stringify(attribution), "utf8"),
    headers: headersOf("span_attribution"),
  };
}
