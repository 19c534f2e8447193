import type { JsonObject } from "../../event/json.js";
import type { ApiClient } from "../client/client.js";
import { withClient } from "../client/open-client.js";
import { ORIGIN_FILTERS, type ORIGIN_OPTIONS, type OriginOptions } from "../commands/origin.js";
import { formatNumber } from "../format/values.js";
import type { CliContext } from "../framework/command.js";
import { EXIT_OK, UsageError } from "../framework/exit-codes.js";
import { type ShownColumn, textOf } from "../lists/list-columns.js";
import { queryOf } from "../lists/list-options.js";
import { listTable } from "../lists/list-table.js";
import { longerRange, timeOf } from "../lists/nothing.js";
import { checkFlags } from "../lists/run-list.js";
import { shownTime } from "../lists/shown-time.js";
import { runPath } from "../show/run-tree.js";
import { findOrigins, MAX_ROWS } from "./find-origins.js";

const DEFAULT_LAST = "7d";

/** Shows the runs that brought something about. */
export async function runOrigin(
  { positionals, options }: { readonly positionals: readonly string[]; readonly options: OriginOptions },
  limit: typeof ORIGIN_OPTIONS.limit,
  context: CliContext,
): Promise<number> {
  const [target] = positionals;
  if (target === undefined || target.trim() === "" || positionals.length > 1)
    throw new UsageError("One TARGET is expected: a commit, a path or a URL.", "origin");
  checkFlags("origin", options, ORIGIN_FILTERS);
  const query = queryOf(ORIGIN_FILTERS, options);
  const given = timeOf(query);
  if (!["last", "since", "until"].some((name) => query.has(name))) query.set("last", DEFAULT_LAST);
  const { out } = context;
  return withClient(options, context, async (client) => {
    const { origins, isWhole } = await findOrigins(target.trim(), query, client);
    const most = options.limit ?? limit.default;
    const shown = await Promise.all(
      origins.slice(0, most).map(async (origin) => ({ ...origin, run: await nameOf(origin.run, client) })),
    );
    if (options.json) for (const origin of shown) out.json(origin);
    // Texts and numbers only.
    else if (shown.length > 0)
      for (const line of listTable(shown as unknown as readonly JsonObject[], COLUMNS, out)) out.result(line);
    const { dim, warn } = out.progressStyle;
    if (shown.length === 0)
      out.progress(
        dim(
          given.last === "all"
            ? "No run shows it."
            : `No run in this time range shows it. ${longerRange(given, "30d")}`,
        ),
      );
    else if (origins.length > most)
      out.progress(dim(`${formatNumber(most)} of ${formatNumber(origins.length)} runs. More: --limit`));
    if (!isWhole)
      out.progress(
        warn(
          `Only the latest ${formatNumber(MAX_ROWS)} actions that have the text were looked at. For earlier ones: --until`,
        ),
      );
    return EXIT_OK;
  });
}

/** What its producer called it, where that was a text. */
async function nameOf(run: string, client: ApiClient): Promise<string> {
  const { correlation_text: text } = await client.object(`${runPath(run)}?fields=correlation_text`);
  return typeof text === "string" ? text : run;
}

const column = (head: string, name: string, more: Partial<ShownColumn> = {}): ShownColumn => ({
  head,
  of: (row) => textOf(row[name]),
  ...more,
});

const COLUMNS: readonly ShownColumn[] = [
  column("STARTED", "started_at", { of: (row) => shownTime(row.started_at) }),
  column("RUN", "run", { maxWidth: 36 }),
  column("HOW", "how"),
  column("AGENT", "agent_name", { maxWidth: 16 }),
  column("ACTION", "action_name", { maxWidth: 20 }),
  column("EVIDENCE", "evidence", { takesRest: true }),
];
