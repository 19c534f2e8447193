import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { OPTION_SECTIONS } from "../../../scripts/configuration-docs.js";
import type { Option } from "../../../src/config/option.js";

const FILES: Readonly<Record<string, string>> = {
  kafka: "src/config/kafka-settings.ts",
  postgres: "src/config/postgres-settings.ts",
  consumer: "src/consumer/options.ts",
  http: "src/config/http-settings.ts",
  otlp: "src/config/otlp-settings.ts",
  intake: "src/config/intake-settings.ts",
  mcp: "src/config/mcp-settings.ts",
  hook: "src/config/hook-options.ts",
  api: "src/config/api-settings.ts",
  statistics: "src/config/statistics-settings.ts",
  notices: "src/config/notice-settings.ts",
  retention: "src/config/retention-settings.ts",
  evidence: "src/config/evidence-settings.ts",
  exporter: "exporter/options.ts",
};
/** Described where the type of the option is. */
const ELSEWHERE = ["captureContent", "dialects", "llmCalls"];

const cases = Object.entries(OPTION_SECTIONS).flatMap(([section, tables]) =>
  tables.flatMap(([, table]) =>
    Object.entries(table)
      .filter(([name]) => !ELSEWHERE.includes(name))
      .map(([name, option]) => [FILES[section] ?? "", name, option] as const),
  ),
);

/** The comment above a member of an interface. */
function commentOf(source: string, member: string): string {
  const found = new RegExp(`/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\n  readonly ${member}\\??: `).exec(source);
  return found?.[1]?.replaceAll(/\s*\n\s*\*\s*/g, " ") ?? "";
}

test.each(cases)(
  "%s: the comment of %s names its variables and its default",
  (file, name, option: Option) => {
    const comment = commentOf(readFileSync(file, "utf8"), name);
    for (const variable of option.env) expect(comment).toContain(`\`${variable}\``);
    if (typeof option.default === "number")
      expect(comment.replaceAll("_", "")).toContain(`@default ${option.default}`);
    else if (option.default !== undefined)
      expect(comment).toContain(`@default ${JSON.stringify(option.default)}`.replace(/\[|\]/g, ""));
  },
);
