import { readFile, stat } from "node:fs/promises";
import type { ActionReport } from "../../../exporter/read/reports/report.js";
import type { TranscriptFormat, TranscriptReader } from "../../../exporter/transcripts/transcript-format.js";
import { valuesOfLine } from "../../../exporter/transcripts/values-of-line.js";
import { describeError } from "../../internal/describe-error.js";
import { FileTail } from "./file-tail.js";
import type { FoundForm } from "./find-transcripts.js";

/** Reports of a transcript that are sent together. */
export interface ReportBatch {
  readonly reports: readonly ActionReport[];
  /** What cannot be read, a sentence each. */
  readonly problems: readonly string[];
  /** Lines that are done with this batch. */
  readonly lines: number;
}

const BATCH_REPORTS = 500;

/** One transcript that is read once, or again and again while it grows. */
export class TranscriptImport {
  readonly format: TranscriptFormat;
  readonly reader: TranscriptReader;
  readonly #path: string;
  readonly #tail: FileTail;
  /** It is read anew, as a whole, when it has changed. */
  readonly isDocument: boolean;
  readonly #skipLines: number;
  #lines = 0;
  /** Of calls that were reported without a result. */
  readonly #running = new Set<string>();

  private constructor(path: string, form: FoundForm, reader: TranscriptReader, skipLines: number) {
    this.format = form.format;
    this.isDocument = form.isDocument;
    this.reader = reader;
    this.#path = path;
    this.#tail = new FileTail(path);
    this.#skipLines = skipLines;
  }

  /**
   * @param skipLines lines that were sent before: they are read, for what comes after them belongs to them, and not sent
   * @param callsOfAgents what all transcripts of one import know of sub-agents
   */
  static async open(
    path: string,
    form: FoundForm,
    skipLines: number,
    callsOfAgents: Map<string, string>,
  ): Promise<TranscriptImport> {
    const companion = await companionOf(path, form.format);
    const reader = form.format.open({ path, companion, callsOfAgents });
    return new TranscriptImport(path, form, reader, skipLines);
  }

  /** Bytes that are read. */
  get offset(): number {
    return this.#tail.offset;
  }

  /** What the file tells since the last time. Throws what the file system throws. */
  async *batches(): AsyncGenerator<ReportBatch> {
    if (this.isDocument) {
      yield* this.#document();
      return;
    }
    let reports: ActionReport[] = [];
    let problems: string[] = [];
    for await (const line of this.#tail.lines()) {
      this.#lines++;
      const told = this.#read(line, this.#lines, problems);
      if (this.#lines > this.#skipLines) reports.push(...told);
      if (reports.length < BATCH_REPORTS) continue;
      yield { reports, problems, lines: this.#lines };
      [reports, problems] = [[], []];
    }
    yield { reports, problems, lines: this.#lines };
  }

  async *#document(): AsyncGenerator<ReportBatch> {
    const problems: string[] = [];
    const reports = this.#read(await readFile(this.#path, "utf8"), 1, problems);
    for (let from = 0; from < reports.length; from += BATCH_REPORTS)
      yield { reports: reports.slice(from, from + BATCH_REPORTS), problems: [], lines: 0 };
    yield { reports: [], problems, lines: 0 };
  }

  /** What stands in a last line without an end, as in a file whose writer ends it without one. */
  rest(): ReportBatch {
    const problems: string[] = [];
    const reports = this.#read(this.#tail.rest, this.#lines + 1, problems);
    const isIncomplete = problems.length > 0 && this.#lines > 0;
    return {
      reports,
      // Of a file that is being written: it is complete the next time.
      problems: isIncomplete ? [] : problems,
      lines: this.#lines,
    };
  }

  /** Calls that are open, each once; with `again` those that were told before too. */
  unfinished(again: boolean): readonly ActionReport[] {
    return this.reader.unfinished().filter((report) => {
      const name = report.callKey ?? report.identity ?? "";
      if (report.end !== undefined || again || !this.#running.has(name)) {
        this.#running.add(name);
        return true;
      }
      return false;
    });
  }

  /** When the file was last written, milliseconds since the epoch. */
  async modifiedMillis(): Promise<number> {
    return (await stat(this.#path)).mtimeMs;
  }

  #read(text: string, line: number, problems: string[]): readonly ActionReport[] {
    const { values, isTorn } = valuesOfLine(text);
    if (isTorn) problems.push(`line ${line}: not complete; what can be read of it is taken`);
    return values.flatMap((value) => {
      try {
        return this.reader.read(value);
      } catch (error) {
        problems.push(`line ${line}: cannot be read (${describeError(error).message})`);
        return [];
      }
    });
  }
}

async function companionOf(path: string, format: TranscriptFormat): Promise<unknown> {
  const beside = format.companionOf?.(path);
  if (beside === undefined) return undefined;
  try {
    return JSON.parse(await readFile(beside, "utf8")) as unknown;
  } catch {
    // It says more, and nothing depends on it: an older version writes none.
    return undefined;
  }
}
