/** Labels, notes and outcomes: what people and programs say of a run or an action, by three operations on each. */
import { LABEL_KINDS, parseUuid } from "../../event/index.js";
import { isPlainObject } from "../../event/json.js";
import { scopeCondition } from "../collection.js";
import { ACTION_FILTERS } from "../collections/action-filters.js";
import { LABEL_COLUMNS } from "../collections/labels.js";
import { badParameter, badParameters, type ParameterError, Problem } from "../problem.js";
import { rowSchema, type Schema } from "../query/column.js";
import { isReadable } from "../query/parameter.js";
import { SqlValues } from "../query/sql-values.js";
import { jsonResponse } from "../respond.js";
import type { ApiParts, ApiRequest, Route } from "../route.js";
import { runId } from "./run-id.js";

/** What a label is about. */
interface Subject {
  readonly column: "correlation_id" | "action_id";
  readonly id: string;
  /** Column of `agent_actions` that has the id. */
  readonly key: "correlation_id" | "id";
}

const MAX_TEXT = 10_000;
const MAX_LABELS = 1_000;
const COLUMNS = Object.entries(LABEL_COLUMNS)
  .map(([name, { sql }]) => `${sql} as ${name}`)
  .join(", ");

const BODY: Schema = {
  type: "object",
  required: ["name"],
  additionalProperties: false,
  properties: {
    id: { type: "string", format: "uuid", description: "Sent again with the same id, it is the same label." },
    kind: { type: "string", enum: LABEL_KINDS, default: "label" },
    name: {
      type: "string",
      minLength: 1,
      maxLength: 200,
      description: "What is said: good, incident, resolved.",
    },
    text: { type: "string", maxLength: MAX_TEXT, description: "In words, or a link." },
    score: { type: "number", description: "In a number." },
    created_by: {
      type: "string",
      minLength: 1,
      maxLength: 200,
      description: "Who says it: a person or a program.",
    },
  },
};

interface NewLabel {
  readonly id?: string;
  readonly kind: string;
  readonly name: string;
  readonly text?: string;
  readonly score?: number;
  readonly created_by?: string;
}

/** The label that a body is. Throws a `Problem` with everything that is wrong with it. */
function readLabel(body: unknown): NewLabel {
  if (!isPlainObject(body)) throw new Problem(400, "The body has to be a JSON object.");
  const errors: ParameterError[] = [];
  const check = (
    name: string,
    isRight: (value: unknown) => boolean,
    detail: string,
    allowed?: readonly string[],
  ) => {
    const value = body[name];
    if (value === undefined || value === null || isRight(value)) return;
    errors.push({ parameter: name, detail, ...(allowed && { allowed }) });
  };
  const isText = (value: unknown, max: number) =>
    typeof value === "string" && value !== "" && value.length <= max && !value.includes("\0");
  for (const name of Object.keys(body))
    if (!Object.hasOwn(BODY.properties as object, name))
      errors.push({ parameter: name.slice(0, 100), detail: "is not a member of a label" });
  check("id", (value) => typeof value === "string" && parseUuid(value) !== undefined, "has to be a UUID");
  check(
    "kind",
    (value) => (LABEL_KINDS as readonly unknown[]).includes(value),
    "has to be a kind of label",
    LABEL_KINDS,
  );
  check("text", (value) => isText(value, MAX_TEXT), `has to be a text of at most ${MAX_TEXT} characters`);
  check("score", (value) => Number.isFinite(value), "has to be a number");
  check("created_by", (value) => isText(value, 200), "has to be a text of at most 200 characters");
  if (!isText(body.name, 200))
    errors.push({ parameter: "name", detail: "has to be a text of at most 200 characters" });
  if (errors.length > 0) throw badParameters(errors);
  return {
    kind: "label",
    ...Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null)),
  } as NewLabel;
}

const runSubject = ({ path }: ApiRequest): Subject => ({
  column: "correlation_id",
  id: runId(path),
  key: "correlation_id",
});

function actionSubject({ path }: ApiRequest): Subject {
  const id = parseUuid(path.id ?? "");
  if (id === undefined) throw badParameter("id", "has to be a UUID");
  return { column: "action_id", id, key: "id" };
}

/** A caller for single projects may say something only of what is in these. Others may do so before the first row comes. */
async function checkVisible(
  { key, id }: Subject,
  { caller }: ApiRequest,
  { database }: ApiParts,
): Promise<void> {
  if (caller.projects === undefined && caller.run === undefined) return;
  const sql = new SqlValues();
  const condition = `${key} = ${sql.add(id)}::uuid${scopeCondition(ACTION_FILTERS, caller, sql)}`;
  const rows = await database.read(`select from agent_actions where ${condition} limit 1`, sql.list);
  if (rows.length === 0) throw new Problem(404, "There are no such actions in the projects of this token.");
}

