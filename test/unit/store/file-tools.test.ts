import { describe, expect, test } from "vitest";
import { ConfigError } from "../../../src/errors.js";
import { DEFAULT_FILE_TOOLS, resolveFileTools } from "../../../src/store/file-tools.js";

describe("tools that work on files", () => {
  test("are six by default, each called after what it does", () => {
    expect([...resolveFileTools()]).toEqual(
      DEFAULT_FILE_TOOLS.map((name) => [name.toLowerCase(), name.toLowerCase()]),
    );
  });

  test("may be named otherwise and say what they do behind a colon", () => {
    const tools = resolveFileTools(["READ", "NotebookEdit:edit", "mcp:fs:write_file:Write"]);
    expect([...tools]).toEqual([
      ["read", "read"],
      ["notebookedit", "edit"],
      ["mcp:fs:write_file", "write"],
    ]);
  });

  test("that do not say what they do are all listed in one error", () => {
    const resolve = () => resolveFileTools(["Bash", "Read", "Fetch:download"]);
    expect(resolve).toThrow(ConfigError);
    expect(resolve).toThrow(/"Bash" does not say(.|\n)*"Fetch:download" does not say/);
  });
});
