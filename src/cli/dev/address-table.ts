import { renderTable } from "../format/table.js";
import type { Style } from "../framework/style.js";
import type { RunningStack } from "./running-stack.js";

/** Where everything is: for people a table, with the variable that says the same to a program. */
export function addressTable(stack: RunningStack, style: Style): string[] {
  const { kafka, postgres, service } = stack;
  const rows = [
    ...(kafka ? [["Kafka", kafka.bootstrapServers, "KAFKA_BOOTSTRAP_SERVERS"]] : []),
    ...(postgres ? [["Postgres", postgres.url, "DATABASE_URL"]] : []),
    ...(service
      ? [
          ["Health", `${service.url}/health`, "HEALTH_CHECK_PORT"],
          ["Metrics", `${service.url}/metrics`, ""],
        ]
      : []),
  ];
  return renderTable(
    rows.map(([name = "", address = "", variable = ""]) => [style.bold(name), address, style.dim(variable)]),
    [{}, {}, {}],
  ).map((line) => `  ${line}`);
}

/** The same for programs. Absent parts are `null`. */
export function addressRecord(stack: RunningStack): Record<string, unknown> {
  const { kafka, postgres, service, topics, env } = stack;
  return {
    kafka: kafka ? { bootstrap_servers: kafka.bootstrapServers, external: kafka.external } : null,
    postgres: postgres ? { url: postgres.url, external: postgres.external } : null,
    http: service ? { health: `${service.url}/health`, metrics: `${service.url}/metrics` } : null,
    topics,
    env,
  };
}
