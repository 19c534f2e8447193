/**
 * Who may import whom: the picture of docs/architecture.md as data. Rooms are matched by the longest prefix, so one file can have
 * rules of its own. The ground floor (`event`, `config`, `internal`, `errors`) is open to everybody.
 */
export interface Room {
  readonly at: string;
  /** Other rooms whose code it may load. */
  readonly rooms: readonly string[];
  /** npm packages that it may load. */
  readonly packages: readonly string[];
  /** npm packages of which it may know the types. */
  readonly typesOf?: readonly string[];
}

const API = "@opentelemetry/api";
const SDK = "@opentelemetry/sdk-trace-base";

export const GROUND_FLOOR = ["src/event/", "src/config/", "src/internal/", "src/errors.ts"];

export const ROOMS: readonly Room[] = [
  // The contract knows nobody: both sides share it.
  { at: "src/event/", rooms: [], packages: [] },
  { at: "src/errors.ts", rooms: [], packages: [] },
  { at: "src/internal/", rooms: ["src/event/"], packages: [] },
  { at: "src/config/", rooms: ["src/event/"], packages: [] },

  // The agent's side. It pays for the API only.
  { at: "src/tracing/", rooms: [], packages: [API] },
  { at: "src/index.ts", rooms: ["src/tracing/"], packages: [] },
  // Only what an agent switches on: the base class is an optional peer.
  { at: "src/instrumentations/", rooms: ["src/tracing/"], packages: [API, "@opentelemetry/instrumentation"] },
  { at: "exporter/", rooms: [], packages: [API] },
  // The stages import one way: what is read is correlated, what is correlated is delivered, and nothing runs back up.
  { at: "exporter/read/", rooms: [], packages: [API] },
  { at: "exporter/correlate/", rooms: ["exporter/read/"], packages: [API] },
  { at: "exporter/registration/", rooms: ["exporter/"], packages: [API], typesOf: [SDK] },
  // Delivery knows bytes, not spans: of the stages before it only how a text is cut.
  { at: "exporter/deliver/", rooms: ["src/kafka/", "exporter/read/cut-text.ts"], packages: [API] },
  {
    at: "src/registration/",
    rooms: ["exporter/", "src/instrumentations/"],
    packages: [API, "@opentelemetry/sdk-trace-node"],
    typesOf: [SDK],
  },
  { at: "src/register.ts", rooms: ["exporter/", "src/registration/"], packages: [] },

  // Kafka's client, of agent and service: the one place that loads kafkajs.
  { at: "src/kafka/", rooms: [], packages: ["kafkajs", "fzstd"], typesOf: ["pino"] },

  // The consumer's side.
  { at: "src/store/", rooms: [], packages: ["pg"] },
  { at: "src/store/migrate.ts", rooms: ["src/store/"], packages: ["pg", "kysely"] },
  { at: "src/consumer/", rooms: ["src/store/", "src/kafka/"], packages: ["pino"], typesOf: ["pg"] },
  {
    at: "src/otlp/",
    rooms: ["exporter/", "src/consumer/", "src/kafka/"],
    packages: ["pbf"],
    typesOf: ["pino"],
  },
  { at: "src/http/", rooms: [], packages: ["hono", "@hono/node-server"] },
  { at: "src/service.ts", rooms: ["src/consumer/", "src/http/", "src/otlp/"], packages: ["pino"] },

  // The operator's side. Nobody imports the command line.
  { at: "src/devstack/", rooms: ["src/kafka/"], packages: ["pg"] },
  {
    at: "src/cli/",
    rooms: [
      "src/service.ts",
      "src/store/",
      "src/consumer/",
      "src/kafka/",
      "src/otlp/",
      "src/devstack/",
      "exporter/",
    ],
    packages: ["commander", "pino"],
    typesOf: ["pg"],
  },
  // The demo's agent uses the package as an agent does, and a tool server from npm where that is installed.
  {
    at: "src/cli/demo/agent/",
    rooms: ["src/cli/", "src/tracing/", "exporter/"],
    packages: ["@opentelemetry/sdk-trace-node", "@modelcontextprotocol/sdk"],
  },
];
