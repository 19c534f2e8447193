import type { Canonicaliser } from "../compare/canonical.js";
import { pathOf } from "../compare/value-differences.js";
import { isPlainObject, type JsonValue } from "../event/json.js";
import type { ArgumentMode } from "./expectation.js";

/** Where arguments are not what is expected. */
export interface ArgumentMismatch {
  /** JSON path. */
  readonly path: string;
  /** What is expected there, in words. */
  readonly expected: string;
  readonly found: JsonValue | undefined;
}

/** Tests of one value, which stand in the place of a value: `{ "$regex": "^src/" }`. Several in one object all have to hold. */
const MATCHERS: Readonly<Record<string, (found: JsonValue | undefined, given: JsonValue) => boolean>> = {
  $any: (found, given) => (found !== undefined) === (given !== false),
  $absent: (found, given) => (found === undefined) === (given !== false),
  $type: (found, given) => typeName(found) === given,
  $regex: (found, given) =>
    typeof found === "string" && typeof given === "string" && new RegExp(given, "u").test(found),
  $contains: (found, given) =>
    typeof found === "string"
      ? typeof given === "string" && found.includes(given)
      : Array.isArray(found) && found.some((item) => JSON.stringify(item) === JSON.stringify(given)),
  $oneOf: (found, given) =>
    Array.isArray(given) && given.some((item) => JSON.stringify(item) === JSON.stringify(found)),
  $gt: (found, given) => typeof found === "number" && typeof given === "number" && found > given,
  $gte: (found, given) => typeof found === "number" && typeof given === "number" && found >= given,
  $lt: (found, given) => typeof found === "number" && typeof given === "number" && found < given,
  $lte: (found, given) => typeof found === "number" && typeof given === "number" && found <= given,
  $length: (found, given) => (typeof found === "string" || Array.isArray(found)) && found.length === given,
};

export const MATCHER_NAMES: readonly string[] = Object.keys(MATCHERS);

const typeName = (value: JsonValue | undefined): string =>
  value === undefined ? "absent" : value === null ? "null" : Array.isArray(value) ? "array" : typeof value;

/**
 * The first place where arguments are not what is expected; `undefined` when they are.
 *
 * @param mode of the members of the arguments; inside of them all have to be equal
 */
export function argumentMismatch(
  expected: JsonValue | undefined,
  found: JsonValue | undefined,
  mode: ArgumentMode,
  tool: string,
  canonicaliser: Canonicaliser,
): ArgumentMismatch | undefined {
  if (mode === "ignore" || expected === undefined) return undefined;
  return mismatch(expected, found, [], mode, tool, canonicaliser);
}

function mismatch(
  expected: JsonValue | undefined,
  found: JsonValue | undefined,
  steps: readonly (string | number)[],
  mode: ArgumentMode,
  tool: string,
  canonicaliser: Canonicaliser,
): ArgumentMismatch | undefined {
  const tests = testsOf(expected);
  if (tests !== undefined) {
    const failed = tests.find(([name, given]) => MATCHERS[name]?.(found, given) !== true);
    return failed && { path: pathOf(steps), expected: `${failed[0]} ${JSON.stringify(failed[1])}`, found };
  }
  const within = (step: string | number, one: JsonValue | undefined, other: JsonValue | undefined) =>
    mismatch(one, other, [...steps, step], "exact", tool, canonicaliser);
  if (isPlainObject(expected) && isPlainObject(found)) {
    for (const key of membersToCheck(expected, found, mode)) {
      const [one, other] = [own(expected, key), own(found, key)];
      if (one === undefined && mode !== "superset" && other !== undefined) {
        if (canonicaliser.isIgnored(canonicaliser.write(other, tool, [...steps.map(String), key]))) continue;
        return { path: pathOf([...steps, key]), expected: "nothing", found: other };
      }
      const bad = within(key, one, other);
      if (bad !== undefined) return bad;
    }
    return undefined;
  }
  if (Array.isArray(expected) && Array.isArray(found)) {
    const [one, other] = [expected, found] as [readonly JsonValue[], readonly JsonValue[]];
    for (let at = 0; at < Math.max(one.length, other.length); at++) {
      const bad = within(at, one[at], other[at]);
      if (bad !== undefined) return bad;
    }
    return undefined;
  }
  const write = (value: JsonValue) => canonicaliser.write(value, tool, steps.map(String));
  const isEqual =
    expected === undefined || found === undefined ? expected === found : write(expected) === write(found);
  return isEqual ? undefined : { path: pathOf(steps), expected: shown(expected), found };
}

function membersToCheck(
  expected: Readonly<Record<string, unknown>>,
  found: Readonly<Record<string, unknown>>,
  mode: ArgumentMode,
): readonly string[] {
  if (mode === "superset") return Object.keys(expected);
  if (mode === "subset") return Object.keys(found);
  return [...new Set([...Object.keys(expected), ...Object.keys(found)])];
}

const own = (object: Readonly<Record<string, unknown>>, key: string): JsonValue | undefined =>
  Object.hasOwn(object, key) ? (object[key] as JsonValue) : undefined;

/** The tests that stand in the place of a value. */
function testsOf(value: JsonValue | undefined): readonly [string, JsonValue][] | undefined {
  if (!isPlainObject(value)) return undefined;
  const entries = Object.entries(value) as [string, JsonValue][];
  return entries.length > 0 && entries.every(([name]) => Object.hasOwn(MATCHERS, name)) ? entries : undefined;
}

const shown = (value: JsonValue | undefined): string =>
  value === undefined ? "nothing" : JSON.stringify(value);
