import { ProxyTracerProvider, type Span, type Tracer, type TracerProvider, trace } from "@opentelemetry/api";

/** A provider that has a set-up of its own, made when the first span is started. */
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
  readonly #createOwn: () => OwnProvider;
  #own: OwnProvider | undefined;

  constructor(createOwn: () => OwnProvider) {
    this.#createOwn = createOwn;
  }

  getTracer(...identity: Parameters<TracerProvider["getTracer"]>): Tracer {
    return new StandbyTracer(() => this.#providerInForce().getTracer(...identity));
  }

  async forceFlush(): Promise<void> {
    await this.#own?.forceFlush();
  }

  async shutdown(): Promise<void> {
    await this.#own?.shutdown();
  }

  #providerInForce(): TracerProvider {
    const registered = trace.getTracerProvider();
    const delegate = registered instanceof ProxyTracerProvider ? registered.getDelegate() : registered;
    if (delegate !== this) return registered;
    this.#own ??= this.#createOwn();
    return this.#own;
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
