import { printTable } from "../format/table.js";
import { formatBytes, formatCount, formatDuration, formatNumber } from "../format/values.js";
import { EXIT_OK } from "../framework/exit-codes.js";
import type { SpoolWork } from "./run-spool.js";
import { reportSegment, type SegmentReport } from "./segment-report.js";

/** What is in the folder. */
export async function runStatus({ folder, options, out }: SpoolWork): Promise<number> {
  const reports: SegmentReport[] = [];
  for (const entry of await folder.list()) reports.push(await reportSegment(folder, entry));
  const corrupt = await folder.corrupt();
  if (options.json) {
    for (const report of reports) out.json(report);
    for (const { path, bytes } of corrupt) out.json({ file: path, bytes, corrupt: true });
    return EXIT_OK;
  }
  if (reports.length > 0)
    printTable(
      out,
      ["TOPIC", "EVENTS", "BYTES", "OLDEST", "OF"],
      reports.map(({ topic, records, bytes, oldest, holder, pid }) => [
        topic ?? out.style.bad("unreadable"),
        formatNumber(records),
        formatBytes(bytes),
        oldest === null ? "" : formatDuration(Date.now() - Date.parse(oldest)),
        pid === null ? holder : `${holder} (${pid})`,
      ]),
      [{}, { align: "right" }, { align: "right" }, { align: "right" }, {}],
    );
  const events = reports.reduce((sum, { records }) => sum + records, 0);
  const bytes = reports.reduce((sum, report) => sum + report.bytes, 0);
  out.result(
    `${folder.path}: ${formatCount(reports.length, "file")}, ${formatCount(events, "event")}, ${formatBytes(bytes)}.`,
  );
  if (corrupt.length > 0)
    out.result(
      out.style.warn(
        `Set aside because they cannot be read, or Kafka refused them: ${formatCount(corrupt.length, "file")}, ${formatBytes(corrupt.reduce((sum, file) => sum + file.bytes, 0))}.`,
      ),
    );
  return EXIT_OK;
}
