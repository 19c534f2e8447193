import { correlationId, type SpanFact } from "../../src/event/index.js";
import { type ActionRecord, headersOf } from "../serialize.js";

/** A fact as the record that Kafka gets. Facts of one trace stay in order on one partition. */
export function factRecord(fact: SpanFact): ActionRecord {
  return {
    kind: "span_fact",
    key: correlationId(fact.trace_id).uuid,
    value: Buffer.from(JSON.stringify(fact), "utf8"),
    headers: headersOf("span_fact"),
  };
}
