import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { isPlainObject } from "../event/json.js";
import { type RecordedAction, recordedAction } from "../recorded/recorded-action.js";

/** A file of actions cannot be used as one. The message says why, and what to do. */
export class RunFileError extends Error {
  override readonly name = "RunFileError";
}

/**
 * The actions of a run in a file, line by line: JSON lines as `agent-actions show RUN --json` and `actions --json` print them, or events of the
 * topic `agent-actions`. Lines of other kinds of event are passed over.
 *
 * @param run the run that is meant, where the file has several: its correlation id, or what its producer called it
 * @throws RunFileError
 */
export async function* readRunFile(path: string, run?: string): AsyncGenerator<RecordedAction> {
  let number = 0;
  let found = 0;
  let first: string | undefined;
  for await (const line of linesOf(path)) {
    number++;
    if (line.trim() === "") continue;
    const row = rowOf(line, number, path);
    const action = recordedAction(row);
    // A producer may have called it by a text: then it has an id as well.
    if (action === undefined || (run !== undefined && action.run !== run && row.correlation_id !== run))
      continue;
    first ??= action.run;
    if (action.run !== first)
      throw new RunFileError(
        `${path} has several runs. Say which: ${path}#${first}, or ${path}#${action.run}`,
      );
    found++;
    yield action;
  }
  if (found > 0) return;
  const wanted = run === undefined ? "no actions" : `no actions of the run ${JSON.stringify(run)}`;
  throw new RunFileError(`${path} has ${wanted}. Such a file is made by: agent-actions show RUN --json`);
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const stream = createReadStream(path, "utf8");
  // Without a listener an error of the stream would end the process.
  stream.on("error", () => undefined);
  try {
    yield* createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
    // The interface ends without an error when its stream fails.
    if (stream.errored !== null) throw stream.errored;
  } catch (error) {
    throw new RunFileError(`${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  } finally {
    stream.destroy();
  }
}

function rowOf(line: string, number: number, path: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    if (isPlainObject(value)) return value;
  } catch {
    // Said below, with the line.
  }
  throw new RunFileError(
    `${path}, line ${number}: a JSON object is expected in every line, as agent-actions show RUN --json prints them`,
  );
}
