import { parquetMetadata, parquetReadObjects, type SchemaElement } from "hyparquet";
import { expect, test } from "vitest";
import {
  type ParquetColumn,
  type ParquetType,
  ParquetValueError,
} from "../../../src/parquet/parquet-columns.js";
import { type ParquetOptions, writeParquet } from "../../../src/parquet/write-parquet.js";

type Row = Readonly<Record<string, unknown>>;

async function written(
  rows: Iterable<Row> | AsyncIterable<Row>,
  columns: readonly ParquetColumn[],
  more: Partial<ParquetOptions> = {},
) {
  const parts: Uint8Array[] = [];
  const counts = await writeParquet(rows, { columns, write: (bytes) => void parts.push(bytes), ...more });
  const file = bufferOf(parts);
  return { counts, file, read: () => parquetReadObjects({ file }) };
}

function bufferOf(parts: readonly Uint8Array[]): ArrayBuffer {
  const { buffer, byteOffset, length } = Buffer.concat(parts);
  return buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer;
}

const column = (name: string, type: ParquetType): ParquetColumn => ({ name, type });

test("values of every type are read back as they were, with all their digits", async () => {
  const columns = [
    column("text", "text"),
    column("json", "json"),
    column("id", "uuid"),
    column("at", "timestamp"),
    column("count", "integer"),
    column("ratio", "double"),
    column("failed", "boolean"),
    column("names", "texts"),
  ];
  const row = {
    text: 'ä "quoted",\n\u0007 \u202e',
    json: '{"exact":12345678901234567890, "spaced" : 1}',
    id: "018fb5a0-0000-8000-8000-00000000000f",
    at: "2026-01-05T09:00:00.123456Z",
    count: "9007199254740993",
    ratio: 0.1,
    failed: false,
    names: ["a", "", null],
    other: "is no column",
  };
  const { read, counts, file } = await written([row, {}, { ...row, names: [], count: -1 }], columns);
  const [first, nothing, last] = (await read()) as [Row, Row, Row];
  expect(counts).toMatchObject({ rows: 3, rowGroups: 1 });
  expect(parquetMetadata(file).schema).toContainEqual(
    expect.objectContaining({ name: "json", converted_type: "JSON", logical_type: { type: "JSON" } }),
  );
  expect(first).toEqual({
    text: row.text,
    // As the reader parses it.
    json: { exact: 12_345_678_901_234_567_000, spaced: 1 },
    id: row.id,
    at: new Date("2026-01-05T09:00:00.123Z"),
    count: 9_007_199_254_740_993n,
    ratio: 0.1,
    failed: false,
    names: row.names,
  });
  expect(Object.values(nothing).every((value) => value === null || value === undefined)).toBe(true);
  expect(last).toMatchObject({ names: [], count: -1n });
});

test("a text of JSON stands in the file as it was given", async () => {
  const json = '{"exact":12345678901234567890, "spaced" : 1}';
  const { file } = await written([{ json }], [column("json", "json")]);
  const metadata = parquetMetadata(file);
  const [root, { logical_type: _, ...element }] = metadata.schema as [SchemaElement, SchemaElement];
  metadata.schema = [root, { ...element, converted_type: "UTF8" }];
  expect(await parquetReadObjects({ file, metadata })).toEqual([{ json }]);
});

test("microseconds are kept", async () => {
  const columns = [column("at", "timestamp")];
  const times = ["2026-01-05T09:00:00.123456Z", "2026-01-05T09:00:00.5Z", "2026-01-05T09:00:00Z", 1.5];
  const { file } = await written(
    times.map((at) => ({ at })),
    columns,
  );
  const raw = { timestampFromMicroseconds: (value: bigint) => value };
  const read = await parquetReadObjects({ file, parsers: raw as never });
  const begin = BigInt(Date.parse("2026-01-05T09:00:00Z")) * 1_000n;
  expect(read.map(({ at }) => at)).toEqual([begin + 123_456n, begin + 500_000n, begin, 1_500n]);
});

test("a row group is as large as was said, and is written before more is read", async () => {
  let read = 0;
  const readBefore: number[] = [];
  async function* rows() {
    for (; read < 100; read++) yield { text: "x".repeat(1_000) + read };
  }
  const parts: Uint8Array[] = [];
  const counts = await writeParquet(rows(), {
    columns: [column("text", "text")],
    rowGroupBytes: 10_500,
    write: async (bytes) => {
      readBefore.push(read);
      await Promise.resolve();
      parts.push(bytes);
    },
  });
  expect(counts).toMatchObject({ rows: 100, rowGroups: 10 });
  expect(readBefore.slice(0, 3)).toEqual([10, 20, 30]);
  const groups = parquetMetadata(bufferOf(parts)).row_groups;
  expect(groups.map(({ num_rows }) => num_rows)).toEqual(Array(10).fill(10n));
});

test("without rows there is a file with the columns, and metadata are in its footer", async () => {
  const { file, read, counts } = await written([], [column("text", "text")], {
    metadata: { manifest: '{"rows":0}' },
  });
  expect(await read()).toEqual([]);
  expect(counts).toEqual({ rows: 0, rowGroups: 0, bytes: file.byteLength });
  expect(parquetMetadata(file)).toMatchObject({
    key_value_metadata: [{ key: "manifest", value: '{"rows":0}' }],
  });
});

test.each<[ParquetType, unknown]>([
  ["text", 1],
  ["uuid", "none"],
  ["timestamp", "yesterday"],
  ["timestamp", Number.NaN],
  ["integer", 0.5],
  ["integer", "9223372036854775808"],
  ["double", "1"],
  ["boolean", 0],
  ["texts", "a"],
  ["texts", [1n]],
])("a value that is no %s is refused with its column: %s", async (type, value) => {
  const refused = written([{ named: value }], [column("named", type)]);
  await expect(refused).rejects.toThrow(ParquetValueError);
  await expect(refused).rejects.toThrow(`The column named is of the type ${type}`);
});

test("what the rows and the receiver throw comes through", async () => {
  async function* broken(): AsyncGenerator<Row> {
    yield { text: "a" };
    throw new Error("the database is away");
  }
  await expect(written(broken(), [column("text", "text")])).rejects.toThrow("the database is away");
  const full = async () => {
    throw new Error("the disk is full");
  };
  await expect(written([{ text: "a" }], [column("text", "text")], { write: full })).rejects.toThrow("full");
});
