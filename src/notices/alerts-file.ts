/** Reads `alerts.yaml`: figures of rules, and where notices are sent to. */
import { readFileSync } from "node:fs";
import { parseDocument } from "yaml";
import {
  type AlertSettings,
  type AlertTarget,
  DEFAULT_RULES,
  type RuleSettings,
  SEVERITIES,
  WEBHOOK_FORMATS,
} from "../config/alert-rules.js";
import { Secret } from "../config/secret.js";
import { ConfigError } from "../errors.js";
import { membersOf } from "./alert-members.js";
import { sequencesOf } from "./alert-sequences.js";

const MAX_BYTES = 1_000_000;
const MAX_TARGETS = 20;

/** Throws `ConfigError` with everything that is wrong with the file. */
export function readAlertsFile(path: string, env: NodeJS.ProcessEnv): AlertSettings {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new ConfigError([`AGENT_ACTIONS_ALERTS_FILE ${path} cannot be read: ${(error as Error).message}`]);
  }
  return parseAlerts(text, env, path);
}

/** Throws `ConfigError` with everything that is wrong with the text. */
export function parseAlerts(text: string, env: NodeJS.ProcessEnv, name = "alerts.yaml"): AlertSettings {
  if (text.length > MAX_BYTES) throw new ConfigError([`${name} has more than ${MAX_BYTES} characters`]);
  const document = parseDocument(text, { uniqueKeys: true });
  const faults = document.errors.map(({ message }) => `${name}: ${message.split("\n")[0]}`);
  if (faults.length > 0) throw new ConfigError(faults);
  const problems: string[] = [];
  // Aliases may be nested to blow up; none is needed here.
  const content: unknown = document.toJS({ maxAliasCount: 0 }) ?? {};
  const file = membersOf(content, name, ["rules", "sequences", "targets"], problems);
  const settings = {
    rules: rulesOf(file.rules, problems),
    sequences: sequencesOf(file.sequences, problems),
    targets: targetsOf(file.targets, env, problems),
  };
  if (problems.length > 0) throw new ConfigError(problems.map((problem) => `${name}: ${problem}`));
  return settings;
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

const WAYS = ["webhook", "webhookEnv", "notify", "topic", "stdout"] as const;

function targetsOf(given: unknown, env: NodeJS.ProcessEnv, problems: string[]): readonly AlertTarget[] {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given) || given.length > MAX_TARGETS) {
    problems.push(`targets has to be a list of at most ${MAX_TARGETS}`);
    return [];
  }
  const targets = given.flatMap((each, index) => targetOf(each, `targets[${index}]`, env, problems));
  const names = targets.map(({ name }) => name);
  for (const name of new Set(names.filter((name, at) => names.indexOf(name) !== at)))
    problems.push(
      `two targets are called ${name}: each needs a name of its own, by which is known what it was told`,
    );
  return targets;
}

function targetOf(given: unknown, where: string, env: NodeJS.ProcessEnv, problems: string[]): AlertTarget[] {
  const known = ["name", "minSeverity", "everySeconds", "format", "allowPrivate", ...WAYS];
  const target = membersOf(given, where, known, problems);
  const before = problems.length;
  const expect = (isSo: boolean, problem: string): void => {
    if (!isSo) problems.push(`${where}${problem}`);
  };
  const { name, minSeverity = "warning", everySeconds = 10, format = "json", allowPrivate = false } = target;
  expect(
    typeof name === "string" && /^[\w.-]{1,63}$/.test(name),
    ".name has to be a name of letters, digits, dots and dashes",
  );
  expect(
    SEVERITIES.some((each) => each === minSeverity),
    `.minSeverity has to be one of ${SEVERITIES.join(", ")}`,
  );
  expect(
    typeof everySeconds === "number" && everySeconds >= 0 && everySeconds <= 86_400,
    ".everySeconds has to be a number from 0 to 86400",
  );
  expect(
    WEBHOOK_FORMATS.some((each) => each === format),
    `.format has to be one of ${WEBHOOK_FORMATS.join(", ")}`,
  );
  expect(typeof allowPrivate === "boolean", ".allowPrivate has to be true or false");
  const ways = WAYS.filter((way) => target[way] !== undefined);
  expect(ways.length === 1, ` has to have one of ${WAYS.join(", ")}`);
  const common = { name, minSeverity, everySeconds } as Pick<
    AlertTarget,
    "name" | "minSeverity" | "everySeconds"
  >;
  const { webhook, webhookEnv, notify, topic, stdout } = target;
  if (webhookEnv !== undefined)
    expect(
      typeof webhookEnv === "string" && env[webhookEnv] !== undefined,
      `.webhookEnv names a variable that is not set`,
    );
  const url = webhookEnv === undefined ? webhook : env[String(webhookEnv)];
  if (webhook !== undefined || webhookEnv !== undefined)
    expect(isUrl(url), "'s webhook has to be an http or https URL");
  if (notify !== undefined)
    expect(
      typeof notify === "string" && /^[A-Za-z_][\w]{0,62}$/.test(notify),
      ".notify has to be the name of a channel: letters, digits and underscores",
    );
  if (topic !== undefined)
    expect(
      typeof topic === "string" && /^[\w.-]{1,249}$/.test(topic),
      ".topic has to be the name of a topic",
    );
  if (stdout !== undefined) expect(stdout === true, ".stdout has to be true");
  if (problems.length > before) return [];
  if (typeof notify === "string") return [{ ...common, kind: "notify", channel: notify }];
  if (typeof topic === "string") return [{ ...common, kind: "topic", topic }];
  if (stdout === true) return [{ ...common, kind: "stdout" }];
  const webhookFormat = format as (typeof WEBHOOK_FORMATS)[number];
  return [
    {
      ...common,
      kind: "webhook",
      url: new Secret(String(url)),
      format: webhookFormat,
      allowPrivate: allowPrivate === true,
    },
  ];
}

const isUrl = (value: unknown): boolean =>
  typeof value === "string" && URL.canParse(value) && ["http:", "https:"].includes(new URL(value).protocol);
