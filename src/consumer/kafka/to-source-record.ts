import type { KafkaMessage } from "kafkajs";
import type { SourceRecord } from "../source-record.js";

const NO_HEADERS = Object.freeze({});

export function toSourceRecord(topic: string, partition: number, message: KafkaMessage): SourceRecord {
  return {
    topic,
    partition,
    offset: message.offset,
    timestampMillis: Number(message.timestamp),
    key: message.key,
    value: message.value,
    headers: message.headers ?? NO_HEADERS,
  };
}
