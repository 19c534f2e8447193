/** A report for people: a line of figures for each thing, and a table of the worst below it. */
import type { JsonObject } from "../../event/json.js";
import type { Report } from "../../report/read-report.js";
import { shownMillis } from "../actions/shown-action.js";
import { formatCount, formatNumber } from "../format/values.js";
import type { Output } from "../framework/output.js";
import { LIST_COLUMNS, type ShownColumn, textOf } from "../lists/list-columns.js";
import { listTable } from "../lists/list-table.js";
import { shownTime } from "../lists/shown-time.js";

export function showReport(report: Report, out: Output): void {
  const { runs, actions, errors, notices, loops } = report;
  const head = (title: string, ...facts: readonly string[]): void =>
    out.result(`${out.style.bold(title)}  ${facts.join(" · ")}`);
  const table = (rows: readonly JsonObject[], columns: readonly ShownColumn[]): void => {
    if (rows.length > 0) for (const line of listTable(rows, columns, out)) out.result(line);
  };
  const some = (count: number, words: string): string[] =>
    count === 0 ? [] : [`${formatNumber(count)} ${words}`];

  out.result(out.style.dim(`${shownTime(report.since)} to ${shownTime(report.until)}`));
  head(
    "Runs",
    formatNumber(runs.total),
    ...some(runs.with_failures, "with failures"),
    ...some(runs.abandoned, "abandoned"),
    ...some(runs.running, "still running"),
  );
  head(
    "Actions",
    formatNumber(actions.total),
    `${formatCount(actions.tool_calls, "tool call")}`,
    ...some(actions.failed, "failed"),
  );
  head("Errors", orNone(errors.total));
  table(
    errors.most_frequent,
    LIST_COLUMNS.errors.filter(({ head: name }) => name !== "LAST"),
  );
  head("New errors", orNone(report.new_errors.length));
  table(report.new_errors.slice(0, MOST_SHOWN), NOTICE_COLUMNS);
  head(
    "Notices",
    orNone(notices.total),
    ...notices.by_kind.map(({ rule, kind, notices: count }) => `${count} ${rule}: ${kind}`),
  );
  head("Open now", orNone(notices.open.length));
  table(notices.open.slice(0, MOST_SHOWN), NOTICE_COLUMNS);
  const cost = [
    formatCount(loops.calls, "call"),
    shownMillis(Math.round(loops.seconds * 1_000)),
    ...some(loops.tokens, "tokens"),
  ];
  head("Loops", orNone(loops.total), ...(loops.total === 0 ? [] : cost));
  head("Slowest tools", report.slowest_tools.length === 0 ? "none" : "by P95");
  table(report.slowest_tools, TOOL_COLUMNS);
  const gaps = report.producers_with_gaps;
  if (gaps !== null) {
    head("Producers with gaps", orNone(gaps.length));
    table(gaps.slice(0, MOST_SHOWN), PRODUCER_COLUMNS);
  }
}

const MOST_SHOWN = 10;

const orNone = (count: number): string => (count === 0 ? "none" : formatNumber(count));

const text = (head: string, name: string, more: Partial<ShownColumn> = {}): ShownColumn => ({
  head,
  of: (row) => textOf(row[name]),
  ...more,
});
const figure = (
  head: string,
  name: string,
  shown: (value: number) => string = formatNumber,
): ShownColumn => ({
  head,
  align: "right",
  of: ({ [name]: value }) => (typeof value === "number" ? shown(value) : ""),
});

const NOTICE_COLUMNS = LIST_COLUMNS.notices.filter(({ head }) => head !== "STATE" && head !== "RULE");

const TOOL_COLUMNS: readonly ShownColumn[] = [
  text("TOOL", "tool_name", { maxWidth: 40 }),
  figure("CALLS", "actions"),
  figure("FAILED", "failed_actions"),
  figure("P50", "p50_ms", shownMillis),
  figure("P95", "p95_ms", shownMillis),
];

const PRODUCER_COLUMNS: readonly ShownColumn[] = [
  text("SERVICE", "service_name", { maxWidth: 30 }),
  text("HOST", "host_name", { maxWidth: 30 }),
  text("STATUS", "status"),
  figure("MISSING", "missing"),
  figure("GIVEN UP", "given_up"),
];
