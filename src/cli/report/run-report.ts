import { type ReportRange, readReport } from "../../report/read-report.js";
import { withClient } from "../client/open-client.js";
import type { REPORT_OPTIONS } from "../commands/report.js";
import type { CliContext, CommandInput } from "../framework/command.js";
import { EXIT_OK, UsageError } from "../framework/exit-codes.js";
import { readAllowList } from "./allow-list.js";
import { showReport } from "./show-report.js";

const DAY_MILLIS = 86_400_000;

export async function runReport(
  { options }: CommandInput<typeof REPORT_OPTIONS>,
  context: CliContext,
): Promise<number> {
  const until = options.until ?? new Date().toISOString();
  const since = options.since ?? new Date(Date.parse(until) - DAY_MILLIS).toISOString();
  if (Date.parse(since) >= Date.parse(until))
    throw new UsageError("--since has to be before --until.", "report");
  const range: ReportRange = { since, until, agents: options.agent ?? [], projects: options.project ?? [] };
  const { out } = context;
  return withClient(options, context, async (client) => {
    if (options["allow-list"]) {
      const allowList = await readAllowList(client, range);
      out.result(JSON.stringify(allowList, undefined, 2));
      if (allowList.agents.length === 0)
        out.progress("No agent called a tool in this time. A longer one: --since 30d");
      return EXIT_OK;
    }
    const report = await readReport(client, range);
    if (options.json) out.json(report);
    else showReport(report, out);
    if (!report.is_complete)
      out.progress(
        "Not complete: there is more than is counted here, or statistics are still being computed.",
      );
    return EXIT_OK;
  });
}
