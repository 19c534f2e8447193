import type { ConnectionOptions } from "node:tls";
import { checkNumber } from "./check-number.js";
import type { EnvReader } from "./env-reader.js";
import { Secret } from "./secret.js";

export const SASL_MECHANISMS = ["plain", "scram-sha-256", "scram-sha-512"] as const;
export type SaslMechanism = (typeof SASL_MECHANISMS)[number];

export interface KafkaSaslOptions {
  /** `AGENT_ACTIONS_KAFKA_SASL_MECHANISM`. */
  readonly mechanism: SaslMechanism;
  /** `AGENT_ACTIONS_KAFKA_SASL_USERNAME`. */
  readonly username: string;
  /** `AGENT_ACTIONS_KAFKA_SASL_PASSWORD`. */
  readonly password: string;
}

/** Where Kafka is and how to talk to it; the same for exporter, consumer and command line. */
export interface KafkaOptions {
  /**
   * Addresses to begin with, as `host:port`: a list, or one text with commas. The brokers name the rest.
   * `KAFKA_BOOTSTRAP_SERVERS`. @default "localhost:9092"
   */
  readonly brokers?: string | readonly string[] | undefined;
  /** What broker logs and quotas know this client by. `AGENT_ACTIONS_KAFKA_CLIENT_ID`. @default "otel-agent-actions" */
  readonly clientId?: string | undefined;
  /** TLS: `true`, or the options of `tls.connect` for own certificates. `AGENT_ACTIONS_KAFKA_SSL`. @default false */
  readonly ssl?: boolean | ConnectionOptions | undefined;
  /** Credentials; none by default. */
  readonly sasl?: KafkaSaslOptions | undefined;
  /** How long opening a connection may take. `AGENT_ACTIONS_KAFKA_CONNECTION_TIMEOUT_MS`. @default 5_000 */
  readonly connectionTimeoutMillis?: number | undefined;
  /** How long a broker may take to answer. `AGENT_ACTIONS_KAFKA_REQUEST_TIMEOUT_MS`. @default 30_000 */
  readonly requestTimeoutMillis?: number | undefined;
}

export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** `undefined`: plain text. Secret because the options may hold a private key. */
  readonly ssl: Secret<true | ConnectionOptions> | undefined;
  readonly sasl:
    | { readonly mechanism: SaslMechanism; readonly username: string; readonly password: Secret }
    | undefined;
  readonly connectionTimeoutMillis: number;
  readonly requestTimeoutMillis: number;
}

export const DEFAULT_BROKER = "localhost:9092";
export const DEFAULT_CLIENT_ID = "otel-agent-actions";
export const DEFAULT_CONNECTION_TIMEOUT_MILLIS = 5_000;
export const DEFAULT_REQUEST_TIMEOUT_MILLIS = 30_000;

/**
 * Options over environment over default. Never throws: what cannot be used is named in `env.problems` (environment)
 * and in `mistakes` (code), and the default stands in its place.
 *
 * @param mistakes where problems of `options` go; by default among those of the environment
 */
export function resolveKafkaSettings(
  options: KafkaOptions,
  env: EnvReader,
  mistakes: string[] = env.problems,
): KafkaSettings {
  const timeout = { minimum: 1, maximum: 3_600_000 };
  return Object.freeze({
    brokers: readBrokers(options, env, mistakes),
    clientId: options.clientId ?? env.text("AGENT_ACTIONS_KAFKA_CLIENT_ID") ?? DEFAULT_CLIENT_ID,
    ssl: readSsl(options.ssl ?? env.boolean("AGENT_ACTIONS_KAFKA_SSL") ?? false),
    sasl: readSasl(options.sasl, env, mistakes),
    connectionTimeoutMillis:
      checkNumber("connectionTimeoutMillis", options.connectionTimeoutMillis, timeout, mistakes) ??
      env.integer("AGENT_ACTIONS_KAFKA_CONNECTION_TIMEOUT_MS", timeout) ??
      DEFAULT_CONNECTION_TIMEOUT_MILLIS,
    requestTimeoutMillis:
      checkNumber("requestTimeoutMillis", options.requestTimeoutMillis, timeout, mistakes) ??
      env.integer("AGENT_ACTIONS_KAFKA_REQUEST_TIMEOUT_MS", timeout) ??
      DEFAULT_REQUEST_TIMEOUT_MILLIS,
  });
}

function readBrokers(options: KafkaOptions, env: EnvReader, mistakes: string[]): readonly string[] {
  const { brokers } = options;
  if (brokers !== undefined) {
    const given = (typeof brokers === "string" ? brokers.split(",") : [...brokers]).map((text) =>
      text.trim(),
    );
    return checkBrokers("brokers", given.filter(Boolean), mistakes);
  }
  const given = env.list("KAFKA_BOOTSTRAP_SERVERS");
  return given ? checkBrokers("KAFKA_BOOTSTRAP_SERVERS", given, env.problems) : [DEFAULT_BROKER];
}

// kafkajs cuts an address at its first colon, so an IPv6 address has to come as a host name.
const ADDRESS = /^[^\s:/@]+:(\d{1,5})$/;

function checkBrokers(name: string, brokers: readonly string[], problems: string[]): readonly string[] {
  const usable = brokers.length > 0 && brokers.every((broker) => isPort(ADDRESS.exec(broker)?.[1]));
  if (usable) return Object.freeze([...brokers]);
  problems.push(`${name} has to be a list of host:port with commas between (a name or an IPv4 address)`);
  return [DEFAULT_BROKER];
}

const isPort = (text: string | undefined): boolean => Number(text) > 0 && Number(text) < 65_536;

function readSsl(ssl: boolean | ConnectionOptions): KafkaSettings["ssl"] {
  return ssl === false ? undefined : new Secret(ssl);
}

function readSasl(
  options: KafkaSaslOptions | undefined,
  env: EnvReader,
  mistakes: string[],
): KafkaSettings["sasl"] {
  if (options !== undefined) {
    const { mechanism, username, password } = options;
    if (!SASL_MECHANISMS.includes(mechanism))
      mistakes.push(`sasl.mechanism has to be one of ${SASL_MECHANISMS.join(", ")}`);
    else if (!username || !password) mistakes.push("sasl needs a username and a password");
    else return Object.freeze({ mechanism, username, password: new Secret(password) });
    return undefined;
  }
  const mechanism = env.choice("AGENT_ACTIONS_KAFKA_SASL_MECHANISM", SASL_MECHANISMS);
  const username = env.text("AGENT_ACTIONS_KAFKA_SASL_USERNAME");
  const password = env.text("AGENT_ACTIONS_KAFKA_SASL_PASSWORD");
  if (username === undefined && password === undefined && mechanism === undefined) return undefined;
  if (username !== undefined && password !== undefined)
    return Object.freeze({ mechanism: mechanism ?? "plain", username, password: new Secret(password) });
  env.problems.push(
    "AGENT_ACTIONS_KAFKA_SASL_USERNAME and AGENT_ACTIONS_KAFKA_SASL_PASSWORD have to be set together",
  );
  return undefined;
}
