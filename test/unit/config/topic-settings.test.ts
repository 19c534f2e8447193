import { describe, expect, test } from "vitest";
import { EnvReader } from "../../../src/config/env-reader.js";
import { resolveTopicSettings } from "../../../src/config/topic-settings.js";
import { DEFAULT_TOPICS, ONEX_TOPICS } from "../../../src/event/index.js";

const resolve = (options: Parameters<typeof resolveTopicSettings>[0], variables: NodeJS.ProcessEnv = {}) => {
  const env = new EnvReader(variables);
  return { topics: resolveTopicSettings(options, env), problems: env.problems };
};

describe("topic settings", () => {
  test("are the specification's names by default", () => {
    expect(resolve(undefined)).toEqual({ topics: DEFAULT_TOPICS, problems: [] });
  });

  test("can be the set of newer deployments, with single names over it", () => {
    const variables = { AGENT_ACTIONS_TOPIC_NAMES: "onex", AGENT_ACTIONS_TOPIC_DEAD_LETTER: "dead" };
    expect(resolve({ action: "mine" }, variables).topics).toEqual({
      ...ONEX_TOPICS,
      action: "mine",
      dead_letter: "dead",
    });
  });

  test("refuse a dead-letter topic that is also read: its records would come back for ever", () => {
    expect(resolve({ dead_letter: DEFAULT_TOPICS.action }).problems).toEqual([
      "the topics of action and dead_letter have to have different names",
    ]);
  });

  test.each(["", "with space", ".", "..", "ü", "x".repeat(250)])("refuse %j as a name", (name) => {
    expect(resolve({ execution: name }).problems).toHaveLength(1);
  });

  test("name an unknown set", () => {
    expect(resolve(undefined, { AGENT_ACTIONS_TOPIC_NAMES: "other" }).problems).toHaveLength(1);
  });
});
