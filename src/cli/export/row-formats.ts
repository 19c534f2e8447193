import { NotFoundError } from "../client/refusal.js";
import type { ROW_FORMATS } from "../commands/export.js";
import { csvLine, csvRow } from "../lists/csv.js";
import { LISTS } from "../lists/lists.js";
import { writeOcsfRows } from "./ocsf-rows.js";
import { OTLP_FIELDS, writeOtlpRows } from "./otlp-rows.js";
import type { ExportSink } from "./output-file.js";
import { writeParquetRows } from "./parquet-rows.js";

export type RowFormat = (typeof ROW_FORMATS)[number];

export interface ExportCounts {
  runs: number;
  actions: number;
  /** Actions that were deleted while they were read; a run that was deleted counts as one. */
  gone: number;
}

export interface RowExport {
  readonly format: RowFormat;
  readonly sink: Pick<ExportSink, "write" | "writeBytes">;
  /** Nothing more is read or written once it is aborted. */
  readonly ended: AbortSignal;
  /** Called after every 10,000 actions. */
  readonly onProgress: (counts: ExportCounts) => void;
  /** Rows as texts of JSON objects; `undefined` for one that went away. */
  readonly rowsOf: (run: string) => AsyncIterable<string | undefined>;
}

const ACTIONS_PER_NOTICE = 10_000;

type Rows = AsyncIterable<string>;

const WRITERS: Readonly<Record<RowFormat, (rows: Rows, sink: RowExport["sink"]) => Promise<void>>> = {
  async jsonl(rows, sink) {
    for await (const row of rows) await sink.write(row);
  },
  async csv(rows, sink) {
    const { columns } = LISTS.actions;
    await sink.write(csvLine(columns));
    for await (const row of rows) await sink.write(csvRow(row, columns));
  },
  parquet: writeParquetRows,
  otlp: writeOtlpRows,
  ocsf: writeOcsfRows,
};

/** Members of the rows that a format needs; `undefined` for those that a list shows. */
export const fieldsOf = (format: RowFormat): readonly string[] | undefined =>
  format === "otlp" ? OTLP_FIELDS : undefined;

/** Writes all actions of the runs. What is in memory beyond what `rowsOf` keeps is a row, or what the format puts together. */
export async function exportRows(runs: AsyncIterable<string>, of: RowExport): Promise<ExportCounts> {
  const counts: ExportCounts = { runs: 0, actions: 0, gone: 0 };
  await WRITERS[of.format](countedRows(runs, counts, of), of.sink);
  return counts;
}

/** A row is counted when the next one is asked for: the writer has it then. */
async function* countedRows(
  runs: AsyncIterable<string>,
  counts: ExportCounts,
  { ended, onProgress, rowsOf }: RowExport,
): AsyncGenerator<string> {
  for await (const run of runs) {
    if (ended.aborted) break;
    try {
      for await (const row of rowsOf(run)) {
        if (ended.aborted) break;
        if (row === undefined) counts.gone++;
        else {
          yield row;
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
}
