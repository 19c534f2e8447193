/**
 * How an event says where a content is that is too large for its record: the beginning of it stands in the member of `action_details`, and
 * beside it, under the member's name with {@link WHOLE_SUFFIX}, what it is found by; or, with {@link NOT_KEPT_SUFFIX}, why it is nowhere.
 */
import { isPlainObject } from "./json.js";

/** Members of `action_details` that are kept whole where they are too large. */
export const LARGE_MEMBERS = [
  "tool_result",
  "tool_parameters",
  "decision_result",
  "decision_context",
] as const;
export type LargeMember = (typeof LARGE_MEMBERS)[number];

export const WHOLE_SUFFIX = "_whole";
export const NOT_KEPT_SUFFIX = "_not_kept";

/** Why a large content is not kept whole. */
export const NOT_KEPT_REASONS = [
  /** More waited to be written than may. */
  "busy",
  /** The folder is at its bound. */
  "full",
  /** The disk did not take it. */
  "failed",
  /** It took too long to redact and write it, or at the end of the process there was no time for it. */
  "timed_out",
  /** The process ended before it was written. */
  "unfinished",
] as const;
export type NotKeptReason = (typeof NOT_KEPT_REASONS)[number];

/** What is known of a content that is kept whole. */
export interface LargeResult {
  /** Of its JSON text in UTF-8, after redaction; 64 hexadecimal digits. */
  readonly sha256: string;
  /** Bytes of that text. */
  readonly bytes: number;
}

const WHOLE_NAMES = LARGE_MEMBERS.map((member) => `${member}${WHOLE_SUFFIX}`);

/** The reference to a member that is kept whole; `undefined` where there is none that can be used. */
export function largeResultOf(details: unknown, member: string): LargeResult | undefined {
  if (!isPlainObject(details)) return undefined;
  const said = details[`${member}${WHOLE_SUFFIX}`];
  if (!isPlainObject(said)) return undefined;
  const { sha256, bytes } = said;
  if (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/.test(sha256)) return undefined;
  if (typeof bytes !== "number" || !Number.isSafeInteger(bytes) || bytes < 0) return undefined;
  return { sha256, bytes };
}

/** All references of an action's details, by member. */
export function largeResultsOf(details: unknown): ReadonlyMap<LargeMember, LargeResult> {
  // Most have none.
  if (!isPlainObject(details) || !WHOLE_NAMES.some((name) => name in details)) return NONE;
  const found = new Map<LargeMember, LargeResult>();
  for (const member of LARGE_MEMBERS) {
    const one = largeResultOf(details, member);
    if (one !== undefined) found.set(member, one);
  }
  return found;
}

const NONE: ReadonlyMap<LargeMember, LargeResult> = new Map();
