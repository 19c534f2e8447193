import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { configurationDocs, OPTION_SECTIONS } from "../../../scripts/configuration-docs.js";
import type { Option } from "../../../src/config/option.js";
import { topicOptions } from "../../../src/config/topic-settings.js";
import { DEFAULT_TOPICS } from "../../../src/event/index.js";

const options: readonly (readonly [string, Option])[] = [
  ...Object.values(OPTION_SECTIONS).flatMap((tables) =>
    tables.flatMap(([prefix, table]) =>
      Object.entries(table).map(([name, option]) => [prefix + name, option] as const),
    ),
  ),
  ...Object.entries(topicOptions(DEFAULT_TOPICS)).map(
    ([name, option]) => [`topics.${name}`, option] as const,
  ),
];
const page = readFileSync("docs/configuration.md", "utf8");

test.each(["docs/configuration.md", "docs/exporter.md"])(
  "%s has the options as they are; run `npm run generate`",
  (path) => {
    const text = readFileSync(path, "utf8");
    expect(text).toContain("<!-- options: exporter -->");
    expect(configurationDocs(text)).toBe(text);
  },
);

test("the page about configuration names every option and variable, and no other variable", () => {
  for (const [name, { env }] of options)
    for (const shown of [name, ...env]) expect(page).toContain(`\`${shown}\``);
  const named = [...page.matchAll(/`([A-Z][A-Z]*(?:_[A-Z]+)+|PG[A-Z]+)(?:=\w+)?`/g)].map(([, name]) => name);
  const known = [
    ...options.flatMap(([, { env }]) => env),
    "AGENT_ACTIONS_TOPIC_NAMES",
    "NODE_EXTRA_CA_CERTS",
  ];
  expect([...new Set(named)].filter((name) => name !== undefined && !known.includes(name))).toEqual([]);
});

describe("every option", () => {
  test.each(options)("%s has words for documentation and help", (name, option) => {
    expect(option.description).toMatch(/\.$/);
    expect(option.expected).not.toBe("");
    expect(option.unit).not.toBe("");
    // One suffix for durations in code, one in the environment.
    expect(name).not.toMatch(/(?:Ms|Seconds|Duration)$/);
    if (option.unit === "milliseconds") {
      expect(name).toMatch(/Millis$/);
      expect(option.env.every((variable) => variable.endsWith("_MS"))).toBe(true);
    }
  });

  test.each(options)("%s accepts its own default, in code and as text", (_, option) => {
    if (option.default === undefined) return expect(option.fromCode(undefined)).toBeUndefined();
    expect(option.fromCode(option.default)).toEqual(option.default);
    expect(option.fromText(String(option.default))).toEqual(option.default);
  });
});

test("no variable means two options", () => {
  // One option may be of several parts.
  const variables = [...new Set(options.map(([, option]) => option))].flatMap(({ env }) => env);
  expect(variables).toEqual([...new Set(variables)]);
});
