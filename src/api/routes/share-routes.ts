/** Links by which one run can be read without a token. The secret is in the part of the link that browsers send to nobody. */
import { integer } from "../../config/option.js";
import { parseUuid } from "../../event/index.js";
import { isPlainObject } from "../../event/json.js";
import { newSecret, secretDigest } from "../../store/access-tokens.js";
import { SHARE_PREFIX } from "../../store/run-shares.js";
import { scopeCondition } from "../collection.js";
import { ACTION_FILTERS } from "../collections/action-filters.js";
import { badParameter, Problem } from "../problem.js";
import {
  type ColumnTable,
  rowSchema,
  type Schema,
  textColumn,
  timeColumn,
  uuidColumn,
} from "../query/column.js";
import { isReadable } from "../query/parameter.js";
import { SqlValues } from "../query/sql-values.js";
import { jsonResponse } from "../respond.js";
import type { ApiParts, ApiRequest, Route } from "../route.js";
import { runId, unknownRun } from "./run-id.js";

const COLUMNS = {
  id: uuidColumn("rows.id", "Names the link in lists and logs."),
  correlation_id: uuidColumn("rows.correlation_id", "The only run that it shows."),
  created_by: textColumn("rows.created_by", "Token or user that made it."),
  created_at: timeColumn("rows.created_at", "When it was made."),
  expires_at: timeColumn("rows.expires_at", "From then on it shows nothing."),
  revoked_at: timeColumn("rows.revoked_at", "When it was revoked; null: it was not."),
} as const satisfies ColumnTable;

const SHOWN = Object.entries(COLUMNS)
  .map(([name, { sql }]) => `${sql} as ${name}`)
  .join(", ");

const HOURS = integer({ minimum: 1, maximum: 2_160, default: 168, description: "Hours that it holds for." });

const BODY: Schema = {
  type: "object",
  additionalProperties: false,
  properties: {
    expires_in_hours: {
      type: "integer",
      minimum: HOURS.minimum,
      maximum: HOURS.maximum,
      default: HOURS.default,
      description: HOURS.description,
    },
  },
};

function hoursOf(body: unknown): number {
  if (!isPlainObject(body)) throw new Problem(400, "The body has to be a JSON object.");
  const other = Object.keys(body).find((name) => name !== "expires_in_hours");
  if (other !== undefined) throw badParameter(other.slice(0, 100), "is not a member of a share");
  const hours = HOURS.fromCode(body.expires_in_hours ?? HOURS.default);
  if (hours === undefined) throw badParameter("expires_in_hours", `has to be ${HOURS.expected}`);
  return hours;
}

const RUN_PATH = { run: "Correlation id of the run: a UUID, a trace id, or its producer's text." };

/** A caller for single projects sees and makes what is of these; what a share of theirs shows is of these too. */
const OF_CALLER = "($2::text[] is null or projects <@ $2::text[])";

async function create({ path, body, caller }: ApiRequest, { database }: ApiParts): Promise<Response> {
  const hours = hoursOf(body);
  const run = runId(path);
  const sql = new SqlValues();
  const condition = `correlation_id = ${sql.add(run)}::uuid${scopeCondition(ACTION_FILTERS, caller, sql)}`;
  const found = await database.read(`select from agent_actions where ${condition} limit 1`, sql.list);
  if (found.length === 0) throw unknownRun(path);
  const secret = newSecret(SHARE_PREFIX);
  const [row] = await database.write<{ json: string }>(
    `with rows as (
       insert into agent_action_shares (correlation_id, secret_sha256, projects, created_by, expires_at)
       values ($1, $2, $3, $4, now() + $5 * interval '1 hour') returning *)
     select row_to_json(shown)::text as json from rows, lateral (select ${SHOWN}) as shown`,
    [run, secretDigest(secret), caller.projects, caller.name, hours],
  );
  const members = JSON.stringify({ secret, location: `/share#${secret}` }).slice(1);
  return jsonResponse(`${row?.json.slice(0, -1)},${members}`, 201);
}

async function list({ path, caller }: ApiRequest, { database }: ApiParts): Promise<Response> {
  const rows = await database.read<{ json: string }>(
    `select row_to_json(shown)::text as json
     from (select * from agent_action_shares where correlation_id = $1 and ${OF_CALLER}
       order by created_at desc, id limit 100) as rows,
     lateral (select ${SHOWN}) as shown`,
    [runId(path), caller.projects],
  );
  return jsonResponse(`{"data":[${rows.map(({ json }) => json).join()}]}`);
}

async function revoke({ path, caller }: ApiRequest, { database }: ApiParts): Promise<Response> {
  const id = isReadable(path.share ?? "") ? parseUuid(path.share ?? "") : undefined;
  if (id === undefined) throw badParameter("share", "has to be a UUID");
  const rows = await database.write(
    `update agent_action_shares set revoked_at = coalesce(revoked_at, now())
     where correlation_id = $1 and ${OF_CALLER} and id = $3::uuid returning id`,
    [runId(path), caller.projects, id],
  );
  if (rows.length === 0) throw new Problem(404, `There is no share ${id} of this run.`);
  return new Response(null, { status: 204 });
}

const SHARE = rowSchema(COLUMNS);

export const SHARE_ROUTES: readonly Route[] = [
  {
    method: "get",
    path: "/runs/{run}/shares",
    id: "listRunShares",
    summary: "Links by which a run can be read without a token: the latest 100, without their secrets.",
    scope: "write",
    pathParameters: RUN_PATH,
    parameters: {},
    response: {
      description: "The latest first.",
      schema: { type: "object", required: ["data"], properties: { data: { type: "array", items: SHARE } } },
    },
    handle: list,
  },
  {
    method: "post",
    path: "/runs/{run}/shares",
    id: "shareRun",
    summary:
      "Makes a link by which this run, and nothing else, can be read without a token until it expires or is revoked.",
    scope: "write",
    pathParameters: RUN_PATH,
    parameters: {},
    requestBody: BODY,
    response: {
      status: 201,
      description: "The link. Its secret is shown this once.",
      schema: {
        ...SHARE,
        required: ["id", "expires_at", "secret", "location"],
        properties: {
          ...(SHARE.properties as object),
          secret: { type: "string", description: "As a bearer token it reads this run." },
          location: { type: "string", description: "The link, below the address of the service." },
        },
      },
    },
    handle: create,
  },
  {
    method: "delete",
    path: "/runs/{run}/shares/{share}",
    id: "revokeRunShare",
    summary: "Revokes such a link; it shows nothing any more within five seconds.",
    scope: "write",
    pathParameters: { ...RUN_PATH, share: "Id of the share." },
    parameters: {},
    response: { status: 204, description: "It is revoked." },
    handle: revoke,
  },
];
