import { describe, expect, test } from "vitest";
import {
  DEFAULT_TOPICS,
  kindOfTopic,
  ONEX_TOPICS,
  resolveTopics,
  topicAliases,
} from "../../../src/event/index.js";

describe("a kind's topic under another name", () => {
  test("is read beside the name in force", () => {
    expect(topicAliases("action", ONEX_TOPICS)).toEqual(["onex.evt.omniclaude.agent-action.v1"]);
    expect(kindOfTopic("onex.evt.omniclaude.agent-action.v1", ONEX_TOPICS)).toBe("action");
    expect(topicAliases("span_attribution", DEFAULT_TOPICS)).toEqual(["agent-action-spans"]);
    expect(kindOfTopic("agent-action-spans")).toBe("span_attribution");
    expect(kindOfTopic("onex.evt.omniclaude.agent-action-spans.v1", ONEX_TOPICS)).toBe("span_attribution");
  });

  test("is not read where another set of names was chosen", () => {
    expect(topicAliases("action", DEFAULT_TOPICS)).toEqual([]);
    expect(kindOfTopic("onex.evt.omniclaude.agent-action.v1", DEFAULT_TOPICS)).toBeUndefined();
    expect(kindOfTopic("agent-action-spans", resolveTopics({ span_attribution: "mine" }))).toBeUndefined();
  });

  test("stays what it was named for, where somebody names it", () => {
    const names = resolveTopics({ execution: "agent-action-spans" });
    expect(topicAliases("span_attribution", names)).toEqual([]);
    expect(kindOfTopic("agent-action-spans", names)).toBe("execution");
    expect(
      kindOfTopic("agent-action-spans", resolveTopics({ dead_letter: "agent-action-spans" })),
    ).toBeUndefined();
  });
});
