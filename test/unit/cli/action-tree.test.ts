import { describe, expect, test } from "vitest";
import { type ActionNode, actionTree, renderTree } from "../../../src/cli/actions/action-tree.js";
import { actionMark, actionNote, type ShownAction } from "../../../src/cli/actions/shown-action.js";
import { textWidth } from "../../../src/cli/format/table.js";
import { createStyle } from "../../../src/cli/framework/output.js";

let second = 0;

function action(name: string, more: Partial<ShownAction> = {}): ShownAction {
  second += 1;
  return {
    id: `00000000-0000-7000-8000-${String(second).padStart(12, "0")}`,
    created_at: new Date(1_700_000_000_000 + second * 1_000),
    agent_name: "scout",
    action_type: "tool_call",
    action_name: name,
    action_details: {},
    duration_ms: 10,
    status: "ok",
    error_message: null,
    project_name: "project",
    project_path: "/home/me/project",
    span_id: name,
    parent_span_id: null,
    ...more,
  };
}

const names = (nodes: readonly ActionNode[]): unknown[] =>
  nodes.map(({ action: { action_name }, children }) =>
    children.length === 0 ? action_name : [action_name, names(children)],
  );

describe("actionTree", () => {
  test("puts actions below the one that they happened in, by their start", () => {
    const rows = [
      action("task"),
      action("read", { parent_span_id: "task" }),
      action("inner", { parent_span_id: "task" }),
      action("grep", { parent_span_id: "inner" }),
      action("after"),
    ];
    expect(names(actionTree(rows.reverse()))).toEqual([["task", ["read", ["inner", ["grep"]]]], "after"]);
  });

  test("an action whose parent is no action stands at the top", () => {
    expect(names(actionTree([action("read", { parent_span_id: "http request" })]))).toEqual(["read"]);
  });

  test("every action is there once, even when parents run in a circle or spans are shared", () => {
    const rows = [
      action("a", { parent_span_id: "b" }),
      action("b", { parent_span_id: "a" }),
      action("self", { parent_span_id: "self" }),
      action("twin one", { span_id: "twin" }),
      action("twin two", { span_id: "twin" }),
      action("child", { parent_span_id: "twin" }),
      action("no span", { span_id: null }),
    ];
    const flat = names(actionTree(rows)).flat(9);
    expect(flat).toHaveLength(rows.length);
    expect(new Set(flat)).toEqual(new Set(rows.map(({ action_name }) => action_name)));
  });
});

describe("actionNote", () => {
  test.each<[string, Partial<ShownAction>, string]>([
    [
      "a path below the project",
      { action_details: { tool_parameters: { file_path: "/home/me/project/src/a.ts" } } },
      "src/a.ts",
    ],
    ["a path elsewhere", { action_details: { tool_parameters: { path: "/tmp/x/report.md" } } }, "report.md"],
    [
      "scalars of unknown names",
      { action_details: { tool_parameters: { depth: 2, deep: { x: 1 }, all: true } } },
      "depth 2, all true",
    ],
    [
      "a call that failed",
      {
        status: "error",
        action_details: { tool_parameters: { path: "a" }, success: false, error_message: "no\nsuch file" },
      },
      "a · no such file",
    ],
    [
      "a decision",
      {
        action_type: "decision",
        action_details: { decision_result: { selected: "agent-a", confidence: 1 } },
      },
      "agent-a",
    ],
    [
      "a decision in one word",
      { action_type: "decision", action_details: { decision_result: "yes" } },
      "yes",
    ],
    ["an error", { action_type: "error", action_details: { error_message: "boom" } }, "boom"],
    [
      "an error whose message names it again",
      {
        action_type: "error",
        action_name: "ENOENT",
        action_details: { error_message: "ENOENT: no such file" },
      },
      "no such file",
    ],
    ["an error without words", { action_type: "error", action_details: null }, "failed"],
    ["a success", { action_type: "success", action_details: { files: 3 } }, "files 3"],
    ["nothing", { action_details: null }, ""],
    [
      "a call that has not ended",
      { status: "running", action_details: { tool_parameters: { path: "a" } } },
      "running · a",
    ],
    ["a call whose process is gone", { status: "abandoned", action_details: null }, "abandoned"],
  ])("%s", (_, more, note) => {
    expect(actionNote(action("x", more))).toBe(note);
  });
});

test("an action without an end has a mark of its own, whatever it is", () => {
  const style = createStyle(false, {});
  const marks = (["running", "abandoned", "ok", "error", null] as const).map((status) =>
    actionMark(action("x", { status }), style),
  );
  expect(marks).toEqual(["◌", "⊘", "●", "✖", "●"]);
});

describe("renderTree", () => {
  const canvas = { columns: 60, style: createStyle(false, {}) };

  test("draws branches, marks, agents where they change, and durations", () => {
    const rows = [
      action("survey", { action_type: "success", duration_ms: 1_310 }),
      action("Read", {
        parent_span_id: "survey",
        action_details: { tool_parameters: { file_path: "a.ts" } },
      }),
      action("hand over", { parent_span_id: "survey", action_type: "decision", duration_ms: null }),
      action("Grep", { parent_span_id: "hand over", agent_name: "reader", status: "error", duration_ms: 0 }),
    ];
    expect(renderTree(actionTree(rows), canvas)).toEqual([
      "✔ survey                            scout             1.31 s",
      "├─ ● Read  a.ts                                        10 ms",
      "└─ ◆ hand over",
      "   └─ ✖ Grep  failed                reader             <1 ms",
    ]);
  });

  test("no line is wider than the canvas, however deep, long or wide the names are", () => {
    const deep = Array.from({ length: 30 }, (_, depth) =>
      action("漢字 ".repeat(30) + depth, {
        span_id: `deep ${depth}`,
        parent_span_id: depth === 0 ? null : `deep ${depth - 1}`,
        agent_name: "an agent with quite a name",
      }),
    );
    const lines = renderTree(actionTree(deep), canvas);
    expect(lines).toHaveLength(30);
    expect(lines.filter((line) => textWidth(line) > canvas.columns)).toEqual([]);
  });
});
