import { EVENT_KINDS, type EventKind } from "./kinds.js";

/** The name of each kind's topic, and of the topic that takes what could not be stored. */
export type TopicNames = Readonly<Record<EventKind | "dead_letter", string>>;

/** The names that the specification gives. */
export const DEFAULT_TOPICS: TopicNames = Object.freeze({
  action: "agent-actions",
  routing_decision: "onex.evt.omniclaude.routing-decision.v1",
  transformation: "agent-transformation-events",
  router_performance: "router-performance-metrics",
  detection_failure: "agent-detection-failures",
  execution: "agent-execution-logs",
  dead_letter: "agent-observability-dlq",
});

/** The names that newer deployments of the same producers use for the same seven topics. */
export const ONEX_TOPICS: TopicNames = Object.freeze({
  action: "onex.evt.omniclaude.agent-actions.v1",
  routing_decision: "onex.evt.omniclaude.routing-decision.v1",
  transformation: "onex.evt.omniclaude.agent-transformation.v1",
  router_performance: "onex.evt.omniclaude.performance-metrics.v1",
  detection_failure: "onex.evt.omniclaude.detection-failure.v1",
  execution: "onex.evt.omniclaude.agent-execution-logs.v1",
  dead_letter: "onex.evt.omniclaude.agent-observability-dlq.v1",
});

/** The names in force: the given ones, {@link DEFAULT_TOPICS} for the rest. */
export function resolveTopics(names: Partial<TopicNames> = {}): TopicNames {
  return Object.freeze({ ...DEFAULT_TOPICS, ...definedOnly(names) });
}

/** Which kind of event a topic carries; `undefined` for a topic that is not one of the six. */
export function kindOfTopic(topic: string, names: TopicNames = DEFAULT_TOPICS): EventKind | undefined {
  return EVENT_KINDS.find((kind) => names[kind] === topic);
}

function definedOnly(names: Partial<TopicNames>): Partial<TopicNames> {
  return Object.fromEntries(Object.entries(names).filter(([, name]) => name !== undefined));
}
