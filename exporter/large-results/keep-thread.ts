/** The thread that redacts and writes large contents, one after another: see `LargeResultKeeper`. */
import { parentPort, workerData } from "node:worker_threads";
import { describeError } from "../../src/internal/describe-error.js";
import { LargeResultWriter } from "../../src/large-results/write-large-result.js";
import { createPlainRedactor } from "../read/redaction/redactor.js";
import { keepContent } from "./keep-content.js";
import type { FromThread, KeepSettings, ToThread } from "./keep-messages.js";

const { folder, maxBytes, redaction } = workerData as KeepSettings;
const redact = createPlainRedactor(redaction, Number.POSITIVE_INFINITY);
const writer = new LargeResultWriter(folder, maxBytes);
let parts: string[] = [];

parentPort?.on("message", (message: ToThread) => {
  if ("part" in message) parts.push(message.part);
  else parentPort?.postMessage(keep(message.end.isForeign));
});

function keep(isForeign: boolean): FromThread {
  const text = parts.join("");
  parts = [];
  try {
    const written = keepContent({ text, isForeign }, redact, writer);
    return written === "full" ? { notKept: "full" } : { written };
  } catch (error) {
    return { notKept: "failed", why: describeError(error).message };
  }
}
