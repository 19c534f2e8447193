/** Notices: lists, and what people say of them: acknowledged, muted. */
import { parseUuid } from "../../event/index.js";
import { scopeCondition } from "../collection.js";
import { LOOPS, NOTICE_COLUMNS, NOTICES } from "../collections/notices.js";
import { badParameter, Problem } from "../problem.js";
import { integerColumn, rowSchema, type Schema, textColumn, timeColumn } from "../query/column.js";
import { isReadable } from "../query/parameter.js";
import { SqlValues } from "../query/sql-values.js";
import { jsonResponse } from "../respond.js";
import type { ApiParts, ApiRequest, Route } from "../route.js";
import { listRoute } from "./list-route.js";
import { readMembers, shownColumns, textMember, timeMember } from "./text-members.js";

const MUTE_COLUMNS = {
  id: integerColumn("rows.id", "Number of the mute."),
  rule: textColumn("rows.rule", "Rule of the notices; null for all."),
  kind: textColumn("rows.kind", "Kind of the notices; null for all."),
  agent_name: textColumn("rows.agent_name", "Agent of the notices; null for all."),
  project_name: textColumn("rows.project_name", "Project of the notices; null for all."),
  expires_at: timeColumn("rows.expires_at", "Until when; null: until it is removed."),
  reason: textColumn("rows.reason", "Why."),
  created_by: textColumn("rows.created_by", "Who muted."),
  created_at: timeColumn("rows.created_at", "When."),
} as const;

const ACKNOWLEDGE_BODY: Schema = {
  type: "object",
  additionalProperties: false,
  properties: { by: textMember("Who acknowledges.") },
};
const MUTE_BODY: Schema = {
  type: "object",
  additionalProperties: false,
  properties: {
    rule: textMember("Rule of the notices."),
    kind: textMember("Kind of the notices."),
    agent_name: textMember("Agent of the notices."),
    project_name: textMember("Project of the notices."),
    expires_at: timeMember("Until when."),
    reason: textMember("Why."),
    created_by: textMember("Who mutes."),
  },
};

async function acknowledge({ path, body, caller }: ApiRequest, { database }: ApiParts): Promise<Response> {
  const given = path.id ?? "";
  const id = isReadable(given) ? parseUuid(given) : undefined;
  if (id === undefined) throw badParameter("id", "has to be a UUID");
  const { by = null } = readMembers(body, ACKNOWLEDGE_BODY);
  const sql = new SqlValues();
  const condition = `notice_id = ${sql.add(id)}::uuid${scopeCondition(NOTICES.filters, caller, sql)}`;
  // Of who acts the log knows the token; the body may name anybody, and whoever acknowledged first stays in the row.
  const [acknowledger, actor] = [by ?? caller.name ?? null, caller.name ?? by].map((name) => sql.add(name));
  const rows = await database.write<{ json: string }>(
    `with rows as (
       update agent_notices set
         state = case when state = 'open' then 'acknowledged' else state end,
         acknowledged_at = coalesce(acknowledged_at, now()),
         acknowledged_by = coalesce(acknowledged_by, ${acknowledger}::text),
         version = nextval('agent_notice_version_seq'), changed_at = now()
       where ${condition} returning *
     ),
     noted as (
       insert into agent_audit_log (action, subject, details, actor)
       select 'acknowledge', 'notice ' || notice_id, jsonb_build_object('by', ${acknowledger}::text), ${actor}::text from rows
     )
     select row_to_json(shown)::text as json from rows, lateral (select ${shownColumns(NOTICE_COLUMNS)}) as shown`,
    sql.list,
  );
  const [row] = rows;
  if (row === undefined) throw new Problem(404, `There is no notice ${id}.`);
  return jsonResponse(row.json);
}

/** Who may see single projects only may mute these only, and sees no mutes of others. */
function checkProject(project: string | null | undefined, { caller }: ApiRequest): void {
  if (
    caller.projects === undefined ||
    (project !== undefined && project !== null && caller.projects.includes(project))
  )
    return;
  throw badParameter("project_name", "has to be a project of this token", [...caller.projects]);
}

