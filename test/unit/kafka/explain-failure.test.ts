import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { explainFailure, type FailureScene, NoAnswerError } from "../../../src/kafka/explain-failure.js";

// The real errors of kafkajs, as its own code makes them.
const require = createRequire(import.meta.url);
const errors = require("kafkajs/src/errors.js");
const { createErrorFromCode } = require("kafkajs/src/protocol/error.js");

const CODES = {
  CORRUPT_MESSAGE: 2,
  UNKNOWN_TOPIC_OR_PARTITION: 3,
  NOT_LEADER_FOR_PARTITION: 6,
  MESSAGE_TOO_LARGE: 10,
  RECORD_LIST_TOO_LARGE: 18,
  NOT_ENOUGH_REPLICAS: 19,
  TOPIC_AUTHORIZATION_FAILED: 29,
  CLUSTER_AUTHORIZATION_FAILED: 31,
  INVALID_TIMESTAMP: 32,
  OUT_OF_ORDER_SEQUENCE_NUMBER: 45,
  INVALID_PRODUCER_EPOCH: 47,
  SASL_AUTHENTICATION_FAILED: 58,
  UNKNOWN_PRODUCER_ID: 59,
  INVALID_RECORD: 87,
} as const;

const scene = (more: Partial<FailureScene> = {}): FailureScene => ({
  topic: "agent-actions",
  bootstrap: ["kafka:9092"],
  hasReached: () => false,
  hasDelivered: false,
  ...more,
});

const wrapped = (error: Error): Error =>
  new errors.KafkaJSNonRetriableError(
    new errors.KafkaJSNumberOfRetriesExceeded(error, { retryCount: 1, retryTime: 50 }),
    { cause: new errors.KafkaJSNumberOfRetriesExceeded(error, { retryCount: 1, retryTime: 50 }) },
  );

const explain = (error: unknown, more?: Partial<FailureScene>) => explainFailure(error, scene(more));

test.each([
  ["MESSAGE_TOO_LARGE", "refused"],
  ["RECORD_LIST_TOO_LARGE", "refused"],
  ["INVALID_RECORD", "refused"],
  ["UNKNOWN_PRODUCER_ID", "retry_afresh"],
  ["OUT_OF_ORDER_SEQUENCE_NUMBER", "retry_afresh"],
  ["INVALID_PRODUCER_EPOCH", "retry_afresh"],
  ["UNKNOWN_TOPIC_OR_PARTITION", "retry"],
  ["NOT_LEADER_FOR_PARTITION", "retry"],
  ["NOT_ENOUGH_REPLICAS", "retry"],
  ["INVALID_TIMESTAMP", "retry"],
  ["CORRUPT_MESSAGE", "retry"],
  ["TOPIC_AUTHORIZATION_FAILED", "retry"],
  ["CLUSTER_AUTHORIZATION_FAILED", "retry"],
  ["SASL_AUTHENTICATION_FAILED", "retry"],
] as const)("%s means %s, however deep kafkajs has wrapped it", (type, verdict) => {
  const error = createErrorFromCode(CODES[type]);
  expect(error.type).toBe(type);
  expect(explain(error).verdict).toBe(verdict);
  expect(explain(wrapped(error))).toEqual(explain(error));
});

test("a topic that is missing is named with the way to make it", () => {
  const { message } = explain(createErrorFromCode(CODES.UNKNOWN_TOPIC_OR_PARTITION));
  expect(message).toBe(
    'The topic "agent-actions" does not exist on the Kafka at kafka:9092. Create it: agent-actions topics --create.',
  );
  expect(explain(new errors.KafkaJSMetadataNotLoaded("no metadata")).message).toBe(message);
});

test("a bootstrap address that cannot be reached is named with the reason", () => {
  const error = new errors.KafkaJSConnectionError("Connection error: connect ECONNREFUSED 10.0.0.1:9092", {
    broker: "kafka:9092",
  });
  expect(explain(wrapped(error)).message).toBe(
    "Kafka cannot be reached at kafka:9092: connect ECONNREFUSED 10.0.0.1:9092.",
  );
});

test("an advertised address that never was reached is distinguished from one that was", () => {
  const error = new errors.KafkaJSConnectionError("Connection timeout", { broker: "internal:9092" });
  const never = explain(error).message;
  expect(never).toContain("responds at its bootstrap address kafka:9092");
  expect(never).toContain("names internal:9092 as its own");
  expect(never).toContain("advertised.listeners");
  expect(explain(error, { hasReached: () => true }).message).toBe(
    "Kafka cannot be reached at internal:9092, the address that kafka:9092 named for it: Connection timeout.",
  );
});

test("a connection that is closed before anything was delivered hints at TLS and login", () => {
  const error = new errors.KafkaJSConnectionClosedError("Closed connection", { host: "kafka", port: 9092 });
  expect(explain(error).message).toContain("check ssl and sasl");
  expect(explain(error, { hasDelivered: true }).message).toBe("Kafka at kafka:9092 closed the connection.");
});

test("a refused login is told with what the broker said", () => {
  const error = new errors.KafkaJSSASLAuthenticationError(
    "SASL PLAIN authentication failed: Invalid username or password",
  );
  expect(explain(error)).toEqual({
    verdict: "retry",
    message:
      "Kafka at kafka:9092 refused the login: SASL PLAIN authentication failed: Invalid username or password. Check sasl and ssl.",
  });
});

test("silence is reported with the address and the limit", () => {
  expect(explain(new NoAnswerError(["kafka:9093"], 30_000)).message).toBe(
    "Kafka at kafka:9093 did not respond within 30000 ms.",
  );
});

test.each([new TypeError("x of undefined"), "a text", undefined, null, Object.create(null)])(
  "%o, which nobody expected, may pass with a new producer",
  (thrown) => {
    expect(explain(thrown).verdict).toBe("retry_afresh");
  },
);
