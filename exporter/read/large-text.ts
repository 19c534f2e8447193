import { LARGE_MEMBERS, type LargeMember } from "../../src/event/large-result.js";

/**
 * How the text of a content is read: `own`, what this package's API wrote, where JSON is encoded once; `foreign`, what another program recorded,
 * which may be encoded twice, and be an answer of MCP; `json`, what a dialect has read already, as JSON.
 */
export type ContentForm = "own" | "foreign" | "json";

/** How much of a large content stands in the row. */
export const SHOWN_LENGTH = 32_768;

export interface LargeTextParts {
  /** The member of `action_details` that it is: redaction goes by names too. */
  readonly name: LargeMember;
  /** JSON text of the content, or a text that is none, as it was recorded. Not redacted. */
  readonly text: string;
  /** The beginning of it, redacted. */
  readonly shown: string;
  readonly form: ContentForm;
  /** What stands in the event where the content is not kept whole: redacted, and not cut. */
  readonly recorded: () => unknown;
}

/**
 * A content that is too large for a record, on its way to where it is kept whole. In the event it stands for the beginning of it: that is what
 * JSON says of it as long as it is not known where the whole is.
 */
export class LargeText {
  readonly #parts: LargeTextParts;

  constructor(parts: LargeTextParts) {
    this.#parts = parts;
  }

  get name(): LargeMember {
    return this.#parts.name;
  }

  get text(): string {
    return this.#parts.text;
  }

  get shown(): string {
    return this.#parts.shown;
  }

  get form(): ContentForm {
    return this.#parts.form;
  }

  recorded(): unknown {
    return this.#parts.recorded();
  }

  toJSON(): string {
    return `${this.#parts.shown}…[trimmed: ${this.#parts.text.length} characters]`;
  }
}

/** The contents of an event that are too large for a record; `undefined` for none. */
export function largeTextsOf(event: object): ReadonlyMap<LargeMember, LargeText> | undefined {
  const { action_details: details } = event as { readonly action_details?: unknown };
  if (typeof details !== "object" || details === null) return undefined;
  let found: Map<LargeMember, LargeText> | undefined;
  for (const member of LARGE_MEMBERS) {
    const value: unknown = Reflect.get(details, member);
    if (!(value instanceof LargeText)) continue;
    found ??= new Map();
    found.set(member, value);
  }
  return found;
}

/** What the event says where each of these contents stands by `say`. */
export function withContents(
  event: object,
  texts: ReadonlyMap<LargeMember, LargeText>,
  say: (member: LargeMember, text: LargeText) => Readonly<Record<string, unknown>>,
): object {
  const { action_details: details } = event as { readonly action_details: object };
  const said = [...texts].map(([member, text]) => say(member, text));
  return { ...event, action_details: Object.assign({ ...details }, ...said) as object };
}
