import { choice, integer, text } from "../../src/config/option.js";

/** When events go to the disk. */
export const SPOOL_MODES = ["off", "overflow", "always"] as const;
export type SpoolMode = (typeof SPOOL_MODES)[number];

/** When what was written has to be on the disk itself, and not only with the operating system. */
export const SPOOL_FSYNC = ["never", "interval", "always"] as const;
export type SpoolFsync = (typeof SPOOL_FSYNC)[number];

/** The settings of the spool. What each means: `ExporterOptions`. */
export interface SpoolSettings {
  readonly spool: SpoolMode;
  /** Named wherever the mode is not `off`. */
  readonly spoolDirectory: string | undefined;
  readonly spoolMaxBytes: number;
  readonly spoolMaxAgeMillis: number;
  readonly spoolFsync: SpoolFsync;
}

export const SPOOL_OPTIONS = {
  spool: choice({
    env: "AGENT_ACTIONS_EXPORTER_SPOOL",
    of: SPOOL_MODES,
    defaultText: "`overflow` with a folder, `off` without; `always` without Kafka",
    description:
      "Whether events go to files: never, when they do not fit in memory or are left at the end of the process, or before they are accepted: [spool](spool.md).",
  }),
  spoolDirectory: text({
    env: "AGENT_ACTIONS_EXPORTER_SPOOL_DIRECTORY",
    placeholder: "DIR",
    unit: "folder",
    defaultText: "none; `register` makes one",
    description:
      "Where these files are. Processes of one machine may share it, as long as they send to one Kafka.",
  }),
  spoolMaxBytes: integer({
    env: "AGENT_ACTIONS_EXPORTER_SPOOL_MAX_BYTES",
    default: 1_073_741_824,
    unit: "bytes",
    minimum: 1_048_576,
    maximum: 2 ** 44,
    description: "Most bytes of all files in the folder. What does not fit is not written, and counted.",
  }),
  spoolMaxAgeMillis: integer({
    env: "AGENT_ACTIONS_EXPORTER_SPOOL_MAX_AGE_MS",
    default: 604_800_000,
    unit: "milliseconds",
    minimum: 1_000,
    maximum: 31_536_000_000,
    description: "What has been in a file for longer is not sent any more, and counted.",
  }),
  spoolFsync: choice({
    env: "AGENT_ACTIONS_EXPORTER_SPOOL_FSYNC",
    of: SPOOL_FSYNC,
    default: "interval",
    description:
      "When what was written has to be on the disk itself: never, within a second, or before an event counts as written. It matters when the machine dies, not when the process does.",
  }),
} as const;
