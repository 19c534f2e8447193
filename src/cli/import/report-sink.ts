import { type ActionRecord, serializeEvent } from "../../../exporter/deliver/serialize.js";
import type { ActionReport } from "../../../exporter/read/reports/report.js";
import { ReportReader } from "../../../exporter/read/reports/report-reader.js";
import type { TransformOptions } from "../../../exporter/read/transform.js";
import type { ActionEvent } from "../../event/index.js";
import { intoRow, type ToldLive } from "./told-live.js";

/** What becomes of reports. */
export interface ReportRecords {
  readonly records: readonly ActionRecord[];
  readonly ignored: number;
  /** Of calls that came live, and are known to have a row, but not which. */
  readonly leftOut: number;
}

export interface ReportRecordsOptions {
  readonly mapping: TransformOptions;
  /** Whose calls they are. */
  readonly sender: string;
  readonly maxRecordBytes: number;
  readonly toldLive: ToldLive;
}

/** @param isWhole all of the transcript is in these reports */
export type ToRecords = (
  reports: readonly ActionReport[],
  source: string,
  openCalls: "running" | "abandoned",
  isWhole: boolean,
) => Promise<ReportRecords>;

type Made = Extract<ReturnType<ReportReader["event"]>, { readonly outcome: "event" }>;

/** Makes records of reports: the same report gives the same record. */
export function createReportRecords(options: ReportRecordsOptions): ToRecords {
  const { mapping, sender, maxRecordBytes, toldLive } = options;
  const reader = new ReportReader(mapping);
  return async (reports, source, openCalls, isWhole) => {
    const made = reports.flatMap((report) => {
      const one = reader.event(report, source, sender);
      return one.outcome === "event" ? [withState(one, openCalls)] : [];
    });
    const ignored = reports.length - made.length;
    const rows = toldLive.concerns(source) ? await inRows(toldLive, source, made, isWhole) : made;
    const records = rows.map(({ kind, event }) => serializeEvent(kind, event, { maxRecordBytes, sender }));
    return { records, ignored, leftOut: made.length - rows.length };
  };
}

const withState = (made: Made, openCalls: "running" | "abandoned"): Made =>
  made.kind === "action" && (made.event as ActionEvent).status === "running"
    ? { ...made, event: { ...made.event, status: openCalls } as ActionEvent }
    : made;

async function inRows(
  toldLive: ToldLive,
  source: string,
  made: readonly Made[],
  isWhole: boolean,
): Promise<readonly Made[]> {
  const actions = made.filter(({ kind }) => kind === "action");
  const events = actions.map(({ event }) => event as ActionEvent);
  const matches = await toldLive.matches(source, events, isWhole);
  const placed = new Map(actions.map((one, at) => [one, matches[at] ?? "own"] as const));
  return made.flatMap((one) => {
    const match = placed.get(one) ?? "own";
    if (match === "left out") return [];
    return match === "own" ? [one] : [{ ...one, event: intoRow(one.event as ActionEvent, match.row) }];
  });
}
