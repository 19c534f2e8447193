import { DEFINED_TYPES } from "../exporter/read/dialects/custom/definition.js";
import { DECISION_TYPES } from "../exporter/read/dialects/dialect.js";

const source = { $ref: "#/$defs/source" };
const text = { type: "string", minLength: 1 };
const closed = (properties: object, required: readonly string[] = []) => ({
  type: "object",
  properties,
  additionalProperties: false,
  ...(required.length > 0 && { required }),
});

/** What `docs/schemas/dialect.json` says: a file of definitions, one or a list. Texts that are patterns are checked by the program. */
export const DIALECT_SCHEMA = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Dialects of your own",
  anyOf: [{ $ref: "#/$defs/dialect" }, { type: "array", items: { $ref: "#/$defs/dialect" } }],
  $defs: {
    dialect: closed(
      {
        $schema: { type: "string" },
        name: { type: "string", pattern: "^[a-z][a-z0-9_-]{0,63}$" },
        actions: { type: "array", minItems: 1, items: { $ref: "#/$defs/action" } },
        agent: source,
        session: source,
        masks: { type: "array", items: { type: "string" } },
      },
      ["name", "actions"],
    ),
    action: closed(
      {
        type: { enum: DEFINED_TYPES },
        where: { $ref: "#/$defs/where" },
        ...Object.fromEntries(
          ["name", "arguments", "result", "callId", "agent", "session", "error", "errorType"].map((name) => [
            name,
            source,
          ]),
        ),
        decision: { enum: DECISION_TYPES },
        absent: { enum: ["nothing", "hidden"] },
        details: { type: "object", additionalProperties: source },
      },
      ["type", "where"],
    ),
    where: {
      ...closed({
        scope: { $ref: "#/$defs/text" },
        name: { $ref: "#/$defs/text" },
        attributes: {
          type: "object",
          minProperties: 1,
          additionalProperties: {
            anyOf: [
              { $ref: "#/$defs/text" },
              { type: ["number", "boolean"] },
              { type: "array", minItems: 1, items: { type: ["string", "number", "boolean"] } },
              closed({ exists: { type: "boolean" } }, ["exists"]),
            ],
          },
        },
      }),
      minProperties: 1,
    },
    text: {
      anyOf: [
        { type: "string" },
        { type: "array", minItems: 1, items: { type: "string" } },
        closed({ prefix: text }, ["prefix"]),
        closed({ pattern: text }, ["pattern"]),
      ],
    },
    source: {
      anyOf: [
        text,
        { type: "array", minItems: 1, items: source },
        closed({ prefix: text }, ["prefix"]),
        closed({ value: { type: ["string", "number", "boolean"] } }, ["value"]),
        closed(
          {
            from: text,
            path: {
              anyOf: [text, { type: "array", minItems: 1, items: { type: ["string", "integer"] } }],
            },
            pattern: text,
          },
          ["from"],
        ),
      ],
    },
  },
} as const;
