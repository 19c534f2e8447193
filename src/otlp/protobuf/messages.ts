/**
 * What the messages of all signals are made of: number, name and kind of each field, from opentelemetry-proto 1.x (common/v1, resource/v1). The
 * names are those of OTLP/JSON, so whatever reads OTLP/JSON reads these too.
 */
export interface Field {
  readonly name: string;
  readonly is: "text" | "bool" | "int64" | "int32" | "fixed64" | "double" | "hex" | "base64" | Message;
  /** It may come several times; the value is a list. */
  readonly many?: true;
}

/** Fields by their numbers. */
export interface Message {
  readonly fields: ReadonlyMap<number, Field>;
  /** Only one of its fields has a value: the last one that came. */
  readonly isOneof?: true;
}

// Values hold lists of values: the maps are filled below, when every message has a name.
const valueFields = new Map<number, Field>();
export const ANY_VALUE: Message = { fields: valueFields, isOneof: true };

export const KEY_VALUE = message({ 1: { name: "key", is: "text" }, 2: { name: "value", is: ANY_VALUE } });
const ARRAY_VALUE = message({ 1: { name: "values", is: ANY_VALUE, many: true } });
const KEY_VALUE_LIST = message({ 1: { name: "values", is: KEY_VALUE, many: true } });

valueFields
  .set(1, { name: "stringValue", is: "text" })
  .set(2, { name: "boolValue", is: "bool" })
  .set(3, { name: "intValue", is: "int64" })
  .set(4, { name: "doubleValue", is: "double" })
  .set(5, { name: "arrayValue", is: ARRAY_VALUE })
  .set(6, { name: "kvlistValue", is: KEY_VALUE_LIST })
  .set(7, { name: "bytesValue", is: "base64" });

export const RESOURCE = message({ 1: { name: "attributes", is: KEY_VALUE, many: true } });
export const SCOPE = message({ 1: { name: "name", is: "text" }, 2: { name: "version", is: "text" } });

/** What a request has many of: spans, log records. Each is decoded by itself. */
export interface SignalMessages {
  /** One entry of the request, which is its field 1. */
  readonly group: Message;
  /** One span, or one log record. */
  readonly item: Message;
}

export function message(fields: Readonly<Record<number, Field>>): Message {
  return { fields: new Map(Object.entries(fields).map(([number, field]) => [Number(number), field])) };
}
