import type { AsyncBuffer } from "hyparquet";
import { loadParquetReader } from "./load-parquet.js";

/**
 * The rows of a file of Apache Parquet, a row group at a time in memory. Times are Unix microseconds and integers of 64 bits bigints, so that nothing is rounded; JSON
 * is its text.
 *
 * @throws ConfigError without the package hyparquet, and an error where the file is none, or damaged
 */
export async function* readParquet(file: AsyncBuffer): AsyncGenerator<Readonly<Record<string, unknown>>> {
  const { parquetMetadataAsync, parquetReadObjects } = await loadParquetReader();
  const metadata = await parquetMetadataAsync(file);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const parsers = {
    timestampFromMicroseconds: (micros: bigint) => micros,
    jsonFromBytes: (bytes: Uint8Array | undefined) => bytes && decoder.decode(bytes),
  };
  let rowStart = 0;
  for (const { num_rows: rows } of metadata.row_groups) {
    const rowEnd = rowStart + Number(rows);
    yield* await parquetReadObjects({ file, metadata, rowStart, rowEnd, parsers });
    rowStart = rowEnd;
  }
}
