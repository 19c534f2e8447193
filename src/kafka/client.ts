import { Kafka, type RetryOptions, type SASLOptions } from "kafkajs";
import type { KafkaSettings } from "../config/kafka-settings.js";
import { type KafkaLog, logOptions } from "./log.js";
import { writeProduceRequests } from "./produce-requests.js";
import { quietRequestQueues } from "./quiet-request-queues.js";
import type { KafkaSockets } from "./sockets.js";

export interface ClientOptions {
  readonly settings: KafkaSettings;
  readonly sockets: KafkaSockets;
  readonly log: KafkaLog;
  readonly retry: RetryOptions;
  /**
   * Whether kafkajs checks by itself that requests get their responses in time. Its check is a timer that keeps the process alive for as long as
   * there is a connection. @default true
   */
  readonly enforceRequestTimeout?: boolean;
}

/** A client of its own for every use: those of one `Kafka` object share the offsets they have seen. */
export function createClient({
  settings,
  sockets,
  log,
  retry,
  enforceRequestTimeout = true,
}: ClientOptions): Kafka {
  const { brokers, clientId, ssl, sasl, connectionTimeoutMillis, requestTimeoutMillis } = settings;
  const kafka = new Kafka({
    brokers: [...brokers],
    clientId,
    connectionTimeout: connectionTimeoutMillis,
    requestTimeout: requestTimeoutMillis,
    enforceRequestTimeout,
    retry,
    socketFactory: sockets.create,
    ...logOptions(log),
    ...(ssl === undefined ? {} : { ssl: ssl.reveal() }),
    ...(sasl === undefined ? {} : { sasl: loginOf(sasl) }),
  });
  quietRequestQueues(kafka);
  writeProduceRequests(kafka);
  return kafka;
}

function loginOf(sasl: NonNullable<KafkaSettings["sasl"]>): SASLOptions {
  if (sasl.mechanism === "oauthbearer") {
    const { mechanism, token } = sasl;
    return { mechanism, oauthBearerProvider: async () => ({ value: await token() }) };
  }
  // kafkajs types the mechanisms as shapes of their own, though all have the same fields.
  return { ...sasl, password: sasl.password.reveal() } as SASLOptions;
}
