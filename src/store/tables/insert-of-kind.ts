import type { StoredEvent } from "../stored-event.js";
import { ACTION_UPSERT } from "./action-upsert.js";
import { DETECTION_FAILURE_INSERT } from "./detection-failure-insert.js";
import { EXECUTION_UPSERT } from "./execution-upsert.js";
import { LABEL_INSERT } from "./label-insert.js";
import { PRODUCER_HEARTBEAT_UPSERT } from "./producer-heartbeat-upsert.js";
import { ROUTER_PERFORMANCE_INSERT } from "./router-performance-insert.js";
import { ROUTING_DECISION_INSERT } from "./routing-decision-insert.js";
import { SPAN_ATTRIBUTION_INSERT } from "./span-attribution-insert.js";
import type { InsertOfKind } from "./table.js";
import { TRANSFORMATION_INSERT } from "./transformation-insert.js";

/** How a record of each kind gets into its table. */
export const INSERT_OF_KIND: InsertOfKind<StoredEvent> = {
  action: ACTION_UPSERT,
  routing_decision: ROUTING_DECISION_INSERT,
  transformation: TRANSFORMATION_INSERT,
  router_performance: ROUTER_PERFORMANCE_INSERT,
  detection_failure: DETECTION_FAILURE_INSERT,
  execution: EXECUTION_UPSERT,
  label: LABEL_INSERT,
  span_attribution: SPAN_ATTRIBUTION_INSERT,
  producer_heartbeat: PRODUCER_HEARTBEAT_UPSERT,
};
