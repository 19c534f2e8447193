/**
 * A week's rows as a file that can be read again: gzipped JSON lines, one row a line, and a manifest that says how many they are, of which
 * table, and their SHA-256. It is read back and counted before the rows go.
 */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { StringDecoder } from "node:string_decoder";
import { createGunzip, createGzip } from "node:zlib";
import type pg from "pg";
import { describeError } from "../internal/describe-error.js";
import { inTransaction } from "../store/on-connection.js";

export interface ArchiveManifest {
  readonly table: string;
  /** Beginning and end of the week, ISO 8601; the end does not belong to it. */
  readonly from: string;
  readonly to: string;
  readonly rows: number;
  /** Of the lines, without compression. Hex. */
  readonly sha256: string;
  /** What the rows were when they were written: another one means that a row came, changed or went. */
  readonly version: string;
  readonly archived_at: string;
}

/** What of a table is written: `where` is a condition on it. */
export interface ArchiveSource {
  /** Name of the table, without a schema, and of the file. */
  readonly table: string;
  readonly from: Date;
  readonly to: Date;
}

const FETCH_ROWS = 1_000;

const rangeOf = ({ table, from, to }: ArchiveSource): string =>
  `from ${table} as target where created_at >= '${from.toISOString()}' and created_at < '${to.toISOString()}'`;

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
  directory: string,
  source: ArchiveSource,
): Promise<ArchiveManifest | undefined> {
  await mkdir(directory, { recursive: true });
  return inTransaction(pool, async (client) => {
    await client.query("set transaction isolation level repeatable read, read only");
    const { rows } = await client.query<{ version: string; rows: number }>(versionOf(source));
    const [{ version, rows: expected } = { version: "", rows: 0 }] = rows;
    if (expected === 0) return undefined;
    const { data, described, known } = await placeOf(directory, source, version);
    if (known !== undefined && (await holds(data, known))) return known;
    const hash = createHash("sha256");
    await pipeline(
      Readable.from(linesOf(client, source, hash)),
      createGzip({ level: 6 }),
      createWriteStream(`${data}.part`, { flush: true }),
    );
    const { table, from, to } = source;
    const manifest: ArchiveManifest = {
      table,
      from: from.toISOString(),
      to: to.toISOString(),
      rows: expected,
      sha256: hash.digest("hex"),
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

/** The files that have the rows in this version, with their manifest; else the first that there are not yet. */
async function placeOf(
  directory: string,
  { table, from }: ArchiveSource,
  version: string,
): Promise<{
  readonly data: string;
  readonly described: string;
  readonly known: ArchiveManifest | undefined;
}> {
  for (let number = 1; ; number++) {
    const name = `${table}-${from.toISOString().slice(0, 10)}${number === 1 ? "" : `-${number}`}`;
    const described = join(directory, `${name}.json`);
    const known = await readManifest(described);
    if (known === undefined || known.version === version)
      return { data: join(directory, `${name}.jsonl.gz`), described, known };
  }
}

async function* linesOf(
  client: pg.PoolClient,
  source: ArchiveSource,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<string> {
  await client.query(`declare archived cursor for select to_jsonb(target)::text as line ${rangeOf(source)}`);
  for (;;) {
    const { rows } = await client.query<{ line: string }>(`fetch ${FETCH_ROWS} from archived`);
    if (rows.length === 0) return;
    for (const { line } of rows) {
      const text = `${line}\n`;
      hash.update(text);
      yield text;
    }
  }
}

/** Whether the file can be read, and its lines are as many JSON objects as the manifest says, with its SHA-256. */
async function holds(file: string, { rows, sha256 }: ArchiveManifest): Promise<boolean> {
  const hash = createHash("sha256");
  let lines = 0;
  try {
    await pipeline(createReadStream(file), createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
      const decoder = new StringDecoder("utf8");
      let rest = "";
      for await (const chunk of chunks) {
        hash.update(chunk);
        const parts = (rest + decoder.write(chunk)).split("\n");
        rest = parts.pop() ?? "";
        for (const line of parts) JSON.parse(line);
        lines += parts.length;
      }
    });
  } catch {
    return false;
  }
  return lines === rows && hash.digest("hex") === sha256;
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
