import { expect, test } from "vitest";
import { type RowSource, wholeRows } from "../../../src/run-source/whole-rows.js";

const whole = (letter: string) => ({ sha256: letter.repeat(64), bytes: 500_000, stored_bytes: 1_000 });
const DETAILS = {
  tool_parameters: "par",
  tool_parameters_whole: whole("a"),
  tool_result: "res",
  tool_result_whole: whole("b"),
};

/** An action with two large contents, of which these are there. */
const sourceWith = (contents: Readonly<Record<string, string>>): RowSource => ({
  async *pages() {
    yield ['{"id":"1","truncated":["action_details"]}', '{"id":"2","truncated":null}'];
  },
  text: async (path) =>
    path === "/actions/1" ? JSON.stringify({ id: "1", action_details: DETAILS }) : contents[path],
});

test.each([
  { there: ["tool_parameters", "tool_result"], missing: 0 },
  { there: ["tool_result"], missing: 1 },
  { there: [], missing: 2 },
])("large contents that are missing are counted, and their beginning stays: $missing", async (of) => {
  const contents = of.there.map((member) => [`/actions/1/contents/${member}`, '"whole"']);
  let missing = 0;
  const rows: unknown[] = [];
  const options = { large: true, onMissing: () => missing++ };
  const source = sourceWith(Object.fromEntries(contents));
  for await (const row of wholeRows(new URLSearchParams(), source, options))
    rows.push(JSON.parse(row ?? "null"));
  expect(missing).toBe(of.missing);
  expect(rows).toEqual([
    {
      id: "1",
      action_details: { ...DETAILS, ...Object.fromEntries(of.there.map((member) => [member, "whole"])) },
    },
    { id: "2", truncated: null },
  ]);
});
