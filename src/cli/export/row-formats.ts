import { NotFoundError } from "../client/refusal.js";
import type { ROW_FORMATS } from "../commands/export.js";
import { csvLine, csvRow } from "../lists/csv.js";
import { LISTS } from "../lists/lists.js";
import type { ExportSink } from "./output-file.js";

export type RowFormat = (typeof ROW_FORMATS)[number];

export interface ExportCounts {
  runs: number;
  actions: number;
  /** Actions that were deleted while they were read; a run that was deleted counts as one. */
  gone: number;
}

export interface RowExport {
  readonly format: RowFormat;
  readonly sink: Pick<ExportSink, "write">;
  /** Nothing more is read or written once it is aborted. */
  readonly ended: AbortSignal;
  /** Called after every 10,000 actions. */
  readonly onProgress: (counts: ExportCounts) => void;
  /** Rows as texts of JSON objects; `undefined` for one that went away. */
  readonly rowsOf: (run: string) => AsyncIterable<string | undefined>;
}

const ACTIONS_PER_NOTICE = 10_000;

/** Writes a line for every action of the runs. A row is in memory at a time, beyond what `rowsOf` keeps. */
export async function exportRows(runs: AsyncIterable<string>, of: RowExport): Promise<ExportCounts> {
  const { format, sink, ended, onProgress, rowsOf } = of;
  const counts: ExportCounts = { runs: 0, actions: 0, gone: 0 };
  const { columns } = LISTS.actions;
  if (format === "csv") await sink.write(csvLine(columns));
  for await (const run of runs) {
    if (ended.aborted) break;
    try {
      for await (const row of rowsOf(run)) {
        if (ended.aborted) break;
        if (row === undefined) counts.gone++;
        else {
          await sink.write(format === "csv" ? csvRow(row, columns) : row);
          counts.actions++;
          if (counts.actions % ACTIONS_PER_NOTICE === 0) onProgress(counts);
        }
      }
      if (!ended.aborted) counts.runs++;
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      counts.gone++;
    }
  }
  return counts;
}
