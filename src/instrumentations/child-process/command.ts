import { isRecord } from "../../event/json.js";
import { failureOf } from "../../tracing/recorded-span.js";
import type { SpanOutcome } from "../../tracing/span-template.js";
import { toolResult } from "../../tracing/tool-call.js";

/** What is run, as the row says it. The environment is left out: secrets are what it is there for. */
export function commandOf(args: readonly unknown[]): object {
  const [command, ...others] = args;
  const given = others.find((value) => Array.isArray(value)) as readonly unknown[] | undefined;
  const options = others.find((value) => isRecord(value)) as Readonly<Record<string, unknown>> | undefined;
  const { cwd, shell } = options ?? {};
  return {
    command: String(command),
    ...(given !== undefined && { args: given.map(String) }),
    cwd: cwd === undefined ? process.cwd() : String(cwd),
    ...(shell !== undefined && shell !== false && { shell }),
  };
}

/** How a process ended. A signal or another exit code than 0 is a failure. */
export function endedWith(code: unknown, signal: unknown): SpanOutcome {
  const outcome = toolResult({ exit_code: code ?? null, signal: signal ?? null });
  if (code === 0) return outcome;
  const failure =
    typeof signal === "string"
      ? { type: signal, message: `killed by ${signal}` }
      : { type: "exit_code", message: `exited with code ${String(code)}` };
  return { ...outcome, failure };
}

interface SpawnResult {
  readonly status?: unknown;
  readonly signal?: unknown;
  readonly error?: unknown;
}

/** What `spawnSync` returns. */
export function spawnedSync(result: unknown): SpanOutcome {
  const { status, signal, error } = (result ?? {}) as SpawnResult;
  return error === undefined ? endedWith(status, signal) : failureOf(error);
}

/** What `execSync` and `execFileSync` throw: how the process ended, or why there was none. */
export function threwSync(thrown: unknown): SpanOutcome {
  const { status, signal } = (thrown ?? {}) as SpawnResult;
  return typeof status === "number" || typeof signal === "string"
    ? endedWith(status, signal)
    : failureOf(thrown);
}
