/** The thread that reads, redacts and sends the spans of another one: see `ThreadedProcessing`. */
import { workerData } from "node:worker_threads";
import { SpanServer } from "./span-server.js";
import type { ThreadSettings } from "./thread-messages.js";

new SpanServer(workerData as ThreadSettings);
