import { DEFAULT_TOPICS, ONEX_TOPICS, RECORD_KINDS, type TopicNames } from "../event/index.js";
import type { EnvReader } from "./env-reader.js";

/** Names of single topics; the rest as `AGENT_ACTIONS_TOPIC_NAMES` says. */
export type TopicOptions = { readonly [Kind in keyof TopicNames]?: TopicNames[Kind] | undefined };

const NAME_SETS = { default: DEFAULT_TOPICS, onex: ONEX_TOPICS } as const;
const ROLES = [...RECORD_KINDS, "dead_letter"] as const;

/** Which variable names the topic of one kind: `AGENT_ACTIONS_TOPIC_ACTION`, `..._DEAD_LETTER` and so on. */
export const topicVariable = (role: keyof TopicNames): string => `AGENT_ACTIONS_TOPIC_${role.toUpperCase()}`;

/**
 * The names in force: options over single variables over the set that `AGENT_ACTIONS_TOPIC_NAMES` picks
 * (`default`: the specification's; `onex`: those of newer deployments). Never throws: see `resolveKafkaSettings`.
 */
export function resolveTopicSettings(
  options: TopicOptions | undefined,
  env: EnvReader,
  mistakes: string[] = env.problems,
): TopicNames {
  const base = NAME_SETS[env.choice("AGENT_ACTIONS_TOPIC_NAMES", ["default", "onex"]) ?? "default"];
  const names = Object.fromEntries(
    ROLES.map((role) => {
      const given = options?.[role];
      if (given !== undefined) return [role, checkName(`topics.${role}`, given, mistakes) ?? base[role]];
      const variable = topicVariable(role);
      const set = env.text(variable);
      return [role, (set === undefined ? undefined : checkName(variable, set, env.problems)) ?? base[role]];
    }),
  ) as Record<keyof TopicNames, string>;
  reportTwins(names, mistakes);
  return Object.freeze(names);
}

function checkName(source: string, name: string, problems: string[]): string | undefined {
  if (/^[a-zA-Z0-9._-]{1,249}$/.test(name) && name !== "." && name !== "..") return name;
  problems.push(`${source} has to be a topic name: letters, digits, dot, underscore and dash, 249 at most`);
  return undefined;
}

// One topic with two kinds could not be told apart, and a dead letter in a topic that is read would come back for ever.
function reportTwins(names: TopicNames, problems: string[]): void {
  const seen = new Map<string, string>();
  for (const role of ROLES) {
    const other = seen.get(names[role]);
    if (other !== undefined) problems.push(`the topics of ${other} and ${role} have to have different names`);
    seen.set(names[role], role);
  }
}