async function list(subject: Subject, request: ApiRequest, parts: ApiParts): Promise<Response> {
  await checkVisible(subject, request, parts);
  const rows = await parts.database.read<{ json: string }>(
    `select row_to_json(shown)::text as json
     from (select * from agent_action_labels where ${subject.column} = $1::uuid order by created_at, id limit ${MAX_LABELS}) as rows,
     lateral (select ${COLUMNS}) as shown`,
    [subject.id],
  );
  return jsonResponse(`{"data":[${rows.map(({ json }) => json).join()}]}`);
}

async function add(subject: Subject, request: ApiRequest, parts: ApiParts): Promise<Response> {
  const { id, kind, name, text, score, created_by: createdBy } = readLabel(request.body);
  await checkVisible(subject, request, parts);
  const rows = await parts.database.write<{ json: string; is_new: boolean; is_same: boolean }>(
    `with added as (
       insert into agent_action_labels (id, ${subject.column}, kind, name, text, score, created_by, token_name)
       values (coalesce($1::uuid, gen_random_uuid()), $2, $3, $4, $5, $6, $7, $8)
       on conflict (id) do nothing returning *
     )
     select row_to_json(shown)::text as json, rows.is_new, rows.${subject.column} = $2::uuid as is_same
     from (select *, true as is_new from added
       union all select *, false from agent_action_labels where id = $1::uuid) as rows,
     lateral (select ${COLUMNS}) as shown`,
    [id, subject.id, kind, name, text, score, createdBy, request.caller.name],
  );
  const [row] = rows;
  if (row?.is_same !== true) throw new Problem(409, "There is a label with this id, about something else.");
  return jsonResponse(row.json, row.is_new ? 201 : 200);
}

async function remove(subject: Subject, request: ApiRequest, parts: ApiParts): Promise<Response> {
  const label = request.path.label ?? "";
  const id = isReadable(label) ? parseUuid(label) : undefined;
  if (id === undefined) throw badParameter("label", "has to be a UUID");
  await checkVisible(subject, request, parts);
  const rows = await parts.database.write(
    `delete from agent_action_labels where id = $1::uuid and ${subject.column} = $2::uuid returning id`,
    [id, subject.id],
  );
  if (rows.length === 0) throw new Problem(404, `There is no label ${id} of this.`);
  return new Response(null, { status: 204 });
}

const RUN_PATH = { run: "Correlation id of the run: a UUID, a trace id, or its producer's text." };
const ACTION_PATH = { id: "Id of the action." };
const LABEL_PATH = { label: "Id of the label." };
const LABEL = rowSchema(LABEL_COLUMNS);

/** The three operations on the labels of one sort of subject. */
function labelRoutes(
  path: string,
  noun: "Run" | "Action",
  pathParameters: Readonly<Record<string, string>>,
  subjectOf: (request: ApiRequest) => Subject,
): readonly Route[] {
  const subject = noun === "Run" ? "a run" : "an action";
  return [
    {
      method: "get",
      path: `${path}/labels`,
      id: `list${noun}Labels`,
      summary: `What was said of ${subject}, the first ${MAX_LABELS}.`,
      scope: "read",
      isShared: true,
      pathParameters,
      parameters: {},
      response: {
        description: "In the order in which it was said.",
        schema: {
          type: "object",
          required: ["data"],
          properties: { data: { type: "array", items: LABEL } },
        },
      },
      handle: (request, parts) => list(subjectOf(request), request, parts),
    },
    {
      method: "post",
      path: `${path}/labels`,
      id: `add${noun}Label`,
      summary: `Says something of ${subject}, which may come before its first row does.`,
      scope: "write",
      pathParameters,
      parameters: {},
      requestBody: BODY,
      response: {
        status: 201,
        description: "The label. With an id that was sent before, 200.",
        schema: LABEL,
      },
      handle: (request, parts) => add(subjectOf(request), request, parts),
    },
    {
      method: "delete",
      path: `${path}/labels/{label}`,
      id: `remove${noun}Label`,
      summary: `Takes back what was said of ${subject}.`,
      scope: "write",
      pathParameters: { ...pathParameters, ...LABEL_PATH },
      parameters: {},
      response: { status: 204, description: "It is gone." },
      handle: (request, parts) => remove(subjectOf(request), request, parts),
    },
  ];
}

export const LABEL_ROUTES: readonly Route[] = [
  ...labelRoutes("/runs/{run}", "Run", RUN_PATH, runSubject),
  ...labelRoutes("/actions/{id}", "Action", ACTION_PATH, actionSubject),
];
