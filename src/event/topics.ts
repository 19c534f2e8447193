import { EVENT_KINDS, type EventKind } from "./kinds.js";

/** What travels on topics that are read: the kinds of event, what exporters add about spans that are no actions, and signs of life. */
export const RECORD_KINDS = [...EVENT_KINDS, "span_attribution", "producer_heartbeat"] as const;

export type RecordKind = EventKind | "span_attribution" | "producer_heartbeat";

/** The name of each kind's topic, and of the topic that takes what could not be stored. */
export type TopicNames = Readonly<Record<RecordKind | "dead_letter", string>>;

/** The names that the specification gives, and three that it does not have: those of labels, of span attributions and of heartbeats. */
export const DEFAULT_TOPICS: TopicNames = Object.freeze({
  action: "agent-actions",
  routing_decision: "onex.evt.omniclaude.routing-decision.v1",
  transformation: "agent-transformation-events",
  router_performance: "router-performance-metrics",
  detection_failure: "agent-detection-failures",
  execution: "agent-execution-logs",
  label: "agent-action-labels",
  span_attribution: "agent-action-span-attributions",
  producer_heartbeat: "agent-producer-heartbeats",
  dead_letter: "agent-observability-dlq",
});

/** The names that newer deployments of the same producers use for the same topics. */
export const ONEX_TOPICS: TopicNames = Object.freeze({
  action: "onex.evt.omniclaude.agent-actions.v1",
  routing_decision: "onex.evt.omniclaude.routing-decision.v1",
  transformation: "onex.evt.omniclaude.agent-transformation.v1",
  router_performance: "onex.evt.omniclaude.performance-metrics.v1",
  detection_failure: "onex.evt.omniclaude.detection-failure.v1",
  execution: "onex.evt.omniclaude.agent-execution-logs.v1",
  label: "onex.evt.omniclaude.agent-action-labels.v1",
  span_attribution: "onex.evt.omniclaude.agent-action-span-attributions.v1",
  producer_heartbeat: "onex.evt.omniclaude.agent-producer-heartbeats.v1",
  dead_letter: "onex.evt.omniclaude.agent-observability-dlq.v1",
});

/** The names in force: the given ones, {@link DEFAULT_TOPICS} for the rest. */
export function resolveTopics(names: Partial<TopicNames> = {}): TopicNames {
  return Object.freeze({ ...DEFAULT_TOPICS, ...definedOnly(names) });
}

/**
 * Other names of a kind's topic, by the name in force: they are read too, if they exist, and never written. A logger of the
 * predecessor writes to the singular while its consumer reads the plural; 0.1.0 called span attributions by another name.
 */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  [ONEX_TOPICS.action]: ["onex.evt.omniclaude.agent-action.v1"],
  [DEFAULT_TOPICS.span_attribution]: ["agent-action-spans"],
  [ONEX_TOPICS.span_attribution]: ["onex.evt.omniclaude.agent-action-spans.v1"],
};

/** The topics that are read for a kind beside its own. A name that the names in force use themselves is none. */
export function topicAliases(kind: RecordKind, names: TopicNames = DEFAULT_TOPICS): readonly string[] {
  return (ALIASES[names[kind]] ?? []).filter((alias) => !Object.values(names).includes(alias));
}

/** Which kind of record a topic carries, also under an alias; `undefined` for a topic that is none of those that are read. */
export function kindOfTopic(topic: string, names: TopicNames = DEFAULT_TOPICS): RecordKind | undefined {
  return RECORD_KINDS.find((kind) => names[kind] === topic || topicAliases(kind, names).includes(topic));
}

function definedOnly(names: Partial<TopicNames>): Partial<TopicNames> {
  return Object.fromEntries(Object.entries(names).filter(([, name]) => name !== undefined));
}
