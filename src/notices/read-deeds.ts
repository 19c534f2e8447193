/** Reads rows of actions as the rules of loops see them. Of arguments and results no more is read than their beginning and a hash. */
import type pg from "pg";
import { callKey, digest, resultKey } from "../analysis/call-keys.js";
import type { PatternCall } from "../analysis/call-pattern.js";
import type { KnownLoop } from "../analysis/loop.js";
import { type Deed, MAX_DEEDS } from "../analysis/loop-tracker.js";
import {
  type FileWrite,
  isSpecific,
  isWait,
  mayChange,
  saysError,
  saysNothingNew,
} from "../analysis/step.js";

/** A deed, and whose it is. */
export interface AgentDeed {
  readonly run: string;
  readonly agent: string;
  readonly deed: Deed;
  /** Of a call, what patterns of sequences look at. */
  readonly call: PatternCall | undefined;
  /** Of the agent. */
  readonly version: string | undefined;
  /** Folder of the project, or the one that it runs in. */
  readonly folder: string | undefined;
  /** Start of its producer. */
  readonly epoch: string | undefined;
}

export interface ActionKey {
  readonly id: string;
  readonly createdAt: string;
}

/** A run and an agent in it. */
export interface Sequence {
  readonly run: string;
  readonly agent: string;
}

/** Those of the named actions that have ended, each once, in the order of their end. */
export async function readDeeds(
  client: pg.ClientBase,
  keys: readonly ActionKey[],
): Promise<readonly AgentDeed[]> {
  const { rows } = await client.query<DeedRow>(
    `select ${COLUMNS}
     from (select distinct id, created_at from unnest($1::uuid[], $2::timestamptz[]) as named (id, created_at)) as named
       join agent_actions action on action.id = named.id and action.created_at = named.created_at
       ${DETAILS}
     where ${RELEVANT}
     order by "doneAt", id`,
    [keys.map(({ id }) => id), keys.map(({ createdAt }) => createdAt)],
  );
  return rows.map(agentDeedOf);
}

/** An agent's run is looked at so far back before what has changed in it. */
const LOOK_BACK_MILLIS = 86_400_000;

/** The last deeds of sequences, each in the order of their end. */
export async function readSequences(
  client: pg.ClientBase,
  sequences: readonly Sequence[],
  earliestStart: number,
): Promise<ReadonlyMap<Sequence, readonly Deed[]>> {
  const { rows } = await client.query<DeedRow & { place: number }>(
    `select wanted.place::integer as place, found.*
     from unnest($1::uuid[], $2::text[]) with ordinality as wanted (run, agent, place)
     cross join lateral (
       select ${COLUMNS}
       from (
         select * from agent_actions action
         where correlation_id = wanted.run and agent_name = wanted.agent and created_at >= $3 and ${RELEVANT}
         order by ${DONE_AT} desc, id desc limit ${MAX_DEEDS}
       ) as action ${DETAILS}
     ) as found
     order by wanted.place, "doneAt", id`,
    [
      sequences.map(({ run }) => run),
      sequences.map(({ agent }) => agent),
      new Date(earliestStart - LOOK_BACK_MILLIS),
    ],
  );
  const deeds = new Map<Sequence, Deed[]>(sequences.map((sequence) => [sequence, []]));
  for (const row of rows) {
    const sequence = sequences[row.place - 1];
    if (sequence) deeds.get(sequence)?.push(agentDeedOf(row).deed);
  }
  return deeds;
}

/** So many calls of a run are looked at, the last of it. */
const MAX_OF_RUN = 2_000;

