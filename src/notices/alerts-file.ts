/** Reads `alerts.yaml`: figures of rules, and where notices are sent to. */
import { readFileSync } from "node:fs";
import { type AlertSettings, DEFAULT_RULES, type RuleSettings } from "../config/alert-rules.js";
import { ConfigError } from "../errors.js";
import { membersOf } from "./alert-members.js";
import { reportOf } from "./alert-report.js";
import { sequencesOf } from "./alert-sequences.js";
import { targetsOf } from "./alert-targets.js";
import { loadYaml } from "./load-yaml.js";

const MAX_BYTES = 1_000_000;

/** Throws `ConfigError` with everything that is wrong with the file. */
export function readAlertsFile(path: string, env: NodeJS.ProcessEnv): AlertSettings {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new ConfigError([`AGENT_ACTIONS_ALERTS_FILE ${path} cannot be read: ${(error as Error).message}`]);
  }
  // With a byte order mark or without one: no text of UTF-8 that is YAML has a zero byte.
  if (bytes.length <= 4 * MAX_BYTES && bytes.includes(0))
    throw new ConfigError([`${path} is written in UTF-16, or is no text: save it as UTF-8`]);
  return parseAlerts(bytes.toString("utf8"), env, path);
}

/** Throws `ConfigError` with everything that is wrong with the text. */
export function parseAlerts(text: string, env: NodeJS.ProcessEnv, name = "alerts.yaml"): AlertSettings {
  if (text.length > MAX_BYTES) throw new ConfigError([`${name} has more than ${MAX_BYTES} characters`]);
  const problems: string[] = [];
  const content = contentOf(text, name);
  const file = membersOf(content, name, ["rules", "sequences", "targets", "report"], problems);
  const rules = rulesOf(file.rules, problems);
  const sequences = sequencesOf(file.sequences, problems);
  const targets = targetsOf(file.targets, env, problems);
  const report = reportOf(file.report, targets, problems);
  if (problems.length > 0) throw new ConfigError(problems.map((problem) => `${name}: ${problem}`));
  return { rules, sequences, targets, report };
}

function contentOf(text: string, name: string): unknown {
  // JSON is YAML too.
  try {
    return JSON.parse(text) ?? {};
  } catch {
    if (text.trim() === "") return {};
  }
  const document = loadYaml(name).parseDocument(text, { uniqueKeys: true });
  const faults = document.errors.map(({ message }) => `${name}: ${message.split("\n")[0]}`);
  if (faults.length > 0) throw new ConfigError(faults);
  try {
    // Aliases may be nested to blow up; none is needed here.
    return document.toJS({ maxAliasCount: 0 }) ?? {};
  } catch {
    throw new ConfigError([`${name}: aliases (*name) cannot be used here: write out what they stand for`]);
  }
}

function rulesOf(given: unknown, problems: string[]): RuleSettings {
  const rules = membersOf(given, "rules", Object.keys(DEFAULT_RULES), problems);
  const entries = Object.entries(DEFAULT_RULES).map(([rule, figures]) => {
    const own = membersOf(rules[rule], `rules.${rule}`, Object.keys(figures), problems);
    const resolved = Object.entries(figures).map(([figure, standard]) => {
      const value = own[figure] ?? standard;
      const fits =
        typeof standard === "boolean"
          ? typeof value === "boolean"
          : typeof value === "number" && Number.isFinite(value) && value > 0;
      if (!fits)
        problems.push(
          `rules.${rule}.${figure} has to be ${typeof standard === "boolean" ? "true or false" : "a number above 0"}`,
        );
      return [figure, value];
    });
    return [rule, Object.fromEntries(resolved)];
  });
  return Object.fromEntries(entries) as RuleSettings;
}
