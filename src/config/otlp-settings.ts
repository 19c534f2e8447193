import type { EnvReader } from "./env-reader.js";
import { choice, flag, integer, type SettingsOf, secret, text } from "./option.js";
import { resolveOptions } from "./resolve-options.js";

/** How the Collector's Kafka exporter names its encodings. */
export const OTLP_ENCODINGS = ["otlp_proto", "otlp_json"] as const;
export type OtlpEncoding = (typeof OTLP_ENCODINGS)[number];

/** Spans and log records from programs in any language: by HTTP, or from a topic that a Collector writes. */
export interface OtlpOptions {
  /** `POST /v1/traces`, `/v1/logs` and `/v1/metrics` on the HTTP server. `AGENT_ACTIONS_OTLP_ENABLED`. @default false */
  readonly enabled?: boolean | undefined;
  /** Senders have to send the header `Authorization: Bearer` with this token. `AGENT_ACTIONS_OTLP_TOKEN`. @default none */
  readonly token?: string | undefined;
  /** Largest request as it comes over the network. `AGENT_ACTIONS_OTLP_MAX_BODY_BYTES`. @default 8_388_608 */
  readonly maxBodyBytes?: number | undefined;
  /** Largest request when it is decompressed. `AGENT_ACTIONS_OTLP_MAX_DECODED_BYTES`. @default 33_554_432 */
  readonly maxDecodedBytes?: number | undefined;
  /**
   * Most spans or log records in one request: reading them takes the process some hundred microseconds each.
   * `AGENT_ACTIONS_OTLP_MAX_SPANS`. @default 10_000
   */
  readonly maxSpans?: number | undefined;
  /** Requests that are worked on at the same time; one more is asked to come back. `AGENT_ACTIONS_OTLP_MAX_REQUESTS`. @default 16 */
  readonly maxRequests?: number | undefined;
  /** How long the body of a request may take to arrive. `AGENT_ACTIONS_OTLP_BODY_TIMEOUT_MS`. @default 30_000 */
  readonly bodyTimeoutMillis?: number | undefined;
  /** How long a request waits for Kafka's acknowledgement. `AGENT_ACTIONS_OTLP_ACK_TIMEOUT_MS`. @default 8_000 */
  readonly ackTimeoutMillis?: number | undefined;
  /** Port for OTLP/gRPC, on the interface of the HTTP server; 0 for any. Needs the package `@grpc/grpc-js`. `AGENT_ACTIONS_OTLP_GRPC_PORT`. @default none */
  readonly grpcPort?: number | undefined;
  /** A topic with OTLP, to be consumed too. `AGENT_ACTIONS_OTLP_TOPIC`. @default none */
  readonly topic?: string | undefined;
  /** The same for a topic with log records. `AGENT_ACTIONS_OTLP_LOGS_TOPIC`. @default none */
  readonly logsTopic?: string | undefined;
  /** What the records of these topics are. `AGENT_ACTIONS_OTLP_ENCODING`. @default "otlp_proto" */
  readonly encoding?: OtlpEncoding | undefined;
  /** Whether events of the topic correct rows that an older version made of the same spans. `AGENT_ACTIONS_OTLP_CORRECT`. @default false */
  readonly correct?: boolean | undefined;
  /** Consumer group for the topic with spans; that of the one with log records ends with "-logs". `AGENT_ACTIONS_OTLP_GROUP_ID`. @default that of the consumer and "-otlp" */
  readonly groupId?: string | undefined;
}

const SIZE = { unit: "bytes", minimum: 1_024, maximum: 1_073_741_824 } as const;
const TIMEOUT = { unit: "milliseconds", minimum: 1, maximum: 600_000 } as const;

export const OTLP_OPTIONS = {
  enabled: flag({
    env: "AGENT_ACTIONS_OTLP_ENABLED",
    default: false,
    description:
      "`POST /v1/traces`, `/v1/logs` and `/v1/metrics` on the HTTP server. `agent-actions dev` switches it on.",
  }),
  token: secret({
    env: "AGENT_ACTIONS_OTLP_TOKEN",
    description:
      "Who sends has to say `Authorization: Bearer` and this. Needed as soon as other machines can reach the HTTP server.",
  }),
  maxBodyBytes: integer({
    env: "AGENT_ACTIONS_OTLP_MAX_BODY_BYTES",
    default: 8_388_608,
    ...SIZE,
    description: "Largest request as it comes over the network; a larger one is 413.",
  }),
  maxDecodedBytes: integer({
    env: "AGENT_ACTIONS_OTLP_MAX_DECODED_BYTES",
    default: 33_554_432,
    ...SIZE,
    description: "Largest request when it is decompressed.",
  }),
  maxSpans: integer({
    env: "AGENT_ACTIONS_OTLP_MAX_SPANS",
    default: 10_000,
    minimum: 1,
    maximum: 10_000_000,
    unit: "spans",
    description: "Most spans or log records in one request.",
  }),
  maxRequests: integer({
    env: "AGENT_ACTIONS_OTLP_MAX_REQUESTS",
    default: 16,
    minimum: 1,
    maximum: 10_000,
    unit: "requests",
    description:
      "Requests that are worked on at the same time, once they have been received; one more is 429.",
  }),
  bodyTimeoutMillis: integer({
    env: "AGENT_ACTIONS_OTLP_BODY_TIMEOUT_MS",
    default: 30_000,
    ...TIMEOUT,
    description: "How long the body of a request may take to arrive before it is 503.",
  }),
  ackTimeoutMillis: integer({
    env: "AGENT_ACTIONS_OTLP_ACK_TIMEOUT_MS",
    default: 8_000,
    ...TIMEOUT,
    description:
      "How long a request waits for Kafka's acknowledgement before it is 503. Exporters of the SDKs give up after ten seconds.",
  }),
  grpcPort: integer({
    env: "AGENT_ACTIONS_OTLP_GRPC_PORT",
    minimum: 0,
    maximum: 65_535,
    unit: "port",
    description:
      "Port for OTLP/gRPC, 4317 by custom, on the interface of the HTTP server. Needs the package `@grpc/grpc-js`.",
  }),
  topic: text({
    env: "AGENT_ACTIONS_OTLP_TOPIC",
    unit: "topic",
    placeholder: "TOPIC",
    description: "A topic with spans in OTLP that a Collector writes, consumed by a group of its own.",
  }),
  logsTopic: text({
    env: "AGENT_ACTIONS_OTLP_LOGS_TOPIC",
    unit: "topic",
    placeholder: "TOPIC",
    description: "The same with log records, consumed by a group of its own, too.",
  }),
  encoding: choice({
    env: "AGENT_ACTIONS_OTLP_ENCODING",
    of: OTLP_ENCODINGS,
    default: "otlp_proto",
    description: "What the records of these topics are.",
  }),
  correct: flag({
    env: "AGENT_ACTIONS_OTLP_CORRECT",
    default: false,
    description:
      "Events of that topic correct the rows that an older version of this package made of the same spans: [corrections](import.md#corrections).",
  }),
  groupId: text({
    env: "AGENT_ACTIONS_OTLP_GROUP_ID",
    defaultText: "`groupId` and `-otlp`",
    description: "Consumer group for the topic with spans; that for log records is the same and `-logs`.",
  }),
} as const;

export type OtlpSettings = SettingsOf<typeof OTLP_OPTIONS>;

/** Options over environment over default. Never throws: see {@link resolveOptions}. */
export function resolveOtlpSettings(options: OtlpOptions, env: EnvReader): OtlpSettings {
  return Object.freeze(resolveOptions(OTLP_OPTIONS, options, { env, prefix: "otlp." }));
}
