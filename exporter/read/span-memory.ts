import type { DialectChain, DialectReading } from "./dialects/dialect-chain.js";
import { type InheritedValues, NOTHING_INHERITED, nearestValues, ownValues } from "./mapping/inherited.js";
import type { ReadableSpan } from "./sdk-types.js";

/**
 * What a span says at one moment. The same object as long as the span says no more than that, so that what is derived from it can be
 * remembered by it.
 */
export interface SpanSnapshot {
  /** `undefined` where no dialect knows the span, yet, or none could read it. */
  readonly read: DialectReading | undefined;
  /** What was thrown, where no dialect could read the span. */
  readonly error: unknown;
  /** How many attributes it has. */
  readonly attributes: number;
  readonly ended: boolean;
}

/** What the span itself says, and what holds for it: that, else what the nearest span around it says. */
export interface SpanValues {
  readonly own: InheritedValues;
  readonly nearest: InheritedValues;
}

/**
 * Reads each span once for all that ask, and a span that is still open again when it says more: when it has another name or another
 * number of attributes, or has ended. What others change in a span that has ended does not show.
 */
export class SpanMemory {
  readonly #dialects: DialectChain;
  readonly #pages = new WeakMap<ReadableSpan, Page>();

  constructor(dialects: DialectChain) {
    this.#dialects = dialects;
  }

  /** @throws what the span's own members throw */
  snapshot(span: ReadableSpan, ancestors: readonly ReadableSpan[]): SpanSnapshot {
    const page = this.#pageOf(span);
    const parent = ancestors[0];
    // A batch that comes again may have other spans around a span; dialects look at the nearest of them.
    if (page.snapshot === undefined || page.parent !== parent) {
      page.snapshot = this.#read(span, ancestors, page);
      page.parent = parent;
    }
    return page.snapshot;
  }

  /** As {@link snapshot}, for those who do not know what is around the span: as it was read last, if it was. */
  lastSnapshot(span: ReadableSpan): SpanSnapshot {
    return this.#pageOf(span).snapshot ?? this.snapshot(span, []);
  }

  /** @throws what the span's own members throw */
  values(span: ReadableSpan, ancestors: readonly ReadableSpan[]): SpanValues {
    return this.#valuesIn(this.#pageOf(span), span, this.#around(ancestors, 0));
  }

  /** @throws what the span's own members throw */
  ownValues(span: ReadableSpan): InheritedValues {
    const page = this.#pageOf(span);
    return page.values?.own ?? this.#valuesIn(page, span, NOTHING_INHERITED).own;
  }

  #read(span: ReadableSpan, ancestors: readonly ReadableSpan[], { attributes, ended }: Page): SpanSnapshot {
    try {
      return { read: this.#dialects.read(span, ancestors), error: undefined, attributes, ended };
    } catch (error) {
      return { read: undefined, error, attributes, ended };
    }
  }

  // An ancestor may be a live span of somebody else's making: one that cannot be read says nothing.
  #around(ancestors: readonly ReadableSpan[], at: number): InheritedValues {
    const span = ancestors[at];
    if (span === undefined) return NOTHING_INHERITED;
    const around = this.#around(ancestors, at + 1);
    try {
      return this.#valuesIn(this.#pageOf(span), span, around).nearest;
    } catch {
      return around;
    }
  }

  #valuesIn(page: Page, span: ReadableSpan, around: InheritedValues): SpanValues {
    if (page.values === undefined || page.around !== around) {
      const own = page.values?.own ?? ownValues(span, this.#dialects);
      page.values = { own, nearest: nearestValues(own, around) };
      page.around = around;
    }
    return page.values;
  }

  #pageOf(span: ReadableSpan): Page {
    const known = this.#pages.get(span);
    if (known !== undefined && isCurrent(known, span)) return known;
    const page = newPage(span);
    this.#pages.set(span, page);
    return page;
  }
}

/** What is remembered of a span in one state of it. */
interface Page {
  readonly name: string;
  readonly attributes: number;
  readonly ended: boolean;
  snapshot: SpanSnapshot | undefined;
  /** The span around it when the snapshot was taken. */
  parent: ReadableSpan | undefined;
  values: SpanValues | undefined;
  /** What held around it when the values were found. */
  around: InheritedValues | undefined;
}

function newPage({ name, attributes, ended }: ReadableSpan): Page {
  if (typeof attributes !== "object" || attributes === null)
    throw new TypeError("a span without an object of attributes");
  return {
    name,
    attributes: countMembers(attributes),
    ended,
    snapshot: undefined,
    parent: undefined,
    values: undefined,
    around: undefined,
  };
}

const isCurrent = (page: Page, span: ReadableSpan): boolean =>
  page.ended || (!span.ended && page.name === span.name && page.attributes === countMembers(span.attributes));

// Counted without a list of the names: this is asked for each span around each action.
function countMembers(attributes: object): number {
  let count = 0;
  for (const _ in attributes) count++;
  return count;
}
