/**
 * What is read from where in one dialect, for the tables of docs/dialects.md. Texts are Markdown; attribute keys stand in backticks,
 * and each of them has to occur in the dialect's sources. Every module of this folder but this one and the index exports one as
 * `GUIDE`. Versions do not stand here: they come from the manifest of the captured files.
 */
export interface DialectGuide {
  /** {@link Dialect.name} */
  readonly dialect: string;
  /** The library or convention, as people call it. */
  readonly title: string;
  /** What makes a span one of this dialect, and what is a call of a tool among them. */
  readonly recognisedBy: string;
  readonly name: string;
  readonly arguments: string;
  readonly result: string;
  readonly callId: string;
  readonly agent: string;
  readonly session: string;
  /** What a failure looks like, beside the general rules. */
  readonly failures: string;
  /** Only where no captured file can tell. */
  readonly testedWith?: string;
  /** Sentences. What is not recorded, or cannot be known. */
  readonly limits: readonly string[];
}
