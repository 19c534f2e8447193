import { correlationId, type SpanAttribution } from "../../../src/event/index.js";
import { type ActionRecord, headersOf } from "../../deliver/serialize.js";

/** A fact as the record that Kafka gets. Facts of one trace stay in order on one partition. */
export function factRecord(fact: SpanAttribution): ActionRecord {
  return {
    kind: "span_attribution",
    key: correlationId(fact.trace_id).uuid,
    value: Buffer.from(JSON.stringify(fact), "utf8"),
    headers: headersOf("span_attribution"),
  };
}
