import type { ReadableSpan } from "../read/sdk-types.js";

/** A form in which spans are kept in files. */
export interface SpanFileFormat {
  /** As messages name it. */
  readonly name: string;
  /** Whether a value of the file is of this form. Looks at its first members only. */
  matches(value: unknown): boolean;
  /** Its spans. For everything that cannot be read, a sentence that begins with `place` is added to `problems`. */
  read(value: unknown, problems: string[], place: string): readonly ReadableSpan[];
}

/** A value of a file, and where it stands for messages: empty when it is the whole text. */
export interface FileValue {
  readonly place: string;
  readonly value: unknown;
}
