/** The six kinds of event, each with a topic and a table of its own. */
export const EVENT_KINDS = [
  "action",
  "routing_decision",
  "transformation",
  "router_performance",
  "detection_failure",
  "execution",
] as const;

export type EventKind = (typeof EVENT_KINDS)[number];
