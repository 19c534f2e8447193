import type { EnvReader } from "./env-reader.js";
import { type NumbersOf, type NumberTable, resolveNumbers } from "./number-settings.js";
import { Secret } from "./secret.js";

/** The numbers of the OTLP intake; docs/configuration.md says the same in a table, and a test holds the two together. */
export const OTLP_NUMBERS = {
  /** Largest request as it comes over the network. */
  maxBodyBytes: {
    env: "AGENT_ACTIONS_OTLP_MAX_BODY_BYTES",
    fallback: 8_388_608,
    minimum: 1_024,
    maximum: 1_073_741_824,
    unit: "bytes",
  },
  /** Largest request when it is decompressed. */
  maxDecodedBytes: {
    env: "AGENT_ACTIONS_OTLP_MAX_DECODED_BYTES",
    fallback: 33_554_432,
    minimum: 1_024,
    maximum: 1_073_741_824,
    unit: "bytes",
  },
  /** Most spans in one request: reading them takes the process some hundred microseconds each, and all at once. */
  maxSpans: {
    env: "AGENT_ACTIONS_OTLP_MAX_SPANS",
    fallback: 10_000,
    minimum: 1,
    maximum: 10_000_000,
    unit: "spans",
  },
  /** Requests that are read and wait for Kafka at the same time; one more is asked to come back. */
  maxRequests: {
    env: "AGENT_ACTIONS_OTLP_MAX_REQUESTS",
    fallback: 16,
    minimum: 1,
    maximum: 10_000,
    unit: "requests",
  },
  /** How long a request waits for Kafka's acknowledgement. Exporters of the SDKs give up after ten seconds. */
  ackTimeoutMillis: {
    env: "AGENT_ACTIONS_OTLP_ACK_TIMEOUT_MS",
    fallback: 8_000,
    minimum: 1,
    maximum: 600_000,
    unit: "milliseconds",
  },
} as const satisfies NumberTable;

/** How the Collector's Kafka exporter names its encodings. */
export const OTLP_ENCODINGS = ["otlp_proto", "otlp_json"] as const;
export type OtlpEncoding = (typeof OTLP_ENCODINGS)[number];

/** Spans from programs in any language: by HTTP, or from a topic that a Collector writes. */
export interface OtlpOptions extends Partial<NumbersOf<typeof OTLP_NUMBERS>> {
  /** `POST /v1/traces` on the HTTP server. `AGENT_ACTIONS_OTLP_ENABLED`. @default false */
  readonly enabled?: boolean | undefined;
  /** Whoever sends has to say `Authorization: Bearer` and this. `AGENT_ACTIONS_OTLP_TOKEN`. @default none */
  readonly token?: string | undefined;
  /** A topic with OTLP, to be consumed too. `AGENT_ACTIONS_OTLP_TOPIC`. @default none */
  readonly topic?: string | undefined;
  /** What the records of the topic are. `AGENT_ACTIONS_OTLP_ENCODING`. @default "otlp_proto" */
  readonly encoding?: OtlpEncoding | undefined;
  /** Consumer group for the topic. `AGENT_ACTIONS_OTLP_GROUP_ID`. @default that of the consumer and "-otlp" */
  readonly groupId?: string | undefined;
}

export interface OtlpSettings extends NumbersOf<typeof OTLP_NUMBERS> {
  readonly enabled: boolean;
  readonly token: Secret | undefined;
  readonly topic: string | undefined;
  readonly encoding: OtlpEncoding;
  readonly groupId: string | undefined;
}

/** Options over environment over default. Never throws: see `resolveKafkaSettings`. */
export function resolveOtlpSettings(
  options: OtlpOptions,
  env: EnvReader,
  mistakes: string[] = env.problems,
): OtlpSettings {
  const token = options.token ?? env.text("AGENT_ACTIONS_OTLP_TOKEN");
  const encoding = options.encoding ?? env.choice("AGENT_ACTIONS_OTLP_ENCODING", OTLP_ENCODINGS);
  return Object.freeze({
    ...resolveNumbers(OTLP_NUMBERS, options, env, mistakes),
    enabled: options.enabled ?? env.boolean("AGENT_ACTIONS_OTLP_ENABLED") ?? false,
    token: token === undefined ? undefined : new Secret(token),
    topic: options.topic ?? env.text("AGENT_ACTIONS_OTLP_TOPIC"),
    encoding: encoding ?? "otlp_proto",
    groupId: options.groupId ?? env.text("AGENT_ACTIONS_OTLP_GROUP_ID"),
  });
}
