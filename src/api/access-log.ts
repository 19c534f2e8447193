import type { Logger } from "pino";
import { describeError } from "../internal/describe-error.js";
import type { Database } from "./database.js";

/** A request that a token allowed. */
export interface AccessLogEntry {
  readonly tokenName: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly status: number;
}

/** Writes who has asked for what. */
export interface AccessLog {
  add(entry: AccessLogEntry): void;
  /** Writes what is left. Never rejects. */
  stop(): Promise<void>;
}

const EVERY_MILLIS = 1_000;
const MAX_WAITING = 10_000;
const MAX_QUERY = 2_000;

/** Entries are written once a second; while Postgres is away so many wait, and those beyond are reported in the service's log. */
export function createAccessLog(database: Pick<Database, "write">, log: Logger): AccessLog {
  let waiting: (AccessLogEntry & { readonly at: Date })[] = [];
  let lost = 0;
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();

  async function write(): Promise<void> {
    timer = undefined;
    const entries = waiting;
    waiting = [];
    try {
      if (entries.length > 0) await database.write(INSERT, [JSON.stringify(entries.map(rowOf))]);
      if (lost > 0)
        log.error({ entries: lost }, "the access log could not be written for a while: these are missing");
      lost = 0;
    } catch (error) {
      log.warn({ error: describeError(error).message }, "the access log could not be written");
      waiting = [...entries, ...waiting];
      lost += Math.max(0, waiting.length - MAX_WAITING);
      waiting = waiting.slice(0, MAX_WAITING);
      schedule();
    }
  }

  function schedule(): void {
    timer ??= setTimeout(() => {
      writing = writing.then(write);
    }, EVERY_MILLIS).unref();
  }

  return {
    add(entry) {
      if (waiting.length < MAX_WAITING) waiting.push({ ...entry, at: new Date() });
      else lost++;
      schedule();
    },
    async stop() {
      clearTimeout(timer);
      await writing;
      await write();
      clearTimeout(timer);
    },
  };
}

const rowOf = ({ at, tokenName, method, path, query, status }: AccessLogEntry & { readonly at: Date }) => ({
  at,
  token_name: tokenName ?? null,
  method,
  path: path.replaceAll("\0", "").slice(0, MAX_QUERY),
  query: query === "" ? null : query.slice(0, MAX_QUERY),
  status,
});

const INSERT = `
  insert into agent_action_access_log (at, token_name, method, path, query, status)
  select at, token_name, method, path, query, status
  from jsonb_to_recordset($1::jsonb) as entries (at timestamptz, token_name text, method text, path text, query text, status integer)`;
