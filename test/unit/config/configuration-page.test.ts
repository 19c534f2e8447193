import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { NUMBER_OPTIONS, variableOf } from "../../../exporter/options.js";
import { HTTP_NUMBERS } from "../../../src/config/http-settings.js";
import { OTLP_NUMBERS } from "../../../src/config/otlp-settings.js";
import { topicVariable } from "../../../src/config/topic-settings.js";
import { CONSUMER_NUMBERS, resolveConsumerOptions } from "../../../src/consumer/options.js";
import { DEFAULT_TOPICS, ONEX_TOPICS, type TopicNames } from "../../../src/event/index.js";

// docs/configuration.md is written by hand; this holds it and the code together.
const page = readFileSync("docs/configuration.md", "utf8");
const rows = page
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) => line.split("|").map((cell) => cell.trim().replaceAll("`", "")));

const rowOf = (option: string, variable: string): string[] | undefined =>
  rows.find((cells) => cells[1] === option && cells[2]?.split(", ").includes(variable));

describe("the page about configuration", () => {
  test.each(Object.entries(CONSUMER_NUMBERS))("has the consumer's %s", (name, { env, fallback, unit }) => {
    expect(rowOf(name, env)?.slice(3, 5)).toEqual([String(fallback), unit]);
  });

  test.each(Object.entries(HTTP_NUMBERS))("has the HTTP server's %s", (name, { env, fallback, unit }) => {
    expect(rowOf(`http.${name}`, env)?.slice(3, 5)).toEqual([String(fallback), unit]);
  });

  test.each(Object.entries(OTLP_NUMBERS))("has the OTLP intake's %s", (name, { env, fallback, unit }) => {
    expect(rowOf(`otlp.${name}`, env)?.slice(3, 5)).toEqual([String(fallback), unit]);
  });

  test.each(Object.entries(NUMBER_OPTIONS))("has the exporter's %s", (name, { default: standard }) => {
    expect(rowOf(name, variableOf(name))?.[3]).toBe(String(standard));
  });

  test.each(Object.keys(DEFAULT_TOPICS) as (keyof TopicNames)[])("has both names of the topic %s", (role) => {
    expect(rowOf(`topics.${role}`, topicVariable(role))?.slice(3, 5)).toEqual([
      DEFAULT_TOPICS[role],
      ONEX_TOPICS[role],
    ]);
  });

  test("has the defaults of the shared settings as they are", () => {
    const { kafka, postgres, groupId, logLevel } = resolveConsumerOptions({ env: {} });
    const shown = (option: string): string | undefined => rows.find((cells) => cells[1] === option)?.[3];
    expect(shown("brokers")).toBe(kafka.brokers.join());
    expect(shown("clientId")).toBe(kafka.clientId);
    expect(shown("connectionTimeoutMillis")).toBe(String(kafka.connectionTimeoutMillis));
    expect(shown("requestTimeoutMillis")).toBe(String(kafka.requestTimeoutMillis));
    expect(shown("postgres.maxConnections")).toBe(String(postgres.maxConnections));
    expect(shown("postgres.connectionTimeoutMillis")).toBe(String(postgres.connectionTimeoutMillis));
    expect(shown("postgres.statementTimeoutMillis")).toBe(String(postgres.statementTimeoutMillis));
    expect(`${shown("postgres.host")}:${shown("postgres.port")}/${shown("postgres.user")}`).toBe(
      postgres.target,
    );
    expect(shown("groupId")).toBe(groupId);
    expect(shown("logLevel")).toBe(logLevel);
  });

  test("names every variable that these settings are read from, and none that is not read", () => {
    const sources = [
      ...readdirSync("src/config").map((file) => `src/config/${file}`),
      "src/consumer/options.ts",
    ].map((file) => readFileSync(file, "utf8"));
    const inCode = new Set([
      ...sources
        .flatMap((text) => [...text.matchAll(/"([A-Z][A-Z]*(?:_[A-Z]+)+|PG[A-Z]+)"/g)])
        .map(([, name]) => name),
      ...(Object.keys(DEFAULT_TOPICS) as (keyof TopicNames)[]).map(topicVariable),
    ]);
    const onPage = new Set(
      [...page.matchAll(/`([A-Z][A-Z]*(?:_[A-Z]+)+|PG[A-Z]+)(?:=\w+)?`/g)]
        .map(([, name = ""]) => name)
        .filter((name) => !name.startsWith("AGENT_ACTIONS_EXPORTER_") && name !== "NODE_EXTRA_CA_CERTS"),
    );
    expect([...onPage].sort()).toEqual([...inCode].sort());
  });
});
