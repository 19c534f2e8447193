import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";
import { EnvReader } from "./env-reader.js";
import { choice, flag, integer, list, option, secret, text } from "./option.js";
import { resolveOptions } from "./resolve-options.js";
import { Secret } from "./secret.js";

export const SASL_MECHANISMS = ["plain", "scram-sha-256", "scram-sha-512"] as const;
export type SaslMechanism = (typeof SASL_MECHANISMS)[number];

/** A login by a token (RFC 7628), which code gets: from an identity provider, or from a file that is renewed. */
export interface KafkaTokenOptions {
  readonly mechanism: "oauthbearer";
  /** Called for each connection, and again before the broker's session ends. Resolves to the token. */
  readonly token: () => Promise<string>;
}

export interface KafkaSaslOptions {
  /** `AGENT_ACTIONS_KAFKA_SASL_MECHANISM`. @default "plain" */
  readonly mechanism?: SaslMechanism | undefined;
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
  /** File with certificates of authorities, as PEM; makes it TLS. `AGENT_ACTIONS_KAFKA_SSL_CA_FILE`. @default those of Node */
  readonly sslCaFile?: string | undefined;
  /** File with the client's certificate, as PEM; makes it TLS. `AGENT_ACTIONS_KAFKA_SSL_CERT_FILE`. @default none */
  readonly sslCertFile?: string | undefined;
  /** File with the key of the client's certificate, as PEM. `AGENT_ACTIONS_KAFKA_SSL_KEY_FILE`. @default none */
  readonly sslKeyFile?: string | undefined;
  /** Credentials; none by default. */
  readonly sasl?: KafkaSaslOptions | KafkaTokenOptions | undefined;
  /** How long opening a connection may take. `AGENT_ACTIONS_KAFKA_CONNECTION_TIMEOUT_MS`. @default 5_000 */
  readonly connectionTimeoutMillis?: number | undefined;
  /** How long a broker may take to respond. `AGENT_ACTIONS_KAFKA_REQUEST_TIMEOUT_MS`. @default 30_000 */
  readonly requestTimeoutMillis?: number | undefined;
}

export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** `undefined`: plain text. Secret because the options may hold a private key. */
  readonly ssl: Secret<true | ConnectionOptions> | undefined;
  readonly sasl:
    | { readonly mechanism: SaslMechanism; readonly username: string; readonly password: Secret }
    | { readonly mechanism: "oauthbearer"; readonly token: () => Promise<string> }
    | undefined;
  readonly connectionTimeoutMillis: number;
  readonly requestTimeoutMillis: number;
}

// kafkajs cuts an address at its first colon, so an IPv6 address has to come as a host name.
const ADDRESS = /^[^\s:/@]+:(\d{1,5})$/;

function isAddress(broker: string): boolean {
  const port = Number(ADDRESS.exec(broker)?.[1]);
  return port > 0 && port < 65_536;
}

const TIMEOUT = { unit: "milliseconds", minimum: 1, maximum: 3_600_000 } as const;

export const KAFKA_OPTIONS = {
  brokers: list({
    env: "KAFKA_BOOTSTRAP_SERVERS",
    default: ["localhost:9092"],
    unit: "`host:port,...`",
    placeholder: "HOST:PORT,...",
    accepts: (brokers) => brokers.every(isAddress),
    expected: "a list of host:port with commas between (a name or an IPv4 address)",
    description:
      "Where to begin; the brokers name the rest, by their advertised addresses. No IPv6 addresses: give a name.",
  }),
  clientId: text({
    env: "AGENT_ACTIONS_KAFKA_CLIENT_ID",
    default: "otel-agent-actions",
    description: "What broker logs and quotas know the client by.",
  }),
  ssl: option<boolean | ConnectionOptions, false>(
    {
      env: "AGENT_ACTIONS_KAFKA_SSL",
      default: false,
      description:
        "TLS. In code also the options of `tls.connect`, for certificates of your own; in the environment: the three below.",
    },
    {
      ...flag({ description: "" }),
      expected: "true, false or the options of tls.connect",
      fromCode: (given) =>
        typeof given === "boolean" || (typeof given === "object" && given !== null) ? given : undefined,
    },
  ),
  sslCaFile: text({
    env: "AGENT_ACTIONS_KAFKA_SSL_CA_FILE",
    placeholder: "FILE",
    defaultText: "those of Node",
    description: "File with certificates of authorities, as PEM. Set, it is TLS.",
  }),
  sslCertFile: text({
    env: "AGENT_ACTIONS_KAFKA_SSL_CERT_FILE",
    placeholder: "FILE",
    defaultText: "none",
    description: "File with the client's certificate, as PEM, for mutual TLS. Set, it is TLS.",
  }),
  sslKeyFile: text({
    env: "AGENT_ACTIONS_KAFKA_SSL_KEY_FILE",
    placeholder: "FILE",
    defaultText: "none",
    description: "File with the key of the client's certificate, as PEM. Set together with that.",
  }),
  connectionTimeoutMillis: integer({
    env: "AGENT_ACTIONS_KAFKA_CONNECTION_TIMEOUT_MS",
    default: 5_000,
    ...TIMEOUT,
    description: "How long opening a connection may take.",
  }),
  requestTimeoutMillis: integer({
    env: "AGENT_ACTIONS_KAFKA_REQUEST_TIMEOUT_MS",
    default: 30_000,
    ...TIMEOUT,
    description: "How long a broker may take to respond.",
  }),
} as const;

