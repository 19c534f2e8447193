import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

type Args = readonly unknown[];

/** What a function of `fs` does, as a tool call. */
export interface FileOperation {
  /** One of the names that make a row of `agent_file_operations`. */
  readonly tool: "Read" | "Write" | "Edit" | "Delete" | "Glob";
  /** What was asked for. `undefined` where it is not about a path: an open file, whose path nobody says. */
  readonly parameters: (args: Args) => object | undefined;
  /** What came out, in numbers. */
  readonly result: (value: unknown, args: Args) => object | undefined;
}

const nothing = (): undefined => undefined;

/** By the name that the function has in `fs/promises`; in `fs` it takes a callback, or is called `...Sync`. */
export const FILE_OPERATIONS: Readonly<Record<string, FileOperation>> = {
  readFile: {
    tool: "Read",
    parameters: ([path]) => pathOf(path),
    result: (value) => ({ bytes_read: bytesOf(value) }),
  },
  writeFile: {
    tool: "Write",
    parameters: ([path]) => pathOf(path),
    result: (_value, [, data, options]) => ({
      bytes_written: bytesOf(data),
      ...(isNew(options) && { created: true }),
    }),
  },
  appendFile: {
    tool: "Edit",
    parameters: ([path]) => pathOf(path, { operation: "append" }),
    result: (_value, [, data]) => ({ bytes_written: bytesOf(data) }),
  },
  truncate: {
    tool: "Edit",
    parameters: ([path]) => pathOf(path, { operation: "truncate" }),
    result: nothing,
  },
  rename: {
    tool: "Edit",
    parameters: ([path, other]) => pathOf(path, { operation: "rename", new_path: textOf(other) }),
    result: nothing,
  },
  copyFile: {
    tool: "Write",
    parameters: ([path, other]) => pathOf(other, { operation: "copy", source_path: textOf(path) }),
    result: nothing,
  },
  unlink: { tool: "Delete", parameters: ([path]) => pathOf(path), result: nothing },
  rm: { tool: "Delete", parameters: ([path]) => pathOf(path), result: nothing },
  rmdir: { tool: "Delete", parameters: ([path]) => pathOf(path), result: nothing },
  readdir: {
    tool: "Glob",
    parameters: ([path]) => pathOf(path, { operation: "list" }),
    result: (value) => ({ matches: Array.isArray(value) ? value.length : undefined }),
  },
  glob: {
    tool: "Glob",
    parameters: ([pattern]) => ({ pattern }),
    // The form that is iterated says only the last match.
    result: (value) => (Array.isArray(value) ? { matches: value.length } : undefined),
  },
};

/** The functions that give a stream, and end when that is closed. */
export const STREAM_OPERATIONS: Readonly<Record<string, FileOperation>> = {
  createReadStream: {
    tool: "Read",
    parameters: ([path]) => pathOf(path),
    result: (stream) => ({ bytes_read: (stream as { readonly bytesRead?: unknown }).bytesRead }),
  },
  createWriteStream: {
    tool: "Write",
    parameters: ([path]) => pathOf(path),
    result: (stream) => ({ bytes_written: (stream as { readonly bytesWritten?: unknown }).bytesWritten }),
  },
};

function pathOf(path: unknown, more: object = {}): object | undefined {
  const text = textOf(path);
  return text === undefined ? undefined : { file_path: text, ...more };
}

function textOf(path: unknown): string | undefined {
  if (typeof path === "string") return resolve(path);
  if (Buffer.isBuffer(path)) return resolve(path.toString());
  return path instanceof URL ? fileURLToPath(path) : undefined;
}

function bytesOf(data: unknown): number | undefined {
  if (typeof data === "string") return Buffer.byteLength(data);
  return ArrayBuffer.isView(data) ? data.byteLength : undefined;
}

/** `wx`: it is an error where the file exists. */
function isNew(options: unknown): boolean {
  const { flag } = (options ?? {}) as { readonly flag?: unknown };
  return typeof flag === "string" && flag.includes("x");
}
