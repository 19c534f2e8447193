import { connect } from "node:net";
import { performance } from "node:perf_hooks";
import type { KafkaSettings } from "../../config/kafka-settings.js";
import { describeError } from "../../internal/describe-error.js";
import { type BrokerAddress, connectKafkaAdmin, type KafkaAdmin } from "../../kafka/admin.js";
import { formatCount, formatDuration } from "../format/values.js";
import { type Finding, fail, ok, skipped, warn } from "./findings.js";

export interface BrokerChecks {
  readonly findings: readonly Finding[];
  /** For the checks that follow, to be closed by the caller; `undefined` when Kafka cannot be worked with. */
  readonly admin: KafkaAdmin | undefined;
}

/**
 * Looks at Kafka from outside to inside: the bootstrap addresses, then the addresses that the brokers advertise. A
 * client only begins at the former; it does all its work at the latter, so they are what has to be reachable.
 */
export async function checkBrokers(settings: KafkaSettings): Promise<BrokerChecks> {
  const bootstrap = await checkBootstrap(settings);
  if (bootstrap.every(({ status }) => status === "fail")) {
    return { findings: [...bootstrap, skipped("kafka", "advertised", "no broker to ask")], admin: undefined };
  }
  const tried: BrokerAddress[] = [];
  const began = performance.now();
  let admin: KafkaAdmin;
  try {
    admin = await connectKafkaAdmin(settings, { retries: 2, onConnecting: (address) => tried.push(address) });
  } catch (error) {
    return { findings: [...bootstrap, protocolFailure(settings, error)], admin: undefined };
  }
  try {
    const brokers = await admin.brokers();
    const millis = performance.now() - began;
    const advertised = await Promise.all(brokers.map((broker) => checkAdvertised(broker, settings)));
    const usable = advertised.every(({ status }) => status !== "fail");
    const reachable = ok(
      "kafka",
      "protocol",
      `${formatCount(brokers.length, "broker")} responded in ${formatDuration(millis)}`,
    );
    if (!usable) await admin.close();
    return { findings: [...bootstrap, reachable, ...advertised], admin: usable ? admin : undefined };
  } catch (error) {
    await admin.close();
    return {
      findings: [...bootstrap, ...(await unreachableAdvertised(tried, settings, error))],
      admin: undefined,
    };
  }
}

async function checkBootstrap(settings: KafkaSettings): Promise<Finding[]> {
  const reached = await Promise.all(
    settings.brokers.map(async (text) => ({
      text,
      outcome: await reach(parseAddress(text), settings.connectionTimeoutMillis),
    })),
  );
  const somebody = reached.some(({ outcome }) => outcome.reached);
  return reached.map(({ text, outcome }) => {
    if (outcome.reached)
      return ok("kafka", "bootstrap", `${text} takes connections (${formatDuration(outcome.millis)})`);
    const finding = somebody ? warn : fail;
    return finding(
      "kafka",
      "bootstrap",
      `${text} cannot be reached: ${outcome.reason}`,
      "start Kafka there, or set KAFKA_BOOTSTRAP_SERVERS to where it is; for a try: agent-actions dev",
    );
  });
}

function protocolFailure({ brokers, ssl, sasl }: KafkaSettings, error: unknown): Finding {
  const how = `${ssl === undefined ? "plain text" : "TLS"}, ${sasl === undefined ? "no credentials" : sasl.mechanism}`;
  return fail(
    "kafka",
    "protocol",
    `${brokers.join(", ")} takes connections but does not respond as Kafka (${how}): ${describeError(error).message}`,
    "check that it is Kafka, and AGENT_ACTIONS_KAFKA_SSL and AGENT_ACTIONS_KAFKA_SASL_*",
  );
}

async function checkAdvertised(
  { nodeId, host, port }: BrokerAddress & { readonly nodeId: number },
  settings: KafkaSettings,
): Promise<Finding> {
  const address = `${host}:${port}`;
  const outcome = await reach({ host, port }, settings.connectionTimeoutMillis);
  if (!outcome.reached) return advertisedFailure(`broker ${nodeId}`, address, outcome.reason, settings);
  const same = settings.brokers.includes(address);
  return ok(
    "kafka",
    "advertised",
    same
      ? `broker ${nodeId} advertises the bootstrap address ${address}`
      : `broker ${nodeId} advertises ${address}, which is reachable too`,
  );
}

function advertisedFailure(who: string, address: string, reason: string, settings: KafkaSettings): Finding {
  const bootstrap = settings.brokers.join(", ");
  return fail(
    "kafka",
    "advertised",
    `${bootstrap} responds, but ${who} sends clients on to ${address}, which cannot be reached from here: ${reason}`,
    `set advertised.listeners of ${who} to an address that this machine reaches, such as ${settings.brokers[0]}, or make ${address} reachable`,
  );
}

/** The cluster's metadata could not be read because its own address leads nowhere: it is among the tried ones. */
async function unreachableAdvertised(
  tried: readonly BrokerAddress[],
  settings: KafkaSettings,
  error: unknown,
): Promise<Finding[]> {
  const addresses = [...new Set(tried.map(({ host, port }) => `${host}:${port}`))];
  const advertised = addresses.filter((address) => !settings.brokers.includes(address));
  const findings: Finding[] = [];
  for (const address of advertised) {
    const outcome = await reach(parseAddress(address), settings.connectionTimeoutMillis);
    if (!outcome.reached) findings.push(advertisedFailure("the broker", address, outcome.reason, settings));
  }
  return findings.length > 0 ? findings : [protocolFailure(settings, error)];
}

function parseAddress(text: string): BrokerAddress {
  const colon = text.lastIndexOf(":");
  return { host: text.slice(0, colon), port: Number(text.slice(colon + 1)) };
}

export type Reached =
  | { readonly reached: true; readonly millis: number }
  | { readonly reached: false; readonly reason: string };

/** Whether somebody takes a connection at the address. Says nothing to whoever does. */
export function reach({ host, port }: BrokerAddress, timeoutMillis: number): Promise<Reached> {
  const began = performance.now();
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMillis });
    const settle = (reached: Reached): void => {
      socket.destroy();
      resolve(reached);
    };
    socket.once("connect", () => settle({ reached: true, millis: performance.now() - began }));
    socket.once("timeout", () => settle({ reached: false, reason: `no response in ${timeoutMillis} ms` }));
    socket.once("error", (error: NodeJS.ErrnoException) =>
      settle({ reached: false, reason: reasonOf(error) }),
    );
  });
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens there",
  ENOTFOUND: "no such host name",
  EAI_AGAIN: "the host name cannot be looked up",
  EHOSTUNREACH: "no way to that host",
  ENETUNREACH: "no way to that network",
};

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  return code === undefined ? message : `${REASONS[code] ?? message} (${code})`;
}
