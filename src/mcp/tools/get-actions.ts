import type { JsonObject, JsonValue } from "../../event/json.js";
import { fitted, listAnswer, objectAnswer, visible } from "../answer.js";
import { type ApiAsk, askObject, rowsOf } from "../api.js";
import { readArguments, ToolRefusal } from "../arguments.js";
import { skeletonIds } from "../skeleton.js";
import type { Tool } from "../tool.js";
import { RUN } from "./run-skeleton.js";

const MAX_ACTIONS = 100;

const PARAMETERS = {
  run: RUN,
  places: {
    type: "array",
    items: { type: "integer" },
    maxItems: MAX_ACTIONS,
    description: "Places in the skeleton of the run.",
  },
  ids: {
    type: "array",
    items: { type: "string" },
    maxItems: MAX_ACTIONS,
    description: "Ids of actions, instead of places.",
  },
  member: {
    type: "string",
    description:
      "With one action: read on in this member alone, such as action_details.tool_result, as text.",
  },
  offset: { type: "integer", description: "With member: characters to pass over.", default: 0 },
} as const;

/** Of the members that say little, and the same for all actions of a run. */
const LEFT_OUT = new Set([
  "correlation_id",
  "correlation_text",
  "source",
  "version",
  "trace_id",
  "kafka_topic",
  "kafka_partition",
  "kafka_offset",
]);

export const getActions: Tool = {
  name: "get_actions",
  title: "Details of actions",
  description:
    "Details of some actions of a run: arguments, results, errors, times. Long values are cut to fit and say so; ask for one action with member and offset to read them whole.",
  parameters: PARAMETERS,
  async call(given, { ask, maxCharacters }) {
    const { run, places, ids: givenIds, member, offset } = readArguments(PARAMETERS, given);
    const ids = givenIds ?? (places && (await idsAt(run, places, ask)));
    if (ids === undefined) throw new ToolRefusal("Give places (of run_skeleton), or ids.");
    if (member !== undefined) {
      const [id, ...more] = ids;
      if (id === undefined || more.length > 0)
        throw new ToolRefusal("member is of one action: give one place, or one id.");
      return memberAnswer(await wholeAction(id, ask), member, offset, maxCharacters);
    }
    const rows = rowsOf(
      await askObject(ask, `/runs/${encodeURIComponent(run)}/actions`, { ids: ids.join(",") }),
    );
    const each = Math.floor((maxCharacters - 1_000) / Math.max(rows.length, 1));
    // One action has all the room, so that it may as well be read whole.
    const [only] = rows;
    const whole = rows.length === 1 && only !== undefined ? [await wholeAction(String(only.id), ask)] : rows;
    return listAnswer(
      {
        name: "actions",
        rows: whole.map((row) => fitted(telling(row), Math.max(each - 2, 200))),
        tail: (shown) => ({
          shown,
          ...(shown < rows.length && { left_out: `${rows.length - shown} actions: ask for fewer at once` }),
          ...(rows.length < ids.length && { not_in_this_run: ids.length - rows.length }),
        }),
      },
      maxCharacters,
    );
  },
};

async function idsAt(run: string, places: readonly number[], ask: ApiAsk): Promise<readonly string[]> {
  const skeleton = await askObject(ask, `/runs/${encodeURIComponent(run)}/skeleton`, { ids: true });
  const all = skeletonIds(skeleton);
  return places.map((place) => {
    const id = all[place];
    if (id === undefined)
      throw new ToolRefusal(`There is no place ${place}: the run has ${all.length} actions.`);
    return id;
  });
}

const wholeAction = (id: string, ask: ApiAsk): Promise<JsonObject> =>
  askObject(ask, `/actions/${encodeURIComponent(id)}`);

/** What is null says nothing. */
const telling = (row: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(row).filter(([name, value]) => value !== null && !LEFT_OUT.has(name)));

/** A part of one member, as text; JSON where it is no text. */
function memberAnswer(action: JsonObject, member: string, offset: number, maxCharacters: number): string {
  let value: JsonValue | undefined = action;
  for (const step of member.split("."))
    value =
      typeof value === "object" && value !== null && Object.hasOwn(value, step)
        ? (value as Readonly<Record<string, JsonValue>>)[step]
        : undefined;
  if (value === undefined)
    throw new ToolRefusal(
      `The action has no ${member.slice(0, 200)}. It has: ${[...Object.keys(telling(action)), ...Object.keys((action.action_details as JsonObject | null) ?? {}).map((name) => `action_details.${name}`)].join(", ").slice(0, 1_500)}.`,
    );
  const text = visible(typeof value === "string" ? value : JSON.stringify(value, undefined, 1));
  let end = Math.min(text.length, offset + maxCharacters - 500);
  const made = () =>
    objectAnswer({
      id: action.id ?? null,
      member,
      offset,
      characters: text.length,
      ...(end < text.length && {
        next_offset: end,
        left_out: `${text.length - end} characters: ask with offset ${end}`,
      }),
      text: text.slice(offset, end),
    });
  // Quotes and line feeds take two characters in JSON.
  while (made().length > maxCharacters && end > offset) end = offset + Math.floor((end - offset) * 0.8);
  return made();
}
