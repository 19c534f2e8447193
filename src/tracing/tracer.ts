import { ProxyTracerProvider, type Tracer, type TracerProvider, trace } from "@opentelemetry/api";
import { SCOPE_NAME } from "../event/semconv.js";
import { PACKAGE_VERSION } from "../internal/package-version.js";
import { tellOfApiMismatch } from "./api-mismatch.js";

/** What the API's own proxy delegates to while nobody has registered a provider. */
const NO_PROVIDER = new ProxyTracerProvider().getDelegate();

let known: { readonly provider: TracerProvider; readonly tracer: Tracer } | undefined;

/**
 * The tracer of this moment, or `undefined` while no provider is registered. Asked anew at each call, so that a provider
 * which is registered after the agent's modules are loaded is honoured; asking costs two comparisons.
 */
export function currentTracer(provider: TracerProvider = trace.getTracerProvider()): Tracer | undefined {
  if (provider instanceof ProxyTracerProvider && provider.getDelegate() === NO_PROVIDER) {
    tellOfApiMismatch();
    return undefined;
  }
  if (known?.provider !== provider)
    known = { provider, tracer: provider.getTracer(SCOPE_NAME, PACKAGE_VERSION) };
  return known.tracer;
}
