import { type ActionRecord, serializeEvent } from "../../../exporter/deliver/serialize.js";
import type { ActionReport } from "../../../exporter/read/reports/report.js";
import { ReportReader } from "../../../exporter/read/reports/report-reader.js";
import type { TransformOptions } from "../../../exporter/read/transform.js";
import type { ActionEvent } from "../../event/index.js";

/** What becomes of reports. */
export interface ReportRecords {
  readonly records: readonly ActionRecord[];
  readonly ignored: number;
}

export interface ReportRecordsOptions {
  readonly mapping: TransformOptions;
  /** Whose calls they are. */
  readonly sender: string;
  readonly maxRecordBytes: number;
}

export type ToRecords = (
  reports: readonly ActionReport[],
  source: string,
  openCalls: "running" | "abandoned",
) => ReportRecords;

/** Makes records of reports: the same report gives the same record. */
export function createReportRecords({ mapping, sender, maxRecordBytes }: ReportRecordsOptions): ToRecords {
  const reader = new ReportReader(mapping);
  return (reports, source, openCalls) => {
    const records: ActionRecord[] = [];
    for (const report of reports) {
      const made = reader.event(report, source, sender);
      if (made.outcome !== "event") continue;
      const event =
        made.kind === "action" && (made.event as ActionEvent).status === "running"
          ? { ...made.event, status: openCalls }
          : made.event;
      records.push(serializeEvent(made.kind, event, { maxRecordBytes, sender }));
    }
    return { records, ignored: reports.length - records.length };
  };
}
