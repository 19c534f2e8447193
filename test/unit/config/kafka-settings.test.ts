import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
    const login = settings.sasl?.mechanism === "plain" ? settings.sasl : undefined;
    const shown = [
      inspect(settings, { depth: 9, showHidden: true }),
      JSON.stringify(settings),
      inspect({ ...settings, sasl: { ...settings.sasl } }),
      `${login?.password} ${settings.ssl}`,
    ].join();
    expect(shown).not.toMatch(/PRIVATE-KEY|PASSPHRASE|PASSWORD/);
    expect(login?.password.reveal()).toBe("PASSWORD");
    expect(settings.ssl?.reveal()).toMatchObject({ passphrase: "PASSPHRASE" });
  });

  test("make it TLS where a file says so, and never plain text where one cannot be read", async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "agent-actions-tls-"));
    t.onTestFinished(() => rm(folder, { recursive: true }));
    const files = Object.fromEntries(["CA", "CERT", "KEY"].map((name) => [name, join(folder, name)]));
    for (const [name, file] of Object.entries(files)) await writeFile(file, `PEM of ${name}`);
    const variables = (names: readonly string[]) =>
      Object.fromEntries(names.map((name) => [`AGENT_ACTIONS_KAFKA_SSL_${name}_FILE`, files[name]]));
    const all = resolve({}, variables(["CA", "CERT", "KEY"]));
    expect(all.problems).toEqual([]);
    expect(all.settings.ssl?.reveal()).toEqual({ ca: "PEM of CA", cert: "PEM of CERT", key: "PEM of KEY" });
    expect(inspect(all.settings, { depth: 9 })).not.toContain("PEM");
    expect(resolve({}, variables(["CERT"])).problems).toHaveLength(1);
    const unread = resolve({}, { AGENT_ACTIONS_KAFKA_SSL_CA_FILE: join(folder, "none") });
    expect(unread.problems.join()).toContain("ENOENT");
    expect(unread.settings.ssl?.reveal()).toEqual({});
    expect(resolve({ ssl: { ca: "of the code" } }, variables(["CA"])).settings.ssl?.reveal()).toEqual({
      ca: "of the code",
    });
  });

  test("take a function that gets tokens, and nothing else in its place", async () => {
    const { settings, mistakes } = resolve({
      sasl: { mechanism: "oauthbearer", token: async () => "a token" },
    });
    expect(mistakes).toEqual([]);
    expect(settings.sasl?.mechanism === "oauthbearer" && (await settings.sasl.token())).toBe("a token");
    const wrong = resolve({ sasl: { mechanism: "oauthbearer", token: "a token" as never } });
    expect(wrong.mistakes.join()).toContain("sasl.token");
    expect(wrong.mistakes.join()).not.toContain("a token,");
    expect(wrong.settings.sasl).toBeUndefined();
  });
});
