import { createHash } from "node:crypto";
import { isPlainObject } from "../../src/event/json.js";
import { type Captured, HIDDEN } from "../read/dialects/common/captured.js";
import { decodeJson } from "../read/dialects/common/decode-json.js";
import { bytesOf } from "./correlation-memory.js";

/** How the arguments that two layers recorded stand to each other. */
export type ArgumentRelation =
  | "equal"
  /** One has all that the other has, and more: defaults that a schema filled in, options of a framework. */
  | "contained"
  | "other"
  /** One layer did not record them. */
  | "unknown";

/**
 * Compares arguments as layers write the same ones down: with their names or by position, alone or in a list, with a masked
 * member or without, decoded or as text. The order of members does not matter.
 */
export function relateArguments(one: Captured, other: Captured): ArgumentRelation {
  if (isUnknown(one) || isUnknown(other)) return "unknown";
  if (one instanceof ArgumentsDigest || other instanceof ArgumentsDigest)
    return digestOf(one).sha256 === digestOf(other).sha256 ? "equal" : "other";
  const [a, b] = [unwrapped(one), unwrapped(other)];
  if (isEqual(a, b, LOOSE) || isSameByPosition(a, b) || isSameByPosition(b, a)) return "equal";
  return contains(a, b) || contains(b, a) ? "contained" : "other";
}

/** Whether both layers recorded the arguments, and they are the same to the letter but for the form of the list around them. */
export function areSameArguments(one: Captured, other: Captured): boolean {
  return !isUnknown(one) && !isUnknown(other) && isEqual(unwrapped(one), unwrapped(other), STRICT);
}

/**
 * What is remembered of large arguments: enough to decide whether others are equal to them. It is made when it is first asked for, at the latest in
 * the next turn of the event loop: the span that has these arguments takes the agent long enough in this one.
 */
export class ArgumentsDigest {
  /** Until the digest is made. Nobody changes it: it was read from a span. */
  #value: Captured;
  #sha256: string | undefined;

  constructor(value: Captured) {
    this.#value = value;
    setImmediate(() => this.sha256).unref();
  }

  /** SHA-256 of the arguments without what is around them, as JSON with sorted members. */
  get sha256(): string {
    if (this.#sha256 === undefined) {
      this.#sha256 = createHash("sha256")
        .update(canonicalJson(unwrapped(this.#value)))
        .digest("base64");
      this.#value = undefined;
    }
    return this.#sha256;
  }
}

/** Larger arguments are remembered as a digest. A file that a tool wrote would stay in memory for hours otherwise. */
const MAX_REMEMBERED_BYTES = 4_096;

/** Arguments as they are remembered: small ones as they are. */
export const rememberedArguments = (value: Captured): Captured =>
  bytesOf(value, MAX_REMEMBERED_BYTES) > MAX_REMEMBERED_BYTES ? digestOf(value) : value;

const digestOf = (value: Captured): ArgumentsDigest =>
  value instanceof ArgumentsDigest ? value : new ArgumentsDigest(value);

const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) =>
    isPlainObject(member) ? Object.fromEntries(Object.entries(member).sort(byName)) : shown(member),
  ) ?? "";

const byName = ([one]: [string, unknown], [other]: [string, unknown]): number => (one < other ? -1 : 1);

// JSON leaves symbols and functions out, and throws at large integers.
const shown = (value: unknown): unknown =>
  typeof value === "bigint" || typeof value === "symbol" ? String(value) : value;

const isUnknown = (value: Captured): boolean => value === HIDDEN || value === undefined || value === null;

// `[x]`, `{args: [x]}`, `{args: [], kwargs: x}`, and JSON text of any of them.
function unwrapped(value: unknown): unknown {
  if (typeof value === "string") {
    const decoded = decodeJson(value);
    return typeof decoded === "object" && decoded !== null ? unwrapped(decoded) : value;
  }
  if (Array.isArray(value)) return value.length === 1 ? unwrapped(value[0]) : value;
  if (!isPlainObject(value) || !Array.isArray(value.args)) return value;
  const { args, kwargs, ...others } = value;
  if (Object.keys(others).length > 0) return value;
  const hasNamed = isPlainObject(kwargs) && Object.keys(kwargs).length > 0;
  if (hasNamed && args.length > 0) return value;
  return unwrapped(hasNamed ? kwargs : args);
}

/** The members of an object in their order, given by position; or the first alone, when the rest is what a framework adds. */
function isSameByPosition(positional: unknown, named: unknown): boolean {
  if (!isPlainObject(named)) return false;
  const values = Object.values(named);
  if (!Array.isArray(positional))
    return values.length === 1 && !isPlainObject(positional) && isEqual(positional, values[0], LOOSE);
  const [first, ...rest] = positional;
  if (isPlainObject(first) && rest.every(isPlainObject)) return isEqual(first, named, LOOSE);
  return values.length === positional.length && isEqual(positional, values, LOOSE);
}

function contains(larger: unknown, smaller: unknown): boolean {
  if (!isPlainObject(larger) || !isPlainObject(smaller)) return false;
  const names = Object.keys(smaller);
  return names.length > 0 && names.every((name) => isEqual(larger[name], smaller[name], LOOSE));
}

const STRICT = false;
/** A masked value may be any, and a number may be its digits. */
const LOOSE = true;

/** What is deeper is taken for different: arguments of tools are not, and the agent waits. */
const MAX_DEPTH = 64;

function isEqual(one: unknown, other: unknown, isLoose: boolean, depth = 0): boolean {
  if (one === other) return true;
  if (isLoose && (isMask(one) || isMask(other))) return true;
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(one) || Array.isArray(other))
    return (
      Array.isArray(one) &&
      Array.isArray(other) &&
      one.length === other.length &&
      one.every((item, index) => isEqual(item, other[index], isLoose, depth + 1))
    );
  if (isPlainObject(one) && isPlainObject(other)) {
    const names = Object.keys(one);
    return (
      names.length === Object.keys(other).length &&
      names.every((name) => name in other && isEqual(one[name], other[name], isLoose, depth + 1))
    );
  }
  return isLoose && isScalar(one) && isScalar(other) && String(one) === String(other);
}

const isScalar = (value: unknown): boolean => typeof value !== "object" || value === null;

const isMask = (value: unknown): boolean =>
  value === HIDDEN ||
  (typeof value === "string" &&
    /^(?:[[<_*]+(?:redacted|filtered|masked|hidden)[\]>_*]+|\*{3,})$/i.test(value));
