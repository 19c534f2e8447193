import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openApiDocument } from "../../../src/api/openapi.js";
import { ROUTES } from "../../../src/api/routes/index.js";

test("docs/schemas/openapi.json is what the routes make; if not, run `npm run generate`", () => {
  const document: unknown = JSON.parse(readFileSync("docs/schemas/openapi.json", "utf8"));
  expect(document).toEqual(JSON.parse(JSON.stringify(openApiDocument(ROUTES))));
});

test("every operation has an id of its own, and every part of a path in braces is described", () => {
  const ids = ROUTES.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)]);
  for (const { path, pathParameters = {} } of ROUTES)
    expect([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)).toEqual(Object.keys(pathParameters));
});
