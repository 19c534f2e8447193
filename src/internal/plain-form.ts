import { EventEmitter } from "node:events";
import { types } from "node:util";
import { isPlainObject } from "../event/json.js";
import { bigintText } from "./bigint-text.js";

/**
 * A value in a form that JSON has. A list is read from the first item to the last, each once; `at` and `get` may throw
 * what the value's getters throw.
 */
export type PlainForm = PrimitiveForm | ListForm | RecordForm;

export interface PrimitiveForm {
  readonly is: "primitive";
  readonly value: unknown;
}
export interface ListForm {
  readonly is: "list";
  readonly length: number;
  readonly at: (index: number) => unknown;
}
export interface RecordForm {
  readonly is: "record";
  readonly keys: readonly string[];
  readonly get: (key: string) => unknown;
}

/** The own enumerable keys of an object, as `Object.keys` gives them. */
export type KeysOf = (value: object) => readonly string[];

/**
 * The form in which a value is written that JSON has none for. Throws what the value's own traps, getters and `toJSON`
 * throw.
 *
 * | value | form |
 * |---|---|
 * | bigint | its digits as text; beyond 2^4096 only that it is so large |
 * | symbol, function | `Symbol(name)`, `[function name]` |
 * | Date | ISO 8601; `Invalid Date` |
 * | Map | an object when it has at most 10,000 entries and every key is a text, else a list of `[key, value]` |
 * | Set | a list |
 * | Buffer, typed array, ArrayBuffer, DataView | `{type, bytes, base64}`: its length, and the first 4,096 bytes of it |
 * | Error | `{name, message, code, cause, errors}`; no other properties: HTTP clients keep whole requests there |
 * | RegExp, boxed primitive | its text; what it boxes |
 * | stream, socket, server, any event emitter | `[Socket]`, its class: inside are buffers and connections |
 * | has a `toJSON` | what that returns; when it throws, only that, since it may be there to hide something |
 * | instance of a class | its own enumerable properties; `[Promise]`, its class, when there are none |
 */
export function plainForm(value: unknown, keysOf: KeysOf = Object.keys): PlainForm {
  if (typeof value === "bigint") return primitive(bigintText(value));
  if (typeof value === "function") return primitive(`[function ${value.name}]`);
  if (typeof value !== "object" || value === null) return primitive(String(value));
  if (isPlainObject(value)) return fromToJson(value, keysOf) ?? recordForm(value, keysOf);
  if (Array.isArray(value)) return fromToJson(value, keysOf) ?? listForm(value);
  return builtInForm(value) ?? fromToJson(value, keysOf) ?? instanceForm(value, keysOf);
}

const primitive = (value: unknown): PrimitiveForm => ({ is: "primitive", value });

// Asked once: what it returns is not asked again, so a `toJSON` that returns its own object comes to an end.
function fromToJson(value: object, keysOf: KeysOf): PlainForm | undefined {
  const { toJSON } = value as { readonly toJSON?: unknown };
  if (typeof toJSON !== "function") return undefined;
  const replaced: unknown = toJSON.call(value, "");
  if (typeof replaced !== "object" || replaced === null) return primitive(replaced);
  if (isPlainObject(replaced)) return recordForm(replaced, keysOf);
  return Array.isArray(replaced)
    ? listForm(replaced)
    : (builtInForm(replaced) ?? instanceForm(replaced, keysOf));
}

function recordForm(value: object, keysOf: KeysOf): RecordForm {
  const properties = value as Readonly<Record<string, unknown>>;
  return { is: "record", keys: keysOf(value), get: (key) => properties[key] };
}

function listForm(value: readonly unknown[]): ListForm {
  // A Proxy may return anything as the length of its array.
  const length: unknown = value.length;
  return { is: "list", length: isCount(length) ? length : 0, at: (index) => value[index] };
}

const isCount = (length: unknown): length is number => Number.isSafeInteger(length) && Number(length) >= 0;

function builtInForm(value: object): PlainForm | undefined {
  if (types.isDate(value)) return primitive(dateText(value));
  if (types.isMap(value)) return mapForm(value);
  if (types.isSet(value)) return iteratedForm(sizeOfSet(value), Set.prototype.values.call(value));
  if (ArrayBuffer.isView(value)) return bytesForm(value, value.buffer, value.byteOffset, value.byteLength);
  if (types.isAnyArrayBuffer(value)) return bytesForm(value, value, 0, value.byteLength);
  if (types.isNativeError(value) || value instanceof Error) return errorForm(value);
  if (types.isRegExp(value)) return primitive(String(value));
  if (types.isBoxedPrimitive(value)) return boxedForm(value);
  return value instanceof EventEmitter ? primitive(`[${classOf(value)}]`) : undefined;
}

function dateText(value: Date): string {
  const millis = Date.prototype.getTime.call(value);
  return Number.isNaN(millis) ? "Invalid Date" : new Date(millis).toISOString();
}

const MAX_RECORD_ENTRIES = 10_000;

// The built-in methods, not the value's own: a subclass may iterate for ever.
function mapForm(value: Map<unknown, unknown>): PlainForm {
  const size = sizeOfMap(value);
  const entries = Map.prototype.entries.call(value);
  if (size > MAX_RECORD_ENTRIES) return iteratedForm(size, entries);
  const keys = [...Map.prototype.keys.call(value)];
  if (!keys.every((key) => typeof key === "string")) return iteratedForm(size, entries);
  return { is: "record", keys, get: (key) => Map.prototype.get.call(value, key) };
}

function sizeOfMap(value: Map<unknown, unknown>): number {
  return Reflect.get(Map.prototype, "size", value);
}

function sizeOfSet(value: Set<unknown>): number {
  return Reflect.get(Set.prototype, "size", value);
}

function iteratedForm(length: number, items: Iterator<unknown>): ListForm {
  return { is: "list", length, at: () => items.next().value };
}

const MAX_SHOWN_BYTES = 4_096;

function bytesForm(value: object, buffer: ArrayBufferLike, offset: number, length: number): RecordForm {
  const shown = Buffer.from(buffer, offset, Math.min(length, MAX_SHOWN_BYTES));
  return recordForm({ type: classOf(value), bytes: length, base64: shown.toString("base64") }, Object.keys);
}

const ERROR_KEYS = ["name", "message", "code", "cause", "errors"] as const;

function errorForm(value: Error): RecordForm {
  return { is: "record", keys: ERROR_KEYS, get: (key) => (value as unknown as Record<string, unknown>)[key] };
}

function boxedForm(value: object): PrimitiveForm {
  const boxed: unknown = value.valueOf();
  return primitive(typeof boxed === "object" ? `[${classOf(value)}]` : boxed);
}

function instanceForm(value: object, keysOf: KeysOf): PlainForm {
  const record = recordForm(value, keysOf);
  // A plain object of another realm has another Object.prototype.
  return record.keys.length > 0 || classOf(value) === "Object" ? record : primitive(`[${classOf(value)}]`);
}

function classOf(value: object): string {
  const name: unknown = value.constructor?.name;
  return typeof name === "string" && name !== "" ? name : "object";
}
