import { formatCount } from "../format/values.js";
import { wrapText } from "../framework/help.js";
import type { Output, Style } from "../framework/output.js";

/** `skipped`: it could not be looked at, because something before it failed. */
export const FINDING_STATUSES = ["ok", "warn", "fail", "skipped"] as const;
export type FindingStatus = (typeof FINDING_STATUSES)[number];

/** One thing that was looked at. */
export interface Finding {
  readonly area: "runtime" | "kafka" | "consumer" | "database" | "clock";
  readonly check: string;
  readonly status: FindingStatus;
  readonly message: string;
  /** What to do, in one line; on everything that is `warn` or `fail`. */
  readonly remedy?: string;
}

type Area = Finding["area"];

export const ok = (area: Area, check: string, message: string): Finding => ({
  area,
  check,
  status: "ok",
  message,
});

export const warn = (area: Area, check: string, message: string, remedy: string): Finding => ({
  area,
  check,
  status: "warn",
  message,
  remedy,
});

export const fail = (area: Area, check: string, message: string, remedy: string): Finding => ({
  area,
  check,
  status: "fail",
  message,
  remedy,
});

export const skipped = (area: Area, check: string, message: string): Finding => ({
  area,
  check,
  status: "skipped",
  message,
});

const TITLES = {
  runtime: "This machine",
  kafka: "Kafka",
  consumer: "Consumer",
  database: "Database",
  clock: "Clocks",
} as const satisfies Record<Finding["area"], string>;

const STATUS_WIDTH = 9;
const CHECK_WIDTH = 12;
const INDENT = 2;

export function countByStatus(findings: readonly Finding[]): Record<FindingStatus, number> {
  const counts = Object.fromEntries(FINDING_STATUSES.map((status) => [status, 0])) as Record<
    FindingStatus,
    number
  >;
  for (const { status } of findings) counts[status] += 1;
  return counts;
}

/** Findings below the area that they belong to, remedies below what they mend, and a summary at the end. */
export function renderFindings(
  findings: readonly Finding[],
  { style, columns }: Pick<Output, "style" | "columns">,
): string[] {
  const areas = Object.entries(TITLES).flatMap(([area, title]) => {
    const found = findings.filter((finding) => finding.area === area);
    if (found.length === 0) return [];
    return [style.bold(title), ...found.flatMap((finding) => findingLines(finding, style, columns)), ""];
  });
  return [...areas, summary(findings, style)];
}

function findingLines({ status, check, message, remedy }: Finding, style: Style, columns: number): string[] {
  const margin = " ".repeat(INDENT + STATUS_WIDTH + CHECK_WIDTH);
  const room = columns - margin.length;
  const [first = "", ...others] = wrapText(message, room);
  const mark = `${colourOf(status, style)(status)}${" ".repeat(STATUS_WIDTH - status.length)}`;
  return [
    `${" ".repeat(INDENT)}${mark}${check.padEnd(CHECK_WIDTH)}${first}`,
    ...others.map((line) => margin + line),
    ...(remedy === undefined
      ? []
      : wrapText(remedy, room - 3).map(
          (line, at) => `${margin}${style.bold(at === 0 ? `-> ${line}` : `   ${line}`)}`,
        )),
  ];
}

function colourOf(status: FindingStatus, style: Style): (text: string) => string {
  return { ok: style.good, warn: style.warn, fail: style.bad, skipped: style.dim }[status];
}

function summary(findings: readonly Finding[], style: Style): string {
  const { ok, warn, fail, skipped } = countByStatus(findings);
  const parts = [
    `${ok} ok`,
    ...(warn > 0 ? [style.warn(formatCount(warn, "warning"))] : []),
    ...(fail > 0 ? [style.bad(formatCount(fail, "failure"))] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  return parts.join(", ");
}
