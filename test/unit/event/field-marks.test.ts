import { describe, expect, test } from "vitest";
import { hideContent } from "../../../exporter/read/redaction/hide-content.js";
import { CONTRACT, EVENT_KINDS, type EventOfKind } from "../../../src/event/index.js";

const MAY_BE_CONTENT = ["text", "texts", "object", "array"];

const fieldsOf = (kind: (typeof EVENT_KINDS)[number]) =>
  Object.entries(CONTRACT[kind]).map(([name, spec]) => ({
    name,
    spec,
    content: "content" in spec ? spec.content : undefined,
  }));

describe.each(EVENT_KINDS)("of the fields of %s", (kind) => {
  test("each that can be content says whether it is, and no other one does", () => {
    for (const { name, spec, content } of fieldsOf(kind))
      expect([name, content !== undefined]).toEqual([name, MAY_BE_CONTENT.includes(spec.type)]);
  });

  test("those that are content are left out where content is not captured, and all others stay", () => {
    const event = Object.fromEntries(fieldsOf(kind).map(({ name }) => [name, `value of ${name}`]));
    const shown = hideContent(kind, event as unknown as EventOfKind[typeof kind]);
    const kept = fieldsOf(kind).filter(({ content }) => content !== true);
    const { content_hidden: _, action_details: __, ...rest } = shown as unknown as Record<string, unknown>;
    expect(rest).toEqual(Object.fromEntries(kept.map(({ name }) => [name, `value of ${name}`])));
  });
});

test("whoever it is about and wherever it ran, any span of a call may say it; what became of it has rules of its own", () => {
  const marked = fieldsOf("action").filter(({ spec }) => spec.ofAnySpan);
  expect(marked.map(({ name }) => name)).toEqual([
    "service_name",
    "service_version",
    "environment",
    "agent_version",
    "user_id",
    "on_behalf_of",
    "trigger",
    "project_path",
    "project_name",
    "working_directory",
    "session_id",
    "tool_call_id",
  ]);
});
