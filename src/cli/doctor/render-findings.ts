import { formatCount } from "../format/count.js";
import { wrapText } from "../framework/help.js";
import type { Output } from "../framework/output.js";
import type { Style } from "../framework/style.js";
import { FINDING_STATUSES, type Finding, type FindingStatus } from "./finding.js";

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
