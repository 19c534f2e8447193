/** Dead letters, where the service reads from Kafka: looking at them, and sending their records once more. */
import type { Caller } from "../../access/authorize.js";
import { isPlainObject } from "../../event/json.js";
import { badParameter, Problem } from "../problem.js";
import { integerColumn, rowSchema, type Schema, textColumn } from "../query/column.js";
import { jsonResponse } from "../respond.js";
import type { ApiDeadLetters, ApiParts, Route } from "../route.js";

const MAX_LETTERS = 1_000;
const PLACE = /^\d{1,15}:\d{1,19}$/;

/** Letters are of all projects, and reading them costs: who looks after the pipeline may. */
function deadLettersFor(caller: Caller, { deadLetters }: ApiParts): ApiDeadLetters {
  if (caller.projects !== undefined)
    throw new Problem(403, "Dead letters are of all projects, and this token is for some.");
  if (deadLetters === undefined) throw new Problem(404, "This service shows no dead letters.");
  return deadLetters;
}

const text = (description: string): Schema => textColumn("", description).schema;

const LETTER: Schema = {
  type: "object",
  required: ["letter", "reason", "explanation", "topic", "original", "at", "attempts"],
  properties: {
    letter: { type: "string", description: "Its place in the dead-letter topic: partition:offset." },
    reason: text("Why its record could not become a row."),
    explanation: text("The same in a sentence, which names fields and no values."),
    sqlstate: text("What Postgres said; null where it was not asked."),
    topic: text("Topic that the record stood in."),
    original: text("Its place there: partition:offset."),
    at: { type: "string", format: "date-time", description: "When it became a letter." },
    attempts: integerColumn("", "How often its record was sent once more before.").schema,
    left_out: text("What of the record is not in the letter; null: nothing."),
    bytes: integerColumn("", "Bytes of the record's value; null without one.").schema,
  },
};

const REDRIVE_BODY: Schema = {
  type: "object",
  required: ["letters"],
  additionalProperties: false,
  properties: {
    letters: {
      type: "array",
      minItems: 1,
      maxItems: MAX_LETTERS,
      items: { type: "string", pattern: PLACE.source },
      description: "Places of letters, as the list names them.",
    },
  },
};

function lettersOf(body: unknown): readonly string[] {
  const letters = isPlainObject(body) ? body.letters : undefined;
  const isList =
    Array.isArray(letters) &&
    letters.length > 0 &&
    letters.length <= MAX_LETTERS &&
    letters.every((letter) => typeof letter === "string" && PLACE.test(letter));
  if (!isList) throw badParameter("letters", `has to be a list of 1 to ${MAX_LETTERS} places such as "0:41"`);
  return [...new Set(letters)];
}

export const DEAD_LETTER_ROUTES: readonly Route[] = [
  {
    method: "get",
    path: "/dead-letters",
    id: "listDeadLetters",
    summary: `Records that could not become rows and of which nothing became yet: the latest ${MAX_LETTERS}. Reads the topic from its beginning.`,
    scope: "write",
    parameters: {},
    response: {
      description: "The latest first.",
      schema: {
        type: "object",
        required: ["data", "count"],
        properties: {
          data: { type: "array", items: LETTER },
          count: { type: "integer", description: "How many there are." },
        },
      },
    },
    async handle({ caller }, parts) {
      const letters = (await deadLettersFor(caller, parts).list()).toReversed();
      const data = letters.slice(0, MAX_LETTERS).map((letter) => ({
        letter: `${letter.partition}:${letter.offset}`,
        reason: letter.reason,
        explanation: letter.explanation,
        sqlstate: letter.sqlstate ?? null,
        topic: letter.topic,
        original: letter.place,
        at: letter.at.toISOString(),
        attempts: letter.attempts,
        left_out: letter.leftOut ?? null,
        bytes: letter.bytes ?? null,
      }));
      return jsonResponse(JSON.stringify({ data, count: letters.length }));
    },
  },
  {
    method: "post",
    path: "/dead-letters/redrive",
    id: "redriveDeadLetters",
    summary: "Sends the records of dead letters once more to the topics that they stood in.",
    scope: "write",
    parameters: {},
    requestBody: REDRIVE_BODY,
    response: {
      description: "What was sent, and what was left out and why.",
      schema: {
        type: "object",
        required: ["redriven", "left_out"],
        properties: {
          redriven: {
            type: "array",
            items: { type: "string" },
            description: "Letters whose records Kafka has acknowledged.",
          },
          left_out: {
            type: "array",
            items: rowSchema({
              letter: textColumn("", "The letter."),
              why: textColumn("", "Why it was not sent."),
            }),
          },
        },
      },
    },
    async handle({ caller, body }, parts) {
      const deadLetters = deadLettersFor(caller, parts);
      const places = lettersOf(body);
      // What cannot be written into the audit log is not done.
      await parts.database.write(
        `insert into agent_audit_log (action, subject, details, actor)
         values ('redrive', 'dead letters', jsonb_build_object('letters', cardinality($1::text[]), 'places', $1::text[]), $2)`,
        [places, caller.name ?? null],
      );
      const { redriven, leftOut } = await deadLetters.redrive(
        places,
        caller.name ?? "a token without a name",
      );
      const left = leftOut.map(({ place, why }) => ({ letter: place, why }));
      return jsonResponse(JSON.stringify({ redriven, left_out: left }));
    },
  },
];
