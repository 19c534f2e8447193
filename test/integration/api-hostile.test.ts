import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { openApiDocument } from "../../src/api/openapi.js";
import { ROUTES } from "../../src/api/routes/index.js";
import { actionId } from "../../src/event/index.js";
import { apiOn, write } from "./api-harness.js";

const { ask, defects } = apiOn();
const HOSTILE = [
  "'; drop table agent_actions; --",
  "\u0000",
  "\ud800",
  "%",
  "\\",
  "$1",
  "\u202e",
  "1e309",
  "-1",
  "infinity",
  "0001-01-01",
  "9999-12-31T23:59:59.999999Z",
  "WyJhIiwiYiIsImMiLCJkIl0",
  "x".repeat(5_000),
  "../../etc/passwd",
  "null",
];

beforeAll(async () => {
  await write(
    "action",
    HOSTILE.map((text, index) => ({
      id: actionId(Date.now(), `hostile ${index}`),
      agent_name: text.toWellFormed(),
      action_type: "tool_call",
      action_name: text.toWellFormed(),
      correlation_id: "hostile",
      action_details: { [text]: text, tool_parameters: { file_path: text } },
    })),
  );
});

const reads = ROUTES.filter(
  ({ method, scope, response }) => method === "get" && scope === "read" && response.mediaType === undefined,
);
const names = [...new Set(reads.flatMap(({ parameters }) => Object.keys(parameters)))];
const value = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...HOSTILE) },
  {
    weight: 3,
    arbitrary: fc.constantFrom("1", "all", "1h", "true", "agent,hour", "id", "ok", "hostile", "2026-01-01"),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 20 }) },
);
const query = fc.array(
  fc.tuple(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...names) }, fc.string()), value),
  {
    maxLength: 4,
  },
);
const segment = fc.oneof(
  fc.constantFrom("hostile", actionId(0, "x"), ...HOSTILE),
  fc.string({ unit: "binary" }),
);

describe("whatever a request says,", () => {
  test("the response is one that the API documents, and never a failure of ours", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...reads), segment, query, async (route, part, pairs) => {
        const search = pairs
          .map(
            ([name, text]) =>
              `${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(text.toWellFormed())}`,
          )
          .join("&");
        const path = route.path.replace(/\{\w+\}/, () => encodeURIComponent(part.toWellFormed()));
        const { status, body, headers } = await ask(`${path}?${search}`);
        expect([200, 400, 404, 412]).toContain(status);
        expect(headers.get("content-type")).toMatch(
          status === 200 ? /^application\/json/ : /^application\/problem\+json/,
        );
        expect(body).toBeTypeOf("object");
      }),
      { numRuns: 500 },
    );
    expect(defects).toEqual([]);
  });

  test("broken percent signs in a path and a query are no failure", async () => {
    for (const path of [
      "/runs/%",
      "/runs/%zz",
      "/actions/%00",
      "/runs/%2e%2e",
      "/actions?agent=%",
      "/runs//skeleton",
    ])
      expect((await ask(path)).status).toBeLessThan(500);
  });

  test("texts come back as they were recorded, as JSON that parses", async () => {
    const { body } = await ask("/actions?run=hostile&limit=100");
    expect(new Set(body.data.map((row: { agent_name: string }) => row.agent_name))).toContain("\u202e");
    expect(body.data).toHaveLength(HOSTILE.length);
  });
});

test("the OpenAPI document is at its address, for anybody", async () => {
  const { status, body } = await apiOn({ free: [] }).ask("/openapi.json");
  expect(status).toBe(200);
  expect(body).toEqual(JSON.parse(JSON.stringify(openApiDocument(ROUTES))));
});
