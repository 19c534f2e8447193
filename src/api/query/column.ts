/** A JSON Schema as OpenAPI 3.1 has it. */
export type Schema = Readonly<Record<string, unknown>>;

/** What a response shows under one name. */
export interface Column {
  /** SQL of the value. */
  readonly sql: string;
  readonly schema: Schema;
}

/** The columns of a response, in the order in which they are shown. */
export type ColumnTable = Readonly<Record<string, Column>>;

const nullable = (type: string, description: string, more: Schema = {}): Schema => ({
  type: [type, "null"],
  ...more,
  description,
});

export const textColumn = (sql: string, description: string): Column => ({
  sql,
  schema: nullable("string", description),
});
export const uuidColumn = (sql: string, description: string): Column => ({
  sql,
  schema: nullable("string", description, { format: "uuid" }),
});
export const integerColumn = (sql: string, description: string): Column => ({
  sql,
  schema: nullable("integer", description),
});
export const numberColumn = (sql: string, description: string): Column => ({
  sql,
  schema: nullable("number", description),
});
export const booleanColumn = (sql: string, description: string): Column => ({
  sql,
  schema: nullable("boolean", description),
});
export const textsColumn = (sql: string, description: string): Column => ({
  sql,
  schema: nullable("array", description, { items: { type: "string" } }),
});
/** Any JSON, as it was recorded: numbers keep all their digits. */
export const jsonColumn = (sql: string, description: string): Column => ({ sql, schema: { description } });

/** ISO 8601 in UTC with microseconds, whatever the time zone of the session. */
export const timeColumn = (sql: string, description: string): Column => ({
  sql: isoTime(sql),
  schema: nullable("string", description, { format: "date-time" }),
});

export const isoTime = (sql: string): string =>
  `to_char(${sql} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** The schema of an object with these columns. Which are shown, `fields` may say, so none is required. */
export const rowSchema = (columns: ColumnTable): Schema => ({
  type: "object",
  properties: Object.fromEntries(Object.entries(columns).map(([name, { schema }]) => [name, schema])),
});
