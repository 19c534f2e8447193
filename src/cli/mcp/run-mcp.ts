import { createInterface } from "node:readline";
import { EnvReader } from "../../config/env-reader.js";
import { resolveMcpSettings } from "../../config/mcp-settings.js";
import { ConfigError } from "../../errors.js";
import { McpServer } from "../../mcp/protocol.js";
import { createSqlReader } from "../../mcp/sql-reader.js";
import type { ToolContext } from "../../mcp/tool.js";
import { TOOLS } from "../../mcp/tools/index.js";
import { withConnection } from "../client/open-client.js";
import type { MCP_COMMAND_OPTIONS } from "../commands/mcp.js";
import type { CliContext, OptionValues } from "../framework/command.js";
import { EXIT_OK } from "../framework/exit-codes.js";

/** Messages are one line each, in both directions; the end of the input is the end of the server. */
export async function runMcp(
  options: OptionValues<typeof MCP_COMMAND_OPTIONS>,
  context: CliContext,
): Promise<number> {
  const { out, env } = context;
  const reader = new EnvReader(env);
  const settings = resolveMcpSettings({ maxCharacters: options["max-characters"] }, reader);
  if (reader.problems.length > 0) throw new ConfigError(reader.problems);
  const server = new McpServer(TOOLS);
  const sql = settings.sql && createSqlReader(settings.sql);
  try {
    await withConnection(options, context, async (connection) => {
      const asked: ToolContext = {
        ask: (path, init) => connection.send(path, init),
        sql,
        maxCharacters: settings.maxCharacters,
      };
      const underWay = new Set<Promise<void>>();
      const input = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
      out.readerGone.addEventListener("abort", () => input.close());
      for await (const line of input) {
        if (line.trim() === "") continue;
        const work = server.handleText(line, asked).then((response) => {
          if (response !== undefined) out.json(response);
          underWay.delete(work);
        });
        underWay.add(work);
      }
      await Promise.all(underWay);
    });
  } finally {
    await sql?.close();
  }
  return EXIT_OK;
}
