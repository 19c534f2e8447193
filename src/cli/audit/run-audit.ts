import { writeFile } from "node:fs/promises";
import type pg from "pg";
import { readKeyFile } from "../../evidence/key-file.js";
import { latestCheckpoint, readState } from "../../evidence/log-table.js";
import {
  formatSigningKey,
  generateKey,
  isKeyName,
  parseVerifierKey,
  type VerifierKey,
} from "../../evidence/note.js";
import { describeError } from "../../internal/describe-error.js";
import { createPool } from "../../store/pool.js";
import { storeFailure } from "../../store/store-failure.js";
import type { AUDIT_OPTIONS } from "../commands/audit.js";
import { renderTable } from "../format/table.js";
import { formatNumber, oneLine } from "../format/values.js";
import type { CliContext, CommandInput } from "../framework/command.js";
import { CommandError, EXIT_OK, UsageError } from "../framework/exit-codes.js";
import type { Output } from "../framework/output.js";
import { resolveSettings } from "../settings.js";
import { proveFromLog } from "./audit-prove.js";
import { verifyAgainstLog } from "./audit-verify.js";

export type AuditInput = CommandInput<typeof AUDIT_OPTIONS>;

const ACTIONS = ["keygen", "status", "checkpoint", "prove", "verify"];
/** Every leaf and every row is read. */
const STATEMENT_MILLIS = 3_600_000;

export async function runAudit(input: AuditInput, context: CliContext): Promise<number> {
  const { options, positionals } = input;
  const [action = "", name, ...more] = positionals;
  const isKeygen = action === "keygen";
  if (!ACTIONS.includes(action) || (name !== undefined) !== isKeygen || more.length > 0)
    throw new UsageError("There are: keygen NAME, status, checkpoint, prove, and verify.", "audit");
  if (isKeygen) return keygen(name ?? "", options, context);
  const { out, env } = context;
  const { postgres } = resolveSettings(options, env, { onNotice: out.progress });
  const pool = createPool({ ...postgres, maxConnections: 1, statementTimeoutMillis: STATEMENT_MILLIS });
  try {
    if (action === "prove") return await proveFromLog(pool, input, context);
    if (action === "verify") return await verifyAgainstLog(pool, input, context);
    if (action === "checkpoint") {
      const latest = await latestCheckpoint(pool);
      if (latest === undefined) throw noLog();
      if (options.json) out.json({ checkpoint: latest.note, signed_at: latest.signed_at });
      else out.result(latest.note.trimEnd());
    } else await status(pool, options.json, out);
    return EXIT_OK;
  } catch (error) {
    throw isOfPostgres(error) ? storeFailure(error) : error;
  } finally {
    await pool.end();
  }
}

const isOfPostgres = (error: unknown): boolean =>
  typeof (error as { code?: unknown }).code === "string" && !(error instanceof CommandError);

export const noLog = (): CommandError =>
  new CommandError(
    "There is no evidence log in this database yet. A service that has AGENT_ACTIONS_EVIDENCE_KEY_FILE keeps one.",
  );

async function keygen(
  name: string,
  { "key-file": file, json }: AuditInput["options"],
  { out, env }: CliContext,
): Promise<number> {
  if (!isKeyName(name))
    throw new UsageError(
      `A key's name has visible ASCII characters but no plus sign, at most 200, such as example.com/agent-actions, not "${oneLine(name)}".`,
      "audit",
    );
  const target = file ?? env.AGENT_ACTIONS_EVIDENCE_KEY_FILE;
  if (target === undefined) throw new UsageError("keygen needs --key-file FILE.", "audit");
  const key = generateKey(name);
  try {
    await writeFile(target, `${formatSigningKey(key)}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    throw new CommandError(
      `The key cannot be written: ${describeError(error).message}. One that is there stays.`,
    );
  }
  out.progress(`${target} has the key that signs. Whoever has it can sign any log: only the service should.`);
  out.progress("This one checks. Keep it, and give it to whoever checks, outside of the database:");
  if (json) out.json({ verifier_key: key.verifier.text, key_file: target });
  else out.result(key.verifier.text);
  return EXIT_OK;
}

/** The key that checks, where one was given; `undefined`: none was. */
export function givenVerifier({ options }: AuditInput, env: NodeJS.ProcessEnv): VerifierKey | undefined {
  const given = options["verifier-key"];
  if (given !== undefined) {
    const key = parseVerifierKey(given);
    if (key === undefined)
      throw new UsageError(
        "--verifier-key has to be a key as audit keygen shows it: NAME+HASH+KEY.",
        "audit",
      );
    return key;
  }
  const file = options["key-file"] ?? env.AGENT_ACTIONS_EVIDENCE_KEY_FILE;
  if (file === undefined) return undefined;
  const key = readKeyFile(file);
  if ("problem" in key) throw new CommandError(`${key.problem}.`);
  return key.verifier;
}

/** The key that checks, and where it is from. */
export function verifierOf(
  input: AuditInput,
  env: NodeJS.ProcessEnv,
  named: string,
): { readonly key: VerifierKey; readonly isFromDatabase: boolean } {
  const given = givenVerifier(input, env);
  if (given !== undefined) return { key: given, isFromDatabase: false };
  const key = parseVerifierKey(named);
  if (key === undefined)
    throw new CommandError("The database names no key that checks the log: give --verifier-key.");
  return { key, isFromDatabase: true };
}

interface Status {
  readonly tree_size: number;
  readonly key: string;
  readonly begun_at: Date;
  readonly signed_at: Date | null;
  readonly rows_before: unknown;
  /** Changes of the feed and entries of the queue that are not in the log yet. */
  readonly waiting: number;
}

async function status(pool: pg.Pool, json: boolean, out: Output): Promise<void> {
  const state = await readState(pool);
  if (state === undefined) throw noLog();
  const { rows } = await pool.query<{ waiting: number }>(
    `select ((select count(*) from agent_action_changes where (xact_id, position) > ($1::xid8, $2::bigint))
       + (select count(*) from agent_evidence_queue))::float8 as waiting`,
    [state.cursor.xactId, state.cursor.position],
  );
  const shown: Status = {
    tree_size: state.treeSize,
    key: state.verifierKey,
    begun_at: state.begunAt,
    signed_at: (await latestCheckpoint(pool))?.signed_at ?? null,
    rows_before: state.rowsBefore,
    waiting: rows[0]?.waiting ?? 0,
  };
  if (json) return out.json(shown);
  const lines = [
    ["leaves", formatNumber(shown.tree_size)],
    ["key", oneLine(shown.key)],
    ["begun", shown.begun_at.toISOString()],
    ["signed", shown.signed_at?.toISOString() ?? "never"],
    ["changes waiting", formatNumber(shown.waiting)],
    [
      "rows from before",
      state.rowsBefore === null
        ? "all in the log"
        : `being added: at ${state.rowsBefore.kind} ${state.rowsBefore.id ?? ""}`.trim(),
    ],
  ];
  for (const line of renderTable(lines, [{}, {}])) out.result(line);
}
