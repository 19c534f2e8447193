/**
 * A week's rows as a file that can be read again, and a manifest that says how many they are, of which table, and their SHA-256. It is read
 * back and counted before the rows go.
 */
import { mkdir, open, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type pg from "pg";
import type { ArchiveFormat } from "../config/retention-settings.js";
import { describeError } from "../internal/describe-error.js";
import { inTransaction } from "../store/on-connection.js";
import { type ArchiveForm, type ArchiveSource, rangeOf } from "./archive-form.js";
import { JSON_LINES } from "./archive-lines.js";
import { PARQUET } from "./archive-parquet.js";

export interface ArchiveManifest {
  readonly table: string;
  /** Beginning and end of the week, ISO 8601; the end does not belong to it. */
  readonly from: string;
  readonly to: string;
  readonly rows: number;
  /** @default "jsonl" */
  readonly format?: ArchiveFormat;
  /** Of JSON lines without compression; of Parquet, of its values row by row. Hex. */
  readonly sha256: string;
  /** What the rows were when they were written: another one means that a row came, changed or went. */
  readonly version: string;
  readonly archived_at: string;
}

const FORMS: Readonly<Record<ArchiveFormat, ArchiveForm>> = { jsonl: JSON_LINES, parquet: PARQUET };

/** Where archives are written, and how. */
export interface ArchivePlace {
  readonly directory: string;
  readonly format: ArchiveFormat;
}

/** Differs when a row came, changed or went. */
export const versionOf = (source: ArchiveSource): string =>
  `select count(*)::text || ' ' || coalesce(sum(xmin::text::bigint), 0) as version, count(*)::float8 as rows ${rangeOf(source)}`;

/**
 * Writes the rows, unless a file has them as they are. Returns its manifest; `undefined` where there are no rows. A file with other rows of the
 * week stays, because these may be in no table any more: the next one has a number. Throws what Postgres and the file system throw, and an error
 * where what was read back is not what was written.
 */
export async function archiveRows(
  pool: pg.Pool,
  { directory, format }: ArchivePlace,
  source: ArchiveSource,
): Promise<ArchiveManifest | undefined> {
  await mkdir(directory, { recursive: true });
  return inTransaction(pool, async (client) => {
    await client.query("set transaction isolation level repeatable read, read only");
    const { rows } = await client.query<{ version: string; rows: number }>(versionOf(source));
    const [{ version, rows: expected } = { version: "", rows: 0 }] = rows;
    if (expected === 0) return undefined;
    const { path, known } = await placeOf(directory, source, version);
    const kept = known?.format ?? "jsonl";
    if (known !== undefined && (await holds(`${path}${FORMS[kept].extension}`, known))) return known;
    const form = FORMS[format];
    const [data, described] = [`${path}${form.extension}`, `${path}.json`];
    const { sha256 } = await form.write(client, source, `${data}.part`);
    const { table, from, to } = source;
    const manifest: ArchiveManifest = {
      table,
      from: from.toISOString(),
      to: to.toISOString(),
      rows: expected,
      format,
      sha256,
      version,
      archived_at: new Date().toISOString(),
    };
    if (!(await holds(`${data}.part`, manifest)))
      throw new Error(`The archive ${data}.part does not hold what was written to it: nothing was removed.`);
    await rename(`${data}.part`, data);
    await writeFile(`${described}.part`, `${JSON.stringify(manifest, undefined, 2)}\n`, { flush: true });
    await rename(`${described}.part`, described);
    await syncDirectory(directory);
    return manifest;
  });
}

/** The path, without an extension, of the files that have the rows in this version, with their manifest; else of the first that there are not yet. */
async function placeOf(
  directory: string,
  { table, from }: ArchiveSource,
  version: string,
): Promise<{
  readonly path: string;
  readonly known: ArchiveManifest | undefined;
}> {
  for (let number = 1; ; number++) {
    const name = `${table}-${from.toISOString().slice(0, 10)}${number === 1 ? "" : `-${number}`}`;
    const path = join(directory, name);
    const known = await readManifest(`${path}.json`);
    if (known === undefined || known.version === version) return { path, known };
  }
}

/** Whether the file can be read to its end, and has what the manifest says. */
async function holds(file: string, { format = "jsonl", rows, sha256 }: ArchiveManifest): Promise<boolean> {
  const read = await FORMS[format].read(file);
  return read?.rows === rows && read.sha256 === sha256;
}

/** `undefined`: there is none. One that cannot be read is no reason to write over what it describes. */
async function readManifest(file: string): Promise<ArchiveManifest | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as ArchiveManifest;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Error(
      `The manifest ${file} cannot be read, so nothing is removed: mend it, or move it away with its rows. ${describeError(error).message}`,
    );
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
