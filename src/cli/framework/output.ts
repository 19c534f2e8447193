import { stripVTControlCharacters, styleText } from "node:util";

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
  /** Widest line of a table. Where there is no terminal, tables are whole, as a pager or `grep` wants them, unless `COLUMNS` says a width. */
  readonly tableColumns: number;
  /** Aborted when nobody takes results any more, as with `| head`, or a full disk. Nothing is written after that. */
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

/** @param onUnwritten called once where the system refuses results, as a full disk does; a reader that is gone is none */
export function createOutput(
  { stdout, stderr }: OutputStreams,
  env: NodeJS.ProcessEnv,
  onUnwritten: (error: Error) => void,
): Output {
  const readerGone = new AbortController();
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (!isOfSystem(error)) throw error;
    // What was about to be written fails as well.
    if (readerGone.signal.aborted) return;
    readerGone.abort(error);
    if (error.code !== "EPIPE") onUnwritten(error);
  });
  // A stderr that is closed, or full, is nothing to end for: the results may still be wanted.
  stderr.on("error", (error: NodeJS.ErrnoException) => {
    if (!isOfSystem(error)) throw error;
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
    columns: drawnWidth(stdout.columns || DEFAULT_COLUMNS),
    tableColumns: stdout.isTTY ? drawnWidth(stdout.columns || DEFAULT_COLUMNS) : widthOf(env),
    readerGone: readerGone.signal,
  };
}

const drawnWidth = (columns: number): number => Math.min(Math.max(columns, MIN_COLUMNS), MAX_COLUMNS);

function widthOf({ COLUMNS }: NodeJS.ProcessEnv): number {
  return COLUMNS !== undefined && /^[1-9]\d{0,5}$/.test(COLUMNS)
    ? Math.max(Number(COLUMNS), MIN_COLUMNS)
    : Number.POSITIVE_INFINITY;
}

/** Refused by the operating system, and no mistake of the program. */
const isOfSystem = ({ code, syscall }: NodeJS.ErrnoException): boolean =>
  code === "EPIPE" || syscall !== undefined;

/** Words for what a colour means here, so that no command chooses colours of its own. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly accent: (text: string) => string;
}

const plain = (text: string): string => text;

const PLAIN: Style = { bold: plain, dim: plain, good: plain, warn: plain, bad: plain, accent: plain };

type Format = Parameters<typeof styleText>[0];

function paint(format: Format): (text: string) => string {
  // Whether to colour at all is decided below, once for a stream; styleText would ask stdout's settings again.
  return (text) => (text === "" ? "" : styleText(format, text, { validateStream: false }));
}

const COLOURED: Style = {
  bold: paint("bold"),
  dim: paint("dim"),
  good: paint("green"),
  warn: paint("yellow"),
  bad: paint("red"),
  accent: paint("cyan"),
};

/** Colours when the stream is a terminal that shows them; `FORCE_COLOR` and `NO_COLOR` decide where they are set. */
export function createStyle(isTerminal: boolean, env: NodeJS.ProcessEnv): Style {
  return wantsColour(isTerminal, env) ? COLOURED : PLAIN;
}

/** https://force-color.org and https://no-color.org: any non-empty value counts, and forcing wins, as it does in Node. */
function wantsColour(isTerminal: boolean, { FORCE_COLOR, NO_COLOR, TERM }: NodeJS.ProcessEnv): boolean {
  if (FORCE_COLOR) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  if (NO_COLOR) return false;
  return isTerminal && TERM !== "dumb";
}

/** The text as it is without colours. */
export function unstyled(text: string): string {
  return stripVTControlCharacters(text);
}
