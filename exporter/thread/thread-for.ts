import { existsSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { isMainThread } from "node:worker_threads";
import type { ExporterOptions } from "../options.js";
import type { ResolvedExporterOptions } from "../resolve-options-with.js";

/**
 * Why spans are not processed by a thread of their own, in words; `undefined`: they are.
 *
 * @param surroundings what of the process and its machine speaks against a thread that nobody asked for
 */
export function reasonAgainstThread(
  options: ExporterOptions,
  resolved: ResolvedExporterOptions,
  surroundings: () => string | undefined = reasonInSurroundings,
): string | undefined {
  const { spanThread } = resolved;
  if (spanThread === false) return "it is switched off";
  return reasonInOptions(options, resolved) ?? (spanThread ? undefined : surroundings());
}

/** A thread takes some 20 MB: a process of less memory than this has none that nobody asked for. */
const LEAST_MEMORY_BYTES = 268_435_456;

function reasonInSurroundings(): string | undefined {
  if (!isMainThread) return "this is a worker thread itself";
  if (availableParallelism() < 2) return "there is one processor";
  // 0 where nothing is known of a limit.
  const memory = Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem());
  if (memory < LEAST_MEMORY_BYTES) return "the process has less than 256 MiB of memory";
  const { bun, deno, pnp } = process.versions;
  if (bun !== undefined || deno !== undefined) return "the runtime is another than Node.js";
  if (pnp !== undefined) return "packages are resolved by Yarn Plug'n'Play, which a thread knows nothing of";
  // Absent without the permission model.
  if (process.permission?.has("worker") === false) return "the process may start no worker threads";
  return hasFileOfThread() ? undefined : "the program is a bundle: the file of the thread is not beside it";
}

function hasFileOfThread(): boolean {
  try {
    return existsSync(new URL("./span-thread.cjs", import.meta.url));
  } catch {
    return false;
  }
}

function reasonInOptions(
  options: ExporterOptions,
  { spool, transport, onLoop }: ResolvedExporterOptions,
): string | undefined {
  if (spool === "always")
    return "with the spool in the mode always an event is on the disk before it is accepted";
  if (typeof transport === "object") return "transport is an object of this thread";
  if (onLoop !== undefined) return "onLoop is a function of this thread";
  if (options.redaction?.redact !== undefined) return "redaction.redact is a function of this thread";
  if (options.dialects !== undefined) return "dialects are functions of this thread";
  try {
    structuredClone(options);
  } catch {
    return "the options have functions of this thread";
  }
  return undefined;
}

export const MILLIS = {
  /** How long spans gather that follow others, before they are told to the thread; the rest of `lingerMillis` they wait there. */
  tell: 5,
  /** How long the end of the process waits for the thread to write what is left to the disk. */
  end: 3_000,
  /** Beyond the deadline that the thread keeps itself. */
  patience: 2_000,
  /** How often it is told what is open, where that may be published as running. */
  open: 100,
} as const;

/** What the thread does beyond what it is told would be dropped there: whoever tells it sees to the bounds of the queue. */
const MORE_EVENTS = 2;
const MORE_BYTES = 4;
const MOST_EVENTS = 10_000_000;
const MOST_BYTES = 2 ** 40;

/** The options as the thread has them. */
export function optionsOfThread(
  options: ExporterOptions,
  resolved: ResolvedExporterOptions,
): ExporterOptions {
  const { maxQueueSize, maxQueueBytes, maxHeldEvents, maxHeldBytes, lingerMillis, spool } = resolved;
  const bounds = {
    maxQueueSize: Math.min(MORE_EVENTS * maxQueueSize, MOST_EVENTS),
    maxQueueBytes: Math.min(MORE_BYTES * maxQueueBytes, MOST_BYTES),
    maxHeldEvents,
    maxHeldBytes,
  };
  return {
    ...options,
    // With a spool, what does not fit goes there.
    ...(spool === "off" && bounds),
    lingerMillis: Math.max(lingerMillis - MILLIS.tell, 0),
    spanThread: false,
    flushOnExit: false,
  };
}
