export { ensureTopics, type TopicReport } from "../kafka/ensure-topics.js";
export { type ActionConsumer, startConsumer } from "./consumer.js";
export type { ConsumerMetrics, PartitionMetrics, TopicMetrics } from "./consumer-metrics.js";
export type { ConsumerStatus } from "./consumer-status.js";
export { DEAD_LETTER_HEADERS, DEAD_LETTER_REASONS, type DeadLetterReason } from "./dead-letter.js";
export type { ConsumerOptions } from "./options.js";
