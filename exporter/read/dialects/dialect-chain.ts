import { diag } from "@opentelemetry/api";
import { describeError } from "../../../src/internal/describe-error.js";
import type { ReadableSpan } from "../sdk-types.js";
import type { Dialect, Reading } from "./dialect.js";

/** What a dialect reads in a span. */
export interface DialectReading {
  readonly dialect: Dialect;
  readonly reading: Reading;
}

/**
 * Dialects that are asked in their order, until one knows the answer. One that throws is passed over: the others are asked, the throw is
 * counted, and the first of each dialect is reported through `diag`.
 */
export class DialectChain {
  readonly #dialects: readonly Dialect[];
  readonly #reported = new Set<Dialect>();
  #errors = 0;

  constructor(dialects: readonly Dialect[]) {
    this.#dialects = dialects;
  }

  /** How often a dialect threw. */
  get errors(): number {
    return this.#errors;
  }

  /**
   * What the first dialect that knows the span reads in it; `undefined` where none does.
   *
   * @throws what a dialect threw, where no other one knows the span
   */
  read(span: ReadableSpan, ancestors: readonly ReadableSpan[]): DialectReading | undefined {
    let thrown: { readonly error: unknown } | undefined;
    for (const dialect of this.#dialects)
      try {
        const reading = dialect.read(span, ancestors);
        if (reading !== undefined) return { dialect, reading };
      } catch (error) {
        thrown ??= { error };
        this.#count(dialect, error);
      }
    if (thrown !== undefined) throw thrown.error;
    return undefined;
  }

  /** The agent that the span itself names, in any dialect. Never blank. */
  agentName(span: ReadableSpan): string | undefined {
    return this.#firstText((dialect) => dialect.agentName(span));
  }

  /** The conversation, session or thread that the span itself names, in any dialect. Never blank. */
  sessionId(span: ReadableSpan): string | undefined {
    return this.#firstText((dialect) => dialect.sessionId(span));
  }

  // A dialect may take a name from a span whose name is empty.
  #firstText(ask: (dialect: Dialect) => string | undefined): string | undefined {
    for (const dialect of this.#dialects)
      try {
        const text = ask(dialect);
        if (text?.trim()) return text;
      } catch (error) {
        this.#count(dialect, error);
      }
    return undefined;
  }

  #count(dialect: Dialect, error: unknown): void {
    this.#errors++;
    if (this.#reported.has(dialect)) return;
    this.#reported.add(dialect);
    const { type, message } = describeError(error);
    diag
      .createComponentLogger({ namespace: "otel-agent-actions" })
      .warn(
        `The dialect "${dialect.name}" threw ${type}: ${message}. The other dialects are asked. Further errors of it are only counted, as dialectErrors.`,
      );
  }
}
