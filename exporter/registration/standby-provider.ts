import {
  diag,
  ProxyTracerProvider,
  type Span,
  type Tracer,
  type TracerProvider,
  trace,
} from "@opentelemetry/api";
import { describeError } from "../../src/internal/describe-error.js";

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
  readonly #create: () => OwnProvider;
  #own: OwnProvider | TracerProvider | undefined;

  /** @param create makes what stands by, with the first span that it is asked for */
  constructor(create: () => OwnProvider) {
    this.#create = create;
  }

  getTracer(...identity: Parameters<TracerProvider["getTracer"]>): Tracer {
    return new StandbyTracer(() => this.#providerInForce().getTracer(...identity));
  }

  async forceFlush(): Promise<void> {
    if (this.#own !== undefined && "forceFlush" in this.#own) await this.#own.forceFlush();
  }

  async shutdown(): Promise<void> {
    const own = this.#ownProvider();
    if ("shutdown" in own) await own.shutdown();
  }

  // A host that asks for a span gets one that records nothing rather than an exception.
  #ownProvider(): OwnProvider | TracerProvider {
    if (this.#own !== undefined) return this.#own;
    try {
      this.#own = this.#create();
    } catch (error) {
      const reason = `The OpenTelemetry SDK could not be set up, and nothing is recorded: ${describeError(error).message}`;
      diag.createComponentLogger({ namespace: "otel-agent-actions" }).error(reason);
      process.emitWarning(reason, { code: "AGENT_ACTIONS_REGISTER" });
      this.#own = new ProxyTracerProvider();
    }
    return this.#own;
  }

  #providerInForce(): TracerProvider {
    const registered = trace.getTracerProvider();
    const delegate = registered instanceof ProxyTracerProvider ? registered.getDelegate() : registered;
    return delegate === this ? this.#ownProvider() : registered;
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
