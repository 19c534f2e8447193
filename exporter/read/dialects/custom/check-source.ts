import { isPlainObject } from "../../../../src/event/json.js";
import { SPAN_PLACES } from "./definition.js";
import { parseJsonPath } from "./json-path.js";
import type { Mistakes } from "./mistakes.js";

const FORMS =
  'has to be an attribute\'s key, {"from": key, "path", "pattern"}, {"prefix": keys}, {"value": constant}, or a list of these';

/** Whether it says where a value is. Absent is fine. */
export function checkSource(mistakes: Mistakes, at: string, source: unknown): void {
  if (source === undefined) return;
  if (typeof source === "string") {
    if (source.trim() === "") mistakes.add(at, FORMS);
    return;
  }
  if (Array.isArray(source)) {
    if (source.length === 0) mistakes.add(at, FORMS);
    for (const [index, one] of source.entries()) checkSource(mistakes, `${at}[${index}]`, one ?? null);
    return;
  }
  if (!isPlainObject(source)) mistakes.add(at, FORMS);
  else if ("prefix" in source) checkPrefix(mistakes, at, source);
  else if ("value" in source) checkConstant(mistakes, at, source);
  else checkPlace(mistakes, at, source);
}

/** The same for a source that is read on every span there is: a span always has a name, so that it may only name attributes. */
export function checkSourceOfAll(mistakes: Mistakes, at: string, source: unknown): void {
  checkSource(mistakes, at, source);
  const sources = Array.isArray(source) ? source.flat(Number.POSITIVE_INFINITY) : [source];
  if (sources.some(isOnEverySpan))
    mistakes.add(at, "is read on every span, so it has to name attributes; say it in an action instead");
}

function isOnEverySpan(source: unknown): boolean {
  const from = isPlainObject(source) ? source.from : source;
  return (isPlainObject(source) && "value" in source) || (SPAN_PLACES as readonly unknown[]).includes(from);
}

type Members = Readonly<Record<string, unknown>>;

function checkPrefix(mistakes: Mistakes, at: string, source: Members): void {
  mistakes.onlyKnown(at, source, ["prefix"]);
  if (!isText(source.prefix)) mistakes.add(`${at}.prefix`, "has to be the beginning of keys");
}

function checkConstant(mistakes: Mistakes, at: string, source: Members): void {
  mistakes.onlyKnown(at, source, ["value"]);
  if (!["string", "number", "boolean"].includes(typeof source.value))
    mistakes.add(`${at}.value`, "has to be a text, a number or a boolean");
}

function checkPlace(mistakes: Mistakes, at: string, { from, path, pattern, ...more }: Members): void {
  mistakes.onlyKnown(at, more, ["from", "path", "pattern"]);
  if (!isText(from)) mistakes.add(`${at}.from`, `has to be an attribute's key, or ${SPAN_PLACES.join(", ")}`);
  if (path !== undefined && !isPath(path))
    mistakes.add(`${at}.path`, 'has to be a path such as output.items[0].text, or a list such as ["a.b", 0]');
  if (pattern !== undefined) mistakes.expression(`${at}.pattern`, pattern);
}

const isText = (value: unknown): boolean => typeof value === "string" && value.trim() !== "";

function isPath(path: unknown): boolean {
  if (typeof path === "string") return parseJsonPath(path) !== undefined;
  return (
    Array.isArray(path) &&
    path.length > 0 &&
    path.every((step) => typeof step === "string" || Number.isInteger(step))
  );
}