export const KAFKA_SASL_OPTIONS = {
  mechanism: choice({
    env: "AGENT_ACTIONS_KAFKA_SASL_MECHANISM",
    of: SASL_MECHANISMS,
    defaultText: "`plain`",
    description: "Only with user name and password.",
  }),
  username: text({
    env: "AGENT_ACTIONS_KAFKA_SASL_USERNAME",
    description: "Set together with the password.",
  }),
  password: secret({
    env: "AGENT_ACTIONS_KAFKA_SASL_PASSWORD",
    description: "Set together with the user name.",
  }),
} as const;

/**
 * Options over environment over default. Never throws: see {@link resolveOptions}.
 *
 * @param mistakes where problems of `options` go; by default among those of the environment
 */
export function resolveKafkaSettings(
  options: KafkaOptions,
  env: EnvReader,
  mistakes: string[] = env.problems,
): KafkaSettings {
  const { ssl, sslCaFile, sslCertFile, sslKeyFile, ...settings } = resolveOptions(KAFKA_OPTIONS, options, {
    env,
    mistakes,
  });
  const files = { ca: sslCaFile, cert: sslCertFile, key: sslKeyFile };
  const inCode = [options.sslCaFile, options.sslCertFile, options.sslKeyFile].some(
    (file) => file !== undefined,
  );
  return Object.freeze({
    ...settings,
    ssl: resolveTls(ssl, files, inCode ? mistakes : env.problems),
    sasl: resolveSasl(options.sasl, env, mistakes),
  });
}

type TlsFiles = Readonly<Record<"ca" | "cert" | "key", string | undefined>>;

/** Files make it TLS: nothing travels in plain text that somebody has a certificate for. Options in code stand alone. */
function resolveTls(
  ssl: boolean | ConnectionOptions,
  files: TlsFiles,
  mistakes: string[],
): KafkaSettings["ssl"] {
  if (typeof ssl === "object") return new Secret(ssl);
  const given = Object.entries(files).filter((entry): entry is [string, string] => entry[1] !== undefined);
  if ((files.cert === undefined) !== (files.key === undefined))
    mistakes.push(
      "AGENT_ACTIONS_KAFKA_SSL_CERT_FILE and AGENT_ACTIONS_KAFKA_SSL_KEY_FILE have to be set together",
    );
  if (given.length === 0) return ssl ? new Secret(true as const) : undefined;
  const read = given.flatMap(([name, file]) => {
    try {
      return [[name, readFileSync(file, "utf8")] as const];
    } catch (error) {
      const { code = "unknown" } = error as NodeJS.ErrnoException;
      mistakes.push(`AGENT_ACTIONS_KAFKA_SSL_${name.toUpperCase()}_FILE ${file} cannot be read (${code})`);
      return [];
    }
  });
  return new Secret(Object.fromEntries(read));
}

/** Credentials in code stand alone: a user name from here with a password from there would be a guess. */
function resolveSasl(
  given: KafkaSaslOptions | KafkaTokenOptions | undefined,
  env: EnvReader,
  mistakes: string[],
): KafkaSettings["sasl"] {
  if (given?.mechanism === "oauthbearer") {
    if (typeof given.token === "function")
      return Object.freeze({ mechanism: given.mechanism, token: given.token });
    mistakes.push("sasl.token has to be a function that resolves to a token");
    return undefined;
  }
  const source = given === undefined ? { env, mistakes } : { env: new EnvReader({}), mistakes };
  const { username, password, mechanism } = resolveOptions(KAFKA_SASL_OPTIONS, given ?? {}, {
    ...source,
    prefix: "sasl.",
  });
  if (username !== undefined && password !== undefined)
    return Object.freeze({ mechanism: mechanism ?? "plain", username, password });
  if (given !== undefined) mistakes.push("sasl needs a username and a password");
  else if (username !== undefined || password !== undefined || mechanism !== undefined)
    env.problems.push(
      "AGENT_ACTIONS_KAFKA_SASL_USERNAME and AGENT_ACTIONS_KAFKA_SASL_PASSWORD have to be set together",
    );
  return undefined;
}
