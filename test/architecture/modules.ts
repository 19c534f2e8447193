/**
 * Who may import whom: the table of docs/architecture.md as data. Modules are matched by the longest path prefix, so one file
 * can have rules of its own. The shared modules (`event`, `config`, `internal`, `errors`) may be imported by every other one.
 */
export interface ModuleRules {
  /** A folder, with a slash at its end, or one file. */
  readonly path: string;
  /** Other modules whose code it may load. */
  readonly modules: readonly string[];
  /** npm packages that it may load. */
  readonly packages: readonly string[];
  /** npm packages of which it may know the types. */
  readonly typesOf?: readonly string[];
}

const API = "@opentelemetry/api";
const SDK = "@opentelemetry/sdk-trace-base";

export const SHARED_MODULES = ["src/event/", "src/config/", "src/internal/", "src/errors.ts"];

export const MODULES: readonly ModuleRules[] = [
  // The contract imports nothing: both sides share it.
  { path: "src/event/", modules: [], packages: [] },
  { path: "src/errors.ts", modules: [], packages: [] },
  { path: "src/internal/", modules: ["src/event/"], packages: [] },
  { path: "src/config/", modules: ["src/event/"], packages: [] },

  // Records in files: of agents that cannot reach Kafka, for whoever sends them later. It knows bytes, no spans and no Kafka.
  { path: "src/spool/", modules: [], packages: [] },

  // Contents that are too large for a record, as files. It knows bytes, no spans and no rows.
  { path: "src/large-results/", modules: [], packages: [] },

  // Rules over what agents do. They know keys and times: no rows, no spans.
  { path: "src/analysis/", modules: [], packages: [] },

  // The agent's side. It pays for the API only.
  { path: "src/tracing/", modules: [], packages: [API] },
  { path: "src/index.ts", modules: ["src/tracing/"], packages: [] },
  // Only what an agent switches on: the base class is an optional peer.
  {
    path: "src/instrumentations/",
    modules: ["src/tracing/"],
    packages: [API, "@opentelemetry/instrumentation"],
  },
  { path: "exporter/", modules: [], packages: [API] },
  // The stages import one way: what is read is correlated, what is correlated is delivered, and nothing runs back up.
  { path: "exporter/read/", modules: [], packages: [API] },
  { path: "exporter/correlate/", modules: ["exporter/read/"], packages: [API] },
  // Transcripts of coding agents become reports, which the read stage makes events of.
  { path: "exporter/transcripts/", modules: ["exporter/read/"], packages: [], typesOf: [API] },
  // The thread that processes spans, and what it is told.
  {
    path: "exporter/thread/",
    modules: [
      "exporter/",
      "exporter/correlate/",
      "exporter/deliver/",
      "exporter/large-results/",
      "exporter/read/",
      "src/spool/",
    ],
    packages: [API],
  },
  { path: "exporter/registration/", modules: ["exporter/"], packages: [API], typesOf: [SDK] },
  // A thread of its own redacts and writes what is too large for a record.
  {
    path: "exporter/large-results/",
    modules: ["exporter/read/", "exporter/deliver/fit-record.ts", "src/large-results/"],
    packages: [],
  },
  // Delivery knows bytes, not spans: of the stages before it only how a text is cut, and what stands for one that is too large.
  {
    path: "exporter/deliver/",
    modules: [
      "src/analysis/",
      "src/kafka/",
      "src/spool/",
      "exporter/large-results/",
      "exporter/read/cut-text.ts",
      "exporter/read/large-text.ts",
      "exporter/read/redaction/",
    ],
    packages: [API],
  },
  {
    path: "src/registration/",
    modules: ["exporter/", "src/instrumentations/"],
    packages: [API, "@opentelemetry/sdk-trace-node"],
    typesOf: [SDK],
  },
  { path: "src/register.ts", modules: ["src/registration/"], packages: [] },

  // Kafka's client, of agent and service: the one place that loads kafkajs.
  { path: "src/kafka/", modules: [], packages: ["kafkajs", "fzstd"], typesOf: ["pino"] },

  // The consumer's side.
  { path: "src/store/", modules: [], packages: ["pg"] },
  {
    path: "src/consumer/",
    // Redaction is loaded only where the consumer is told to redact.
    modules: ["src/store/", "src/kafka/", "src/spool/", "exporter/read/redaction/"],
    packages: ["pino"],
    typesOf: ["pg"],
  },
  {
    path: "src/otlp/",
    modules: ["exporter/", "src/consumer/", "src/kafka/", "src/access/"],
    packages: ["pbf"],
    typesOf: ["pino"],
  },
  {
    path: "src/verify/",
    modules: ["src/store/", "src/consumer/", "src/kafka/"],
    packages: ["pino"],
    typesOf: ["pg"],
  },
  // Only where gRPC is switched on: the package is an optional peer.
  {
    path: "src/otlp/grpc/",
    modules: ["src/otlp/", "src/access/"],
    packages: ["pbf", "@grpc/grpc-js"],
    typesOf: ["pino"],
  },
  // Rows to a file of Apache Parquet, and back. It knows columns and bytes: no rows of ours, no files.
  { path: "src/parquet/", modules: ["src/errors.ts"], packages: ["hyparquet", "hyparquet-writer"] },
  // A log of hashes over the rows. What checks it needs neither Kafka nor the consumer.
  { path: "src/evidence/", modules: ["src/store/"], packages: [], typesOf: ["pg", "pino"] },
  {
    path: "src/evidence/http-route.ts",
    modules: ["src/evidence/", "src/store/", "src/access/"],
    packages: [],
    typesOf: ["pg"],
  },
  {
    path: "src/retention/",
    modules: ["src/evidence/", "src/large-results/", "src/parquet/", "src/store/"],
    packages: [],
    typesOf: ["pg", "pino"],
  },
  { path: "src/statistics/", modules: ["src/store/"], packages: [], typesOf: ["pg", "pino"] },
  {
    path: "src/notices/",
    modules: ["src/analysis/", "src/store/", "src/kafka/"],
    packages: [],
    typesOf: ["pg", "pino"],
  },
  {
    path: "src/notices/alerts-file.ts",
    modules: [
      "src/notices/alert-members.ts",
      "src/notices/alert-report.ts",
      "src/notices/alert-sequences.ts",
      "src/notices/alert-targets.ts",
      "src/notices/load-yaml.ts",
    ],
    packages: [],
  },
  { path: "src/notices/load-yaml.ts", modules: ["src/errors.ts"], packages: ["yaml"] },
  // The digest of a time, by the API, and who is sent it when.
  {
    path: "src/report/",
    modules: ["src/api/", "src/notices/send/", "src/store/"],
    packages: [],
    typesOf: ["pg", "pino"],
  },
  {
    path: "src/background-work.ts",
    modules: [
      "src/consumer/",
      "src/evidence/",
      "src/notices/",
      "src/report/",
      "src/retention/",
      "src/statistics/",
    ],
    packages: [],
    typesOf: ["pino"],
  },
  // Tools for language models: by the API, and in SQL by a role of their own.
  {
    path: "src/mcp/",
    modules: ["src/access/", "src/api/", "src/compare/", "src/run-source/", "src/store/"],
    packages: [],
    typesOf: ["pg"],
  },
  { path: "src/http/", modules: [], packages: ["hono", "@hono/node-server"] },
  { path: "src/access/", modules: ["src/store/"], packages: [], typesOf: ["pino"] },
  {
    path: "src/api/",
    modules: ["src/store/", "src/access/", "src/large-results/"],
    packages: ["hono"],
    typesOf: ["pg", "pino"],
  },
  // Serves the files that dashboard/ is built to.
  { path: "src/dashboard/", modules: [], packages: [] },
  // Reads the dead-letter topic, and sends its records once more.
  { path: "src/dead-letters/", modules: ["src/consumer/", "src/kafka/", "src/spool/"], packages: ["pino"] },
  {
    path: "src/service-probes.ts",
    modules: ["src/background-work.ts", "src/consumer/", "src/http/", "src/otlp/"],
    packages: [],
  },
  {
    path: "src/service-settings.ts",
    modules: ["src/consumer/", "src/evidence/", "src/notices/alerts-file.ts", "src/otlp/"],
    packages: [],
  },
  {
    path: "src/service.ts",
    modules: [
      "src/service-probes.ts",
      "src/service-settings.ts",
      "src/dead-letters/",
      "src/consumer/",
      "src/http/",
      "src/otlp/",
      "src/api/",
      "src/access/",
      "src/dashboard/",
      "src/evidence/",
      "src/mcp/",
      "src/background-work.ts",
    ],
    packages: ["pino"],
  },

  // What was recorded, as values: read, aligned, compared. No input and output, so that a page's worker can do it too.
  { path: "src/recorded/", modules: [], packages: [] },
  { path: "src/run-source/", modules: ["src/large-results/", "src/recorded/", "src/store/"], packages: [] },
  { path: "src/compare/", modules: ["src/recorded/"], packages: [] },
  { path: "src/run-document/", modules: ["src/recorded/"], packages: [] },
  { path: "src/effects/", modules: ["src/recorded/"], packages: [] },
  { path: "src/expect/", modules: ["src/recorded/", "src/compare/"], packages: [] },
  // Gives recorded results back to an agent's tools, in the place of what the tracer puts there.
  {
    path: "src/replay/",
    modules: ["src/recorded/", "src/run-source/", "src/compare/", "src/tracing/"],
    packages: [],
  },

  // A process for every step of a coding agent: it loads nothing of ours but these files, and what redacts only when an event has to be kept.
  { path: "src/hook/", modules: ["exporter/read/redaction/"], packages: [] },

  // The operator's side. Nobody imports the command line.
  { path: "src/devstack/", modules: ["src/kafka/"], packages: ["pg"] },
  {
    path: "src/cli/",
    modules: [
      "src/service.ts",
      "src/service-settings.ts",
      "src/api/",
      "src/evidence/",
      "src/notices/",
      "src/store/",
      "src/consumer/",
      "src/dead-letters/",
      "src/kafka/",
      "src/large-results/",
      "src/otlp/",
      "src/spool/",
      "src/verify/",
      "src/report/",
      "src/retention/",
      "src/devstack/",
      "src/recorded/",
      "src/run-source/",
      "src/run-document/",
      "src/effects/",
      "src/parquet/",
      "src/compare/",
      "src/hook/",
      "src/mcp/",
      "src/expect/",
      "src/replay/",
      "exporter/",
    ],
    packages: ["commander", "pino", "jsonc-parser", "smol-toml"],
    typesOf: ["pg"],
  },
  // The demo's agent uses the package as an agent does, and a tool server from npm where that is installed.
  {
    path: "src/cli/demo/agent/",
    modules: ["src/cli/", "src/tracing/", "exporter/"],
    packages: ["@opentelemetry/sdk-trace-node", "@modelcontextprotocol/sdk"],
  },
];
