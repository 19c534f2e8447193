import type pg from "pg";
import type { AccessScope } from "../../config/access-scope.js";
import {
  type AccessTokenRow,
  createAccessToken,
  listAccessTokens,
  revokeAccessToken,
  TOKEN_NAME,
} from "../../store/access-tokens.js";
import { createPool } from "../../store/pool.js";
import type { TOKEN_OPTIONS } from "../commands/token.js";
import { printTable } from "../format/table.js";
import type { CliContext, CommandInput } from "../framework/command.js";
import { CommandError, EXIT_OK, UsageError } from "../framework/exit-codes.js";
import type { Output } from "../framework/output.js";
import { resolveSettings } from "../settings.js";

type TokenInput = CommandInput<typeof TOKEN_OPTIONS>;

export async function runToken(input: TokenInput, { out, env }: CliContext): Promise<number> {
  const { options } = input;
  const work = understood(input.positionals);
  const { postgres } = resolveSettings(options, env, { onNotice: out.progress });
  const pool = createPool({ ...postgres, maxConnections: 1 });
  try {
    if (work.what === "list") showTokens(await listAccessTokens(pool), options.json, out);
    else if (work.what === "create") await create(pool, work.name, options, out);
    else await revoke(pool, work.name, out);
    return EXIT_OK;
  } finally {
    await pool.end();
  }
}

type Work = { readonly what: "list" } | { readonly what: "create" | "revoke"; readonly name: string };

function understood([what, name, ...more]: readonly string[]): Work {
  if (what === "list" && name === undefined) return { what };
  if ((what !== "create" && what !== "revoke") || name === undefined || more.length > 0)
    throw new UsageError("There are: create NAME, list, and revoke NAME.", "token");
  if (!TOKEN_NAME.test(name))
    throw new UsageError(
      `A token's name has letters, digits, dots, dashes and underscores, at most 63, not "${name}".`,
      "token",
    );
  return { what, name };
}

async function create(
  pool: pg.Pool,
  name: string,
  options: TokenInput["options"],
  out: Output,
): Promise<void> {
  const { scopes, project, expires, replace } = options;
  const token = {
    name,
    // Checked by the option.
    scopes: (scopes ?? ["read"]) as readonly AccessScope[],
    projects: project,
    eventsPerMinute: options["events-per-minute"],
    expiresAt: expires === undefined ? undefined : new Date(Date.now() + expires),
  };
  const secret = await createAccessToken(pool, token, replace);
  if (secret === undefined)
    throw new CommandError(
      `There is a token called ${name}. To make a new one in its place: agent-actions token create ${name} --replace`,
    );
  if (options.json) out.json({ name, token: secret });
  else {
    out.result(secret);
    out.progress(
      "This is the only time that it is shown. Send it as the header authorization: Bearer TOKEN.",
    );
  }
}

async function revoke(pool: pg.Pool, name: string, out: Output): Promise<void> {
  if (!(await revokeAccessToken(pool, name)))
    throw new CommandError(
      `There is no token called ${name} that could be revoked. List them: agent-actions token list`,
    );
  out.progress(`${name} allows nothing any more; services that run notice within five seconds.`);
}

function showTokens(tokens: readonly AccessTokenRow[], json: boolean, out: Output): void {
  if (json) for (const token of tokens) out.json(token);
  else if (tokens.length === 0) out.progress("There are none. Make one: agent-actions token create NAME");
  else
    printTable(
      out,
      ["NAME", "SCOPES", "PROJECTS", "EVENTS/MIN", "STATE"],
      tokens.map((token) => [
        token.name,
        token.scopes.join(", "),
        token.projects?.join(", ") ?? "all",
        String(token.events_per_minute ?? "no limit"),
        stateOf(token),
      ]),
    );
}

function stateOf({ revoked_at: revoked, expires_at: expires }: AccessTokenRow): string {
  if (revoked !== null) return `revoked ${revoked.toISOString()}`;
  if (expires === null) return "valid";
  return `${expires.getTime() < Date.now() ? "expired" : "valid until"} ${expires.toISOString()}`;
}
