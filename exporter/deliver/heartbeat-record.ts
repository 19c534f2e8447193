import type { ProducerHeartbeat } from "../../src/event/index.js";
import { type ActionRecord, headersOf } from "./serialize.js";

/** A heartbeat as the record that Kafka gets: keyed by its epoch, and without a number among the producer's records. */
export function heartbeatRecord(heartbeat: ProducerHeartbeat): ActionRecord {
  return {
    kind: "producer_heartbeat",
    key: heartbeat.producer_epoch,
    value: Buffer.from(JSON.stringify(heartbeat), "utf8"),
    headers: headersOf("producer_heartbeat"),
  };
}
