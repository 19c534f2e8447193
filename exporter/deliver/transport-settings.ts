import { choice } from "../../src/config/option.js";

/** Where events go. */
export const TRANSPORTS = ["kafka", "spool"] as const;
export type TransportName = (typeof TRANSPORTS)[number];

export const TRANSPORT_OPTION = choice({
  env: "AGENT_ACTIONS_EXPORTER_TRANSPORT",
  of: TRANSPORTS,
  default: "kafka",
  description:
    "Where events go: to Kafka, or to files in `spoolDirectory` that `agent-actions consume --spool` reads: [without Kafka](spool.md#without-kafka).",
});
