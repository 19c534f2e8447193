import type { NotKeptReason } from "../../src/event/large-result.js";
import type { WrittenResult } from "../../src/large-results/write-large-result.js";
import type { RedactionOptions } from "../read/redaction/redaction-options.js";

/** What the thread is started with. */
export interface KeepSettings {
  readonly folder: string;
  readonly maxBytes: number;
  /** Without functions: a thread has none of another one. */
  readonly redaction: Omit<RedactionOptions, "redact">;
}

/** A content comes in parts, so that handing it over takes no long turn of the agent. */
export type ToThread = { readonly part: string } | { readonly end: { readonly isForeign: boolean } };

export type FromThread =
  | { readonly written: WrittenResult }
  | { readonly notKept: NotKeptReason; readonly why?: string };
