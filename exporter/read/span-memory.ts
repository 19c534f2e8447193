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
  /** How many attributes it has; not counted of one that has ended, which will not have more. */
  readonly attributes: number | undefined;
}

/**
 * Reads each span once for all that ask, and a span that is still open again when it says more: when it has another name or another
 * number of attributes, or has ended. What others change in a span that has ended does not show.
 *
 * Most spans have none inside them and are not looked up again: they are not remembered, because an entry in a
 * WeakMap costs as much as reading a span. Others are remembered for as long as they live.
 */
export class SpanMemory {
  readonly #dialects: DialectChain;
  readonly #pages = new WeakMap<ReadableSpan, SpanPage>();

  constructor(dialects: DialectChain) {
    this.#dialects = dialects;
  }

  /** Somebody will ask about this span again: something is inside it. */
  keep(span: ReadableSpan): void {
    if (!this.#pages.has(span)) this.#pages.set(span, new SpanPage(span, this.#dialects));
  }

  /**
   * What is known of the span in its present state. A span that is kept, or open, is remembered.
   *
   * @throws what the span's own members throw
   */
  pageOf(span: ReadableSpan, isKept = true): SpanPage {
    const known = this.#pages.get(span);
    if (known?.isCurrent) return known;
    const page = new SpanPage(span, this.#dialects);
    if (isKept || known !== undefined) this.#pages.set(span, page);
    return page;
  }

  /** What the dialects read in the span of a page. */
  snapshot(page: SpanPage, ancestors: readonly ReadableSpan[]): SpanSnapshot {
    const parent = ancestors[0];
    // A batch that comes again may have other spans around a span; dialects look at the nearest of them.
    if (page.snapshot === undefined || page.parent !== parent) {
      page.snapshot = this.#read(page, ancestors);
      page.parent = parent;
    }
    return page.snapshot;
  }

  /**
   * What the span itself says.
   *
   * @param ancestors nearest first; without them, as they were when somebody asked before
   */
  ownValues(page: SpanPage, ancestors?: readonly ReadableSpan[]): InheritedValues {
    const isOfOthers = ancestors !== undefined && page.ownParent !== ancestors[0];
    if (page.own === undefined || isOfOthers) {
      page.own = ownValues(page.span, this.#dialects, page.candidates, this.#knownFirst(ancestors ?? []));
      page.ownParent = ancestors?.[0];
    }
    return page.own;
  }

  /** @param ancestors nearest first */
  nearestValues(page: SpanPage, ancestors: readonly ReadableSpan[]): InheritedValues {
    return this.#nearest(page, this.#around(ancestors, 0), ancestors, 0);
  }

  #read(page: SpanPage, ancestors: readonly ReadableSpan[]): SpanSnapshot {
    const { attributes } = page;
    try {
      return {
        read: this.#dialects.read(page.span, this.#knownFirst(ancestors), page.candidates),
        error: undefined,
        attributes,
      };
    } catch (error) {
      return { read: undefined, error, attributes };
    }
  }

  /**
   * Dialects ask the nearest of the spans around a span: for the agent that runs it, the step that was given the call. Spans that none of
   * them can know, of HTTP, of a queue, of the program's own functions, may stand in between, and come last.
   */
  #knownFirst(ancestors: readonly ReadableSpan[]): readonly ReadableSpan[] {
    const isKnown = (span: ReadableSpan) => this.#isKnown(span);
    if (ancestors.every(isKnown)) return ancestors;
    return [...ancestors.filter(isKnown), ...ancestors.filter((span) => !isKnown(span))];
  }

  #isKnown(span: ReadableSpan): boolean {
    try {
      return this.pageOf(span).candidates !== 0;
    } catch {
      return false;
    }
  }

  // An ancestor may be a live span of somebody else's making: one that cannot be read says nothing.
  #around(ancestors: readonly ReadableSpan[], at: number): InheritedValues {
    const span = ancestors[at];
    if (span === undefined) return NOTHING_INHERITED;
    const around = this.#around(ancestors, at + 1);
    try {
      return this.#nearest(this.pageOf(span), around, ancestors, at + 1);
    } catch {
      return around;
    }
  }

  /** @param at where in the ancestors those of this page's span begin */
  #nearest(
    page: SpanPage,
    around: InheritedValues,
    ancestors: readonly ReadableSpan[],
    at: number,
  ): InheritedValues {
    if (page.nearest === undefined || page.around !== around) {
      page.nearest = nearestValues(this.ownValues(page, at === 0 ? ancestors : ancestors.slice(at)), around);
      page.around = around;
    }
    return page.nearest;
  }
}

/** What is remembered of a span in one state of it. */
export class SpanPage {
  readonly span: ReadableSpan;
  readonly #name: string;
  /** `undefined` of a span that has ended. */
  readonly attributes: number | undefined;
  /** The dialects that may know it. */
  readonly candidates: number;
  snapshot: SpanSnapshot | undefined;
  /** The span around it when the snapshot was taken. */
  parent: ReadableSpan | undefined;
  own: InheritedValues | undefined;
  /** The span around it when that was read. */
  ownParent: ReadableSpan | undefined;
  nearest: InheritedValues | undefined;
  /** What held around it when the nearest values were found. */
  around: InheritedValues | undefined;

  constructor(span: ReadableSpan, dialects: DialectChain) {
    const { attributes } = span;
    if (typeof attributes !== "object" || attributes === null)
      throw new TypeError("a span without an object of attributes");
    this.span = span;
    this.#name = span.name;
    this.candidates = dialects.candidates(span);
    this.attributes = span.ended ? undefined : countMembers(attributes);
  }

  get isCurrent(): boolean {
    const { span, attributes } = this;
    return (
      attributes === undefined ||
      (!span.ended && this.#name === span.name && attributes === countMembers(span.attributes))
    );
  }
}

// Counted without a list of the names: this is asked for each span around each action.
function countMembers(attributes: object): number {
  let count = 0;
  for (const _ in attributes) count++;
  return count;
}
