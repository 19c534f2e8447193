import { isPlainObject } from "../../../../src/event/json.js";
import type { Mistakes } from "./mistakes.js";

/** Whether it says which spans are meant. One that says nothing would fit every span there is. */
export function checkCondition(mistakes: Mistakes, at: string, where: unknown): void {
  if (!isPlainObject(where) || Object.keys(where).length === 0) {
    mistakes.add(at, "has to say which spans: scope, name or attributes");
    return;
  }
  mistakes.onlyKnown(at, where, ["scope", "name", "attributes"]);
  for (const key of ["scope", "name"])
    if (where[key] !== undefined) checkText(mistakes, `${at}.${key}`, where[key]);
  if (where.attributes !== undefined) checkAttributes(mistakes, `${at}.attributes`, where.attributes);
}

function checkAttributes(mistakes: Mistakes, at: string, attributes: unknown): void {
  if (!isPlainObject(attributes) || Object.keys(attributes).length === 0) {
    mistakes.add(at, "has to be an object of conditions by attribute key");
    return;
  }
  for (const [key, condition] of Object.entries(attributes)) {
    const place = `${at}[${JSON.stringify(key)}]`;
    if (isPlainObject(condition) && "exists" in condition) checkExists(mistakes, place, condition);
    else if (!isScalar(condition) && !isListOf(condition, isScalar)) checkText(mistakes, place, condition);
  }
}

function checkExists(mistakes: Mistakes, at: string, condition: Readonly<Record<string, unknown>>): void {
  mistakes.onlyKnown(at, condition, ["exists"]);
  if (typeof condition.exists !== "boolean") mistakes.add(`${at}.exists`, "has to be true or false");
}

function checkText(mistakes: Mistakes, at: string, condition: unknown): void {
  if (isText(condition) || isListOf(condition, isText)) return;
  if (!isPlainObject(condition) || !("prefix" in condition || "pattern" in condition)) {
    mistakes.add(
      at,
      'has to be a value, a list of values, {"prefix": text} or {"pattern": regular expression}',
    );
    return;
  }
  if ("pattern" in condition) {
    mistakes.onlyKnown(at, condition, ["pattern"]);
    mistakes.expression(`${at}.pattern`, condition.pattern);
    return;
  }
  mistakes.onlyKnown(at, condition, ["prefix"]);
  if (!isText(condition.prefix) || condition.prefix === "") mistakes.add(`${at}.prefix`, "has to be a text");
}

const isText = (value: unknown): boolean => typeof value === "string";
const isScalar = (value: unknown): boolean => ["string", "number", "boolean"].includes(typeof value);

const isListOf = (value: unknown, isOne: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.length > 0 && value.every(isOne);
