import { createInterface } from "node:readline/promises";
import { type ClientFlags, withClient } from "../client/open-client.js";
import { HISTORY_FILTERS } from "../commands/history.js";
import type { CliContext } from "../framework/command.js";
import { CommandError, commandFailure, EXIT_OK } from "../framework/exit-codes.js";
import { queryOf } from "../lists/list-options.js";
import { Browser } from "./browser.js";

/** Reads what is typed, line by line, until `q` or the end of input. */
export async function runHistory(
  options: Readonly<Record<string, unknown>>,
  context: CliContext,
): Promise<number> {
  const { stdin, stdout } = process;
  if (!stdin.isTTY || !stdout.isTTY)
    throw new CommandError(
      "history needs a terminal. For programs: agent-actions runs --json, and show RUN --json.",
    );
  const { out } = context;
  // Of the table of options: these are in it.
  return withClient(options as ClientFlags, context, async (client) => {
    const browser = new Browser(client, context, stdout.rows);
    await browser.filter(queryOf(HISTORY_FILTERS, options));
    const lines = createInterface({ input: stdin, output: stdout, prompt: PROMPT });
    // Ctrl-C ends it like q.
    lines.on("SIGINT", () => lines.close());
    lines.prompt();
    for await (const line of lines) {
      try {
        if ((await browser.obey(line)) === "quit") break;
      } catch (error) {
        // One mistake or an outage is no reason to lose the place.
        out.progress(out.progressStyle.bad(commandFailure(error).message));
      }
      lines.prompt();
    }
    lines.close();
    return EXIT_OK;
  });
}

const PROMPT = "history> ";
