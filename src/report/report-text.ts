/** A digest as the text of a message. */
import type { JsonObject } from "../event/json.js";
import { escaped, plain } from "../notices/send/message.js";
import type { Report } from "./read-report.js";

const MAX_SHOWN = 5;
const MAX_LINE = 200;

/** For Slack: what was recorded in it makes no link and calls nobody. */
export function slackReport(report: Report): string {
  const { runs, actions, errors, notices, loops } = report;
  const head = (title: string, count: number, ...facts: readonly string[]): string =>
    `*${title}* ${[count === 0 ? "none" : String(count), ...facts].join(" · ")}`;
  const some = (count: number, words: string): string[] => (count === 0 ? [] : [`${count} ${words}`]);
  const list = (rows: readonly JsonObject[], line: (row: JsonObject) => string): string[] =>
    rows.slice(0, MAX_SHOWN).map((row) => `• ${shown(line(row))}`);
  const gaps = report.producers_with_gaps;
  return [
    `${minute(report.since)} to ${minute(report.until)} UTC`,
    head(
      "Runs",
      runs.total,
      ...some(runs.with_failures, "with failures"),
      ...some(runs.abandoned, "abandoned"),
      ...some(runs.running, "still running"),
    ),
    head("Actions", actions.total, `${actions.tool_calls} tool calls`, ...some(actions.failed, "failed")),
    head("Errors", errors.total),
    ...list(errors.most_frequent, ({ message, actions: times }) => `${times} times: ${message}`),
    head("New errors", report.new_errors.length),
    ...list(report.new_errors, ({ title }) => String(title)),
    head(
      "Notices",
      notices.total,
      ...notices.by_kind.map(({ rule, kind, notices: count }) => `${count} ${rule}: ${kind}`),
    ),
    head("Open now", notices.open.length),
    ...list(notices.open, ({ title }) => String(title)),
    head(
      "Loops",
      loops.total,
      ...(loops.total === 0 ? [] : [`${loops.calls} calls`, `${Math.round(loops.seconds)} s`]),
      ...some(loops.tokens, "tokens"),
    ),
    "*Slowest tools* by P95",
    ...list(report.slowest_tools, ({ tool_name, p95_ms }) => `${tool_name}: ${p95_ms ?? "?"} ms`),
    ...(gaps === null ? [] : [head("Producers with gaps", gaps.length)]),
    ...list(gaps ?? [], ({ service_name, host_name, missing }) =>
      [service_name, host_name, `${missing} missing`].filter((part) => part !== null).join(" "),
    ),
    ...(report.is_complete ? [] : ["Not complete: there is more than is counted here."]),
  ].join("\n");
}

const shown = (text: string): string => escaped(plain(text.slice(0, MAX_LINE).toWellFormed()));

const minute = (time: string): string => time.slice(0, 16).replace("T", " ");
