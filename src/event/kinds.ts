/** The kinds of event, each with a topic and a table of its own: six of what agents do, and what is said of it. */
export const EVENT_KINDS = [
  "action",
  "routing_decision",
  "transformation",
  "router_performance",
  "detection_failure",
  "execution",
  "label",
] as const;

export type EventKind = (typeof EVENT_KINDS)[number];
