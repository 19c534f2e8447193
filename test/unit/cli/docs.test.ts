import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { COMMANDS } from "../../../src/cli/commands/index.js";
import { EXIT_CODES } from "../../../src/cli/framework/exit-codes.js";
import { commandHelp } from "../../../src/cli/framework/help.js";
import { createStyle } from "../../../src/cli/framework/style.js";

const page = readFileSync("docs/cli.md", "utf8");

test("docs/cli.md lists every exit code with its meaning, and no other", () => {
  const rows = page.matchAll(/^\| (?<code>\d+) \| `(?<name>\w+)` \| (?<meaning>[^|]+) \|$/gm);
  const listed = [...rows].map(({ groups }) => [
    groups?.name,
    { code: Number(groups?.code), meaning: groups?.meaning },
  ]);
  expect(Object.fromEntries(listed)).toEqual(EXIT_CODES);
});

test("docs/cli.md shows the help of every command as it is", () => {
  const canvas = { columns: 80, style: createStyle(false, {}) };
  for (const command of COMMANDS) {
    expect(page).toContain(`## ${command.name}\n\n\`\`\`text\n${commandHelp(command, canvas)}\n\`\`\`\n`);
  }
  expect(page.match(/^## /gm)).toHaveLength(COMMANDS.length + 1);
});
