import { flag, integer, option, text } from "../../config/option.js";
import { parseUuid } from "../../event/index.js";
import { fieldsParameter, scopeCondition, selected } from "../collection.js";
import { ACTION_FILTERS } from "../collections/action-filters.js";
import { ACTION_LIST_COLUMNS, SHORT_DETAILS_JOIN } from "../collections/actions.js";
import { badParameter, Problem } from "../problem.js";
import { rowSchema } from "../query/column.js";
import { singleValue } from "../query/parameter.js";
import { SqlValues } from "../query/sql-values.js";
import { etagOf, jsonResponse, notModified, withEtag } from "../respond.js";
import type { ApiParts, ApiRequest, Route } from "../route.js";
import { type RunTree, readRunTree } from "../run-tree/read-tree.js";
import { readRunVersion } from "../run-tree/run-version.js";
import { SKELETON_SCHEMA, skeletonJson } from "../run-tree/skeleton.js";
import { runId, unknownRun } from "./run-id.js";

/** More actions of a run than this are not read. */
const MAX_ACTIONS = 500_000;
const MAX_WINDOW = 500;

const RUN_PATH = { run: "Correlation id of the run: a UUID, a trace id, or its producer's text." };

const IDS_FLAG = flag({
  default: false,
  description: "With the ids of the actions: 16 bytes each, as base64.",
});

export const SKELETON_ROUTE: Route = {
  method: "get",
  path: "/runs/{run}/skeleton",
  id: "getRunSkeleton",
  summary: "The tree of a run of any size, in columns.",
  scope: "read",
  isShared: true,
  pathParameters: RUN_PATH,
  parameters: { ids: { option: IDS_FLAG } },
  response: { description: "Every action of the run, without content.", schema: SKELETON_SCHEMA, etag: true },
  async handle(request, parts) {
    const run = runId(request.path);
    const withIds = singleValue(request.values, "ids", IDS_FLAG) === true;
    const etag = (version: string) => etagOf(`${version}${withIds ? "-ids" : ""}`);
    const known = (version: string) => notModified(request.headers, etag(version));
    const { version, tree } = await treeOf(run, request, parts, (current) => known(current) === undefined);
    if (tree === undefined) return known(version) ?? jsonResponse("");
    return withEtag(jsonResponse(skeletonJson(run, tree, withIds)), etag(version));
  },
};

const place = (description: string) => integer({ minimum: 0, maximum: MAX_ACTIONS, description });
const FROM = place("First place of a window of the skeleton.");
const TO = place(`Place after the last one of the window: at most ${MAX_WINDOW} after its first.`);
const VERSION = text({
  description: "Version of the skeleton that the places are of; when the run has changed, 412.",
});
const IDS = option<string[]>(
  { description: `Ids of actions, with commas between them: at most ${MAX_WINDOW}.`, unit: "list" },
  {
    expected: `at most ${MAX_WINDOW} UUIDs with commas between them`,
    fromCode: () => undefined,
    fromText(given) {
      const ids = given.split(",").map((id) => parseUuid(id.trim()));
      return ids.length <= MAX_WINDOW && ids.every((id) => id !== undefined) ? ids : undefined;
    },
  },
);

export const RUN_ACTIONS_ROUTE: Route = {
  method: "get",
  path: "/runs/{run}/actions",
  id: "listRunActions",
  summary: "Details of some actions of a run: by a window of its skeleton, or by ids.",
  scope: "read",
  isShared: true,
  pathParameters: RUN_PATH,
  parameters: {
    ids: { option: IDS },
    from: { option: FROM },
    to: { option: TO },
    version: { option: VERSION },
    ...fieldsParameter(ACTION_LIST_COLUMNS),
  },
  response: {
    description:
      "The actions, in the order of the window or of the ids. Ids that the run does not have are missing.",
    schema: {
      type: "object",
      required: ["data", "version"],
      properties: {
        data: { type: "array", items: rowSchema(ACTION_LIST_COLUMNS) },
        version: {
          type: ["string", "null"],
          description: "Version of the skeleton; null where ids were given.",
        },
      },
    },
  },
  async handle(request, parts) {
    const run = runId(request.path);
    const given = singleValue<string[]>(request.values, "ids", IDS);
    if (given === undefined) return windowOf(run, request, parts);
    return jsonResponse(`{"data":[${(await rowsOf(run, given, request, parts)).join()}],"version":null}`);
  },
};

async function windowOf(run: string, request: ApiRequest, parts: ApiParts): Promise<Response> {
  const { values } = request;
  const from = singleValue(values, "from", FROM);
  if (from === undefined) throw badParameter("from", "has to be given, or ids");
  const to = singleValue(values, "to", TO) ?? from + 100;
  if (to < from || to - from > MAX_WINDOW)
    throw badParameter("to", `has to be from ${from} to ${from + MAX_WINDOW}`);
  const wanted = singleValue(values, "version", VERSION);
  const { version, tree } = await treeOf(run, request, parts, (current) => (wanted ?? current) === current);
  if (tree === undefined)
    throw new Problem(412, `The run has changed: its version is ${version}. Read its skeleton again.`);
  const ids = tree.ids.slice(from, to);
  const rows = await rowsOf(run, ids, request, parts);
  return jsonResponse(`{"data":[${rows.join()}],"version":${JSON.stringify(version)}}`);
}

/** Details of these actions, in this order. */
async function rowsOf(
  run: string,
  ids: readonly string[],
  { values, caller }: ApiRequest,
  { database }: ApiParts,
): Promise<readonly string[]> {
  const sql = new SqlValues();
  const wanted = `unnest(${sql.add(ids)}::uuid[]) with ordinality as wanted (id, place)`;
  const condition = `correlation_id = ${sql.add(run)}::uuid${scopeCondition(ACTION_FILTERS, caller, sql)}`;
  const rows = await database.read<{ json: string }>(
    `select row_to_json(shown)::text as json
     from ${wanted}
     cross join lateral (
       -- By the id alone: were the run beside it, a table without statistics might be searched for the whole run, once for each id.
       select * from (select * from agent_actions where agent_actions.id = wanted.id offset 0) as agent_actions where ${condition}
     ) as rows
     ${SHORT_DETAILS_JOIN},
     lateral (select ${selected(ACTION_LIST_COLUMNS, values)}) as shown
     order by wanted.place`,
    sql.list,
  );
  return rows.map(({ json }) => json);
}

/** The version of a run, and its tree if that is wanted for this version. It is read only where nobody has read this version yet. */
async function treeOf(
  run: string,
  { path, caller }: ApiRequest,
  { database, trees }: ApiParts,
  isWanted: (version: string) => boolean,
): Promise<{ readonly version: string; readonly tree: RunTree | undefined }> {
  const key = JSON.stringify([run, caller.projects ?? null]);
  const scope = (sql: SqlValues) => scopeCondition(ACTION_FILTERS, caller, sql);
  return database.readAll(async (client) => {
    const version = await readRunVersion(client, run);
    if (version === undefined) throw unknownRun(path);
    if (!isWanted(version)) return { version, tree: undefined };
    const tree = trees.get(key, version) ?? (await readRunTree(client, run, version, scope, MAX_ACTIONS));
    if (tree === undefined) throw unknownRun(path);
    trees.set(key, tree);
    return { version, tree };
  });
}
