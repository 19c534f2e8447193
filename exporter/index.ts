export { AgentActionSpanProcessor } from "./agent-action-span-processor.js";
export { type Captured, captured, HIDDEN } from "./dialects/captured.js";
export { createDialect } from "./dialects/custom/create-dialect.js";
export type {
  ActionDefinition,
  AttributeCondition,
  DialectDefinition,
  SpanCondition,
  TextCondition,
  ValueSource,
} from "./dialects/custom/definition.js";
export type { DialectList } from "./dialects/custom/resolve-dialects.js";
export type {
  AnsweredCall,
  DecisionReading,
  DecisionType,
  Dialect,
  ModelCallReading,
  ModelMessages,
  OtherReading,
  Reading,
  RequestedCall,
  RunReading,
  ToolCallReading,
} from "./dialects/dialect.js";
export { type Failure, readFailure } from "./dialects/failure.js";
export { DIALECTS } from "./dialects/index.js";
export { KafkaActionExporter } from "./kafka-action-exporter.js";
export type { ExporterOptions } from "./options.js";
export {
  closeDefaultPublisher,
  publishActionEvent,
  publishDecision,
  publishDetectionFailure,
  publishError,
  publishExecution,
  publishRouterPerformance,
  publishRoutingDecision,
  publishSuccess,
  publishToolCall,
  publishTransformation,
} from "./publish.js";
export type {
  PublishedAction,
  PublishedDecision,
  PublishedError,
  PublishedSuccess,
  PublishedToolCall,
} from "./publish-arguments.js";
export type { PublishedEvent } from "./published-event.js";
export { type ActionPublisher, createActionPublisher, type PublishOptions } from "./publisher.js";
export { recordUnsampled, type SpanSampler } from "./record-unsampled.js";
export type { RedactionOptions } from "./redaction/redaction-options.js";
export { createRedactor, type Redactor } from "./redaction/redactor.js";
export { readSentrySpans, type SentryModule } from "./sentry-spans.js";
export { type ActionRecord, type SerializeLimits, serializeEvent } from "./serialize.js";
export { DROP_REASONS, type DropReason, type ExporterStats } from "./stats.js";
export {
  createTransform,
  type SpanSurroundings,
  type Transform,
  type Transformed,
  type TransformOptions,
} from "./transform.js";
export type { SendResult, Transport } from "./transport/transport.js";
