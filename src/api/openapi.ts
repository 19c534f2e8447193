/** The OpenAPI document, made from the table of routes. `docs/schemas/openapi.json` is a copy of it. https://spec.openapis.org/oas/v3.1.1 */
import type { Option } from "../config/option.js";
import { EVENT_KINDS } from "../event/index.js";
import { PROBLEM_JSON } from "../internal/problem-response.js";
import { API_PATH } from "./api-path.js";
import type { Schema } from "./query/column.js";
import type { Parameter } from "./query/parameter.js";
import type { Route } from "./route.js";

const EVENT: Schema = { type: "object", description: "docs/event-contract.md has the fields." };

/** Version of the API, not of the package: members and parameters are added within it, none is taken away. */
const API_VERSION = "1.0.0";

const NDJSON = "application/x-ndjson";

export function openApiDocument(routes: readonly Route[]): Schema {
  const paths: Record<string, Record<string, Schema>> = {};
  for (const route of routes) {
    const path = API_PATH + route.path;
    paths[path] = { ...paths[path], [route.method]: operation(route) };
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "agent-actions",
      version: API_VERSION,
      summary: "What agents did, as it was recorded.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    paths: { ...paths, ...EVENTS_PATH },
    components: {
      schemas: { Problem: PROBLEM },
      responses: {
        Problem: {
          description: "A problem in the sense of RFC 9457; its detail says what to do.",
          content: { [PROBLEM_JSON]: { schema: { $ref: "#/components/schemas/Problem" } } },
        },
      },
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
    },
  };
}

const PATH_SCHEMAS: Readonly<Record<string, Schema>> = {
  run: { type: "string", minLength: 1 },
  number: { type: "integer", minimum: 1 },
};

function operation(route: Route): Schema {
  const { id, summary, scope, pathParameters = {}, parameters, requestBody, response } = route;
  const { status = 200, description, schema, mediaType = "application/json", ndjson, etag } = response;
  const types = [mediaType, ...(ndjson ? [NDJSON] : [])];
  const content = schema && {
    content: Object.fromEntries(types.map((type) => [type, { schema: type === NDJSON ? {} : schema }])),
  };
  return {
    operationId: id,
    summary,
    // Reading on loopback may be free; everything else needs a token with this scope.
    security: scope === "write" ? [{ token: [] }] : [{}, { token: [] }],
    parameters: [
      ...Object.entries(pathParameters).map(([name, text]) => ({
        name,
        in: "path",
        required: true,
        description: text,
        // A run may be called by any text, and mutes are numbered; everything else is a UUID.
        schema: PATH_SCHEMAS[name] ?? { type: "string", format: "uuid" },
      })),
      ...Object.entries(parameters).map(([name, parameter]) => queryParameter(name, parameter)),
    ],
    ...(requestBody && {
      requestBody: { required: true, content: { "application/json": { schema: requestBody } } },
    }),
    responses: {
      [status]: { description, ...content },
      ...(status === 201 && { 200: { description: "It was there already.", ...content } }),
      ...(etag && { 304: { description: "The version that If-None-Match names is the current one." } }),
      "4XX": { $ref: "#/components/responses/Problem" },
      "5XX": { $ref: "#/components/responses/Problem" },
    },
  };
}

function queryParameter(name: string, { option, many }: Parameter): Schema {
  const { description, defaultText } = option;
  const schema = valueSchema(option);
  return {
    name,
    in: "query",
    description: `${description}${defaultText === undefined ? "" : ` Default: ${defaultText}.`}${many ? " May be repeated: any of them." : ""}`,
    ...(many ? { explode: true, schema: { type: "array", items: schema } } : { schema }),
  };
}

/** The schema of one value, as far as JSON Schema can say what an option takes. */
function valueSchema(option: Option): Schema {
  const { choices, placeholder, default: standard } = option;
  const more = standard === undefined ? {} : { default: standard };
  if (choices !== undefined) return { type: "string", enum: choices, ...more };
  if (placeholder === "N") {
    const { minimum, maximum } = option as Option & { readonly minimum?: number; readonly maximum?: number };
    return { type: "integer", minimum, maximum, ...more };
  }
  if (option.unit === "true or false") return { type: "boolean", ...more };
  return {
    type: "string",
    minLength: 1,
    ...(option.unit === "ISO 8601" ? { format: "date-time" } : {}),
    ...more,
  };
}

/** Described here, and served beside the API: events go to Kafka, not to the tables. */
const EVENTS_PATH = {
  "/v1/actions": {
    post: {
      operationId: "sendEvents",
      summary: "Takes events of the contract, where AGENT_ACTIONS_INTAKE_ENABLED is set.",
      security: [{}, { token: [] }],
      parameters: [
        {
          name: "kind",
          in: "query",
          description: "Kind of the events.",
          schema: { type: "string", enum: EVENT_KINDS, default: "action" },
        },
      ],
      requestBody: {
        required: true,
        content: {
          "application/json": { schema: { oneOf: [EVENT, { type: "array", items: EVENT, minItems: 1 }] } },
        },
      },
      responses: {
        200: {
          description: "Kafka has acknowledged every event that is not named as rejected.",
          content: {
            "application/json": {
              schema: {
                type: "object",
                required: ["accepted", "rejected_count", "rejected"],
                properties: {
                  accepted: { type: "integer" },
                  rejected_count: { type: "integer" },
                  rejected: {
                    type: "array",
                    description: "The first hundred.",
                    items: {
                      type: "object",
                      required: ["index", "reasons"],
                      properties: {
                        index: { type: "integer", description: "Place in the request." },
                        reasons: { type: "array", items: { type: "string" } },
                      },
                    },
                  },
                },
              },
            },
          },
        },
        "4XX": { $ref: "#/components/responses/Problem" },
        "5XX": { $ref: "#/components/responses/Problem" },
      },
    },
  },
} as const;

const PROBLEM: Schema = {
  type: "object",
  required: ["type", "title", "status", "detail"],
  properties: {
    type: { type: "string", description: "about:blank: the status says what kind of problem it is." },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string", description: "What is wrong, and what to do." },
    errors: {
      type: "array",
      description: "What is wrong with single parameters.",
      items: {
        type: "object",
        required: ["parameter", "detail"],
        properties: {
          parameter: { type: "string" },
          detail: { type: "string" },
          allowed: { type: "array", items: { type: "string" } },
        },
      },
    },
  },
};
