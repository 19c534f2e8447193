import { ConfigError } from "../errors.js";

export const FILE_OPERATION_TYPES = ["read", "write", "edit", "glob", "grep", "delete", "create"] as const;
export type FileOperationType = (typeof FILE_OPERATION_TYPES)[number];

/** Tool name in lower case to what it does to files. */
export type FileTools = ReadonlyMap<string, FileOperationType>;

/** The tools whose calls also give a row of `agent_file_operations`, unless an option says otherwise. */
export const DEFAULT_FILE_TOOLS: readonly string[] = ["Read", "Write", "Edit", "Glob", "Grep", "Delete"];

/**
 * @param names tool names in any letter case; a tool that is not called after what it does says it behind a colon:
 * `"NotebookEdit:edit"`. Throws `ConfigError` for one whose operation is not known.
 */
export function resolveFileTools(names: readonly string[] = DEFAULT_FILE_TOOLS): FileTools {
  const tools = new Map<string, FileOperationType>();
  const problems: string[] = [];
  for (const entry of names) {
    const colon = entry.lastIndexOf(":");
    const name = (colon === -1 ? entry : entry.slice(0, colon)).trim().toLowerCase();
    const operation = (colon === -1 ? name : entry.slice(colon + 1)).trim().toLowerCase();
    const type = FILE_OPERATION_TYPES.find((known) => known === operation);
    if (type !== undefined && name !== "") tools.set(name, type);
    else
      problems.push(
        `fileTools: "${entry}" does not say what it does; write it as "${name}:read" with one of ${FILE_OPERATION_TYPES.join(", ")}`,
      );
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return tools;
}
