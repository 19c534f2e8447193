import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/event/index.js";
import { trimText } from "../../../src/event/index.js";
import { fileOperationOf } from "../../../src/store/file-operation.js";
import { resolveFileTools } from "../../../src/store/file-tools.js";

const IDENTITY = {
  id: "01900000-0000-7000-8000-000000000001",
  correlation_id: "01900000-0000-7000-8000-000000000002",
  created_at: "2026-01-01T00:00:00.000Z",
};

const tools = resolveFileTools();

const operation = (action_name: string, action_details?: JsonObject, more: object = {}) =>
  fileOperationOf(
    {
      ...IDENTITY,
      agent_name: "agent",
      action_type: "tool_call",
      action_name,
      ...(action_details === undefined ? {} : { action_details }),
      ...more,
    },
    tools,
  );

describe("which actions are file operations", () => {
  test.each(["Read", "read", "READ", " Read "])("a tool call named %j is one", (name) => {
    expect(operation(name)?.operation_type).toBe("read");
  });

  test("any other tool is none", () => {
    expect(operation("Bash", { tool_parameters: { file_path: "/a" } })).toBeUndefined();
  });

  test("a decision named Read is none", () => {
    expect(operation("Read", {}, { action_type: "decision" })).toBeUndefined();
  });

  test("a call without details is one without a path", () => {
    expect(operation("Delete")).toMatchObject({
      action_id: IDENTITY.id,
      operation_type: "delete",
      file_path: undefined,
      file_name: undefined,
      success: undefined,
    });
  });
});

describe("where the path is found", () => {
  test.each([
    ["in the parameters", { tool_parameters: { file_path: "/p/a.ts" } }],
    ["at the top of the details", { file_path: "/p/a.ts" }],
    ["in camel case", { tool_parameters: { filePath: "/p/a.ts" } }],
    ["as path", { tool_parameters: { path: "/p/a.ts", pattern: "x" } }],
    ["as notebook_path", { tool_parameters: { notebook_path: "/p/a.ts" } }],
    ["in the result, as the last place", { tool_parameters: {}, tool_result: { path: "/p/a.ts" } }],
  ])("%s", (_, details) => {
    expect(operation("Read", details)).toMatchObject({
      file_path: "/p/a.ts",
      file_name: "a.ts",
      file_extension: "ts",
    });
  });

  test("the parameters come before the top", () => {
    expect(
      operation("Read", { file_path: "/top", tool_parameters: { file_path: "/parameters" } }),
    ).toMatchObject({
      file_path: "/parameters",
    });
  });

  test("a search without a path has its pattern", () => {
    expect(operation("Glob", { tool_parameters: { pattern: "src/**/*.ts" } })).toMatchObject({
      operation_type: "glob",
      file_path: "src/**/*.ts",
      file_name: "*.ts",
      file_extension: "ts",
      operation_params: { pattern: "src/**/*.ts" },
    });
  });

  test.each([
    ["C:\\work\\Report.PDF", "Report.PDF", "pdf"],
    ["/home/.gitignore", ".gitignore", undefined],
    ["/src/folder/", "folder", undefined],
    ["archive.tar.gz", "archive.tar.gz", "gz"],
    ["Makefile", "Makefile", undefined],
    ["/", undefined, undefined],
  ])("of %s the name is %s and the extension %s", (file_path, file_name, file_extension) => {
    expect(operation("Read", { file_path })).toMatchObject({ file_path, file_name, file_extension });
  });

  test("a path that is no text is no path", () => {
    expect(
      operation("Read", { tool_parameters: { file_path: 7 }, file_path: "" })?.file_path,
    ).toBeUndefined();
  });
});

describe("what the details say", () => {
  test("a Write that says it created the file is a create", () => {
    expect(operation("Write", { tool_result: { type: "create" } })?.operation_type).toBe("create");
    expect(operation("Write", { tool_result: { created: true } })?.operation_type).toBe("create");
    expect(operation("Write", { operation_type: "create" })?.operation_type).toBe("create");
    expect(operation("Write", { tool_result: { type: "update" } })?.operation_type).toBe("write");
    expect(operation("Read", { tool_result: { created: true } })?.operation_type).toBe("read");
  });

  test("sizes are taken as they are said, and a Write's from its text", () => {
    expect(operation("Read", { tool_result: { bytes_read: 12 } })?.bytes_read).toBe(12);
    expect(operation("Write", { tool_parameters: { content: "née" } })?.bytes_written).toBe(4);
    expect(
      operation("Write", { tool_parameters: { content: "née" }, tool_result: { bytes_written: 9 } })
        ?.bytes_written,
    ).toBe(9);
    expect(operation("Read", { tool_result: { bytes_read: "12" } })?.bytes_read).toBeUndefined();
  });

  test("a text that was cut still says how long it was", () => {
    const content = trimText("x".repeat(5_000), 100);
    expect(operation("Write", { tool_parameters: { content } })?.bytes_written).toBe(5_000);
  });

  test("hashes are compared where both are said and nothing else is", () => {
    const hashes = { content_hash_before: "aa", content_hash_after: "bb" };
    expect(operation("Edit", hashes)).toMatchObject({ ...hashes, content_changed: true });
    expect(operation("Edit", { ...hashes, content_changed: false })?.content_changed).toBe(false);
    expect(operation("Edit", { content_hash_after: "bb" })?.content_changed).toBeUndefined();
  });

  test.each([
    [{ tool_parameters: { offset: 10, limit: 5 } }, { start: 10, end: 14 }],
    [{ tool_parameters: { limit: 5 } }, { start: 1, end: 5 }],
    [{ tool_parameters: { offset: 10 } }, { start: 10 }],
    [{ tool_parameters: { offset: 0, limit: 2 } }, { start: 1, end: 2 }],
    [{ tool_result: { line_range: { start: 3, end: 4 } } }, { start: 3, end: 4 }],
    [{ line_range: [3, 4] }, { start: 3, end: 4 }],
    [{ line_range: "3-4" }, { start: 3, end: 4 }],
    [{ line_range: "all" }, undefined],
    [{}, undefined],
  ])("of %j the lines are %j", (details, lines) => {
    expect(operation("Read", details)?.line_range).toEqual(lines);
  });

  test("the other parameters are kept, the long ones and the path left out", () => {
    const tool_parameters = {
      file_path: "/a",
      old_string: "o".repeat(300),
      replace_all: true,
      limit: 2,
      nested: { a: 1 },
    };
    expect(operation("Edit", { tool_parameters })?.operation_params).toEqual({ replace_all: true, limit: 2 });
    expect(operation("Edit", { tool_parameters: { file_path: "/a" } })?.operation_params).toBeUndefined();
  });

  test.each([
    [{ success: false }, {}, false],
    [{ success: true }, { status: "error" }, true],
    [{}, { status: "error" }, false],
    [{}, { status: "ok" }, true],
    [{}, { status: "running" }, undefined],
    [{ tool_result: { success: false } }, {}, false],
  ])("of details %j and fields %j the success is %j", (details, fields, success) => {
    expect(operation("Read", details, fields)?.success).toBe(success);
  });

  test("the error is the details' before the action's", () => {
    expect(operation("Read", { error_message: "no such file" })?.error_message).toBe("no such file");
    expect(operation("Read", {}, { error_message: "ENOENT" })?.error_message).toBe("ENOENT");
  });
});
