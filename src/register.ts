/**
 * The whole set-up without a line of code: `node --import otel-agent-actions/register app.js`, for ESM and CommonJS.
 *
 * Actions go to the Kafka that `KAFKA_BOOTSTRAP_SERVERS` names. A host with an OpenTelemetry SDK of its own keeps it, and its
 * spans are read; for one without there is an SDK here (version 2 or 3, optional peers). Frameworks that are known are
 * instrumented. What cannot be delivered is kept in a folder below `~/.local/state`. All settings come from the environment, and `OTEL_SDK_DISABLED=true` switches everything off. It never keeps the
 * host from running.
 */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

// CommonJS: it is loaded in half the time of ES modules.
const file = fileURLToPath(new URL("./registration/start.cjs", import.meta.url));
const { start } = createRequire(import.meta.url)(file) as typeof import("./registration/start.js");
await start(apiUrl());

/** Where `import` of the API leads: from version 1.10 on to another instance of it than `require`. */
function apiUrl(): string | undefined {
  try {
    return import.meta.resolve("@opentelemetry/api");
  } catch {
    return undefined;
  }
}
