import { COMMANDS } from "../src/cli/commands/index.js";
import { EXIT_CODES } from "../src/cli/framework/exit-codes.js";
import { commandHelp } from "../src/cli/framework/help.js";
import { createStyle } from "../src/cli/framework/output.js";

/** docs/cli.md with the exit codes and the help of every command as they are. A command without a section gets one at the end. */
export function cliDocs(page: string): string {
  const canvas = { columns: 80, style: createStyle(false, {}) };
  const codes = Object.entries(EXIT_CODES).map(
    ([name, { code, meaning }]) => `| ${code} | \`${name}\` | ${meaning} |\n`,
  );
  return COMMANDS.reduce(
    (text, command) => {
      const help = `## ${command.name}\n\n\`\`\`text\n${commandHelp(command, canvas)}\n\`\`\`\n`;
      const section = new RegExp(`^## ${command.name}\\n\\n\`\`\`text\\n[\\s\\S]*?\\n\`\`\`\\n`, "m");
      return section.test(text) ? text.replace(section, () => help) : `${text}\n${help}`;
    },
    page.replace(/(?:^\| \d+ \| `\w+` \|.*\n)+/m, () => codes.join("")),
  );
}
