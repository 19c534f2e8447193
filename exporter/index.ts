export { AgentActionSpanProcessor } from "./agent-action-span-processor.js";
export { DROP_REASONS, type DropReason, type ExporterStats } from "./deliver/delivery-counters.js";
export type { AgentLoop, OnLoop } from "./deliver/loop-watch.js";
export { type ActionRecord, type SerializeLimits, serializeEvent } from "./deliver/serialize.js";
export type { SendResult, Transport } from "./deliver/transport.js";
export { KafkaActionExporter } from "./kafka-action-exporter.js";
export type { ExporterOptions } from "./options.js";
export {
  closeDefaultPublisher,
  publishActionEvent,
  publishDecision,
  publishDetectionFailure,
  publishError,
  publishExecution,
  publishLabel,
  publishRouterPerformance,
  publishRoutingDecision,
  publishSuccess,
  publishToolCall,
  publishTransformation,
} from "./publish/publish.js";
export type {
  PublishedAction,
  PublishedDecision,
  PublishedError,
  PublishedSuccess,
  PublishedToolCall,
} from "./publish/publish-arguments.js";
export type { PublishedEvent } from "./publish/published-event.js";
export { type ActionPublisher, createActionPublisher, type PublishOptions } from "./publish/publisher.js";
export { type Captured, captured, HIDDEN } from "./read/dialects/common/captured.js";
export { type Failure, readFailure } from "./read/dialects/common/failure.js";
export { createDialect } from "./read/dialects/custom/create-dialect.js";
export type {
  ActionDefinition,
  AttributeCondition,
  DialectDefinition,
  SpanCondition,
  TextCondition,
  ValueSource,
} from "./read/dialects/custom/definition.js";
export type { DialectList } from "./read/dialects/custom/resolve-dialects.js";
export type {
  AnsweredCall,
  DecisionReading,
  DecisionType,
  Dialect,
  IgnoredReading,
  ModelCallReading,
  ModelMessages,
  Reading,
  RequestedCall,
  RunReading,
  ToolCallReading,
} from "./read/dialects/dialect.js";
export { DIALECTS } from "./read/dialects/index.js";
export type { RedactionOptions } from "./read/redaction/redaction-options.js";
export { createRedactor, type Redactor } from "./read/redaction/redactor.js";
export {
  createTransform,
  type SpanSurroundings,
  type Transform,
  type Transformed,
  type TransformOptions,
} from "./read/transform.js";
export { recordUnsampled, type SpanSampler } from "./record-unsampled.js";
export { registeredProcessor } from "./registration/registered-processor.js";
export { readSentrySpans, type SentryModule } from "./sentry/sentry-spans.js";
