import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { EnvReader } from "../../../src/config/env-reader.js";
import { resolveKafkaSettings } from "../../../src/config/kafka-settings.js";

const resolve = (options: Parameters<typeof resolveKafkaSettings>[0], variables: NodeJS.ProcessEnv = {}) => {
  const env = new EnvReader(variables);
  const mistakes: string[] = [];
  return { settings: resolveKafkaSettings(options, env, mistakes), problems: env.problems, mistakes };
};

describe("Kafka settings", () => {
  test("without options and environment are a local broker in plain text", () => {
    const { settings, problems, mistakes } = resolve({});
    expect(settings).toMatchObject({ brokers: ["localhost:9092"], ssl: undefined, sasl: undefined });
    expect([...problems, ...mistakes]).toEqual([]);
  });

  test("take options over environment over default", () => {
    const variables = {
      KAFKA_BOOTSTRAP_SERVERS: "one:9092, two:9093,",
      AGENT_ACTIONS_KAFKA_REQUEST_TIMEOUT_MS: "1234",
    };
    expect(resolve({}, variables).settings).toMatchObject({
      brokers: ["one:9092", "two:9093"],
      requestTimeoutMillis: 1234,
    });
    expect(resolve({ brokers: "three:1", requestTimeoutMillis: 9 }, variables).settings).toMatchObject({
      brokers: ["three:1"],
      requestTimeoutMillis: 9,
    });
  });

  test("name every problem, without values, and fall back", () => {
    const { settings, problems } = resolve(
      {},
      {
        KAFKA_BOOTSTRAP_SERVERS: "hunter2",
        AGENT_ACTIONS_KAFKA_SSL: "hunter2",
        AGENT_ACTIONS_KAFKA_SASL_PASSWORD: "hunter2",
        AGENT_ACTIONS_KAFKA_CONNECTION_TIMEOUT_MS: "hunter2",
      },
    );
    expect(problems).toHaveLength(4);
    expect(problems.join()).not.toContain("hunter2");
    expect(settings.brokers).toEqual(["localhost:9092"]);
  });

  test("keep problems of the code apart from those of the environment", () => {
    const { problems, mistakes } = resolve(
      { brokers: [], connectionTimeoutMillis: 0 },
      { AGENT_ACTIONS_KAFKA_SSL: "perhaps" },
    );
    expect(problems).toHaveLength(1);
    expect(mistakes).toHaveLength(2);
  });

  test.each(["host", "host:", "host:0", "host:65536", "[::1]:9092", "kafka://host:9092", "user@host:1"])(
    "refuse %s as an address",
    (broker) => {
      expect(resolve({ brokers: broker }).mistakes).toHaveLength(1);
    },
  );

  test("show no secret to inspect, JSON, spread and templates, and reveal it when asked", () => {
    const { settings } = resolve({
      ssl: { key: "PRIVATE-KEY", passphrase: "PASSPHRASE" },
      sasl: { mechanism: "plain", username: "user", password: "PASSWORD" },
    });
    const shown = [
      inspect(settings, { depth: 9, showHidden: true }),
      JSON.stringify(settings),
      inspect({ ...settings, sasl: { ...settings.sasl } }),
      `${settings.sasl?.password} ${settings.ssl}`,
    ].join();
    expect(shown).not.toMatch(/PRIVATE-KEY|PASSPHRASE|PASSWORD/);
    expect(settings.sasl?.password.reveal()).toBe("PASSWORD");
    expect(settings.ssl?.reveal()).toMatchObject({ passphrase: "PASSPHRASE" });
  });
});
