/** Stacks go into captures; their lower part tells of the version of Node and of nothing else. */
Error.stackTraceLimit = 4;

/**
 * Keeps the spans that ended, with the order in which they started and ended. Give it to a provider as a span processor, after the
 * library's own, so that it sees what those have changed; or, where a framework only takes an exporter, as that.
 *
 * The order is what the file's times are made of: clocks differ from run to run, the order in which a program does things does not.
 */
export class SpanRecorder {
  /** In the order of their ends. */
  spans = [];
  /** Span -> the number of the step in which it started and ended. */
  steps = new Map();
  #step = 0;

  onStart(span) {
    this.steps.set(span, { start: this.#step++ });
  }

  onEnd(span) {
    const steps = this.steps.get(span) ?? { start: this.#step++ };
    this.steps.set(span, { ...steps, end: this.#step++ });
    this.spans.push(span);
  }

  export(spans, done) {
    this.spans.push(...spans);
    done({ code: 0 });
  }

  /** Spans that started and never ended: libraries lose some when a function throws. */
  get unended() {
    return [...this.steps].filter(([, { end }]) => end === undefined).map(([span]) => span);
  }

  async forceFlush() {}
  async shutdown() {}
}
