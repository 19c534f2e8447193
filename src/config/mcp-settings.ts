import type { EnvReader } from "./env-reader.js";
import { flag, integer, type SettingsOf, secret } from "./option.js";
import { type PostgresSettings, resolvePostgresSettings } from "./postgres-settings.js";
import { resolveOptions } from "./resolve-options.js";

/** What language models may ask of the rows: `/mcp` of the HTTP server, and `agent-actions mcp`. */
export interface McpOptions {
  /** Whether `/mcp` is served. It needs the API. `AGENT_ACTIONS_MCP_ENABLED`. @default true */
  readonly enabled?: boolean | undefined;
  /** Longest answer of a tool. `AGENT_ACTIONS_MCP_MAX_CHARACTERS`. @default 20_000 */
  readonly maxCharacters?: number | undefined;
  /**
   * `postgres://...` of a role that may read the views and nothing else: with it there is the tool `query_sql`.
   * `AGENT_ACTIONS_MCP_SQL_DATABASE_URL`. @default none
   */
  readonly sqlDatabaseUrl?: string | undefined;
}

export const MCP_OPTIONS = {
  enabled: flag({
    env: "AGENT_ACTIONS_MCP_ENABLED",
    default: true,
    description:
      "[Tools for language models](mcp-server.md) at `/mcp` of the HTTP server. They need the API.",
  }),
  maxCharacters: integer({
    env: "AGENT_ACTIONS_MCP_MAX_CHARACTERS",
    default: 20_000,
    minimum: 4_000,
    maximum: 1_000_000,
    unit: "characters",
    description: "Longest answer of a tool. Claude Code cuts answers at 25,000 tokens.",
  }),
  sqlDatabaseUrl: secret({
    env: "AGENT_ACTIONS_MCP_SQL_DATABASE_URL",
    description:
      "`postgres://...` of a role that [may read the views](views.md#readers) and nothing else: with it there is the tool `query_sql`.",
  }),
} as const;

export interface McpSettings extends Omit<SettingsOf<typeof MCP_OPTIONS>, "sqlDatabaseUrl"> {
  /** Where SQL is asked, and as whom. */
  readonly sql: PostgresSettings | undefined;
}

/** How long a query of a model may take. */
const SQL_MILLIS = 10_000;

/** Options over environment over default. Never throws: see {@link resolveOptions}. */
export function resolveMcpSettings(options: McpOptions, env: EnvReader): McpSettings {
  const { sqlDatabaseUrl, ...settings } = resolveOptions(MCP_OPTIONS, options, { env, prefix: "mcp." });
  const sql =
    sqlDatabaseUrl &&
    resolvePostgresSettings(
      {
        url: sqlDatabaseUrl.reveal(),
        statementTimeoutMillis: SQL_MILLIS,
        applicationName: "otel-agent-actions-mcp",
      },
      env,
    );
  return Object.freeze({ ...settings, sql });
}
