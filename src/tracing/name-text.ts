import { MAX_NAME_BYTES, trimText } from "../event/limits.js";
import { reportProblem } from "./problems.js";

/**
 * A name as the event can store it. What is no text is written as one where that says something; else the fallback stands
 * there, and the operator hears of it once.
 */
export function nameText(name: unknown, fallback: string): string {
  if (typeof name === "string" && name !== "") return trimText(name, MAX_NAME_BYTES);
  reportProblem(`a name that has to be a text with something in it is none: ${fallback} stands for it`);
  return typeof name === "object" || typeof name === "function" || name === undefined || name === ""
    ? fallback
    : String(name);
}
