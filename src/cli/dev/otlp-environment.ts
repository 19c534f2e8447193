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
