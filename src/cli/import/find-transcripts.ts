import { createReadStream } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join, relative, sep } from "node:path";
import { createInterface } from "node:readline";
import { TRANSCRIPT_FORMATS } from "../../../exporter/transcripts/formats.js";
import type { TranscriptFormat } from "../../../exporter/transcripts/transcript-format.js";
import { valuesOfLine } from "../../../exporter/transcripts/values-of-line.js";
import { describeError } from "../../internal/describe-error.js";
import { UnreadableError } from "../framework/exit-codes.js";

/** Lines of a file that are looked at for its form. */
const LOOKED_AT = 10;

export interface FoundForm {
  readonly format: TranscriptFormat;
  /** One document, not one a line. */
  readonly isDocument: boolean;
}

/**
 * The form of the transcript that a file is; `undefined` for a file that is none. Throws what the file system throws.
 *
 * @param wanted the form that it has whatever its values look like
 */
export async function transcriptFormOf(
  path: string,
  wanted?: TranscriptFormat,
): Promise<FoundForm | undefined> {
  const { values, isDocument } = await firstValues(path);
  if (wanted !== undefined) return { format: wanted, isDocument };
  for (const value of values) {
    const format = TRANSCRIPT_FORMATS.find((candidate) => candidate.matches(value));
    if (format !== undefined) return { format, isDocument };
  }
  return undefined;
}

async function firstValues(
  path: string,
): Promise<{ readonly values: readonly object[]; readonly isDocument: boolean }> {
  const values: object[] = [];
  const input = createReadStream(path, "utf8");
  const failed = new Promise<never>((_, reject) => input.once("error", reject));
  failed.catch(() => undefined);
  await Promise.race([failed, new Promise<void>((resolve) => input.once("ready", () => resolve()))]);
  let lines = 0;
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      values.push(...valuesOfLine(line).values);
      if (++lines === LOOKED_AT) break;
    }
  } finally {
    input.destroy();
  }
  // One document over many lines.
  if (values.length > 0 || lines < 2) return { values, isDocument: false };
  return { values: valuesOfLine(await readFile(path, "utf8")).values, isDocument: true };
}

/** The files that were named; in place of a folder, those in it that may be transcripts. */
export async function filesOf(names: readonly string[]): Promise<readonly string[]> {
  const files: string[] = [];
  for (const name of names) {
    if (name === "-") {
      files.push(name);
      continue;
    }
    try {
      if ((await stat(name)).isDirectory())
        files.push(
          ...(await filesIn(name)).filter((file) => /\.jsonl?$/.test(file) && !/\.meta\.json$/.test(file)),
        );
      else files.push(name);
    } catch (error) {
      throw new UnreadableError(`${name} cannot be read: ${describeError(error).message}`);
    }
  }
  return files;
}

/** The transcripts that an agent keeps on this machine. */
export async function ownTranscripts(
  format: TranscriptFormat,
  env: NodeJS.ProcessEnv,
): Promise<readonly string[]> {
  const found = await Promise.all(
    format.places.map(async ({ folder, variable, files }) => {
      const root = (variable !== undefined && env[variable]) || join(env.HOME || homedir(), folder);
      const all = await filesIn(root).catch(() => []);
      return all.filter((file) => files.test(relative(root, file).split(sep).join("/")));
    }),
  );
  return found.flat();
}

// Those of a session before those of its sub-agents, which are in a folder of its name.
async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
