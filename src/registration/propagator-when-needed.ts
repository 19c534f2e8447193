import { type Context, diag, type TextMapPropagator } from "@opentelemetry/api";
import { describeError } from "../internal/describe-error.js";

/** https://www.w3.org/TR/trace-context/ and https://www.w3.org/TR/baggage/ */
const FIELDS = ["traceparent", "tracestate", "baggage"];

/** The SDK's default propagator, loaded with the first context that is carried in or out. What cannot be loaded carries nothing. */
export class PropagatorWhenNeeded implements TextMapPropagator {
  #load: (() => TextMapPropagator) | undefined;
  #propagator: TextMapPropagator | undefined;

  constructor(load: () => TextMapPropagator) {
    this.#load = load;
  }

  inject(...args: Parameters<TextMapPropagator["inject"]>): void {
    this.#loaded()?.inject(...args);
  }

  extract(...args: Parameters<TextMapPropagator["extract"]>): Context {
    return this.#loaded()?.extract(...args) ?? args[0];
  }

  fields(): string[] {
    return [...FIELDS];
  }

  #loaded(): TextMapPropagator | undefined {
    const load = this.#load;
    if (load === undefined) return this.#propagator;
    this.#load = undefined;
    try {
      this.#propagator = load();
    } catch (error) {
      const log = diag.createComponentLogger({ namespace: "otel-agent-actions" });
      log.warn(`Contexts are not carried to other processes: ${describeError(error).message}`);
    }
    return this.#propagator;
  }
}
