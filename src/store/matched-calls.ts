/**
 * Calls that two ways tell of without an id that both have: log records and hooks of Gemini CLI and of Qwen Code; compactions of Claude Code, prompts of Codex. They are one row where session, tool and
 * arguments are equal and their times meet. Each way tells a call once, so two calls of one way never become one.
 *
 * What is decided once is kept in `agent_action_keys`, under a key that is made of the event itself: so an event that comes again, or is read again, has
 * the same row, whatever has come since. Calls of one session are decided one after the other, by a lock on the session.
 */
import { createHash } from "node:crypto";
import type pg from "pg";
import { keyedActionId, nameUuid } from "../event/index.js";
import { canonicalJson } from "../internal/canonical-json.js";
import { arrayLiteral } from "./array-literal.js";
import { inTransaction } from "./on-connection.js";
import { runStatement } from "./run-statement.js";
import { statement } from "./tables/table.js";
import { withoutContention } from "./without-contention.js";

/** What a row is known by. */
export interface RowIdentity {
  readonly id: string;
  /** ISO 8601 with microseconds. */
  readonly createdAt: string;
}

/** A call or prompt as one way tells it. */
export interface ToldCall {
  readonly sender: string;
  readonly session: string;
  /** Its call key, where its own way has one: hooks that tell of it before and after. */
  readonly callKey: string | undefined;
  /** Its tool and arguments, as a digest. */
  readonly deed: string;
  readonly way: string;
  /** Milliseconds since the epoch. */
  readonly startMillis: number;
  readonly endMillis: number;
  /** How far the times of two ways may be apart. */
  readonly slackMillis: number;
  /** Whether a row of another way is looked for. Else others only find this one. */
  readonly looks: boolean;
  /** Where no other way has told of it. */
  readonly own: RowIdentity;
}

/** A row of `agent_action_keys`. */
export interface KnownKey extends RowIdentity {
  readonly key: string;
}

/** What an event is told by. */
interface Way {
  readonly way: string;
  /** Absent: calls and prompts. */
  readonly of?: "compactions" | "prompts";
  readonly looks: boolean;
  readonly slackMillis: number;
}

/**
 * By the event's `source`. Both ways of Gemini CLI read the clock while the call runs, so only rounding is between them. Qwen Code writes its record
 * up to a third of a second after the hook that follows the call, and dates it back by a duration.
 *
 * A chat has been compared with the live rows by the import, which sees all of it (`src/cli/import/match-calls.ts`).
 */
const WAYS: Readonly<Record<string, Way>> = {
  "claude-code": { way: "logs", of: "compactions", looks: true, slackMillis: 5_000 },
  "claude-code-transcript": { way: "transcript", of: "compactions", looks: true, slackMillis: 5_000 },
  codex: { way: "logs", of: "prompts", looks: true, slackMillis: 5 },
  "codex-hook": { way: "hooks", of: "prompts", looks: true, slackMillis: 5 },
  "codex-transcript": { way: "transcript", of: "prompts", looks: true, slackMillis: 5 },
  "gemini-cli": { way: "logs", looks: true, slackMillis: 5 },
  "gemini-cli-hook": { way: "hooks", looks: true, slackMillis: 5 },
  "gemini-cli-transcript": { way: "transcript", looks: false, slackMillis: 5 },
  "qwen-code": { way: "logs", looks: true, slackMillis: 500 },
  "qwen-code-hook": { way: "hooks", looks: true, slackMillis: 500 },
};

/** A prompt is a moment, and other hooks may run between the two that tell it. */
const PROMPT_SLACK_MILLIS = 5_000;

type Fields = Readonly<Record<string, unknown>>;

/**
 * The call that an event of an action tells, if it is of such a way; `undefined` for any other, and where it does not tell the arguments: then nothing
 * says which call it is.
 */
