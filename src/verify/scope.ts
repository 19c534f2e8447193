import { correlationId, type EventKind } from "../event/index.js";

/** Of which records it is asked whether they are there. */
export interface VerifyScope {
  /** Correlation id: a UUID, a trace id, or the text that the producer gave. */
  readonly run?: string | undefined;
  /** An epoch, or a `service.name`. */
  readonly producer?: string | undefined;
  /** Producers that were seen since then, and records that Kafka has had since then. */
  readonly since?: Date | undefined;
}

/** The tables whose rows say from which record they are, by the kind of that record. */
export const ROW_TABLES: Readonly<Record<EventKind, string>> = {
  action: "agent_actions",
  routing_decision: "agent_routing_decisions",
  transformation: "agent_transformation_events",
  router_performance: "router_performance_metrics",
  detection_failure: "agent_detection_failures",
  execution: "agent_execution_logs",
  label: "agent_action_labels",
};

/** The run as its rows have it; `undefined` where no run is asked for. */
export const runOf = ({ run }: VerifyScope): string | undefined =>
  run === undefined ? undefined : correlationId(run).uuid;
