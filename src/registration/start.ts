import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { isRegistered, setRegistered } from "../../exporter/registration/registered-processor.js";
import { EnvReader } from "../config/env-reader.js";
import { describeError } from "../internal/describe-error.js";
import { canHookInThread } from "./hook-in-thread.js";
import { hookInLoaderThread } from "./loader-thread.js";
import { wantedInstrumentations } from "./wanted-instrumentations.js";
import { warn } from "./warn.js";

/**
 * What `otel-agent-actions/register` does. It never rejects: what goes wrong is a warning.
 *
 * @param apiUrl where `import` of `@opentelemetry/api` leads
 */
export async function start(apiUrl: string | undefined): Promise<void> {
  try {
    const env = new EnvReader(process.env);
    if (env.boolean("OTEL_SDK_DISABLED") === true || isRegistered()) return;
    setRegistered();
    const wanted = wantedInstrumentations(env);
    let done: Promise<void> | undefined;
    const setUp = (): void => {
      done ??= loadSetUp().setUp(wanted, apiUrl);
    };
    // Node waits for the loader's thread, and has work until then.
    if (wanted.hook !== undefined && !canHookInThread(wanted.hook.url)) tryLoaderThread(wanted.hook, setUp);
    setUp();
    await done;
  } catch (error) {
    const { message } = describeError(error);
    warn(`otel-agent-actions/register failed, and the program runs without it: ${message}`);
  }
}

function tryLoaderThread(...args: Parameters<typeof hookInLoaderThread>): void {
  try {
    hookInLoaderThread(...args);
  } catch (error) {
    warn(`Frameworks that are ES modules are not instrumented: ${describeError(error).message}`);
  }
}

/** Loads the API of OpenTelemetry, too. */
function loadSetUp(): typeof import("./set-up.js") {
  const file = fileURLToPath(new URL("./set-up.cjs", import.meta.url));
  return createRequire(import.meta.url)(file);
}
