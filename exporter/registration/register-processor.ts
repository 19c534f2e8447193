import {
  type ContextManager,
  context,
  diag,
  ProxyTracerProvider,
  propagation,
  type TextMapPropagator,
  type TracerProvider,
  trace,
} from "@opentelemetry/api";
import { AgentActionSpanProcessor } from "../agent-action-span-processor.js";
import { KafkaActionExporter } from "../kafka-action-exporter.js";
import type { SpanProcessor } from "../read/sdk-types.js";
import { giveWayLater, hasContextManager, hasPropagator } from "./give-way.js";
import { joinProvider } from "./join-provider.js";
import { type OwnProvider, StandbyProvider } from "./standby-provider.js";

/** What a program without an OpenTelemetry set-up of its own gets. */
export interface OwnSetup {
  /** Called with the first span: loading the SDK is most of what a start would take. */
  createProvider(processor: SpanProcessor): OwnProvider;
  readonly contextManager: ContextManager;
  readonly propagator: TextMapPropagator | undefined;
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
  joinWhateverIsRegistered(processor);
  const proxy = trace.getTracerProvider();
  if (own === undefined || !(proxy instanceof ProxyTracerProvider)) return;
  setUpContext(own);
  proxy.setDelegate(new StandbyProvider(() => own.createProvider(processor)));
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

function joinWhateverIsRegistered(processor: SpanProcessor): void {
  const register = trace.setGlobalTracerProvider.bind(trace);
  trace.setGlobalTracerProvider = (provider) => {
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

function setUpContext({ contextManager, propagator }: OwnSetup): void {
  if (!hasContextManager()) {
    context.setGlobalContextManager(contextManager.enable());
    giveWayLater("context manager");
  }
  if (propagator !== undefined && !hasPropagator()) {
    propagation.setGlobalPropagator(propagator);
    giveWayLater("propagator");
  }
}
