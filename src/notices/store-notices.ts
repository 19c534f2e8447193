/** Writes notices. Each statement may be run again: it leaves what it left before. */
import type pg from "pg";
import { type Notice, noticeId } from "./notice.js";

/** Writes what became of incidents. A notice that is open about the same subject stays that notice, whatever its beginning. */
export async function storeNotices(client: pg.ClientBase, notices: readonly Notice[]): Promise<void> {
  if (notices.length === 0) return;
  const last = new Map(notices.map((notice) => [noticeId(notice), notice]));
  const rows = [...last].map(([id, notice]) => ({
    notice_id: id,
    rule: notice.rule,
    kind: notice.kind,
    severity: notice.severity,
    subject_key: notice.subjectKey,
    title: notice.title,
    agent_name: notice.agentName ?? null,
    correlation_id: notice.correlationId ?? null,
    action_ids: notice.actionIds,
    evidence: notice.evidence,
    query: notice.query ?? null,
    began_at: new Date(notice.beganAt).toISOString(),
    last_seen_at: new Date(notice.lastSeenAt).toISOString(),
    close_reason: notice.closed ?? null,
    expected_by: notice.expectedBy ?? null,
    comes_back: notice.comesBack ?? false,
  }));
  for (const row of rows) {
    const values = [JSON.stringify(row, wellFormed)];
    const { rowCount } = await client.query(CONTINUE, values);
    if (rowCount !== 0) continue;
    await client.query(CLOSE_OLDER, values);
    if (row.comes_back && (await client.query(REOPEN, values)).rowCount !== 0) continue;
    await client.query(OPEN, values);
  }
}

// A name that is cut may end in half a character, which jsonb refuses: then no notice would ever be written again.
const wellFormed = (_: string, value: unknown): unknown =>
  typeof value === "string" ? value.toWellFormed() : value;

/** Closes notices of a rule of which nothing was seen for so long. Returns how many. */
export async function closeQuiet(client: pg.ClientBase, rule: string, afterMillis: number): Promise<number> {
  const { rowCount } = await client.query(CLOSE_QUIET, [rule, afterMillis / 1_000]);
  return rowCount ?? 0;
}

/** Closes notices of a rule that are not among those that it finds, and were not for so long. */
export async function closeMissing(
  client: pg.ClientBase,
  rule: string,
  found: readonly Notice[],
  afterSeconds: number,
): Promise<void> {
  await client.query(CLOSE_MISSING, [rule, found.map(({ subjectKey }) => subjectKey), afterSeconds]);
}

const GIVEN =
  "jsonb_to_record($1::jsonb) as given (" +
  "notice_id uuid, rule text, kind text, severity text, subject_key text, title text, agent_name text, correlation_id uuid, action_ids uuid[], " +
  "evidence jsonb, query text, began_at timestamptz, last_seen_at timestamptz, close_reason text, expected_by bigint, comes_back boolean)";

const CHANGED = `version = nextval('agent_notice_version_seq'), changed_at = now()`;

/** What is open about the subject, and overlaps in time: the same incident, also when it was found to have begun a call earlier or later. */
const CONTINUE = `
  update agent_notices notice set
    severity = case when notice.severity = 'critical' and given.expected_by is null then 'critical' else given.severity end,
    title = given.title, evidence = given.evidence, action_ids = given.action_ids, query = given.query, expected_by = given.expected_by,
    last_seen_at = greatest(notice.last_seen_at, given.last_seen_at),
    state = case when given.close_reason is null then notice.state else 'closed' end,
    closed_at = case when given.close_reason is not null then now() end, close_reason = given.close_reason, ${CHANGED}
  from ${GIVEN}
  where notice.rule = given.rule and notice.subject_key = given.subject_key and notice.closed_at is null
    and given.began_at <= notice.last_seen_at and given.last_seen_at >= notice.began_at`;

