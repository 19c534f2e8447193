import { createStyle, type Style } from "./style.js";

/**
 * Where a command writes: results to standard output, everything about getting there to standard error, so that
 * `agent-actions ... | next` passes on results and nothing else.
 */
export interface Output {
  /** One line, or several, of the result. */
  result(text: string): void;
  /** One result as one line of JSON. */
  json(value: unknown): void;
  /** One line about what is going on. */
  progress(text: string): void;
  /** For results. */
  readonly style: Style;
  /** For progress. */
  readonly progressStyle: Style;
  /** Width to draw for: that of the terminal, between 60 and 120; 80 where there is none. */
  readonly columns: number;
  /** Aborted when the reader of the results is gone, as with `| head`. Nothing is written after that. */
  readonly readerGone: AbortSignal;
}

const DEFAULT_COLUMNS = 80;
const MIN_COLUMNS = 60;
const MAX_COLUMNS = 120;

/** The streams of a process, or whatever a test puts in their place. */
export interface OutputStreams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

export function createOutput({ stdout, stderr }: OutputStreams, env: NodeJS.ProcessEnv): Output {
  const readerGone = new AbortController();
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    readerGone.abort(error);
  });
  // A closed stderr is nothing to end for: the results may still be wanted.
  stderr.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });

  const result = (text: string): void => {
    if (!readerGone.signal.aborted) stdout.write(`${text}\n`);
  };
  return {
    result,
    json: (value) => result(JSON.stringify(value)),
    progress: (text) => void stderr.write(`${text}\n`),
    style: createStyle(stdout.isTTY === true, env),
    progressStyle: createStyle(stderr.isTTY === true, env),
    // Some terminals that nobody looks at say 0.
    columns: Math.min(Math.max(stdout.columns || DEFAULT_COLUMNS, MIN_COLUMNS), MAX_COLUMNS),
    readerGone: readerGone.signal,
  };
}
