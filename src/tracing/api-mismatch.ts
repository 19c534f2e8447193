import { registeredApiVersion } from "../internal/api-global.js";

let isTold = false;

/**
 * Says once that a tracer provider is registered which this package's copy of `@opentelemetry/api` cannot see: nothing would be
 * recorded, and nobody would know. As a warning of Node's own, because a `diag` logger is not seen either.
 */
export function tellOfApiMismatch(): void {
  if (isTold) return;
  const version = registeredApiVersion();
  if (version === undefined) return;
  isTold = true;
  process.emitWarning(
    `otel-agent-actions records nothing: a tracer provider was registered through @opentelemetry/api ${version}, and this package found a ` +
      "newer copy, which cannot see it. Install one version for all: see npm ls @opentelemetry/api.",
    { code: "AGENT_ACTIONS_API_MISMATCH" },
  );
}
