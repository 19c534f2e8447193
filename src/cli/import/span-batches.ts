import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { ReadableSpan } from "../../../exporter/read/sdk-types.js";
import { spansOfValues } from "../../../exporter/span-files/read-span-text.js";
import { isDocumentLine, valuesInText, valuesOfLine } from "../../../exporter/span-files/values-in-text.js";
import { describeError } from "../../internal/describe-error.js";
import { UnreadableError } from "../framework/exit-codes.js";
import { readInput } from "../framework/read-input.js";

/** Spans of a file that are worked on together. */
export interface SpanBatch {
  readonly spans: readonly ReadableSpan[];
  /** What cannot be read, a sentence each. */
  readonly problems: readonly string[];
  /** Lines of the file that are done with this batch; `undefined` for a file that is read whole. */
  readonly lines: number | undefined;
}

/** Enough that the spans of a trace are together as a rule, and few enough for any machine. */
const BATCH_SPANS = 10_000;

/**
 * The spans of a file, or of standard input for `-`. A file with a document a line is read a piece at a time; any other is
 * one document, and one batch.
 *
 * @throws UnreadableError when the file cannot be read
 */
export async function* spanBatches(file: string, skipLines: number): AsyncGenerator<SpanBatch> {
  try {
    if (file !== "-" && (await beginsWithDocumentLine(file))) yield* batchesOfLines(file, skipLines);
    else yield batchOfText(await readInput(file));
  } catch (error) {
    if (!isFileError(error)) throw error;
    const name = file === "-" ? "Standard input" : file;
    throw new UnreadableError(`${name} cannot be read: ${describeError(error).message}`);
  }
}

const isFileError = (error: unknown): boolean =>
  error instanceof Error && ("syscall" in error || ("code" in error && error.code === "ERR_STRING_TOO_LONG"));

function batchOfText(text: string): SpanBatch {
  const problems: string[] = [];
  return { spans: spansOfValues(valuesInText(text, problems), problems), problems, lines: undefined };
}

async function beginsWithDocumentLine(file: string): Promise<boolean> {
  for await (const line of linesOf(file)) if (line.trim() !== "") return isDocumentLine(line);
  return false;
}

async function* batchesOfLines(file: string, skipLines: number): AsyncGenerator<SpanBatch> {
  let number = 0;
  let spans: ReadableSpan[] = [];
  let problems: string[] = [];
  let isReadable = true;
  const end: LineEnd = { isComplete: true };
  for await (const line of linesOf(file, end)) {
    if (++number <= skipLines) continue;
    const before = problems.length;
    for (const span of spansOfValues(valuesOfLine(line, number, problems), problems)) spans.push(span);
    isReadable = problems.length === before;
    if (spans.length < BATCH_SPANS) continue;
    yield { spans, problems, lines: number };
    [spans, problems] = [[], []];
  }
  // Somebody may be writing the last line: it is read again when the file has grown.
  yield { spans, problems, lines: isReadable || end.isComplete ? number : number - 1 };
}

/** Whether what was read last was the end of a line. */
interface LineEnd {
  isComplete: boolean;
}

async function* linesOf(file: string, end?: LineEnd): AsyncGenerator<string> {
  const input = createReadStream(file, "utf8");
  const failed = new Promise<never>((_, reject) => input.once("error", reject));
  failed.catch(() => undefined);
  // Fails for a file that is not there: readline would end without an error.
  await Promise.race([failed, new Promise<void>((resolve) => input.once("ready", () => resolve()))]);
  if (end)
    input.on("data", (chunk) => {
      end.isComplete = chunk.at(-1) === "\n";
    });
  try {
    yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  } finally {
    input.destroy();
  }
}