export function toldCallOf(event: Fields, sender: string, session: string): ToldCall | undefined {
  const way = Object.hasOwn(WAYS, String(event.source)) ? WAYS[String(event.source)] : undefined;
  if (way === undefined) return undefined;
  const callKey = typeof event.call_key === "string" && event.call_key !== "" ? event.call_key : undefined;
  // The import has put it into a row that it found.
  if (!way.looks && callKey === undefined) return undefined;
  const { tool_parameters, decision_context, decision_type, prompt } = (event.action_details ?? {}) as Fields;
  const isPrompt = event.action_name === "user_prompt";
  const isCompaction = event.action_name === "compaction" && event.action_type === "success";
  if (isCompaction !== (way.of === "compactions")) return undefined;
  if (way.of === "prompts" && !isPrompt) return undefined;
  if (!isCompaction && !isPrompt && event.action_type !== "tool_call" && decision_type !== "approval")
    return undefined;
  const told = isCompaction ? true : isPrompt ? prompt : (tool_parameters ?? decision_context);
  if (told === undefined || told === null || told === "") return undefined;
  const createdAt = String(event.created_at);
  const startMillis = Date.parse(createdAt);
  const id = callKey === undefined ? String(event.id) : keyedActionId(sender, session, callKey);
  return {
    sender,
    session,
    callKey,
    deed: digest(`${event.action_name}\u0000${canonicalJson(told)}`),
    startMillis,
    endMillis: Math.max(startMillis, Date.parse(String(event.ended_at)) || startMillis),
    ...way,
    ...(isPrompt && { slackMillis: PROMPT_SLACK_MILLIS }),
    own: { id, createdAt },
  };
}

const digest = (text: string): string => createHash("sha256").update(text).digest("base64url").slice(0, 22);

/** The key that holds what was decided of a call: all that it is compared by stands in it. */
export const matchKeyOf = ({ deed, way, startMillis, endMillis, own }: ToldCall): string =>
  [PREFIX, deed, way, startMillis, endMillis, own.id].join(":");

const PREFIX = "match";

interface Member {
  readonly way: string;
  readonly startMillis: number;
  readonly endMillis: number;
  readonly row: RowIdentity;
}

/**
 * Which row each of some calls of one session is, and the keys that have to be kept for that.
 *
 * A call goes into the row of another way that ended first, of those that its way has told nothing of. Each way tells its calls as they end, so that is the row of the
 * same call where each way has told all of them.
 *
 * @param known what was decided before of the same deeds, in any order
 */
export function matchRows(
  known: readonly KnownKey[],
  calls: readonly ToldCall[],
): { readonly rows: ReadonlyMap<ToldCall, RowIdentity>; readonly added: readonly KnownKey[] } {
  const byKey = new Map<string, RowIdentity>(known.map((one) => [one.key, one]));
  const members = new Map<string, Member[]>();
  const remember = (key: string, row: RowIdentity): void => {
    const [prefix, deed = "", way = "", start, end] = key.split(":");
    if (prefix !== PREFIX) return;
    const member = { way, startMillis: Number(start), endMillis: Number(end), row };
    members.set(deed, [...(members.get(deed) ?? []), member]);
  };
  for (const one of known) remember(one.key, one);
  const rows = new Map<ToldCall, RowIdentity>();
  const added: KnownKey[] = [];
  const keep = (key: string, row: RowIdentity): void => {
    if (byKey.has(key)) return;
    byKey.set(key, row);
    remember(key, row);
    added.push({ key, id: row.id, createdAt: row.createdAt });
  };
  for (const call of calls.toSorted((one, other) => one.endMillis - other.endMillis)) {
    const key = matchKeyOf(call);
    const callKey = call.callKey === undefined ? undefined : keyPart(call.callKey);
    const before = byKey.get(key) ?? (callKey === undefined ? undefined : byKey.get(callKey));
    const row = before ?? (call.looks ? rowOfAnotherWay(call, members.get(call.deed) ?? []) : undefined);
    rows.set(call, row ?? call.own);
    if (callKey !== undefined) keep(callKey, row ?? call.own);
    // Of what a way tells of one call in two events, the first is what others are compared with.
    if (before === undefined) keep(key, row ?? call.own);
  }
  return { rows, added };
}

