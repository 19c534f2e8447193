import { ProxyTracerProvider, type Span, type Tracer, type TracerProvider, trace } from "@opentelemetry/api";

/** A provider that has a set-up of its own. */
export interface OwnProvider extends TracerProvider {
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/**
 * Stands in for the host's tracer provider until the host registers one, and for good when it never does. It is not
 * registered itself, so it is in nobody's way: the API asks it only as long as nothing is registered.
 *
 * Its tracers may be kept. They look at every span which provider is in force, so a tracer that the host got before it
 * set up its SDK belongs to that SDK afterwards, as it would have without us.
 */
export class StandbyProvider implements TracerProvider {
  readonly #own: OwnProvider;

  constructor(own: OwnProvider) {
    this.#own = own;
  }

  getTracer(...identity: Parameters<TracerProvider["getTracer"]>): Tracer {
    return new StandbyTracer(() => this.#providerInForce().getTracer(...identity));
  }

  forceFlush(): Promise<void> {
    return this.#own.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.#own.shutdown();
  }

  #providerInForce(): TracerProvider {
    const registered = trace.getTracerProvider();
    const delegate = registered instanceof ProxyTracerProvider ? registered.getDelegate() : registered;
    return delegate === this ? this.#own : registered;
  }
}

class StandbyTracer implements Tracer {
  readonly startActiveSpan: Tracer["startActiveSpan"];
  readonly #inForce: () => Tracer;

  constructor(inForce: () => Tracer) {
    this.#inForce = inForce;
    this.startActiveSpan = (...args: unknown[]) => {
      const tracer = this.#inForce();
      return Reflect.apply(tracer.startActiveSpan, tracer, args);
    };
  }

  startSpan(...args: Parameters<Tracer["startSpan"]>): Span {
    return this.#inForce().startSpan(...args);
  }
}
