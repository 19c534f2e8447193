import { MAX_NAME_BYTES, trimText } from "../event/limits.js";
import { bigintText } from "../internal/bigint-text.js";
import { reportProblem } from "./problems.js";

/**
 * A name as the event can store it. What is no text is written as one where that says something; else the fallback stands
 * there, and the operator hears of it once.
 */
export function nameText(name: unknown, fallback: string): string {
  if (typeof name === "string" && name !== "") return trimText(name, MAX_NAME_BYTES);
  reportProblem(`a name that has to be a text with something in it is none: ${fallback} stands for it`);
  if (typeof name === "bigint") return bigintText(name);
  return typeof name === "number" || typeof name === "boolean" || typeof name === "symbol"
    ? String(name)
    : fallback;
}
