import { expect, test } from "vitest";
import { hideContent } from "../../../../../exporter/read/redaction/hide-content.js";
import type { EventKind, EventOfKind } from "../../../../../src/event/index.js";

const hide = (kind: EventKind, event: object) =>
  hideContent(kind, event as unknown as EventOfKind[EventKind]) as unknown as Record<string, unknown>;

const CASES: readonly [EventKind, content: object, kept: object][] = [
  [
    "routing_decision",
    { user_request: "p", reasoning: "p", alternatives: [{ agent: "p" }], context: { a: "p" } },
    { selected_agent: "a", confidence_score: 0.9, routing_strategy: "s", routing_time_ms: 5 },
  ],
  [
    "transformation",
    {
      transformation_reason: "p",
      user_request: "p",
      error_message: "p",
      context_snapshot: {},
      context_keys: ["p"],
    },
    {
      event_type: "transformation_failed",
      source_agent: "a",
      target_agent: "b",
      success: false,
      error_type: "E",
    },
  ],
  [
    "router_performance",
    { query_text: "p", confidence_components: { p: 1 } },
    { cache_hit: true, trigger_match_strategy: "s", candidates_evaluated: 3 },
  ],
  [
    "detection_failure",
    { user_request: "p", failure_reason: "p", error_details: {}, attempted_methods: ["p"] },
    { detection_status: "timeout", project_name: "n", session_id: "s" },
  ],
  [
    "execution",
    { user_prompt: "p", metadata: { p: 1 }, error_message: "p", unknown_field: "p" },
    { execution_id: "e", agent_name: "a", status: "error", duration_ms: 5, error_type: "E" },
  ],
];

test.each(CASES)(
  "of a %s only names, numbers and outcomes stay, and that something was left out",
  (kind, content, kept) => {
    expect(hide(kind, { ...content, ...kept })).toEqual({ ...kept, content_hidden: true });
    expect(hide(kind, kept)).toEqual(kept);
  },
);

test("of an action every member of the details that is content is named as hidden", () => {
  const event = {
    action_name: "n",
    error_message: "p",
    unknown_field: "p",
    action_details: {
      success: false,
      model: "m",
      anything: "p",
      nothing: null,
      error_context: "p",
      tool_result_hidden: true,
    },
  };
  expect(hide("action", event)).toEqual({
    action_name: "n",
    action_details: {
      success: false,
      model: "m",
      anything_hidden: true,
      error_context_hidden: true,
      tool_result_hidden: true,
    },
  });
});