/** The last deeds of runs, whoever of the run did them, each in the order of their end. */
export async function readRuns(
  client: pg.ClientBase,
  runs: readonly string[],
  earliestStart: number,
): Promise<ReadonlyMap<string, readonly AgentDeed[]>> {
  const deeds = new Map<string, AgentDeed[]>(runs.map((run) => [run, []]));
  if (runs.length === 0) return deeds;
  const { rows } = await client.query<DeedRow>(
    `select found.* from unnest($1::uuid[]) as wanted (run)
     cross join lateral (
       select ${COLUMNS}
       from (
         select * from agent_actions action
         where correlation_id = wanted.run and created_at >= $2 and ${RELEVANT}
         order by ${DONE_AT} desc, id desc limit ${MAX_OF_RUN}
       ) as action ${DETAILS}
     ) as found
     order by "doneAt", id`,
    [runs, new Date(earliestStart - LOOK_BACK_MILLIS)],
  );
  for (const row of rows) deeds.get(row.run)?.push(agentDeedOf(row));
  return deeds;
}

const PAGE = 2_000;

/**
 * Everything that was done in runs since then, by run, agent and the order of its end, in pages. Within a transaction. One statement for many runs: a statement for
 * each costs more to plan than to run, and where nothing is known of a table yet, as after an import, Postgres looks at all calls of an agent each time.
 */
export async function* readAllOfRuns(
  client: pg.ClientBase,
  runs: readonly string[],
  since: number,
): AsyncGenerator<readonly AgentDeed[]> {
  await client.query(
    `declare deeds no scroll cursor for
     select ${COLUMNS} from agent_actions action ${DETAILS}
     where action.correlation_id = any($1::uuid[]) and action.created_at >= $2 and ${RELEVANT}
     order by run, agent, "doneAt", id`,
    [runs, new Date(since)],
  );
  for (;;) {
    const { rows } = await client.query<DeedRow>(`fetch ${PAGE} from deeds`);
    if (rows.length > 0) yield rows.map(agentDeedOf);
    if (rows.length < PAGE) break;
  }
  await client.query("close deeds");
}

/** Loops that are open, by run. */
export async function readOpenLoops(
  client: pg.ClientBase,
  runs: readonly string[],
): Promise<ReadonlyMap<string, readonly OpenLoopRow[]>> {
  const { rows } = await client.query<OpenLoopRow>(OPEN_LOOPS, [runs]);
  const loops = new Map<string, OpenLoopRow[]>();
  for (const row of rows) {
    const known = loops.get(row.run);
    if (known) known.push(row);
    else loops.set(row.run, [row]);
  }
  return loops;
}

export interface OpenLoopRow extends Omit<KnownLoop, "has"> {
  readonly run: string;
  readonly agent: string;
  readonly subjectKey: string;
}

const OPEN_LOOPS = `
  select correlation_id::text as run, agent_name as agent, subject_key as "subjectKey", kind, action_ids[1]::text as "firstId",
    action_ids::text[] as evidence, (extract(epoch from began_at) * 1000)::float8 as "startedAt",
    (extract(epoch from last_seen_at) * 1000)::float8 as "lastAt",
    (evidence ->> 'calls')::float8 as calls, (evidence ->> 'tokens')::float8 as tokens
  from agent_notices where correlation_id = any($1::uuid[]) and rule = 'loop' and closed_at is null`;

interface DeedRow {
  readonly id: string;
  readonly run: string;
  readonly agent: string;
  readonly type: string;
  readonly tool: string;
  readonly startedAt: number;
  readonly doneAt: number;
  readonly failed: boolean;
  readonly error: string | null;
  readonly parameters: string | null;
  readonly result: string | null;
  readonly tokens: number;
  readonly file: string | null;
  readonly path: string | null;
  readonly version: string | null;
  readonly folder: string | null;
  readonly epoch: string | null;
  readonly operation: string | null;
  readonly hashBefore: string | null;
  readonly hashAfter: string | null;
  readonly newText: string | null;
}

const DONE_AT =
  "coalesce(action.ended_at, action.created_at + action.duration_ms * interval '1 millisecond', action.created_at)";

// Calls, and turns of a model.
const RELEVANT = `action.state = 'ended' and (action.action_type = 'tool_call'
  or (action.action_type = 'decision' and action.action_details ?| array['input_tokens', 'output_tokens']))`;

const MAX_TEXT = 4_096;

