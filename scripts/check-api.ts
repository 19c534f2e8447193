/**
 * Lets schemathesis, which knows the API by its OpenAPI document only, try the running service: thousands of requests, none of which may be
 * a failure of ours, and every response of which has to be as the document says.
 *
 *     pip install schemathesis && npm run check:api [-- --max-examples 200]
 *
 * SCHEMATHESIS names the program where it is not on the path. Arguments are handed on. Takes some minutes.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fill } from "../bench/ask/fill.js";
import { EnvReader } from "../src/config/env-reader.js";
import { resolveKafkaSettings } from "../src/config/kafka-settings.js";
import { resolvePostgresSettings } from "../src/config/postgres-settings.js";
import { startDevStack } from "../src/devstack/dev-stack.js";
import { DEFAULT_TOPICS } from "../src/event/index.js";
import { ensureTopics } from "../src/kafka/ensure-topics.js";
import { startService } from "../src/service.js";
import { migrate } from "../src/store/migrate.js";

/** Everything but what the document cannot say: which texts are times, cursors and lists of fields. */
const CHECKS = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_headers_conformance",
  "response_schema_conformance",
  "unsupported_method",
  "ignored_auth",
];
const TOKEN = "schemathesis";

const stack = await startDevStack({ env: {}, onProgress: console.log });
try {
  if (!stack.kafka || !stack.postgres) throw new Error("Both servers are needed.");
  const postgres = resolvePostgresSettings({ url: stack.postgres.url }, new EnvReader({}));
  await migrate(postgres);
  await ensureTopics(
    resolveKafkaSettings({ brokers: stack.kafka.bootstrapServers }, new EnvReader({})),
    DEFAULT_TOPICS,
  );
  await fill(stack.postgres.url, { rows: 20_000, days: 2 });

  const service = await startService({
    kafka: { brokers: stack.kafka.bootstrapServers },
    postgres: { url: stack.postgres.url },
    // Where nothing is free, so that a way in without a token would be found.
    http: { port: 0, host: "127.0.0.1" },
    otlp: { token: TOKEN },
    intake: { enabled: true },
    api: { token: TOKEN },
    logLevel: "error",
    env: {},
  });
  try {
    await service.consumer.ready;
    const args = [
      "run",
      `${service.url}/api/v1/openapi.json`,
      `--checks=${CHECKS.join()}`,
      `--header=Authorization: Bearer ${TOKEN}`,
      // Streams end only when their reader does.
      "--exclude-path-regex=/stream$",
      "--continue-on-failure",
      // A busy machine is no failure of the API: its own limit of a query is shorter, and answers with 504.
      "--request-timeout=60",
      "--workers=1",
      ...process.argv.slice(2),
    ];
    const child = spawn(process.env.SCHEMATHESIS ?? "schemathesis", args, { stdio: "inherit" });
    const [code] = (await once(child, "exit")) as [number | null];
    process.exitCode = code ?? 1;
  } finally {
    await service.stop();
  }
} finally {
  await stack.stop();
}
