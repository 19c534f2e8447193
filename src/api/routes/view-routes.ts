/** Saved views: pages of the dashboard that somebody has given a name. */
import { parseUuid } from "../../event/index.js";
import { isPlainObject } from "../../event/json.js";
import { badParameter, badParameters, Problem } from "../problem.js";
import {
  type ColumnTable,
  rowSchema,
  type Schema,
  textColumn,
  timeColumn,
  uuidColumn,
} from "../query/column.js";
import { isReadable } from "../query/parameter.js";
import { jsonResponse } from "../respond.js";
import type { ApiParts, ApiRequest, Route } from "../route.js";

const COLUMNS = {
  id: uuidColumn("rows.id", "Identity of the view."),
  name: textColumn("rows.name", "What it is called."),
  location: textColumn("rows.location", "Path and query of the page, below the address of the service."),
  created_by: textColumn("rows.created_by", "Token or user that saved it."),
  created_at: timeColumn("rows.created_at", "When it was saved."),
} as const satisfies ColumnTable;

const SHOWN = Object.entries(COLUMNS)
  .map(([name, { sql }]) => `${sql} as ${name}`)
  .join(", ");

const MAX_VIEWS = 1_000;
const MAX_NAME = 200;
const MAX_LOCATION = 4_000;

const BODY: Schema = {
  type: "object",
  required: ["name", "location"],
  additionalProperties: false,
  properties: {
    name: {
      type: "string",
      minLength: 1,
      maxLength: MAX_NAME,
      description: "What it is called; no two have one name.",
    },
    location: {
      type: "string",
      pattern: "^/(?!/)",
      maxLength: MAX_LOCATION,
      description: "Path and query of a page of the dashboard.",
    },
  },
};

function readView(body: unknown): { readonly name: string; readonly location: string } {
  if (!isPlainObject(body)) throw new Problem(400, "The body has to be a JSON object.");
  const { name, location, ...others } = body;
  const isText = (value: unknown, max: number): value is string =>
    typeof value === "string" && value.trim() !== "" && value.length <= max && !value.includes("\0");
  const errors = [
    ...Object.keys(others).map((other) => ({
      parameter: other.slice(0, 100),
      detail: "is not a member of a view",
    })),
    ...(isText(name, MAX_NAME)
      ? []
      : [{ parameter: "name", detail: `has to be a text of at most ${MAX_NAME} characters` }]),
    // Another host would be a link to anywhere under the name of this service.
    ...(isText(location, MAX_LOCATION) && /^\/(?![/\\])[^\p{Cc}\s]*$/u.test(location)
      ? []
      : [
          {
            parameter: "location",
            detail: `has to be a path with its query, of at most ${MAX_LOCATION} characters`,
          },
        ]),
  ];
  if (errors.length > 0) throw badParameters(errors);
  return { name: String(name).trim(), location: String(location) };
}

/** A caller for single projects sees and removes what was saved for these only. */
const OF_CALLER = "($1::text[] is null or projects <@ $1::text[])";

async function list({ caller }: ApiRequest, { database }: ApiParts): Promise<Response> {
  const rows = await database.read<{ json: string }>(
    `select row_to_json(shown)::text as json
     from (select * from agent_action_saved_views where ${OF_CALLER} order by name, id limit ${MAX_VIEWS}) as rows,
     lateral (select ${SHOWN}) as shown`,
    [caller.projects],
  );
  return jsonResponse(`{"data":[${rows.map(({ json }) => json).join()}]}`);
}

async function save({ body, caller }: ApiRequest, { database }: ApiParts): Promise<Response> {
  const { name, location } = readView(body);
  const [row] = await database.write<{ json: string }>(
    `with rows as (
       insert into agent_action_saved_views (name, location, projects, created_by) values ($1, $2, $3, $4)
       on conflict (name) do nothing returning *)
     select row_to_json(shown)::text as json from rows, lateral (select ${SHOWN}) as shown`,
    [name, location, caller.projects, caller.name],
  );
  if (row === undefined)
    throw new Problem(409, "There is a view of this name: choose another, or remove that one.");
  return jsonResponse(row.json, 201);
}

async function remove({ path, caller }: ApiRequest, { database }: ApiParts): Promise<Response> {
  const id = isReadable(path.view ?? "") ? parseUuid(path.view ?? "") : undefined;
  if (id === undefined) throw badParameter("view", "has to be a UUID");
  const rows = await database.write(
    `delete from agent_action_saved_views where ${OF_CALLER} and id = $2::uuid returning id`,
    [caller.projects, id],
  );
  if (rows.length === 0) throw new Problem(404, `There is no view ${id}.`);
  return new Response(null, { status: 204 });
}

const VIEW = rowSchema(COLUMNS);

export const VIEW_ROUTES: readonly Route[] = [
  {
    method: "get",
    path: "/saved-views",
    id: "listSavedViews",
    summary: `Pages of the dashboard that somebody has given a name: the first ${MAX_VIEWS}.`,
    scope: "read",
    parameters: {},
    response: {
      description: "By name.",
      schema: { type: "object", required: ["data"], properties: { data: { type: "array", items: VIEW } } },
    },
    handle: list,
  },
  {
    method: "post",
    path: "/saved-views",
    id: "saveView",
    summary: "Gives a page of the dashboard a name.",
    scope: "write",
    parameters: {},
    requestBody: BODY,
    response: { status: 201, description: "The view.", schema: VIEW },
    handle: save,
  },
  {
    method: "delete",
    path: "/saved-views/{view}",
    id: "removeSavedView",
    summary: "Removes a view; the page stays where it is.",
    scope: "write",
    pathParameters: { view: "Id of the view." },
    parameters: {},
    response: { status: 204, description: "It is gone." },
    handle: remove,
  },
];
