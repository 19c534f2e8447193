import { diag, ProxyTracerProvider, type TracerProvider, trace } from "@opentelemetry/api";
import { AgentActionSpanProcessor } from "../agent-action-span-processor.js";
import { KafkaActionExporter } from "../kafka-action-exporter.js";
import type { SpanProcessor } from "../read/sdk-types.js";
import { giveWayLater, hasContextManager, hasPropagator } from "./give-way.js";
import { joinProvider } from "./join-provider.js";
import { type OwnProvider, StandbyProvider } from "./standby-provider.js";

/** Makes a provider with the processor. `register()` of it sets up what the given flags ask for. */
export interface OwnSetup {
  createProvider(processor: SpanProcessor): OwnProvider & {
    register(config: { contextManager?: null; propagator?: null }): void;
  };
}

/**
 * Gives a processor all spans of this process, whoever sets up OpenTelemetry in it, and whenever:
 *
 * - A provider that is registered already is joined.
 * - One that the host registers later is joined when it does.
 * - Until then, and when it never does, a provider of our own stands by. Its context manager and propagator are there at once,
 *   because a correlation id or an incoming trace may come before the first span; they give way to the host's.
 *
 * @param own how to make our own provider; without it there are spans only when the host sets up an SDK
 */
export function registerProcessor(processor: SpanProcessor, own: OwnSetup | undefined): void {
  const registered = registeredProvider();
  if (registered !== undefined) {
    join(registered, processor);
    return;
  }
  let ownProvider: TracerProvider | undefined;
  joinWhateverIsRegistered(processor, (provider) => provider === ownProvider);
  const proxy = trace.getTracerProvider();
  if (own === undefined || !(proxy instanceof ProxyTracerProvider)) return;
  const provider = own.createProvider(processor);
  ownProvider = provider;
  setUpContext(provider);
  proxy.setDelegate(new StandbyProvider(provider));
}

// As long as nothing is registered the API returns a proxy that has no delegate.
function registeredProvider(): TracerProvider | undefined {
  const provider = trace.getTracerProvider();
  if (!(provider instanceof ProxyTracerProvider)) return delegateOf(provider);
  return provider.getDelegateTracer("otel-agent-actions") === undefined ? undefined : provider.getDelegate();
}

// The proxy of another copy of the API.
function delegateOf(provider: TracerProvider): TracerProvider {
  const getDelegate: unknown = Reflect.get(provider, "getDelegate");
  return typeof getDelegate === "function" ? Reflect.apply(getDelegate, provider, []) : provider;
}

function joinWhateverIsRegistered(
  processor: SpanProcessor,
  isOwn: (provider: TracerProvider) => boolean,
): void {
  const register = trace.setGlobalTracerProvider.bind(trace);
  trace.setGlobalTracerProvider = (provider) => {
    // Our own provider only brings its context manager and propagator along.
    if (isOwn(provider)) return true;
    const done = register(provider);
    if (done) join(provider, processor);
    return done;
  };
}

function join(provider: TracerProvider, processor: SpanProcessor): void {
  const log = diag.createComponentLogger({ namespace: "otel-agent-actions" });
  const joining = joinProvider(provider, processor, isOurs);
  if (joining === "joined") log.debug("Joined the tracer provider of the host.");
  else if (joining === "present")
    log.info("The host's tracer provider has a processor of this package already.");
  else
    log.warn("The host's tracer provider cannot be joined: add an AgentActionSpanProcessor to it by hand.");
}

const isOurs = (member: unknown): boolean =>
  member instanceof AgentActionSpanProcessor || member instanceof KafkaActionExporter;

function setUpContext(provider: ReturnType<OwnSetup["createProvider"]>): void {
  const [keepsContext, keepsPropagator] = [hasContextManager(), hasPropagator()];
  provider.register({
    ...(keepsContext ? { contextManager: null } : {}),
    ...(keepsPropagator ? { propagator: null } : {}),
  });
  if (!keepsContext) giveWayLater("context manager");
  if (!keepsPropagator) giveWayLater("propagator");
}
