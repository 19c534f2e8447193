import type { ListForm, PlainForm, RecordForm } from "./plain-form.js";
import { formOfAnything, readAnything, threw } from "./read-anything.js";

export interface PlainJsonLimits {
  /** Levels of arrays and objects that are kept. @default 200 */
  readonly maxDepth?: number;
  /** Values that are visited; a mark stands for what comes after them. @default 2_000_000 */
  readonly maxNodes?: number;
}

/**
 * A copy, made of plain objects, arrays, texts, finite numbers, booleans and null, of anything whatsoever. Total: it never
 * throws, and its work is bounded. What JSON has no form for is given the one that `toJson` gives it.
 */
export function plainJson(value: unknown, limits: PlainJsonLimits = {}): unknown {
  const { maxDepth = 200, maxNodes = 2_000_000 } = limits;
  try {
    return plain(value, { maxDepth, nodesLeft: maxNodes, above: [] });
  } catch (error) {
    // Only the host's own stack or memory running out leads here.
    return threw(error);
  }
}

interface Walk {
  readonly maxDepth: number;
  nodesLeft: number;
  /** The containers around the value: meeting one of them again is a circle. */
  readonly above: object[];
}

function plain(value: unknown, walk: Walk): unknown {
  if (typeof value === "string" || typeof value === "boolean") return value;
  // JSON has no -0: it is written as 0.
  if (typeof value === "number") return Number.isFinite(value) ? value + 0 : String(value);
  if (value === null || value === undefined) return null;
  return typeof value === "object" ? fromObject(value, walk) : fromForm(formOfAnything(value), walk);
}

function fromObject(value: object, walk: Walk): unknown {
  if (walk.above.includes(value)) return "[circular]";
  if (walk.above.length >= walk.maxDepth) return "[nested too deep]";
  walk.above.push(value);
  const copy = fromForm(formOfAnything(value), walk);
  walk.above.pop();
  return copy;
}

function fromForm(form: PlainForm, walk: Walk): unknown {
  if (form.is === "primitive") return plain(form.value, walk);
  return form.is === "list" ? fromList(form, walk) : fromRecord(form, walk);
}

function fromList({ length, at }: ListForm, walk: Walk): unknown[] {
  const copy: unknown[] = [];
  for (let index = 0; index < length; index++) {
    if (walk.nodesLeft-- <= 0) {
      copy.push(`… ${length - index} more`);
      break;
    }
    copy.push(plain(readAnything(at, index), walk));
  }
  return copy;
}

function fromRecord({ keys, get }: RecordForm, walk: Walk): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [index, key] of keys.entries()) {
    if (walk.nodesLeft-- <= 0) {
      copy["…"] = `${keys.length - index} more`;
      break;
    }
    const member = readAnything(get, key);
    // As JSON.stringify does: a property that is undefined is not there.
    if (member !== undefined) setOwn(copy, key, plain(member, walk));
  }
  return copy;
}

// A key `__proto__` has to become a property, not the prototype.
function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== "__proto__") target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}
