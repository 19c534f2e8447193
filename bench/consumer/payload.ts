import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { benchEvent, textOf } from "./bench-event.js";
import type { MakeEvent } from "./produce.js";

/** What the tools of the benchmark's actions give. */
export interface Payload {
  /** Behind a side's name in the figures: ` 2048 B`; nothing for the events of 514 bytes. */
  readonly mark: string;
  /** Of a text, on average. */
  readonly bytes: number;
  readonly make: MakeEvent | undefined;
}

/** So much goes through at most, so that large payloads do not measure the machine's memory. */
const MOST_BYTES = 100_000_000;

/**
 * @param order `default`, a number of bytes, or `real`: texts of tools in recorded sessions
 * @param folder where the recorded sessions are, as lines of JSON
 * @returns `undefined` for `real` where there are none
 * @throws when it is none of these
 */
export function payloadOf(order: string, folder: string): Payload | undefined {
  if (order === "default") return { mark: "", bytes: 0, make: undefined };
  if (order === "real") return realPayload(folder);
  const bytes = Number(order);
  if (!Number.isInteger(bytes) || bytes < 1)
    throw new Error(
      `--payload takes default, real, and numbers of bytes, with commas: "${order}" is none of them.`,
    );
  const text = textOf(bytes);
  return { mark: ` ${bytes} B`, bytes, make: withText(() => text) };
}

export const recordsWithin = ({ bytes }: Payload, records: number): number =>
  Math.min(records, Math.ceil(MOST_BYTES / Math.max(bytes, 1)));

function realPayload(folder: string): Payload | undefined {
  if (!existsSync(folder)) return undefined;
  const texts = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".jsonl"))
    .sort()
    .flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n").flatMap(toolTexts));
  if (texts.length === 0) return undefined;
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / texts.length;
  return { mark: " real", bytes, make: withText((index) => texts[index % texts.length]!) };
}

interface SessionLine {
  readonly message?: {
    readonly role?: string;
    readonly content?: readonly { readonly type?: string; readonly text?: string }[];
  };
}

function toolTexts(line: string): readonly string[] {
  if (line.trim() === "") return [];
  const { message } = JSON.parse(line) as SessionLine;
  if (message?.role !== "toolResult" || !Array.isArray(message.content)) return [];
  return message.content.flatMap(({ type, text }) =>
    type === "text" && typeof text === "string" ? [text] : [],
  );
}

const withText =
  (text: (index: number) => string): MakeEvent =>
  (index, count, now) =>
    benchEvent(index, count, now, undefined, true, text(index));
