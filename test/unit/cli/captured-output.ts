import type { CliContext } from "../../../src/cli/framework/command.js";
import { createStyle, type Output } from "../../../src/cli/framework/output.js";

export interface CapturedOutput extends Output {
  readonly results: string[];
  readonly progressLines: string[];
}

/** Output that is kept instead of written: 80 columns, no colours. */
export function captureOutput(): CapturedOutput {
  const results: string[] = [];
  const progressLines: string[] = [];
  const style = createStyle(false, {});
  return {
    results,
    progressLines,
    result: (text) => void results.push(text),
    json: (value) => void results.push(JSON.stringify(value)),
    progress: (text) => void progressLines.push(text),
    style,
    progressStyle: style,
    columns: 80,
    tableColumns: 80,
    readerGone: new AbortController().signal,
  };
}

/** A world in which nothing is heard of signals. */
export function quietContext(out: Output, env: NodeJS.ProcessEnv = {}): CliContext {
  return {
    out,
    env,
    catchInterrupts: () => ({
      signal: new AbortController().signal,
      received: undefined,
      onSignal: () => undefined,
      stopListening: () => undefined,
    }),
  };
}