/** What is open about the subject from another time is over when something new begins. */
const CLOSE_OLDER = `
  update agent_notices notice set state = 'closed', closed_at = now(), close_reason = 'over', ${CHANGED}
  from ${GIVEN}
  where notice.rule = given.rule and notice.subject_key = given.subject_key and notice.closed_at is null
    and given.close_reason is null and given.began_at > notice.last_seen_at`;

/** How long what is over may come back as the same. */
const COMES_BACK = "interval '30 days'";

/** Of several that were about the same, the last that was over. It is told again, and has to be acknowledged again. */
const REOPEN = `
  update agent_notices notice set
    severity = given.severity, title = given.title, evidence = given.evidence, action_ids = given.action_ids, query = given.query,
    correlation_id = given.correlation_id, expected_by = given.expected_by, last_seen_at = given.last_seen_at, state = 'open', closed_at = null, close_reason = null,
    reopened = notice.reopened + 1, ${CHANGED}
  from ${GIVEN}
  where given.close_reason is null and notice.notice_id = (
    select last.notice_id from agent_notices last
    where last.rule = given.rule and last.subject_key = given.subject_key and last.closed_at > now() - ${COMES_BACK}
    order by last.closed_at desc limit 1)
    and not exists (select from agent_notices other where other.rule = given.rule and other.subject_key = given.subject_key and other.closed_at is null)`;

/** A notice that was closed opens again when it goes on; one that is read again, and had no more than is known, stays closed. */
const OPEN = `
  insert into agent_notices as notice (
    notice_id, rule, kind, severity, subject_key, title, agent_name, correlation_id, session_id, project_name, project_path, action_ids, evidence, query, expected_by,
    muted, began_at, last_seen_at, state, closed_at, close_reason)
  select
    given.notice_id, given.rule, given.kind, given.severity, given.subject_key, given.title, given.agent_name, given.correlation_id,
    action.session_id, action.project_name, action.project_path, given.action_ids, given.evidence, given.query, given.expected_by,
    exists (
      select from agent_notice_mutes mute
      where (mute.expires_at is null or mute.expires_at > now()) and coalesce(mute.rule = given.rule, true) and coalesce(mute.kind = given.kind, true)
        and (mute.agent_name is null or mute.agent_name is not distinct from given.agent_name)
        and (mute.project_name is null or mute.project_name is not distinct from action.project_name)
    ),
    given.began_at, given.last_seen_at, case when given.close_reason is null then 'open' else 'closed' end,
    case when given.close_reason is not null then now() end, given.close_reason
  from ${GIVEN}
  left join lateral (
    select session_id, project_name, project_path from agent_actions
    where id = given.action_ids[1] and created_at between given.began_at - interval '1 day' and given.last_seen_at + interval '1 day' limit 1
  ) as action on true
  where given.close_reason is not null or not exists (
    select from agent_notices other
    where other.rule = given.rule and other.subject_key = given.subject_key and other.closed_at is null and other.notice_id <> given.notice_id)
  on conflict (notice_id) do update set
    title = excluded.title, evidence = excluded.evidence, action_ids = excluded.action_ids, query = excluded.query, severity = excluded.severity,
    expected_by = excluded.expected_by, reopened = notice.reopened + case when notice.closed_at is not null and excluded.closed_at is null then 1 else 0 end,
    last_seen_at = excluded.last_seen_at, state = excluded.state, closed_at = excluded.closed_at, close_reason = excluded.close_reason, ${CHANGED}
  where excluded.last_seen_at > notice.last_seen_at`;

const CLOSE_QUIET = `
  update agent_notices set state = 'closed', closed_at = now(), close_reason = 'quiet', ${CHANGED}
  where rule = $1 and closed_at is null and greatest(last_seen_at, changed_at) < now() - $2 * interval '1 second'`;

const CLOSE_MISSING = `
  update agent_notices set state = 'closed', closed_at = now(), close_reason = 'over', ${CHANGED}
  where rule = $1 and closed_at is null and not subject_key = any($2::text[]) and changed_at < now() - $3 * interval '1 second'`;
