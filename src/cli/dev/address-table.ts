import { renderTable } from "../format/table.js";
import type { Style } from "../framework/output.js";
import type { RunningStack } from "./running-stack.js";

/** Where everything is, for people. */
export function addressTable(
  { kafka, spool, postgres, service, token }: RunningStack,
  style: Style,
): string[] {
  const rows = [
    ...(kafka ? [["Kafka", kafka.bootstrapServers]] : []),
    ...(spool ? [["Spool", spool]] : []),
    ...(postgres ? [["Postgres", postgres.url]] : []),
    ...(service
      ? [
          ["Dashboard", `${service.url}/`],
          ["Health", `${service.url}/health`],
          ["Metrics", `${service.url}/metrics`],
          ["API", `${service.url}/api/v1/openapi.json`],
        ]
      : []),
    ...(service?.otlpEndpoint ? [["OTLP", `${service.otlpEndpoint}/v1/traces`]] : []),
    ...(service?.intakeEndpoint ? [["Events", service.intakeEndpoint]] : []),
    ...(token ? [["Token", `${token} (to write labels)`]] : []),
  ];
  return renderTable(
    rows.map(([name = "", address = ""]) => [style.bold(name), address]),
    [{}, {}],
  );
}

/** Lines that make another terminal find the stack. */
export function exportLines({ env }: RunningStack): string[] {
  return EXPORTED.flatMap((name) =>
    env[name] === undefined ? [] : [`export ${name}=${shellQuoted(env[name])}`],
  );
}

const EXPORTED = [
  "KAFKA_BOOTSTRAP_SERVERS",
  "DATABASE_URL",
  "HEALTH_CHECK_PORT",
  "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
  "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
  "AGENT_ACTIONS_EXPORTER_TRANSPORT",
  "AGENT_ACTIONS_EXPORTER_SPOOL_DIRECTORY",
];

/** The text as one word of a shell command. */
export function shellQuoted(text: string): string {
  return /^[\w:/@.,%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** The same for programs. Absent parts are `null`. */
export function addressRecord({
  kafka,
  postgres,
  service,
  token,
  topics,
  env,
}: RunningStack): Record<string, unknown> {
  return {
    kafka: kafka ? { bootstrap_servers: kafka.bootstrapServers, external: kafka.external } : null,
    postgres: postgres ? { url: postgres.url, external: postgres.external } : null,
    http: service
      ? { dashboard: `${service.url}/`, health: `${service.url}/health`, metrics: `${service.url}/metrics` }
      : null,
    otlp: service?.otlpEndpoint ? { traces: `${service.otlpEndpoint}/v1/traces` } : null,
    events: service?.intakeEndpoint ?? null,
    api: service ? { url: `${service.url}/api/v1`, token: token ?? null } : null,
    topics,
    env,
  };
}
