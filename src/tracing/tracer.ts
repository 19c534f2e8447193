import { ProxyTracerProvider, type Tracer, type TracerProvider, trace } from "@opentelemetry/api";
import { SCOPE_NAME } from "../event/semconv.js";
import { registeredApiVersion } from "../internal/api-global.js";
import { PACKAGE_VERSION } from "../internal/package-version.js";

/** What the API's own proxy delegates to while nobody has registered a provider. */
const NO_PROVIDER = new ProxyTracerProvider().getDelegate();

let known: { readonly provider: TracerProvider; readonly tracer: Tracer } | undefined;

/**
 * The tracer of this moment, or `undefined` while no provider is registered. Looked up anew at each call, so that a provider
 * which is registered after the agent's modules are loaded is honoured; that costs two comparisons.
 */
export function currentTracer(provider: TracerProvider = trace.getTracerProvider()): Tracer | undefined {
  if (provider instanceof ProxyTracerProvider && provider.getDelegate() === NO_PROVIDER) {
    warnOfApiMismatch();
    return undefined;
  }
  if (known?.provider !== provider)
    known = { provider, tracer: provider.getTracer(SCOPE_NAME, PACKAGE_VERSION) };
  return known.tracer;
}

let hasWarned = false;

/**
 * Says once that a tracer provider is registered which this package's copy of `@opentelemetry/api` cannot see: nothing would be
 * recorded, and nobody would know. As a warning of Node's own, because a `diag` logger is not seen either.
 */
function warnOfApiMismatch(): void {
  if (hasWarned) return;
  const version = registeredApiVersion();
  if (version === undefined) return;
  hasWarned = true;
  process.emitWarning(
    `otel-agent-actions records nothing: a tracer provider was registered through @opentelemetry/api ${version}, and this package found a ` +
      "newer copy, which cannot see it. Install one version for all: see npm ls @opentelemetry/api.",
    { code: "AGENT_ACTIONS_API_MISMATCH" },
  );
}