async function mute(request: ApiRequest, { database }: ApiParts): Promise<Response> {
  const members = readMembers(request.body, MUTE_BODY);
  checkProject(members.project_name, request);
  const { rule, kind, agent_name, project_name, expires_at, reason, created_by } = members;
  if ([rule, kind, agent_name, project_name].every((member) => member === undefined || member === null))
    throw new Problem(400, "Say what to mute: rule, kind, agent_name or project_name.");
  const [row] = await database.write<{ json: string }>(
    `with rows as (
       insert into agent_notice_mutes (rule, kind, agent_name, project_name, expires_at, reason, created_by)
       values ($1, $2, $3, $4, $5, $6, $7) returning *
     ), muted as (
       update agent_notices notice set muted = true, version = nextval('agent_notice_version_seq'), changed_at = now()
       from rows where closed_at is null and not muted and coalesce(notice.rule = rows.rule, true) and coalesce(notice.kind = rows.kind, true)
         and (rows.agent_name is null or rows.agent_name is not distinct from notice.agent_name)
         and (rows.project_name is null or rows.project_name is not distinct from notice.project_name)
     )
     select row_to_json(shown)::text as json from rows, lateral (select ${shownColumns(MUTE_COLUMNS)}) as shown`,
    [rule, kind, agent_name, project_name, expires_at, reason, created_by ?? request.caller.name],
  );
  return jsonResponse(row?.json ?? "null", 201);
}

async function listMutes({ caller }: ApiRequest, { database }: ApiParts): Promise<Response> {
  const rows = await database.read<{ json: string }>(
    `select row_to_json(shown)::text as json
     from (
       select * from agent_notice_mutes
       where (expires_at is null or expires_at > now()) and ($1::text[] is null or project_name = any($1::text[])) order by id limit 1000
     ) as rows, lateral (select ${shownColumns(MUTE_COLUMNS)}) as shown order by rows.id`,
    [caller.projects ?? null],
  );
  return jsonResponse(`{"data":[${rows.map(({ json }) => json).join()}]}`);
}

async function unmute({ path, caller }: ApiRequest, { database }: ApiParts): Promise<Response> {
  const number = path.number ?? "";
  if (!/^\d{1,18}$/.test(number)) throw badParameter("number", "has to be the number of a mute");
  const rows = await database.write(
    "delete from agent_notice_mutes where id = $1 and ($2::text[] is null or project_name = any($2::text[])) returning id",
    [number, caller.projects ?? null],
  );
  if (rows.length === 0) throw new Problem(404, `There is no mute ${number}.`);
  return new Response(null, { status: 204 });
}

const NOTICE = rowSchema(NOTICE_COLUMNS);
const MUTE = rowSchema(MUTE_COLUMNS);

export const NOTICE_ROUTES: readonly Route[] = [
  listRoute("/notices", "listNotices", "What was noticed in the rows, the latest first.", NOTICES),
  listRoute("/loops", "listLoops", "Agents that repeated themselves, the latest first.", LOOPS),
  {
    method: "post",
    path: "/notices/{id}/acknowledgement",
    id: "acknowledgeNotice",
    summary: "Says that somebody has seen a notice.",
    scope: "write",
    pathParameters: { id: "Id of the notice." },
    parameters: {},
    requestBody: ACKNOWLEDGE_BODY,
    response: { description: "The notice as it is now.", schema: NOTICE },
    handle: acknowledge,
  },
  {
    method: "get",
    path: "/notice-mutes",
    id: "listNoticeMutes",
    summary: "Of which notices nobody is told.",
    scope: "read",
    parameters: {},
    response: {
      description: "Those that hold now, the oldest first.",
      schema: { type: "object", required: ["data"], properties: { data: { type: "array", items: MUTE } } },
    },
    handle: listMutes,
  },
  {
    method: "post",
    path: "/notice-mutes",
    id: "addNoticeMute",
    summary: "Mutes notices: they are stored, and nobody is told.",
    scope: "write",
    parameters: {},
    requestBody: MUTE_BODY,
    response: { status: 201, description: "The mute.", schema: MUTE },
    handle: mute,
  },
  {
    method: "delete",
    path: "/notice-mutes/{number}",
    id: "removeNoticeMute",
    summary: "Takes a mute back.",
    scope: "write",
    pathParameters: { number: "Number of the mute." },
    parameters: {},
    response: { status: 204, description: "It is gone." },
    handle: unmute,
  },
];
