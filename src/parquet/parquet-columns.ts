import type { SchemaElement } from "hyparquet-writer";

/**
 * Types of columns, by what their values are:
 *
 * - `text`: texts
 * - `json`: texts of JSON, which are written as they are, or values, which are serialised
 * - `uuid`: texts of 36 characters
 * - `timestamp`: ISO 8601 with up to six digits of a second, Unix milliseconds, or a `Date`; stored as microseconds in UTC
 * - `integer`: integers of 64 bits, as numbers, bigints or decimal digits
 * - `double`, `boolean`
 * - `texts`: lists of texts
 *
 * null and `undefined` are null in every one of them.
 *
 * Source: https://github.com/apache/parquet-format/blob/master/LogicalTypes.md
 */
export type ParquetType = "text" | "json" | "uuid" | "timestamp" | "integer" | "double" | "boolean" | "texts";

export interface ParquetColumn {
  readonly name: string;
  readonly type: ParquetType;
}

/** A value does not fit the type of its column. The message names both. */
export class ParquetValueError extends Error {
  override readonly name = "ParquetValueError";
}

/**
 * The schema of a file: a root, then the columns in the order of a walk through their tree.
 *
 * While values are encoded, columns of JSON have no converted type, because with it the writer would serialise their texts once more. The footer has it,
 * because some readers know JSON by nothing else.
 */
export function schemaOf(columns: readonly ParquetColumn[], part: "encoding" | "footer"): SchemaElement[] {
  const elements = columns.flatMap(elementsOf);
  const shown = elements.map((element) =>
    part === "footer" && element.logical_type?.type === "JSON"
      ? { ...element, converted_type: "JSON" as const }
      : element,
  );
  return [{ name: "root", num_children: columns.length }, ...shown];
}

function elementsOf({ name, type }: ParquetColumn): SchemaElement[] {
  const column = { name, repetition_type: "OPTIONAL" } as const;
  const utf8 = { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } } as const;
  switch (type) {
    case "text":
      return [{ ...column, ...utf8 }];
    case "json":
      return [{ ...column, type: "BYTE_ARRAY", logical_type: { type: "JSON" } }];
    case "uuid":
      return [{ ...column, type: "FIXED_LEN_BYTE_ARRAY", type_length: 16, logical_type: { type: "UUID" } }];
    case "timestamp":
      return [
        {
          ...column,
          type: "INT64",
          converted_type: "TIMESTAMP_MICROS",
          logical_type: { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MICROS" },
        },
      ];
    case "integer":
      return [{ ...column, type: "INT64" }];
    case "double":
      return [{ ...column, type: "DOUBLE" }];
    case "boolean":
      return [{ ...column, type: "BOOLEAN" }];
    case "texts":
      return [
        { ...column, converted_type: "LIST", logical_type: { type: "LIST" }, num_children: 1 },
        { name: "list", repetition_type: "REPEATED", num_children: 1 },
        { name: "element", repetition_type: "OPTIONAL", ...utf8 },
      ];
  }
}

/** What the writer takes for a value, and about how many bytes it is. */
export interface StoredValue {
  readonly value: unknown;
  readonly bytes: number;
}

const NULL: StoredValue = { value: null, bytes: 1 };

/** @throws ParquetValueError */
export function storedValue({ name, type }: ParquetColumn, given: unknown): StoredValue {
  if (given === null || given === undefined) return NULL;
  const refused = (): ParquetValueError =>
    new ParquetValueError(
      `The column ${name} is of the type ${type}, and a value of it is ${JSON.stringify(given, digits)?.slice(0, 80)}.`,
    );
  switch (type) {
    case "text":
      if (typeof given !== "string") throw refused();
      return { value: given, bytes: given.length };
    case "json": {
      const value = Buffer.from(
        typeof given === "string" ? given : (JSON.stringify(given, digits) ?? "null"),
      );
      return { value, bytes: value.length };
    }
    case "uuid":
      if (typeof given !== "string" || !UUID.test(given)) throw refused();
      return { value: given, bytes: 16 };
    case "timestamp": {
      const value = microseconds(given);
      if (value === undefined) throw refused();
      return { value, bytes: 8 };
    }
    case "integer": {
      const value = integerOf(given);
      if (value === undefined) throw refused();
      return { value, bytes: 8 };
    }
    case "double":
      if (typeof given !== "number") throw refused();
      return { value: given, bytes: 8 };
    case "boolean":
      if (typeof given !== "boolean") throw refused();
      return { value: given, bytes: 1 };
    case "texts": {
      if (!Array.isArray(given)) throw refused();
      const value = given.map((item) => {
        if (item !== null && typeof item !== "string") throw refused();
        return item;
      });
      return { value, bytes: value.reduce((sum, item) => sum + (item?.length ?? 1), 0) };
    }
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** JSON knows no bigint. */
const digits = (_name: string, value: unknown): unknown =>
  typeof value === "bigint" ? String(value) : value;

function integerOf(given: unknown): bigint | undefined {
  const isInteger =
    typeof given === "bigint" ||
    (typeof given === "number" && Number.isInteger(given)) ||
    (typeof given === "string" && /^-?\d{1,19}$/.test(given));
  if (!isInteger) return undefined;
  const value = BigInt(given);
  return BigInt.asIntN(64, value) === value ? value : undefined;
}

/** Unix microseconds. `Date` has milliseconds only, so what stands behind them is read from the text. */
function microseconds(given: unknown): bigint | undefined {
  const millis = given instanceof Date ? given.getTime() : typeof given === "number" ? given : undefined;
  if (millis !== undefined) return Number.isFinite(millis) ? BigInt(Math.round(millis * 1_000)) : undefined;
  if (typeof given !== "string") return undefined;
  const parsed = Date.parse(given);
  if (Number.isNaN(parsed)) return undefined;
  const micros = /\.\d{3}(\d{1,3})/.exec(given)?.[1] ?? "";
  return BigInt(parsed) * 1_000n + BigInt(micros.padEnd(3, "0"));
}
