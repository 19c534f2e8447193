import { DEFAULT_TOPICS, ONEX_TOPICS, RECORD_KINDS, type TopicNames } from "../event/index.js";
import type { EnvReader } from "./env-reader.js";
import { choice, text } from "./option.js";
import { resolveOption, resolveOptions } from "./resolve-options.js";

/** Names of single topics; the rest as `AGENT_ACTIONS_TOPIC_NAMES` says. */
export type TopicOptions = { readonly [Kind in keyof TopicNames]?: TopicNames[Kind] | undefined };

const NAME_SETS = { default: DEFAULT_TOPICS, onex: ONEX_TOPICS } as const;
const ROLES = [...RECORD_KINDS, "dead_letter"] as const;

/** Which set of names holds where no single name is given. */
export const TOPIC_NAMES_OPTION = choice({
  env: "AGENT_ACTIONS_TOPIC_NAMES",
  of: ["default", "onex"],
  default: "default",
  description: "The set of names that holds where no single name is given.",
});

/** Which variable names the topic of one kind: `AGENT_ACTIONS_TOPIC_ACTION`, `..._DEAD_LETTER` and so on. */
export const topicVariable = (role: keyof TopicNames): string => `AGENT_ACTIONS_TOPIC_${role.toUpperCase()}`;

const isTopicName = (name: string): boolean =>
  /^[a-zA-Z0-9._-]{1,249}$/.test(name) && name !== "." && name !== "..";

const topicOption = (role: keyof TopicNames, names: TopicNames) =>
  text({
    env: topicVariable(role),
    default: names[role],
    unit: "topic",
    accepts: isTopicName,
    expected: "a topic name: letters, digits, dot, underscore and dash, 249 at most",
    description: `The topic of ${role.replaceAll("_", " ")} records.`,
  });

/** The options of single topics, over a set of names. */
export const topicOptions = (names: TopicNames) =>
  Object.fromEntries(ROLES.map((role) => [role, topicOption(role, names)])) as Record<
    keyof TopicNames,
    ReturnType<typeof topicOption>
  >;

/**
 * The names in force: options over single variables over the set that `AGENT_ACTIONS_TOPIC_NAMES` picks
 * (`default`: the specification's; `onex`: those of newer deployments). Never throws: see {@link resolveOptions}.
 */
export function resolveTopicSettings(
  options: TopicOptions | undefined,
  env: EnvReader,
  mistakes: string[] = env.problems,
): TopicNames {
  const set = NAME_SETS[resolveOption("topicNames", TOPIC_NAMES_OPTION, undefined, { env })];
  const names = resolveOptions(topicOptions(set), options ?? {}, { env, mistakes, prefix: "topics." });
  reportTwins(names, mistakes);
  return Object.freeze(names);
}

// The kinds of one topic could not be distinguished, and a dead letter in a topic that is read would come back for ever.
function reportTwins(names: TopicNames, problems: string[]): void {
  const seen = new Map<string, string>();
  for (const role of ROLES) {
    const other = seen.get(names[role]);
    if (other !== undefined) problems.push(`the topics of ${other} and ${role} have to have different names`);
    seen.set(names[role], role);
  }
}
