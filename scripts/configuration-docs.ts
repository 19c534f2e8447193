import { EXPORTER_OPTIONS } from "../exporter/options.js";
import { API_OPTIONS } from "../src/config/api-settings.js";
import { EVIDENCE_OPTIONS } from "../src/config/evidence-settings.js";
import { HOOK_OPTIONS, HOOK_TOKEN_OPTIONS } from "../src/config/hook-options.js";
import { HTTP_OPTIONS } from "../src/config/http-settings.js";
import { INTAKE_OPTIONS } from "../src/config/intake-settings.js";
import { KAFKA_OPTIONS, KAFKA_SASL_OPTIONS } from "../src/config/kafka-settings.js";
import { MCP_OPTIONS } from "../src/config/mcp-settings.js";
import { NOTICE_OPTIONS } from "../src/config/notice-settings.js";
import type { Option, OptionTable } from "../src/config/option.js";
import { OTLP_OPTIONS } from "../src/config/otlp-settings.js";
import { POSTGRES_OPTIONS } from "../src/config/postgres-settings.js";
import { READING_OPTIONS } from "../src/config/reading-options.js";
import { RETENTION_OPTIONS } from "../src/config/retention-settings.js";
import { STATISTICS_OPTIONS } from "../src/config/statistics-settings.js";
import { topicOptions } from "../src/config/topic-settings.js";
import { CONSUMER_OPTIONS } from "../src/consumer/option-table.js";
import { DEFAULT_TOPICS, ONEX_TOPICS, type TopicNames } from "../src/event/index.js";

/** Every table of options by its name in the markers of the documentation, with the prefix of its names in code. */
export const OPTION_SECTIONS: Readonly<Record<string, readonly (readonly [string, OptionTable])[]>> = {
  kafka: [
    ["", KAFKA_OPTIONS],
    ["sasl.", KAFKA_SASL_OPTIONS],
  ],
  postgres: [["postgres.", POSTGRES_OPTIONS]],
  consumer: [["", CONSUMER_OPTIONS]],
  http: [["http.", HTTP_OPTIONS]],
  otlp: [["otlp.", OTLP_OPTIONS]],
  intake: [["intake.", INTAKE_OPTIONS]],
  hook: [
    ["", HOOK_OPTIONS],
    ["", HOOK_TOKEN_OPTIONS],
  ],
  api: [["api.", API_OPTIONS]],
  statistics: [["statistics.", STATISTICS_OPTIONS]],
  mcp: [["mcp.", MCP_OPTIONS]],
  notices: [["notices.", NOTICE_OPTIONS]],
  retention: [["retention.", RETENTION_OPTIONS]],
  evidence: [["evidence.", EVIDENCE_OPTIONS]],
  exporter: [
    ["", EXPORTER_OPTIONS],
    ["", READING_OPTIONS],
  ],
};

/** The page with what stands between `<!-- options: NAME -->` and `<!-- /options -->` made anew from the tables of options. */
export function configurationDocs(page: string): string {
  return page.replaceAll(
    /(<!-- options: (\w+) -->\n)[\s\S]*?(<!-- \/options -->)/g,
    (_, begin: string, name: string, end: string) => `${begin}\n${tableOf(name).join("\n")}\n\n${end}`,
  );
}

function tableOf(name: string): readonly string[] {
  if (name === "topics") return topicTable();
  const section = OPTION_SECTIONS[name];
  if (section === undefined) throw new Error(`There are no options called ${name}.`);
  return [
    "| option | variable | default | unit | |",
    "|---|---|---|---|---|",
    ...section.flatMap(([prefix, table]) =>
      Object.entries(table).map(([option, { unit, description, ...rest }]) =>
        row([code(prefix + option), variables(rest), standard(rest), unit, description]),
      ),
    ),
  ];
}

function topicTable(): readonly string[] {
  const onex = topicOptions(ONEX_TOPICS);
  const roles = Object.entries(topicOptions(DEFAULT_TOPICS)) as [keyof TopicNames, Option<string>][];
  return [
    "| option | variable | default | with `AGENT_ACTIONS_TOPIC_NAMES=onex` |",
    "|---|---|---|---|",
    ...roles.map(([role, option]) =>
      row([code(`topics.${role}`), variables(option), standard(option), standard(onex[role])]),
    ),
  ];
}

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`.replaceAll("|  |", "| |");
const code = (text: string): string => `\`${text}\``;
const variables = ({ env }: Pick<Option, "env">): string => env.map(code).join(", ");

function standard({ default: value, defaultText }: Pick<Option, "default" | "defaultText">): string {
  if (defaultText !== undefined) return defaultText;
  if (value === undefined) return "none";
  return typeof value === "number" ? String(value) : code(String(value));
}
