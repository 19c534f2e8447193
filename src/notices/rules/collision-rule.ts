/**
 * Two agents on one file: one writes over what another has written since it last looked, one changes what another has just read, both change it. The last
 * two are how agents work together as well, so they are information, which targets are not told by default.
 */
import type pg from "pg";
import type { Notice } from "../notice.js";
import { found, type PeriodicRule, short, shownDuration } from "./periodic-rule.js";

const RULE = "collision";

export const COLLISION_RULE: PeriodicRule = {
  rule: RULE,
  every: 30_000,
  async find(client, { settings, now }) {
    const notices: Notice[] = [];
    const told = new Set<string>();
    // One write is told once, as the worst that it is.
    for (const form of FORMS)
      for (const row of await rowsOf(client, form.sql, settings.collision.windowSeconds)) {
        if (told.has(row.laterId)) continue;
        told.add(row.laterId);
        notices.push(noticeOf(form, row, now));
      }
    return notices;
  },
};

interface CollisionRow {
  readonly pathHash: string;
  readonly path: string | null;
  readonly run: string;
  readonly later: string;
  readonly earlier: string;
  readonly laterId: string;
  readonly earlierId: string;
  readonly at: number;
  readonly seconds: number;
  readonly byHashes: boolean;
}

interface CollisionForm {
  readonly kind: string;
  readonly severity: Notice["severity"];
  readonly sql: string;
  readonly title: (later: string, earlier: string, file: string, before: string) => string;
}

const rowsOf = async (client: pg.ClientBase, sql: string, windowSeconds: number) =>
  (await client.query<CollisionRow>(sql, [windowSeconds])).rows;

const noticeOf = ({ kind, severity, title }: CollisionForm, row: CollisionRow, now: number): Notice =>
  found(now, {
    rule: RULE,
    kind,
    severity,
    subjectKey: `file ${row.pathHash} ${row.laterId}`,
    beginning: row.laterId,
    title: title(short(row.later), short(row.earlier), short(row.path, 120), shownDuration(row.seconds)),
    agentName: row.later,
    correlationId: row.run,
    actionIds: [row.laterId, row.earlierId],
    evidence: {
      file_path: row.path?.slice(0, 1_000),
      earlier_agent: row.earlier,
      seconds: row.seconds,
      by_hashes: row.byHashes,
    },
    query: `select * from agent_actions_v1.files_touched where file_path_hash = '${row.pathHash}' order by started_at desc`,
    beganAt: row.at,
  });

const COLUMNS = `
    later.file_path_hash as "pathHash", later.file_path as path, later.correlation_id::text as run, later.agent_name as later,
    earlier.agent_name as earlier, later.action_id::text as "laterId", earlier.action_id::text as "earlierId",
    (extract(epoch from later.created_at) * 1000)::float8 as at,
    round(extract(epoch from later.created_at - earlier.created_at))::float8 as seconds`;

const OTHERS =
  "(earlier.agent_name, earlier.correlation_id) is distinct from (later.agent_name, later.correlation_id)";

/** `later` and `own` are of one agent in one run, and of one file. */
const OWN =
  "own.file_path_hash = later.file_path_hash and own.agent_name = later.agent_name and own.correlation_id = later.correlation_id";

// The last write of somebody else before each write, if the later one's agent has not touched the file since. Where both have hashes, they have to say that it is
// this content that was written over. An edit names what it replaces, so only whole writes count. The clocks of two machines may differ, so that less than a
// second apart nothing is said.
const OVERWRITTEN = `
  select ${COLUMNS},
    later.content_hash_before is not null and earlier.content_hash_after is not null as "byHashes"
  from agent_file_operations as later
  cross join lateral (
    select * from agent_file_operations as other
    where other.file_path_hash = later.file_path_hash and other.operation_type in ('write', 'edit', 'create')
      and other.success is not false and other.content_changed is not false
      and other.created_at < later.created_at - interval '1 second' and other.created_at > later.created_at - $1 * interval '1 second'
    order by other.created_at desc limit 1
  ) as earlier
  where later.created_at > now() - interval '15 minutes' and later.operation_type in ('write', 'create') and later.success is not false
    and ${OTHERS}
    and coalesce(later.content_hash_before = earlier.content_hash_after, true)
    and not exists (
      select from agent_file_operations as own
      where ${OWN}
        and own.created_at > earlier.created_at and own.created_at < later.created_at
    )
  order by later.created_at desc limit 50`;

// What another agent read last, changed by this write, and not looked at again. Where both have hashes, it has to be that content that was changed. Only the
// first change after it was read counts.
const OUTDATED = `
  select ${COLUMNS},
    later.content_hash_before is not null and coalesce(earlier.content_hash_after, earlier.content_hash_before) is not null as "byHashes"
  from agent_file_operations as later
  cross join lateral (
    select * from agent_file_operations as other
    where other.file_path_hash = later.file_path_hash and other.created_at < later.created_at - interval '1 second'
      and other.created_at > later.created_at - $1 * interval '1 second'
    order by other.created_at desc limit 1
  ) as earlier
  where later.created_at > now() - interval '15 minutes' and later.operation_type in ('write', 'create', 'edit', 'delete') and later.success is not false
    and later.content_changed is not false and earlier.operation_type = 'read' and earlier.success is not false and ${OTHERS}
    and coalesce(later.content_hash_before = coalesce(earlier.content_hash_after, earlier.content_hash_before), true)
    and not exists (
      select from agent_file_operations as again
      where again.file_path_hash = later.file_path_hash and again.agent_name = earlier.agent_name and again.correlation_id = earlier.correlation_id
        and again.created_at > later.created_at
    )
  order by later.created_at desc limit 50`;

// The first change of an agent after one of another. What goes on between them from there is no other notice.
const BOTH = `
  select ${COLUMNS}, false as "byHashes"
  from agent_file_operations as later
  cross join lateral (
    select * from agent_file_operations as other
    where other.file_path_hash = later.file_path_hash and other.operation_type in ('write', 'edit', 'create', 'delete')
      and other.success is not false and other.content_changed is not false
      and other.created_at < later.created_at - interval '1 second' and other.created_at > later.created_at - $1 * interval '1 second'
    order by other.created_at desc limit 1
  ) as earlier
  where later.created_at > now() - interval '15 minutes' and later.operation_type in ('write', 'create', 'edit', 'delete') and later.success is not false
    and later.content_changed is not false and ${OTHERS}
    and not exists (
      select from agent_file_operations as own
      where ${OWN} and own.operation_type in ('write', 'edit', 'create', 'delete')
        and own.created_at < later.created_at and own.created_at > later.created_at - $1 * interval '1 second'
    )
  order by later.created_at desc limit 50`;

const FORMS: readonly CollisionForm[] = [
  {
    kind: "overwritten",
    severity: "warning",
    sql: OVERWRITTEN,
    title: (later, earlier, file, before) =>
      `${later} wrote over what ${earlier} had written to ${file} ${before} before, without having read it`,
  },
  {
    kind: "outdated",
    severity: "info",
    sql: OUTDATED,
    title: (later, earlier, file, before) =>
      `${later} changed ${file}, which ${earlier} had read ${before} before and has not read since`,
  },
  {
    kind: "both_changing",
    severity: "info",
    sql: BOTH,
    title: (later, earlier, file, before) =>
      `${later} changed ${file}, which ${earlier} had changed ${before} before`,
  },
];
