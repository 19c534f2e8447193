/** Changes that somebody expects, so that nobody is alarmed of them. */
import { badParameter, badParameters, Problem } from "../problem.js";
import { integerColumn, rowSchema, type Schema, textColumn, timeColumn } from "../query/column.js";
import { jsonResponse } from "../respond.js";
import type { ApiParts, ApiRequest, Route } from "../route.js";
import { readMembers, shownColumns, textMember, timeMember } from "./text-members.js";

const COLUMNS = {
  id: integerColumn("rows.id", "Number of the mark."),
  agent_name: textColumn("rows.agent_name", "Agent of the change; null for all."),
  tool_name: textColumn("rows.tool_name", "Tool of the change; null for all."),
  kind: textColumn("rows.kind", "rate, errors or duration; null for all."),
  agent_version: textColumn("rows.agent_version", "The change begins with this version of the agent."),
  from_at: timeColumn("rows.from_at", "The change begins then or later."),
  until_at: timeColumn("rows.until_at", "The change begins before then."),
  reason: textColumn("rows.reason", "Why."),
  created_by: textColumn("rows.created_by", "Who expects it."),
  created_at: timeColumn("rows.created_at", "When it was marked."),
} as const;

export const EXPECTED_KINDS = ["rate", "errors", "duration"];

const BODY: Schema = {
  type: "object",
  additionalProperties: false,
  properties: {
    agent_name: textMember("Agent of the change."),
    tool_name: textMember("Tool of the change."),
    kind: { type: "string", enum: EXPECTED_KINDS, description: "What changes." },
    agent_version: textMember("Version of the agent that the change begins with."),
    from_at: timeMember("The change begins then or later."),
    until_at: timeMember("The change begins before then."),
    reason: textMember("Why."),
    created_by: textMember("Who expects it."),
  },
};

/** A change is one of an agent, whatever the project: a token for single projects cannot say of it. */
function checkCaller({ caller }: ApiRequest): void {
  if (caller.projects !== undefined)
    throw new Problem(403, "This token is for single projects; changes that are expected are those of all.");
}

async function expect(request: ApiRequest, { database }: ApiParts): Promise<Response> {
  checkCaller(request);
  const members = readMembers(request.body, BODY);
  const { agent_name, tool_name, kind, agent_version, from_at, until_at, reason, created_by } = members;
  if (kind !== undefined && kind !== null && !EXPECTED_KINDS.includes(kind))
    throw badParameter("kind", `has to be one of ${EXPECTED_KINDS.join(", ")}`, EXPECTED_KINDS);
  const isTimed = Boolean(from_at && until_at);
  if (!agent_version && !isTimed)
    throw new Problem(400, "Say when the change begins: agent_version, or from_at and until_at.");
  if (isTimed && Date.parse(String(from_at)) >= Date.parse(String(until_at)))
    throw badParameters([{ parameter: "until_at", detail: "has to be later than from_at" }]);
  const [row] = await database.write<{ json: string }>(
    `with rows as (
       insert into agent_expected_changes (agent_name, tool_name, kind, agent_version, from_at, until_at, reason, created_by)
       values ($1, $2, $3, $4, $5, $6, $7, $8) returning *
     )
     select row_to_json(shown)::text as json from rows, lateral (select ${shownColumns(COLUMNS)}) as shown`,
    [
      agent_name,
      tool_name,
      kind,
      agent_version,
      from_at,
      until_at,
      reason,
      created_by ?? request.caller.name,
    ],
  );
  return jsonResponse(row?.json ?? "null", 201);
}

async function list(request: ApiRequest, { database }: ApiParts): Promise<Response> {
  checkCaller(request);
  const rows = await database.read<{ json: string }>(
    `select row_to_json(shown)::text as json
     from (select * from agent_expected_changes order by id desc limit 1000) as rows, lateral (select ${shownColumns(COLUMNS)}) as shown
     order by rows.id`,
  );
  return jsonResponse(`{"data":[${rows.map(({ json }) => json).join()}]}`);
}

async function remove(request: ApiRequest, { database }: ApiParts): Promise<Response> {
  checkCaller(request);
  const number = request.path.number ?? "";
  if (!/^\d{1,18}$/.test(number)) throw badParameter("number", "has to be the number of an expected change");
  const rows = await database.write("delete from agent_expected_changes where id = $1 returning id", [
    number,
  ]);
  if (rows.length === 0) throw new Problem(404, `There is no expected change ${number}.`);
  return new Response(null, { status: 204 });
}

const MARK = rowSchema(COLUMNS);

export const EXPECTED_CHANGE_ROUTES: readonly Route[] = [
  {
    method: "get",
    path: "/expected-changes",
    id: "listExpectedChanges",
    summary: "Changes that are expected.",
    scope: "read",
    parameters: {},
    response: {
      description: "The last 1,000, the oldest first.",
      schema: { type: "object", required: ["data"], properties: { data: { type: "array", items: MARK } } },
    },
    handle: list,
  },
  {
    method: "post",
    path: "/expected-changes",
    id: "addExpectedChange",
    summary: "Marks a change as expected: it is noticed, and nobody is alarmed.",
    scope: "write",
    parameters: {},
    requestBody: BODY,
    response: { status: 201, description: "The mark.", schema: MARK },
    handle: expect,
  },
  {
    method: "delete",
    path: "/expected-changes/{number}",
    id: "removeExpectedChange",
    summary: "Takes a mark back.",
    scope: "write",
    pathParameters: { number: "Number of the mark." },
    parameters: {},
    response: { status: 204, description: "It is gone." },
    handle: remove,
  },
];
