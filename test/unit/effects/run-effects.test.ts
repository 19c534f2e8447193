import { expect, test } from "vitest";
import type { FileOperationRow } from "../../../src/effects/file-effects.js";
import { commandIn, effectsOf } from "../../../src/effects/run-effects.js";
import { type RecordedAction, recordedAction } from "../../../src/recorded/recorded-action.js";

let seconds = 0;
const times = () => `2026-01-05T09:00:${String(seconds++ % 60).padStart(2, "0")}.000000Z`;

function call(id: string, name: string, tool_parameters: unknown, more: object = {}): RecordedAction {
  const { details = {}, ...fields } = more as { details?: object };
  const row = {
    id,
    action_type: "tool_call",
    action_name: name,
    status: "ok",
    started_at: times(),
    ...fields,
  };
  const action = recordedAction({ ...row, action_details: { tool_parameters, ...details } });
  if (action === undefined) throw new Error("It is no action.");
  return action;
}

const operation = (id: string, type: string, path: string, more: object = {}): FileOperationRow => ({
  action_id: id,
  operation_type: type,
  file_path: path,
  success: true,
  content_hash_before: null,
  content_hash_after: null,
  started_at: times(),
  ...more,
});

test("what happened to each file is what all calls together did", () => {
  const edit = { old_string: "a", new_string: "b" };
  const { files, reads } = effectsOf(
    [
      call("e1", "Edit", edit),
      call("e3", "edit", { oldText: "a", newText: "" }),
      call("e2", "Edit", { ...edit, old_string: "…[trimmed: 9000 bytes, sha256 00]" }),
      ...["r", "c", "w", "d", "x1", "x2", "u", "o"].map((id) => call(id, "Write", {})),
    ],
    [
      operation("r", "read", "/read"),
      operation("e1", "edit", "/edited"),
      operation("e2", "edit", "/cut"),
      operation("e3", "edit", "/texts"),
      operation("c", "create", "/new", { content_hash_after: "1" }),
      operation("w", "write", "/written"),
      operation("d", "delete", "/gone"),
      operation("x1", "create", "/scratch"),
      operation("x2", "delete", "/scratch"),
      operation("u", "write", "/back", { content_hash_before: "1", content_hash_after: "1" }),
      operation("o", "write", "/over", { content_hash_before: "1", content_hash_after: "2" }),
      operation("f", "write", "/failed", { success: false }),
    ],
  );
  expect(files.map(({ path, change, reversible }) => [path, change, reversible])).toEqual([
    ["/edited", "changed", "yes"],
    ["/cut", "changed", "no"],
    ["/texts", "changed", "yes"],
    ["/new", "created", "yes"],
    ["/written", "written", "not_said"],
    ["/gone", "deleted", "no"],
    ["/scratch", "unchanged", "yes"],
    ["/back", "unchanged", "yes"],
    ["/over", "changed", "no"],
  ]);
  expect(files.at(-1)).toMatchObject({ before: "1", after: "2", calls: 1, action_id: "o" });
  expect(reads).toBe(1);
});

test("commands, requests by host, and other tools; what tools say of themselves comes first", () => {
  const said = (hints: object) => ({ details: { tool_annotations: hints } });
  const { commands, requests, others, failed } = effectsOf(
    [
      call("1", "Bash", { command: "rm -rf build" }),
      call("2", "shell", { command: ["bash", "-lc", "ls"] }),
      call("3", "fetch", { url: "https://example.org/a", method: "get" }),
      call("4", "fetch", { url: "https://example.org/b", method: "POST" }),
      call("5", "fetch", { url: "https://example.com/" }),
      call("6", "fetch", { url: "no address" }),
      call("7", "issue_list", {}, said({ readOnlyHint: true })),
      call("8", "issue_delete", {}, said({ destructiveHint: true })),
      call("9", "issue_add", {}, said({ readOnlyHint: false, destructiveHint: false })),
      call("10", "lookup", { url: "https://example.net" }, said({ readOnlyHint: true })),
      call("11", "Bash", { command: "rm -rf /" }, { status: "error" }),
      call("12", "Bash", { command: "sleep 9" }, { status: "running" }),
    ],
    [],
  );
  expect(commands.map(({ command, reversible }) => [command, reversible])).toEqual([
    ["rm -rf build", "no"],
    ["ls", "reads"],
  ]);
  expect(requests.map(({ tool, host, calls, reversible }) => [tool, host, calls, reversible])).toEqual([
    ["fetch", "example.org", 2, "no"],
    ["fetch", "example.com", 1, "not_said"],
    ["lookup", "example.net", 1, "reads"],
  ]);
  expect(others.map(({ tool, reversible }) => [tool, reversible])).toEqual([
    ["fetch", "not_said"],
    ["issue_list", "reads"],
    ["issue_delete", "no"],
    ["issue_add", "not_said"],
  ]);
  expect(failed).toBe(1);
});

test("a command is a text, or words", () => {
  expect(commandIn({ cmd: ["git", "status"] })).toBe("git status");
  expect(commandIn({ command: ["/bin/sh", "-c", "a && b"] })).toBe("a && b");
  expect([commandIn({ command: 1 }), commandIn({}), commandIn("ls"), commandIn(null)]).toEqual(
    Array(4).fill(undefined),
  );
});
