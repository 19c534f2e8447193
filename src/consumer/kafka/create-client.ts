import { Kafka, logLevel, type RetryOptions, type SASLOptions } from "kafkajs";
import type { Logger } from "pino";
import type { KafkaSettings } from "../../config/kafka-settings.js";
import { kafkaLog } from "./kafka-log.js";
import { createRevocableSockets } from "./revocable-sockets.js";

export interface KafkaClient {
  readonly kafka: Kafka;
  /** Takes the connections away from everything that was made from this client. */
  revoke(): void;
}

/**
 * Few and quick: what kafkajs cannot do within two seconds is done better by a new client, which asks anew who coordinates
 * the group and which brokers there are.
 */
const RETRY: RetryOptions = { initialRetryTime: 200, retries: 3, maxRetryTime: 2_000 };

/** A client of its own for every use: those of one `Kafka` object share the offsets they have seen. */
export function createKafkaClient(
  settings: KafkaSettings,
  log: Logger,
  onLogLine?: (message: string) => void,
): KafkaClient {
  const sockets = createRevocableSockets();
  const sasl = saslOptions(settings);
  const ssl = settings.ssl?.reveal();
  const kafka = new Kafka({
    brokers: [...settings.brokers],
    clientId: settings.clientId,
    connectionTimeout: settings.connectionTimeoutMillis,
    requestTimeout: settings.requestTimeoutMillis,
    retry: RETRY,
    socketFactory: sockets.factory,
    logLevel: log.isLevelEnabled("debug") ? logLevel.DEBUG : logLevel.INFO,
    logCreator: () => kafkaLog(log, onLogLine),
    ...(ssl === undefined ? {} : { ssl }),
    ...(sasl === undefined ? {} : { sasl }),
  });
  return { kafka, revoke: sockets.revoke };
}

function saslOptions({ sasl }: KafkaSettings): SASLOptions | undefined {
  return sasl && { mechanism: sasl.mechanism, username: sasl.username, password: sasl.password.reveal() };
}
