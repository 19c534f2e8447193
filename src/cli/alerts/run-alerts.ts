import { type AlertSettings, DEFAULT_ALERTS } from "../../config/alert-rules.js";
import { readAlertsFile } from "../../notices/alerts-file.js";
import { simulate } from "../../notices/simulate.js";
import { createPool } from "../../store/pool.js";
import type { ALERTS_OPTIONS } from "../commands/alerts.js";
import { formatCount, formatNumber, oneLine } from "../format/values.js";
import type { CliContext, CommandInput } from "../framework/command.js";
import { EXIT_OK, UsageError } from "../framework/exit-codes.js";
import { listTable } from "../lists/list-table.js";
import { shownTime } from "../lists/shown-time.js";
import { resolveSettings } from "../settings.js";

type AlertsInput = CommandInput<typeof ALERTS_OPTIONS>;

const DAY_MILLIS = 86_400_000;
const DEFAULT_SINCE = 7 * DAY_MILLIS;
const MONTH_DAYS = 30;

export async function runAlerts(
  { positionals, options }: AlertsInput,
  { out, env }: CliContext,
): Promise<number> {
  const [what, ...more] = positionals;
  if ((what !== "test" && what !== "check") || more.length > 0)
    throw new UsageError("There are: alerts test, and alerts check.", "alerts");
  const file = options.file ?? env.AGENT_ACTIONS_ALERTS_FILE;
  if (what === "check" && (file === undefined || file === ""))
    throw new UsageError("Say which file: alerts check --file FILE.", "alerts");
  const alerts = file === undefined || file === "" ? DEFAULT_ALERTS : readAlertsFile(file, env);
  if (what === "check") {
    const names = alerts.targets.map(({ name, kind }) => `${name} (${kind})`).join(", ");
    out.result(
      `${out.style.good("✔")} ${formatCount(alerts.targets.length, "target")}${names === "" ? "" : `: ${names}`}`,
    );
    return EXIT_OK;
  }
  await test(alerts, options, { out, env });
  return EXIT_OK;
}

async function test(
  alerts: AlertSettings,
  options: AlertsInput["options"],
  { out, env }: Pick<CliContext, "out" | "env">,
): Promise<void> {
  const { postgres } = resolveSettings(options, env, { onNotice: out.progress });
  const pool = createPool({ ...postgres, maxConnections: 1 });
  const span = options.since ?? DEFAULT_SINCE;
  const counts = new Map<string, number>();
  const shown: { rule: string; title: string; at: string }[] = [];
  try {
    const { runs, calls, series } = await simulate(
      pool,
      Date.now() - span,
      alerts,
      ({ rule, kind, title }, at) => {
        counts.set(`${rule}: ${kind}`, (counts.get(`${rule}: ${kind}`) ?? 0) + 1);
        const time = new Date(at).toISOString();
        if (options.json) out.result(JSON.stringify({ rule, kind, title, at: time }));
        else shown.push({ rule: `${rule}: ${kind}`, title, at: time });
      },
    );
    out.progress(
      out.progressStyle.dim(
        `${formatNumber(calls)} calls of ${formatCount(runs, "agent")} in runs, ${formatCount(series, "tool")} by the hour.`,
      ),
    );
    if (options.json) return;
    const days = span / DAY_MILLIS;
    const rows = [...counts]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([rule, count]) => ({ rule, count, month: Math.round((count / days) * MONTH_DAYS) }));
    if (rows.length === 0) out.result("Nothing would have been noticed.");
    else
      for (const line of listTable(
        rows,
        [
          { head: "RULE", of: ({ rule }) => String(rule) },
          { head: "NOTICES", align: "right", of: ({ count }) => formatNumber(Number(count)) },
          { head: "A MONTH", align: "right", of: ({ month }) => formatNumber(Number(month)) },
        ],
        out,
      ))
        out.result(line);
    const last = shown.sort((one, other) => (one.at < other.at ? 1 : -1)).slice(0, 20);
    if (last.length > 0) out.result("");
    if (last.length > 0)
      for (const line of listTable(
        last,
        [
          { head: "WHEN", of: ({ at }) => shownTime(at) },
          { head: "RULE", of: ({ rule }) => String(rule) },
          { head: "NOTICE", of: ({ title }) => oneLine(String(title)), takesRest: true },
        ],
        out,
      ))
        out.result(line);
  } finally {
    await pool.end();
  }
}
