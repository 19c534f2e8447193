import type { ExporterOptions } from "../options.js";
import type { ResolvedExporterOptions } from "../resolve-exporter-options.js";

/** Why spans cannot be processed by a thread of their own, in words; `undefined`: they can. */
export function reasonAgainstThread(
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
  /** How long spans gather before they are told to the thread; the rest of `lingerMillis` they wait there. */
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
