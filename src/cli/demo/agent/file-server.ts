import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { isPlainObject } from "../../../event/json.js";

/** An MCP server for files, running. */
export interface FileServer {
  readonly name: string;
  /** Resolves to the text of the response; rejects when the server returns an error. */
  callTool(name: string, parameters: Record<string, unknown>): Promise<string>;
  close(): Promise<void>;
}

const SERVER = "@modelcontextprotocol/server-filesystem";

/**
 * Starts the file server from npm for one folder and connects to it over its standard streams. `undefined` when the
 * server or the MCP client is not installed: they are no dependencies of this package.
 */
export async function connectFileServer(folder: string): Promise<FileServer | undefined> {
  const program = serverProgram();
  const sdk = program === undefined ? undefined : await loadClient();
  if (program === undefined || sdk === undefined) return undefined;

  const client = new sdk.Client({ name: "otel-agent-actions-demo", version: "1.0.0" });
  await client.connect(
    new sdk.StdioClientTransport({ command: process.execPath, args: [program, folder], stderr: "ignore" }),
  );
  return {
    name: client.getServerVersion()?.name ?? SERVER,
    async callTool(name, parameters) {
      const { isError, content } = await client.callTool({ name, arguments: parameters });
      const text = textOf(content);
      if (isError) throw new McpToolError(text);
      return text;
    },
    close: () => client.close(),
  };
}

/** The server did the call and returned that it failed. */
class McpToolError extends Error {
  override readonly name = "McpToolError";
}

async function loadClient() {
  try {
    const [{ Client }, { StdioClientTransport }] = await Promise.all([
      import("@modelcontextprotocol/sdk/client/index.js"),
      import("@modelcontextprotocol/sdk/client/stdio.js"),
    ]);
    return { Client, StdioClientTransport };
  } catch (error) {
    if (isNotInstalled(error)) return undefined;
    throw error;
  }
}

function serverProgram(): string | undefined {
  try {
    const require = createRequire(import.meta.url);
    const manifestFile = require.resolve(`${SERVER}/package.json`);
    const manifest: unknown = require(manifestFile);
    const bin =
      isPlainObject(manifest) && isPlainObject(manifest.bin) ? Object.values(manifest.bin)[0] : undefined;
    return typeof bin === "string" ? join(dirname(manifestFile), bin) : undefined;
  } catch (error) {
    if (isNotInstalled(error)) return undefined;
    throw error;
  }
}

function isNotInstalled(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    (error.code === "MODULE_NOT_FOUND" || error.code === "ERR_MODULE_NOT_FOUND")
  );
}

function textOf(content: unknown): string {
  if (!Array.isArray(content)) return "";
  return content
    .map((part: unknown) => (isPlainObject(part) && typeof part.text === "string" ? part.text : ""))
    .join("\n");
}
