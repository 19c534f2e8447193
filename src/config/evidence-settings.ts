import type { EnvReader } from "./env-reader.js";
import { integer, type SettingsOf, text } from "./option.js";
import { resolveOptions } from "./resolve-options.js";

/** A log of hashes that shows whether somebody changed rows. Without a key there is none. */
export interface EvidenceOptions {
  /** File with the key that signs checkpoints, from `agent-actions audit keygen`. `AGENT_ACTIONS_EVIDENCE_KEY_FILE`. @default none */
  readonly keyFile?: string | undefined;
  /** Pause between two looks at the change feed. `AGENT_ACTIONS_EVIDENCE_INTERVAL_MS`. @default 1_000 */
  readonly intervalMillis?: number | undefined;
  /** File to which each checkpoint is added. `AGENT_ACTIONS_EVIDENCE_WITNESS_FILE`. @default none */
  readonly witnessFile?: string | undefined;
  /** Topic to which each checkpoint is sent. `AGENT_ACTIONS_EVIDENCE_WITNESS_TOPIC`. @default none */
  readonly witnessTopic?: string | undefined;
}

export const EVIDENCE_OPTIONS = {
  keyFile: text({
    env: "AGENT_ACTIONS_EVIDENCE_KEY_FILE",
    placeholder: "FILE",
    defaultText: "none: there is no evidence log",
    description:
      "File with the key that signs checkpoints of the evidence log, from `agent-actions audit keygen`. Of several processes, one at a time keeps the log.",
  }),
  intervalMillis: integer({
    env: "AGENT_ACTIONS_EVIDENCE_INTERVAL_MS",
    default: 1_000,
    unit: "milliseconds",
    minimum: 100,
    maximum: 3_600_000,
    description: "Pause between two looks at the change feed, and between two checkpoints.",
  }),
  witnessFile: text({
    env: "AGENT_ACTIONS_EVIDENCE_WITNESS_FILE",
    placeholder: "FILE",
    defaultText: "none",
    description:
      "File to which each checkpoint of the evidence log is added. Best where nobody who can write to Postgres can change it.",
  }),
  witnessTopic: text({
    env: "AGENT_ACTIONS_EVIDENCE_WITNESS_TOPIC",
    placeholder: "NAME",
    defaultText: "none",
    description: "Topic of Kafka to which each checkpoint of the evidence log is sent.",
  }),
} as const;

export type EvidenceSettings = SettingsOf<typeof EVIDENCE_OPTIONS>;

/** Options over environment over default. Never throws: see {@link resolveOptions}. */
export function resolveEvidenceSettings(options: EvidenceOptions, env: EnvReader): EvidenceSettings {
  return Object.freeze(resolveOptions(EVIDENCE_OPTIONS, options, { env, prefix: "evidence." }));
}
