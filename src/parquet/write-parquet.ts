import { loadParquet } from "./load-parquet.js";
import { type ParquetColumn, schemaOf, storedValue } from "./parquet-columns.js";

export interface ParquetOptions {
  /** In the order that the file has them; at least one. */
  readonly columns: readonly ParquetColumn[];
  /** Takes the next bytes of the file; the next rows are read once it resolves. The bytes are the receiver's own. */
  readonly write: (bytes: Uint8Array) => void | Promise<void>;
  /**
   * Most bytes of values that a row group has, and so that are in memory; a larger row is a group by itself. Encoding a group holds the process,
   * for about 15 ms a megabyte.
   *
   * @default 8,000,000
   */
  readonly rowGroupBytes?: number;
  /** Key and value pairs of the file's footer, such as a manifest. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** What was written. */
export interface ParquetCounts {
  readonly rows: number;
  readonly rowGroups: number;
  /** Size of the file. */
  readonly bytes: number;
}

const ROW_GROUP_BYTES = 8_000_000;
/** Readers skip by row groups, and small rows are many to a megabyte. */
const ROW_GROUP_ROWS = 50_000;

/**
 * Writes rows as a file of Apache Parquet, compressed by Snappy, in the memory of one row group whatever their number. Members of a row that are no
 * column are left out. A file that was not written to its end has no footer, so no reader takes it for whole.
 *
 * @throws ParquetValueError for a value that does not fit its column; ConfigError without the package hyparquet-writer; and what `rows` and `write` throw
 */
export async function writeParquet(
  rows: AsyncIterable<Readonly<Record<string, unknown>>> | Iterable<Readonly<Record<string, unknown>>>,
  { columns, write, rowGroupBytes = ROW_GROUP_BYTES, metadata = {} }: ParquetOptions,
): Promise<ParquetCounts> {
  const { ByteWriter, ParquetWriter } = await loadParquet();
  const writer = new ByteWriter(1 << 20);
  const parquet = new ParquetWriter({
    writer,
    schema: schemaOf(columns, "encoding"),
    createdBy: "otel-agent-actions",
    kvMetadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  const counts = { rows: 0, rowGroups: 0, bytes: 0 };
  let group = emptyGroup(columns);

  const flush = async (): Promise<void> => {
    // The writer's buffer is used again for what follows.
    const bytes = writer.getBytes().slice();
    writer.index = 0;
    counts.bytes += bytes.length;
    if (bytes.length > 0) await write(bytes);
  };
  const endGroup = async (): Promise<void> => {
    const [first] = group.columnData;
    if (first === undefined || first.data.length === 0) return;
    await parquet.write({ columnData: group.columnData, rowGroupSize: first.data.length });
    counts.rowGroups++;
    counts.rows += first.data.length;
    group = emptyGroup(columns);
    await flush();
  };

  for await (const row of rows) {
    const stored = columns.map((column) => storedValue(column, row[column.name]));
    const bytes = stored.reduce((sum, value) => sum + value.bytes, 0);
    if (group.bytes + bytes > rowGroupBytes || group.rows === ROW_GROUP_ROWS) await endGroup();
    for (const [place, { value }] of stored.entries()) group.columnData[place]?.data.push(value);
    group.bytes += bytes;
    group.rows++;
  }
  await endGroup();
  parquet.schema = schemaOf(columns, "footer");
  await parquet.finish();
  await flush();
  return counts;
}

interface Group {
  readonly columnData: { readonly name: string; readonly data: unknown[]; readonly statistics: boolean }[];
  bytes: number;
  rows: number;
}

const emptyGroup = (columns: readonly ParquetColumn[]): Group => ({
  // Statistics of JSON would be whole documents in the footer.
  columnData: columns.map(({ name, type }) => ({ name, data: [], statistics: type !== "json" })),
  bytes: 0,
  rows: 0,
});
