import type { LargeMember, NotKeptReason } from "../../src/event/large-result.js";
import type { WrittenResult } from "../../src/large-results/write-large-result.js";
import type { ContentForm } from "../read/large-text.js";
import type { RedactionOptions } from "../read/redaction/redaction-options.js";

/** What the thread is started with. */
export interface KeepSettings {
  /** Absent where no content is kept whole. */
  readonly folder: string | undefined;
  readonly maxBytes: number;
  /** Without functions: a thread has none of another one. */
  readonly redaction: Omit<RedactionOptions, "redact">;
}

/** What is to become of a content: a file, or part of its event, in so many bytes. */
export type Destination = "file" | { readonly room: number };

/** A content comes in parts, so that handing it over takes no long turn of the agent. */
export type ToThread =
  | { readonly part: string }
  | { readonly end: { readonly name: LargeMember; readonly form: ContentForm; readonly to: Destination } };

export type FromThread =
  /** With the beginning of it for the row. */
  | { readonly written: WrittenResult; readonly shown: string }
  /** Its JSON for the event. */
  | { readonly content: Uint8Array }
  | { readonly notKept: NotKeptReason; readonly why?: string };