function rowOfAnotherWay(call: ToldCall, members: readonly Member[]): RowIdentity | undefined {
  const taken = new Set(members.filter(({ way }) => way === call.way).map(({ row }) => row.id));
  const meets = ({ startMillis, endMillis }: Member): boolean =>
    startMillis <= call.endMillis + call.slackMillis && call.startMillis <= endMillis + call.slackMillis;
  const [first] = members
    .filter((member) => !taken.has(member.row.id) && meets(member))
    .sort((one, other) => one.endMillis - other.endMillis || one.startMillis - other.startMillis);
  return first?.row;
}

/** Which row each call is. Throws what Postgres throws. */
export async function rowsOfToldCalls(
  pool: pg.Pool,
  calls: readonly ToldCall[],
): Promise<ReadonlyMap<ToldCall, RowIdentity>> {
  const sessions = new Map<string, ToldCall[]>();
  for (const call of calls) {
    const name = `${call.sender}\u0001${call.session}`;
    sessions.set(name, [...(sessions.get(name) ?? []), call]);
  }
  const found = new Map<ToldCall, RowIdentity>();
  // One session at a time: two transactions never wait for each other.
  for (const [name, told] of sessions)
    for (const [call, row] of await rowsOfSession(pool, name, told)) found.set(call, row);
  return found;
}

function rowsOfSession(
  pool: pg.Pool,
  name: string,
  calls: readonly ToldCall[],
): Promise<ReadonlyMap<ToldCall, RowIdentity>> {
  const [{ sender, session }] = calls as [ToldCall];
  return withoutContention(() =>
    inTransaction(pool, async (client) => {
      await runStatement(pool, client, LOCK, [name]);
      const { rows: known } = await runStatement<{ call_id: string; id: string; created_at: string }>(
        pool,
        client,
        FIND,
        [
          keyPart(sender),
          keyPart(session),
          arrayLiteral(calls.flatMap(({ callKey }) => (callKey === undefined ? [] : keyPart(callKey)))) ??
            "{}",
          arrayLiteral([...new Set(calls.map(({ deed }) => deed))]),
        ],
      );
      const { rows, added } = matchRows(
        known.map(({ call_id: key, id, created_at: createdAt }) => ({ key, id, createdAt })),
        calls,
      );
      if (added.length > 0) {
        const column = (name: keyof KnownKey) => arrayLiteral(added.map((one) => one[name]));
        await runStatement(pool, client, ADD, [
          keyPart(sender),
          keyPart(session),
          column("key"),
          column("id"),
          column("createdAt"),
        ]);
      }
      return rows;
    }),
  );
}

/** PostgreSQL's B-tree refuses index entries over 2,704 bytes, and sender, session and key are in one. */
const MAX_PART_BYTES = 255;

/** A part of the key of `agent_action_keys`, as it stands there. */
export const keyPart = (text: string): string =>
  text.length * 3 > MAX_PART_BYTES && Buffer.byteLength(text) > MAX_PART_BYTES ? nameUuid(text) : text;

const LOCK = statement("lock_matched_calls", "select pg_advisory_xact_lock(hashtextextended($1, 0))");

const FIND = statement(
  "find_matched_calls",
  `select call_id, id, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at
   from agent_action_keys where sender = $1 and session_id = $2
     and (call_id = any($3::text[]) or (call_id like '${PREFIX}:%' and split_part(call_id, ':', 2) = any($4::text[])))`,
);

const ADD = statement(
  "add_matched_calls",
  `insert into agent_action_keys (sender, session_id, call_id, id, created_at)
   select $1, $2, * from unnest($3::text[], $4::uuid[], $5::timestamptz[]) on conflict do nothing`,
);
