import { isPlainObject } from "../../src/event/json.js";
import type { TokenCounts } from "./prompt-run.js";

/** Members of a value whose form nobody guarantees. */
export type Members = Readonly<Record<string, unknown>>;

export const membersOf = (value: unknown): Members => (isPlainObject(value) ? value : {});

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

export const numberOf = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;

/** Milliseconds since the epoch of an ISO 8601 text or a number of milliseconds; `undefined` for what no `Date` can be. */
export function millisOf(value: unknown): number | undefined {
  const millis = typeof value === "string" ? Date.parse(value) : numberOf(value);
  return millis === undefined || Number.isNaN(new Date(millis).getTime()) ? undefined : millis;
}

/** The text of a message: a text, or a list of parts with texts. */
export function messageText(content: unknown): string | undefined {
  if (typeof content === "string") return textOf(content);
  const texts = listOf(content).flatMap((part) => textOf(membersOf(part).text) ?? []);
  return texts.length === 0 ? undefined : texts.join("\n");
}

/** Counts how often values came that a reader does not know. What is named after it is bounded, whatever a file holds. */
export class UnknownValues {
  readonly counts = new Map<string, number>();

  add(name: unknown): void {
    const known = typeof name === "string" ? name.slice(0, MAX_NAME_CHARS) : "a value without a type";
    if (this.counts.size < MAX_NAMES || this.counts.has(known))
      this.counts.set(known, (this.counts.get(known) ?? 0) + 1);
    else this.counts.set("others", (this.counts.get("others") ?? 0) + 1);
  }
}

const MAX_NAME_CHARS = 64;
const MAX_NAMES = 50;

/** Token counts under other names. */
export const tokens = (counts: { readonly [Name in keyof TokenCounts]: unknown }): TokenCounts =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => numberOf(count) !== undefined));
