import { ACTION_FIELDS, type ActionEvent } from "./action-event.js";
import { DETECTION_FAILURE_FIELDS, type DetectionFailureEvent } from "./detection-failure-event.js";
import { EXECUTION_FIELDS, type ExecutionEvent } from "./execution-event.js";
import type { FieldSpec } from "./field.js";
import type { EventKind } from "./kinds.js";
import { LABEL_FIELDS, type LabelEvent } from "./label-event.js";
import { PRODUCER_HEARTBEAT_FIELDS } from "./producer-heartbeat.js";
import { ROUTER_PERFORMANCE_FIELDS, type RouterPerformanceEvent } from "./router-performance-event.js";
import { ROUTING_DECISION_FIELDS, type RoutingDecisionEvent } from "./routing-decision-event.js";
import { SPAN_ATTRIBUTION_FIELDS } from "./span-attribution.js";
import type { RecordKind } from "./topics.js";
import { TRANSFORMATION_FIELDS, type TransformationEvent } from "./transformation-event.js";

/** The event of each kind, as producers write it. */
export interface EventOfKind {
  action: ActionEvent;
  routing_decision: RoutingDecisionEvent;
  transformation: TransformationEvent;
  router_performance: RouterPerformanceEvent;
  detection_failure: DetectionFailureEvent;
  execution: ExecutionEvent;
  label: LabelEvent;
}

/** The fields of each kind; validator, JSON schemas and docs are made from them. */
export const CONTRACT: Readonly<Record<EventKind, Readonly<Record<string, FieldSpec>>>> = {
  action: ACTION_FIELDS,
  routing_decision: ROUTING_DECISION_FIELDS,
  transformation: TRANSFORMATION_FIELDS,
  router_performance: ROUTER_PERFORMANCE_FIELDS,
  detection_failure: DETECTION_FAILURE_FIELDS,
  execution: EXECUTION_FIELDS,
  label: LABEL_FIELDS,
};

/** The fields of whatever travels on a topic that is read. */
export const RECORD_FIELDS: Readonly<Record<RecordKind, Readonly<Record<string, FieldSpec>>>> = {
  ...CONTRACT,
  span_attribution: SPAN_ATTRIBUTION_FIELDS,
  producer_heartbeat: PRODUCER_HEARTBEAT_FIELDS,
};

/** Version of the contract that this package writes. */
export const SCHEMA_VERSION = 1;
