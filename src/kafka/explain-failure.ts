/** What a failure of the Kafka client means, and how to report it. Total: an unknown failure counts as one that may pass. */
import { describeError } from "../internal/describe-error.js";

export interface KafkaFailure {
  /**
   * - `refused`: for the sake of a record; sending it again is of no use.
   * - `retry`: may pass; the broker will recognise a repetition of the same batch.
   * - `retry_afresh`: may pass with another producer id only.
   */
  readonly verdict: "refused" | "retry" | "retry_afresh";
  /** What is wrong, at which address or topic, and what to do: sentences. The same cause gives the same text. */
  readonly message: string;
}

/** What is known about where the failure happened. */
export interface FailureScene {
  readonly topic: string;
  /** Bootstrap addresses. */
  readonly bootstrap: readonly string[];
  /** Whether there ever was a connection to the address. */
  readonly hasReached: (address: string) => boolean;
  /** Whether this client ever got a record through. */
  readonly hasDelivered: boolean;
}

/** The broker was connected, or was about to be, and did not respond in time. */
export class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
  readonly addresses: readonly string[];
  readonly limitMillis: number;

  constructor(addresses: readonly string[], limitMillis: number) {
    super(`no response within ${limitMillis} ms`);
    this.addresses = addresses;
    this.limitMillis = limitMillis;
  }
}

const TOO_LARGE = ["MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE"];
const REFUSALS = new Set([...TOO_LARGE, "INVALID_RECORD", "UNSUPPORTED_FOR_MESSAGE_FORMAT"]);

/** The broker and the client disagree about the sequence of records. A new producer id begins a new sequence. */
const LOST_SEQUENCE = new Set([
  "UNKNOWN_PRODUCER_ID",
  "OUT_OF_ORDER_SEQUENCE_NUMBER",
  "DUPLICATE_SEQUENCE_NUMBER",
  "INVALID_PRODUCER_EPOCH",
  "INVALID_PRODUCER_ID_MAPPING",
]);

const NO_TOPIC = new Set(["UNKNOWN_TOPIC_OR_PARTITION", "INVALID_TOPIC_EXCEPTION"]);
const NO_METADATA = new Set(["KafkaJSMetadataNotLoaded", "KafkaJSTopicMetadataNotLoaded"]);

export function explainFailure(thrown: unknown, scene: FailureScene): KafkaFailure {
  const { type, name, broker, message, silent } = rootOf(thrown);
  const where = addressesInWords(scene.bootstrap);
  if (silent) return retry(silenceInWords(silent, scene));
  if (REFUSALS.has(type))
    return {
      verdict: "refused",
      message: `Kafka refused an event for the topic "${scene.topic}": ${message}.`,
    };
  if (LOST_SEQUENCE.has(type))
    return {
      verdict: "retry_afresh",
      message: `Kafka lost track of this producer (${type}); it begins anew.`,
    };
  if (NO_TOPIC.has(type) || NO_METADATA.has(name))
    return retry(
      `The topic "${scene.topic}" does not exist on the Kafka at ${where}. Create it: agent-actions topics --create.`,
    );
  // Records carry the time at which they are sent, so this is about the clock and not about the record.
  if (type === "INVALID_TIMESTAMP")
    return retry(`Kafka at ${where} does not accept the time of this machine. Set its clock right.`);
  if (/AUTHORIZATION_FAILED$/.test(type))
    return retry(`Kafka at ${where} does not allow writing to the topic "${scene.topic}": ${type}.`);
  if (/SASL/.test(type) || name === "KafkaJSSASLAuthenticationError")
    return retry(`Kafka at ${where} refused the login: ${message}. Check sasl and ssl.`);
  if (broker !== undefined) return retry(connectionInWords(broker, message, scene));
  if (type !== "") return retry(`Kafka at ${where} returned ${type}: ${message}.`);
  return { verdict: "retry_afresh", message: `The Kafka client failed: ${message}.` };
}

/** Whether the broker refused a batch for its size. */
export const isTooLarge = (thrown: unknown): boolean => TOO_LARGE.includes(rootOf(thrown).type);

const retry = (message: string): KafkaFailure => ({ verdict: "retry", message });

interface Root {
  /** Kafka's name of the error, or nothing. */
  readonly type: string;
  readonly name: string;
  readonly message: string;
  readonly broker: string | undefined;
  readonly silent: NoAnswerError | undefined;
}

// kafkajs wraps errors in those of its retries; the innermost is the one that says what happened.
function rootOf(thrown: unknown): Root {
  let error = thrown;
  for (let depth = 0; depth < 8; depth++) {
    const cause: unknown = error instanceof Error ? error.cause : undefined;
    if (!(cause instanceof Error)) break;
    error = cause;
  }
  const type: unknown = error instanceof Error ? Reflect.get(error, "type") : undefined;
  const broker: unknown = error instanceof Error ? Reflect.get(error, "broker") : undefined;
  return {
    type: typeof type === "string" ? type : "",
    name: error instanceof Error ? error.name : "",
    message: describeError(error)
      .message.replace(/^Connection error: /, "")
      .replace(/\.$/, ""),
    broker: typeof broker === "string" ? broker : undefined,
    silent: error instanceof NoAnswerError ? error : undefined,
  };
}

function connectionInWords(address: string, why: string, scene: FailureScene): string {
  if (!scene.bootstrap.includes(address)) return advertisedInWords(address, why, scene);
  if (why === "Closed connection" && !scene.hasDelivered)
    return `Kafka at ${address} closes the connection. A broker that expects TLS or a login does that: check ssl and sasl.`;
  return why === "Closed connection"
    ? `Kafka at ${address} closed the connection.`
    : `Kafka cannot be reached at ${address}: ${why}.`;
}

function advertisedInWords(address: string, why: string, scene: FailureScene): string {
  const bootstrap = addressesInWords(scene.bootstrap);
  if (scene.hasReached(address))
    return `Kafka cannot be reached at ${address}, the address that ${bootstrap} named for it: ${why}.`;
  return (
    `Kafka responds at its bootstrap address ${bootstrap}, but names ${address} as its own, which cannot be reached from here: ${why}. ` +
    "Check advertised.listeners of the broker."
  );
}

function silenceInWords({ addresses, limitMillis }: NoAnswerError, scene: FailureScene): string {
  const silent = addresses.length > 0 ? addresses : scene.bootstrap;
  return `Kafka at ${addressesInWords(silent)} did not respond within ${limitMillis} ms.`;
}

const addressesInWords = (addresses: readonly string[]): string => addresses.join(", ");
