import type { MessagePort } from "node:worker_threads";
import type { ExporterOptions } from "../options.js";
import type { BatchPart } from "./batch-parts.js";
import type { SpanBatch } from "./span-operations.js";

/** What the thread is started with. */
export interface ThreadSettings {
  /** By which the file of the thread knows that it is loaded to be it. */
  readonly isSpanThread: true;
  readonly port: MessagePort;
  /** Of a `ThreadState`. */
  readonly state: SharedArrayBuffer;
  readonly options: ExporterOptions;
  /** See `BatchLimits`. */
  readonly pauseMillis: number;
}

export type ToThread =
  | SpanBatch
  /** Large values of the batch that comes next. */
  | BatchPart
  | { readonly ask: Question; readonly id: number }
  /** Whether the host has set a logger for `diag`. */
  | { readonly hasLogger: boolean };

/** Each is answered by its id. */
export type Question =
  | { readonly to: "flush" }
  | { readonly to: "shut down" }
  /** The process is about to end: as `FlushAtExit.flush`. */
  | { readonly to: "end"; readonly isSignal: boolean; readonly isEnd: boolean }
  /** What is left goes to the disk, and it is said what became of all. */
  | { readonly to: "keep left" }
  /** The same for what came after that; nothing is said. */
  | { readonly to: "keep late" }
  | { readonly to: "report" };

export const LOG_LEVELS = ["error", "warn", "info", "debug", "verbose"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type FromThread =
  | { readonly answered: number }
  | { readonly log: LogLevel; readonly args: readonly string[] };
