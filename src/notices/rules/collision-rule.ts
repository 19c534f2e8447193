/** Two agents on one file: one writes over what another has written since it last looked. */
import { found, type PeriodicRule, short, shownDuration } from "./periodic-rule.js";

export const COLLISION_RULE: PeriodicRule = {
  rule: "collision",
  every: 30_000,
  async find(client, { settings, now }) {
    const { rows } = await client.query<CollisionRow>(COLLISIONS, [settings.collision.windowSeconds]);
    return rows.map((row) =>
      found(now, {
        rule: "collision",
        kind: "overwritten",
        severity: "warning",
        subjectKey: `file ${row.pathHash} ${row.laterId}`,
        beginning: row.laterId,
        title: `${short(row.later)} wrote over what ${short(row.earlier)} had written to ${short(row.path, 120)} ${shownDuration(row.seconds)} before, without having read it`,
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
      }),
    );
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

// The last write of somebody else before each write, if the later one's agent has not touched the file since. Where both have hashes, they have to say that it is
// this content that was written over. An edit names what it replaces, so only whole writes count. The clocks of two machines may differ, so that less than a
// second apart nothing is said.
const COLLISIONS = `
  select later.file_path_hash as "pathHash", later.file_path as path, later.correlation_id::text as run, later.agent_name as later,
    earlier.agent_name as earlier, later.action_id::text as "laterId", earlier.action_id::text as "earlierId",
    (extract(epoch from later.created_at) * 1000)::float8 as at,
    round(extract(epoch from later.created_at - earlier.created_at))::float8 as seconds,
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
    and (earlier.agent_name, earlier.correlation_id) is distinct from (later.agent_name, later.correlation_id)
    and coalesce(later.content_hash_before = earlier.content_hash_after, true)
    and not exists (
      select from agent_file_operations as own
      where own.file_path_hash = later.file_path_hash and own.agent_name = later.agent_name and own.correlation_id = later.correlation_id
        and own.created_at > earlier.created_at and own.created_at < later.created_at
    )
  order by later.created_at desc limit 50`;
