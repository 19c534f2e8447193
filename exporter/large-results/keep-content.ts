/** What a thread of its own does for one large content: decode, redact, and write it to its file, or hand it back. */
import type { LargeMember } from "../../src/event/large-result.js";
import type { LargeResultWriter, WrittenResult } from "../../src/large-results/write-large-result.js";
import { fitJson } from "../deliver/fit-record.js";
import { contentValue } from "../read/content-value.js";
import { type ContentForm, SHOWN_LENGTH } from "../read/large-text.js";
import { beginningOf } from "../read/redaction/redacted-beginning.js";
import type { Redactor } from "../read/redaction/redactor.js";

export interface Content {
  /** The member of `action_details` that it is. */
  readonly name: LargeMember;
  /** As it was recorded. */
  readonly text: string;
  readonly form: ContentForm;
}

export interface Kept {
  readonly written: WrittenResult;
  /** The beginning of what was written, for the row. */
  readonly shown: string;
}

/**
 * Writes a content as the JSON that a row would have of it: what the text stands for, without what redaction hides in the whole of it.
 *
 * @returns `"full"` where the folder has no room
 * @throws what the file system throws
 */
export function keepContent(
  { name, text, form }: Content,
  redact: Redactor,
  writer: LargeResultWriter,
): Kept | "full" {
  const content = redact({ [name]: contentValue(text, form, Number.POSITIVE_INFINITY) })[name] ?? null;
  const json = JSON.stringify(content);
  const written = writer.write(json);
  const shown = typeof content === "string" ? content : json;
  return written === "full" ? "full" : { written, shown: beginningOf(shown, SHOWN_LENGTH) };
}

/** The JSON that an event has of a content, redacted and cut to `room` bytes. */
export function contentForEvent({ name, text, form }: Content, redact: Redactor, room: number): Buffer {
  const safe = redact({ [name]: contentValue(text, form) });
  return Buffer.from(fitJson(safe[name] ?? null, room), "utf8");
}
