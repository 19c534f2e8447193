import type { DevStack } from "../../devstack/dev-stack.js";

/** What a program needs to find the stack, by every name under which programs look. */
export function stackEnvironment(stack: DevStack, httpPort: number | undefined): Record<string, string> {
  return {
    ...stack.env,
    ...(stack.postgres ? postgresVariables(new URL(stack.postgres.url)) : {}),
    ...(httpPort === undefined ? {} : { HEALTH_CHECK_PORT: String(httpPort) }),
  };
}

function postgresVariables(url: URL): Record<string, string> {
  return {
    POSTGRES_HOST: url.searchParams.get("host") ?? url.hostname,
    POSTGRES_PORT: url.port || "5432",
    POSTGRES_DATABASE: decodeURIComponent(url.pathname.slice(1)),
    POSTGRES_USER: decodeURIComponent(url.username),
    POSTGRES_PASSWORD: decodeURIComponent(url.password),
  };
}

/** Variables that say where an SDK sends its traces; whoever has set one has decided. */
const DECIDED = [
  "OTEL_TRACES_EXPORTER",
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
  "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
];

/** What makes the OpenTelemetry SDK of a program, in any language, send its traces to the stack. */
export function otlpEnvironment(
  endpoint: string | undefined,
  given: NodeJS.ProcessEnv,
): Readonly<Record<string, string>> {
  if (endpoint === undefined || DECIDED.some((name) => given[name])) return {};
  return {
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${endpoint}/v1/traces`,
    // The default of several SDKs is gRPC.
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "http/protobuf",
  };
}
