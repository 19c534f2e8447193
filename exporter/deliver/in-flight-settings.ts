import { integer } from "../../src/config/option.js";
import { HEARTBEAT_INTERVAL_MILLIS } from "../../src/event/index.js";

/** Actions that have not ended are published, and the process says that it is alive. What each means: `ExporterOptions`. */
export interface InFlightSettings {
  readonly inFlightAfterMillis: number;
  readonly heartbeatIntervalMillis: number;
}

export const IN_FLIGHT_OPTIONS = {
  inFlightAfterMillis: integer({
    env: "AGENT_ACTIONS_EXPORTER_IN_FLIGHT_AFTER_MS",
    default: 1_000,
    unit: "milliseconds",
    minimum: 0,
    maximum: 3_600_000,
    description:
      "A tool call or decision that is open for longer is published as `running`, and completed at its end; 0 for never: [in flight](in-flight.md).",
  }),
  heartbeatIntervalMillis: integer({
    env: "AGENT_ACTIONS_EXPORTER_HEARTBEAT_INTERVAL_MS",
    default: HEARTBEAT_INTERVAL_MILLIS,
    unit: "milliseconds",
    minimum: 100,
    maximum: 3_600_000,
    description:
      "How often a process says that it is alive while something that it published as `running` is open.",
  }),
} as const;
