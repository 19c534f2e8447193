import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { cliDocs } from "../../../scripts/cli-docs.js";
import { COMMANDS } from "../../../src/cli/commands/index.js";
import { EXIT_CODES } from "../../../src/cli/framework/exit-codes.js";

const page = readFileSync("docs/cli.md", "utf8");

test("docs/cli.md has exit codes and the help of every command as they are; run `npm run generate`", () => {
  expect(cliDocs(page)).toBe(page);
});

test("docs/cli.md has a section for each command and no other, and a row for each exit code", () => {
  const sections = [...page.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  expect(sections).toEqual(["Exit codes", ...COMMANDS.map(({ name }) => name)]);
  for (const [name, { code, meaning }] of Object.entries(EXIT_CODES))
    expect(page).toContain(`| ${code} | \`${name}\` | ${meaning} |`);
});
