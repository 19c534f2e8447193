/**
 * The thread that reads, redacts and sends the spans of another one: see `ThreadedProcessing`. The file can also be loaded by a thread that
 * has to do that work by itself: see `processingOfThread`.
 */
import { isMainThread, workerData } from "node:worker_threads";
import { SpanServer } from "./span-server.js";
import type { ThreadSettings } from "./thread-messages.js";

export { SpanProcessing } from "../span-processing.js";

// A worker thread of the host has data of the host's.
const isSettings = (data: unknown): data is ThreadSettings =>
  typeof data === "object" && data !== null && Reflect.get(data, "isSpanThread") === true;

if (!isMainThread && isSettings(workerData)) new SpanServer(workerData);
