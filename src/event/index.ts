export {
  ACTION_STATUSES,
  ACTION_TYPES,
  type ActionEvent,
  type ActionStatus,
  type ActionType,
  type MergedSpan,
  ROW_STATUSES,
} from "./action-event.js";
export type { CommonFields } from "./common-fields.js";
export { CONTRACT, type EventOfKind, RECORD_FIELDS, SCHEMA_VERSION } from "./contract.js";
export { CORRECTION_HEADER, mappingRank } from "./correction.js";
export { type CorrelationId, correlationId } from "./correlation-id.js";
export {
  DETECTION_STATUSES,
  type DetectionFailureEvent,
  type DetectionStatus,
  detectionStatus,
} from "./detection-failure-event.js";
export { errorGroup, errorPattern } from "./error-group.js";
export { EXECUTION_STATUSES, type ExecutionEvent, type ExecutionStatus } from "./execution-event.js";
export type { FieldSpec } from "./field.js";
export type { JsonObject, JsonValue } from "./json.js";
export { jsonSchema } from "./json-schema.js";
export { EVENT_KINDS, type EventKind } from "./kinds.js";
export { LABEL_KINDS, type LabelEvent, type LabelKind } from "./label-event.js";
export { MAX_NAME_BYTES, MAX_RECORD_BYTES, trimText } from "./limits.js";
export {
  HEARTBEAT_INTERVAL_MILLIS,
  MAX_EPOCH_CHARS,
  PRODUCER_HEARTBEAT_FIELDS,
  PRODUCER_STATUSES,
  type ProducerHeartbeat,
  type ProducerStatus,
  type ValidProducerHeartbeat,
  validateProducerHeartbeat,
} from "./producer-heartbeat.js";
export type { RouterPerformanceEvent } from "./router-performance-event.js";
export type { RoutingDecisionEvent } from "./routing-decision-event.js";
export { MAX_DEPTH, sanitizeJson, sanitizeText } from "./sanitize.js";
export { DEFAULT_SENDER, SENDER_HEADER } from "./sender.js";
export {
  SPAN_ATTRIBUTION_FIELDS,
  type SpanAttribution,
  type ValidSpanAttribution,
  validateSpanAttribution,
} from "./span-attribution.js";
export { parseTimestamp, type Timestamp } from "./timestamp.js";
export {
  DEFAULT_TOPICS,
  kindOfTopic,
  ONEX_TOPICS,
  RECORD_KINDS,
  type RecordKind,
  resolveTopics,
  type TopicNames,
  topicAliases,
} from "./topics.js";
export {
  TRANSFORMATION_TYPES,
  type TransformationEvent,
  type TransformationType,
} from "./transformation-event.js";
export {
  actionId,
  keyedActionId,
  nameUuid,
  parseUuid,
  recordIdentity,
  spanIdentity,
} from "./uuid.js";
export {
  type EventIdentity,
  type EventOrigin,
  type InvalidEvent,
  type Validated,
  type ValidEvent,
  validateEvent,
} from "./validate-event.js";
export { type ValidRecord, validateRecord } from "./validate-record.js";
