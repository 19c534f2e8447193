/** A member of an action's details, whole: out of the row, or out of the folder where it was too large for that. */
import { Readable } from "node:stream";
import { parseUuid } from "../../event/index.js";
import {
  LARGE_MEMBERS,
  type LargeMember,
  largeResultOf,
  NOT_KEPT_SUFFIX,
  WHOLE_SUFFIX,
} from "../../event/large-result.js";
import { LargeResultError, openLargeResult } from "../../large-results/large-result-file.js";
import { scopeCondition } from "../collection.js";
import { ACTION_FILTERS } from "../collections/action-filters.js";
import { badParameter, Problem } from "../problem.js";
import { SqlValues } from "../query/sql-values.js";
import { jsonResponse } from "../respond.js";
import type { Route } from "../route.js";

interface Found {
  readonly content: string | null;
  readonly whole: unknown;
  readonly not_kept: string | null;
}

export const WHOLE_CONTENT_ROUTE: Route = {
  method: "get",
  path: "/actions/{id}/contents/{member}",
  id: "getActionContent",
  summary: "One content of an action, whole, also where it is too large for the row.",
  scope: "read",
  isShared: true,
  pathParameters: { id: "Id of the action.", member: `One of ${LARGE_MEMBERS.join(", ")}.` },
  parameters: {},
  response: { description: "The content as JSON.", schema: {} },
  async handle({ path, caller }, { database, settings }) {
    const id = parseUuid(path.id ?? "");
    if (id === undefined) throw badParameter("id", "has to be a UUID");
    const member = LARGE_MEMBERS.find((one) => one === path.member);
    if (member === undefined)
      throw badParameter("member", `has to be one of ${LARGE_MEMBERS.join(", ")}`, LARGE_MEMBERS);
    const sql = new SqlValues();
    const place = sql.add(id);
    const name = sql.add(member);
    const [found] = await database.read<Found>(
      `select case when action_details ? (${name}::text || '${WHOLE_SUFFIX}') then null else (action_details -> ${name}::text)::text end as content,
         action_details -> (${name}::text || '${WHOLE_SUFFIX}') as whole, action_details ->> (${name}::text || '${NOT_KEPT_SUFFIX}') as not_kept
       from agent_actions rows where id = ${place}::uuid${scopeCondition(ACTION_FILTERS, caller, sql)} order by created_at limit 1`,
      sql.list,
    );
    if (found === undefined) throw new Problem(404, `There is no action ${id}.`);
    if (found.whole !== null) return fromFolder(found.whole, member, settings.largeResults);
    if (found.not_kept !== null)
      throw new Problem(404, `The ${member} of the action ${id} was not kept whole: ${found.not_kept}.`);
    if (found.content === null) throw new Problem(404, `The action ${id} has no ${member}.`);
    return jsonResponse(found.content);
  },
};

async function fromFolder(
  whole: unknown,
  member: LargeMember,
  folder: string | undefined,
): Promise<Response> {
  const expected = largeResultOf({ [`${member}${WHOLE_SUFFIX}`]: whole }, member);
  if (expected === undefined) throw new Problem(404, `What the row says of its ${member} cannot be used.`);
  if (folder === undefined)
    throw new Problem(
      503,
      `The ${member} is a large result, and this service was not told where those are: AGENT_ACTIONS_LARGE_RESULTS.`,
    );
  try {
    const text = await openLargeResult(folder, expected);
    // One stream, which the types of Node and of the platform describe differently.
    const body = Readable.toWeb(text) as ConstructorParameters<typeof Response>[0];
    return new Response(body, {
      headers: { "content-type": "application/json", "cache-control": "no-store" },
    });
  } catch (error) {
    if (!(error instanceof LargeResultError)) throw error;
    throw new Problem(STATUS[error.reason], error.message);
  }
}

const STATUS: Readonly<Record<LargeResultError["reason"], number>> = {
  missing: 404,
  changed: 409,
  unreadable: 503,
};
