import type { ReadableSpan } from "../../sdk-types.js";
import { scopeName } from "../common/attributes.js";
import type { AttributeCondition, SpanCondition } from "./definition.js";
import { MAX_SEARCHED } from "./value-reader.js";

export type SpanMatcher = (span: ReadableSpan) => boolean;
type Test = (value: unknown) => boolean;

/** Whether a span is one of those that are meant. The condition is known to be valid. */
export function spanMatcher({ scope, name, attributes = {} }: SpanCondition): SpanMatcher {
  const tests: SpanMatcher[] = [];
  if (scope !== undefined) {
    const test = testOf(scope);
    tests.push((span) => test(scopeName(span)));
  }
  if (name !== undefined) {
    const test = testOf(name);
    tests.push((span) => test(span.name));
  }
  for (const [key, condition] of Object.entries(attributes)) {
    const test = testOf(condition);
    tests.push((span) => test(span.attributes[key]));
  }
  return (span) => tests.every((test) => test(span));
}

function testOf(condition: AttributeCondition): Test {
  if (typeof condition !== "object") return (value) => value === condition;
  if (isList(condition)) return (value) => condition.some((one) => one === value);
  if ("exists" in condition) return (value) => isThere(value) === condition.exists;
  if ("prefix" in condition)
    return (value) => typeof value === "string" && value.startsWith(condition.prefix);
  const expression = new RegExp(condition.pattern);
  return (value) => isThere(value) && expression.test(String(value).slice(0, MAX_SEARCHED));
}

const isList = (condition: object): condition is readonly (string | number | boolean)[] =>
  Array.isArray(condition);

const isThere = (value: unknown): boolean => value !== undefined && value !== null;
