import { LARGE_RESULTS_FOLDER } from "../../src/config/large-results-settings.js";
import { flag, integer } from "../../src/config/option.js";

/** Contents that are too large for a record. What each means: `ExporterOptions`. */
export interface LargeResultSettings {
  readonly redactionThread: boolean;
  readonly largeResults: string | undefined;
  readonly largeResultBytes: number;
  readonly largeResultsMaxBytes: number;
  readonly largeResultsMaxWaitingBytes: number;
}

export const LARGE_RESULT_OPTIONS = {
  redactionThread: flag({
    env: "AGENT_ACTIONS_EXPORTER_REDACTION_THREAD",
    default: true,
    description:
      "Redact arguments and results of more than 131,072 characters in a thread of its own, which starts with the first and ends ten seconds after the last: [what it costs](large-results.md#what-it-costs-the-agent). Never with a function of one's own, `redaction.redact`.",
  }),
  largeResults: LARGE_RESULTS_FOLDER,
  largeResultBytes: integer({
    env: "AGENT_ACTIONS_EXPORTER_LARGE_RESULT_BYTES",
    default: 400_000,
    unit: "characters",
    minimum: 65_536,
    maximum: 100_000_000,
    description:
      "Arguments and results of more are kept whole there, and their beginning in the row. Two of less fit into one event.",
  }),
  largeResultsMaxBytes: integer({
    env: "AGENT_ACTIONS_EXPORTER_LARGE_RESULTS_MAX_BYTES",
    default: 10_737_418_240,
    unit: "bytes",
    minimum: 1_048_576,
    maximum: 2 ** 44,
    description:
      "Most bytes of all files in that folder, compressed. What does not fit is trimmed, and counted.",
  }),
  largeResultsMaxWaitingBytes: integer({
    env: "AGENT_ACTIONS_EXPORTER_LARGE_RESULTS_MAX_WAITING_BYTES",
    default: 67_108_864,
    unit: "bytes",
    minimum: 1_048_576,
    maximum: 2 ** 36,
    description:
      "Most bytes of such contents in memory that wait to be written. What comes beyond is trimmed, and counted.",
  }),
} as const;