/** The text of JSON, or its beginning and a hash of all of it. */
const cut = (text: string): string =>
  `case when length(${text}) <= ${MAX_TEXT} then ${text} else left(${text}, ${MAX_TEXT}) || md5(${text}) end`;

const tokens = (name: string): string =>
  `case when jsonb_typeof(action.action_details -> '${name}') = 'number' then (action.action_details -> '${name}')::float8 else 0 end`;

const COLUMNS = `
  action.id::text as id, action.correlation_id::text as run, action.agent_name as agent, action.action_type as type, action.action_name as tool,
  (extract(epoch from action.created_at) * 1000)::float8 as "startedAt", (extract(epoch from ${DONE_AT}) * 1000)::float8 as "doneAt",
  agent_action_failed(action.action_type, action.status, action.error_group, action.action_details) as failed,
  coalesce(action.error_group, action.error_type) as error, ${cut("details.parameters")} as parameters, ${cut("details.result")} as result,
  ${tokens("input_tokens")} + ${tokens("output_tokens")} as tokens,
  file.file_path_hash as file, left(file.file_path, 1000) as path, action.agent_version as version,
  coalesce(action.project_path, action.working_directory) as folder, action.producer_epoch as epoch, file.operation_type as operation, file.content_hash_before as "hashBefore", file.content_hash_after as "hashAfter",
  case when file.operation_type in ('write', 'edit', 'create') then md5(coalesce(
    action.action_details #>> '{tool_parameters,new_string}', action.action_details #>> '{tool_parameters,content}')) end as "newText"`;

// "offset 0": detoasted and written as text once.
const DETAILS = `
  left join agent_file_operations file on action.action_type = 'tool_call' and file.action_id = action.id and file.created_at = action.created_at
  cross join lateral (
    select case when action.action_type = 'tool_call' then (action.action_details -> 'tool_parameters')::text end as parameters,
      case when action.action_type = 'tool_call' then (action.action_details -> 'tool_result')::text end as result offset 0
  ) as details`;

function agentDeedOf(row: DeedRow): AgentDeed {
  const { run, agent, tool, path, operation, failed } = row;
  const parameters = row.parameters ?? undefined;
  const call =
    row.type === "tool_call"
      ? { tool, parameters, path: path ?? undefined, operation: operation ?? undefined, failed }
      : undefined;
  const [version, folder, epoch] = [row.version, row.folder, row.epoch].map((text) => text ?? undefined);
  return { run, agent, deed: deedOf(row), call, version, folder, epoch };
}

function deedOf(row: DeedRow): Deed {
  const { id, tool, startedAt, doneAt, failed, tokens: count, parameters, result } = row;
  if (row.type !== "tool_call") return { type: "turn", turn: { id, startedAt, doneAt, tokens: count } };
  if (isWait(tool, parameters ?? undefined)) return { type: "wait", id, doneAt };
  const resultIs = result === null || result === "null" ? undefined : resultKey(result);
  return {
    type: "call",
    step: {
      id,
      tool,
      startedAt,
      doneAt,
      call: parameters === null ? undefined : callKey(tool, parameters),
      isBare: parameters === "{}" || parameters === "null",
      result: resultIs,
      isTelling: result !== null && saysNothingNew(tool, result),
      isSpecific: result !== null && isSpecific(tool, result),
      mayChange: mayChange(tool),
      failed,
      saysError: result !== null && saysError(result),
      error: failed ? (row.error ?? resultIs ?? "failed") : undefined,
      write: writeOf(row),
    },
  };
}

function writeOf({ file, operation, hashBefore, hashAfter, newText }: DeedRow): FileWrite | undefined {
  if (file === null || !["write", "edit", "create"].includes(operation ?? "")) return undefined;
  const content = hashAfter ?? newText;
  if (content === null) return undefined;
  const changed = hashBefore === null || hashAfter === null ? undefined : hashBefore !== hashAfter;
  return { file: digest("file", file), content: digest("content", content), changed };
}
