import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { isPlainObject } from "../../event/json.js";
import type { Addition } from "./config-edit.js";

/** What setup has put into which file, so that it takes back exactly that. */
export interface SetupRecord {
  /** By the path of the file. */
  readonly files: Readonly<Record<string, FileRecord>>;
}

export interface FileRecord {
  readonly added: readonly Addition[];
  /** The file was made for it. */
  readonly isNew: boolean;
  /** The file without it: as long as nobody has changed the file since, it becomes that again to the letter. */
  readonly before: string;
  /** SHA-256 of the file with it. */
  readonly sha256: string;
}

const NOTHING: SetupRecord = { files: {} };

const placeOf = ({ XDG_STATE_HOME: state, HOME }: NodeJS.ProcessEnv): string =>
  join(
    state !== undefined && isAbsolute(state) ? state : join(HOME || homedir(), ".local", "state"),
    "otel-agent-actions",
    "setup.json",
  );

/** One that is not there, or that nobody can read, says that nothing was added. */
export async function readRecord(env: NodeJS.ProcessEnv): Promise<SetupRecord> {
  try {
    const value: unknown = JSON.parse(await readFile(placeOf(env), "utf8"));
    return isPlainObject(value) && isPlainObject(value.files) ? (value as unknown as SetupRecord) : NOTHING;
  } catch {
    return NOTHING;
  }
}

export async function writeRecord(env: NodeJS.ProcessEnv, record: SetupRecord): Promise<void> {
  const path = placeOf(env);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}
