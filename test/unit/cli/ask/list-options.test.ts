import { describe, expect, test } from "vitest";
import { readParameters } from "../../../../src/api/query/parameter.js";
import type { Command } from "../../../../src/cli/framework/command.js";
import { runCommandLine } from "../../../../src/cli/framework/program.js";
import { optionsOf, queryOf } from "../../../../src/cli/lists/list-options.js";
import { LISTS, type ListName } from "../../../../src/cli/lists/lists.js";
import { captureOutput, quietContext } from "../captured-output.js";

const names = Object.keys(LISTS) as ListName[];

/** The query string that a command line makes of a list's options. */
async function queryFor(list: ListName, ...args: string[]): Promise<string> {
  const { parameters } = LISTS[list];
  let query = "";
  const command: Command = {
    name: list,
    summary: "",
    usage: [],
    options: optionsOf(parameters),
    examples: [],
    async run({ options }) {
      query = queryOf(parameters, options).toString();
      return 0;
    },
  };
  await runCommandLine([command], [list, ...args], quietContext(captureOutput()));
  return query;
}

describe.each(names)("options of %s", (list) => {
  test("are the parameters of the API but for its pages, none with an underscore", () => {
    const options = optionsOf(LISTS[list].parameters);
    for (const name of Object.keys(LISTS[list].parameters)) {
      if (name === "limit" || name === "cursor") continue;
      const option = name === "group_by" ? "by" : name.replaceAll("_", "-");
      expect(options).toHaveProperty([option]);
    }
    expect(Object.keys(options).filter((name) => !/^[a-z-]+$/.test(name))).toEqual([]);
  });

  test("take a value unless they are flags, and then have something that stands for it", () => {
    for (const [name, { placeholder, unit }] of Object.entries(optionsOf(LISTS[list].parameters)))
      expect([name, placeholder === undefined]).toEqual([name, unit === "true or false"]);
  });
});

test("what is said by options is what the API reads from its query string", async () => {
  const query = await queryFor(
    "actions",
    ...["--agent", "a b&c", "--agent", "other", "--min-duration", "5", "--not-failed", "--last", "2h"],
    ...["--fields", "id,failed", "--parent", "019B8D62-7a80-7f42-8c01-4900c4be45b1"],
  );
  const values = readParameters(new URLSearchParams(query), LISTS.actions.parameters);
  expect(Object.fromEntries(values)).toEqual({
    agent: ["a b&c", "other"],
    min_duration: [5],
    failed: [false],
    last: ["2h"],
    fields: [["id", "failed"]],
    parent: ["019b8d62-7a80-7f42-8c01-4900c4be45b1"],
  });
});

test("both of a flag and its opposite, and a list of dimensions", async () => {
  expect(await queryFor("runs", "--failed")).toBe("failed=true");
  expect(await queryFor("files", "--not-success", "--operation", "edit", "--operation", "write")).toBe(
    "operation=edit&operation=write&success=false",
  );
  expect(await queryFor("stats", "--by", "day,agent")).toBe("group_by=day%2Cagent");
  expect(await queryFor("runs")).toBe("");
});
