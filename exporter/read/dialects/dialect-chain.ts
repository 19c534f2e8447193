import { diag } from "@opentelemetry/api";
import { describeError } from "../../../src/internal/describe-error.js";
import type { ReadableSpan } from "../sdk-types.js";
import { scopeName } from "./common/attributes.js";
import { decodingContentsUpTo } from "./common/captured.js";
import type { Dialect, Reading } from "./dialect.js";

/** What a dialect reads in a span. */
export interface DialectReading {
  readonly dialect: Dialect;
  readonly reading: Reading;
}

/**
 * Dialects that are asked in their order, until one knows the answer. One that throws is passed over: the others are asked, the throw is
 * counted, and the first of each dialect is reported through `diag`.
 *
 * Those that a span gives no evidence of are not asked at all: most spans of a program are of HTTP and databases.
 */
export class DialectChain {
  readonly #dialects: readonly Dialect[];
  /** Sets of dialects are numbers with a bit for each, by its place. */
  readonly #ofKeys = new Map<string, number>();
  readonly #ofScopes = new Map<string, number>();
  /** Those that have to be asked whatever the span is. */
  readonly #always: number;
  /** Those that may say what the correlation id is made of. */
  readonly #correlating: number;
  readonly #reported = new Set<Dialect>();
  readonly #longestContent: number;
  #errors = 0;

  /** @param longestContent arguments and results of more characters are read as they are, and not decoded */
  constructor(dialects: readonly Dialect[], longestContent = Number.POSITIVE_INFINITY) {
    this.#dialects = dialects;
    this.#longestContent = longestContent;
    this.#always = this.#those(({ evidence }) => evidence === undefined);
    this.#correlating = this.#those(({ correlationText }) => correlationText !== undefined);
  }

  /** How often a dialect threw. */
  get errors(): number {
    return this.#errors;
  }

  /**
   * Which dialects may know a span as it is now, for the questions below.
   *
   * @throws what the span's own members throw
   */
  candidates(span: ReadableSpan): number {
    let found = this.#always | this.#ofScope(scopeName(span));
    for (const key in span.attributes) found |= this.#ofKeys.get(key) ?? this.#ofNewKey(key);
    return found;
  }

  /**
   * What the first dialect that knows the span reads in it; `undefined` where none does.
   *
   * @throws what a dialect threw, where no other one knows the span
   */
  read(
    span: ReadableSpan,
    ancestors: readonly ReadableSpan[],
    candidates: number,
  ): DialectReading | undefined {
    let thrown: { readonly error: unknown } | undefined;
    for (let at = 0; at < this.#dialects.length; at++) {
      const dialect = this.#dialects[at];
      if (dialect === undefined || !isAmong(at, candidates)) continue;
      try {
        const reading =
          this.#longestContent === Number.POSITIVE_INFINITY
            ? dialect.read(span, ancestors)
            : decodingContentsUpTo(this.#longestContent, () => dialect.read(span, ancestors));
        if (reading !== undefined) return { dialect, reading };
      } catch (error) {
        thrown ??= { error };
        this.#count(dialect, error);
      }
    }
    if (thrown !== undefined) throw thrown.error;
    return undefined;
  }

  /** The agent that the span itself names, in any dialect. Never blank. */
  agentName(
    span: ReadableSpan,
    candidates: number,
    ancestors: readonly ReadableSpan[] = [],
  ): string | undefined {
    return this.#firstText("agentName", span, candidates, ancestors);
  }

  /** The conversation, session or thread that the span itself names, in any dialect. Never blank. */
  sessionId(span: ReadableSpan, candidates: number): string | undefined {
    return this.#firstText("sessionId", span, candidates, []);
  }

  /** What the correlation id is made of, by the first dialect that says it. Most have nothing to say of it, and are not asked. */
  correlationText(span: ReadableSpan, candidates: number): string | undefined {
    if ((candidates & this.#correlating) === 0) return undefined;
    for (const dialect of this.#dialects) {
      try {
        const text = dialect.correlationText?.(span);
        if (text?.trim()) return text;
      } catch (error) {
        this.#count(dialect, error);
      }
    }
    return undefined;
  }

  // A dialect may take a name from a span whose name is empty.
  #firstText(
    question: "agentName" | "sessionId",
    span: ReadableSpan,
    candidates: number,
    ancestors: readonly ReadableSpan[],
  ): string | undefined {
    for (let at = 0; at < this.#dialects.length; at++) {
      const dialect = this.#dialects[at];
      if (dialect === undefined || !isAmong(at, candidates)) continue;
      try {
        const text = dialect[question](span, ancestors);
        if (text?.trim()) return text;
      } catch (error) {
        this.#count(dialect, error);
      }
    }
    return undefined;
  }

  #ofScope(scope: string): number {
    const known = this.#ofScopes.get(scope);
    if (known !== undefined) return known;
    const found = this.#those(({ evidence }) => evidence?.scope?.test(scope) === true);
    return remember(this.#ofScopes, scope, found);
  }

  #ofNewKey(key: string): number {
    const found = this.#those(
      ({ evidence }) => evidence?.keys.some((beginning) => key.startsWith(beginning)) === true,
    );
    return remember(this.#ofKeys, key, found);
  }

  #those(isOne: (dialect: Dialect) => boolean): number {
    return this.#dialects.reduce(
      (found, dialect, at) => (at < 32 && isOne(dialect) ? found | (1 << at) : found),
      0,
    );
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

/** A number has 32 bits; dialects beyond are asked about every span. */
const isAmong = (at: number, candidates: number): boolean => at >= 32 || (candidates & (1 << at)) !== 0;

/** Names repeat: a program has some hundreds of them. The bound is for programs that make them up. */
const MAX_REMEMBERED = 5_000;

function remember(sets: Map<string, number>, name: string, found: number): number {
  if (sets.size < MAX_REMEMBERED) sets.set(name, found);
  return found;
}
