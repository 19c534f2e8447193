import * as requiredApi from "@opentelemetry/api";
import {
  type ContextManager,
  diag,
  type ProxyTracerProvider,
  type TextMapPropagator,
  type TracerProvider,
} from "@opentelemetry/api";
import type { SpanProcessor } from "../read/sdk-types.js";
import { giveWayLater, hasContextManager, hasPropagator } from "./give-way.js";
import { joinProvider } from "./join-provider.js";
import { isOurs } from "./own-members.js";
import { type OwnProvider, StandbyProvider } from "./standby-provider.js";

/** A copy of `@opentelemetry/api`. From 1.10 on it is there twice in a process, for `import` and for `require`. */
export type ApiInstance = Pick<
  typeof requiredApi,
  "context" | "propagation" | "ProxyTracerProvider" | "trace"
>;

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
 * @param apis all through which the host may do so
 */
export function registerProcessor(
  processor: SpanProcessor,
  own: OwnSetup | undefined,
  apis: readonly ApiInstance[] = [requiredApi],
): void {
  for (const api of apis) {
    const registered = registeredProvider(api);
    if (registered === undefined) continue;
    join(registered, processor);
    return;
  }
  for (const api of apis) joinWhateverIsRegistered(api, processor);
  if (own === undefined) return;
  const standby = new StandbyProvider(() => own.createProvider(processor));
  const proxies = apis.flatMap((api) => proxyOf(api) ?? []);
  if (proxies.length === 0) return;
  setUpContext(apis, own);
  for (const proxy of proxies) proxy.setDelegate(standby);
}

function proxyOf({ trace, ProxyTracerProvider }: ApiInstance): ProxyTracerProvider | undefined {
  const provider = trace.getTracerProvider();
  return provider instanceof ProxyTracerProvider ? provider : undefined;
}

// As long as nothing is registered the API returns a proxy that has no delegate.
function registeredProvider({ trace, ProxyTracerProvider }: ApiInstance): TracerProvider | undefined {
  const provider = trace.getTracerProvider();
  if (!(provider instanceof ProxyTracerProvider)) return delegateOf(provider);
  return provider.getDelegateTracer("otel-agent-actions") === undefined ? undefined : provider.getDelegate();
}

// The proxy of another copy of the API.
function delegateOf(provider: TracerProvider): TracerProvider {
  const getDelegate: unknown = Reflect.get(provider, "getDelegate");
  return typeof getDelegate === "function" ? Reflect.apply(getDelegate, provider, []) : provider;
}

function joinWhateverIsRegistered({ trace }: ApiInstance, processor: SpanProcessor): void {
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

function setUpContext(apis: readonly ApiInstance[], { contextManager, propagator }: OwnSetup): void {
  const [api] = apis;
  if (api === undefined) return;
  if (!hasContextManager(api)) {
    api.context.setGlobalContextManager(contextManager.enable());
    giveWayLater(
      apis.map(({ context }) => context),
      "setGlobalContextManager",
    );
  }
  if (propagator !== undefined && !hasPropagator(api)) {
    api.propagation.setGlobalPropagator(propagator);
    giveWayLater(
      apis.map(({ propagation }) => propagation),
      "setGlobalPropagator",
    );
  }
}
