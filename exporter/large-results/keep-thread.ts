/** The thread that redacts large contents, one after another: see `LargeResultKeeper`. */
import { parentPort, workerData } from "node:worker_threads";
import { describeError } from "../../src/internal/describe-error.js";
import { LargeResultWriter } from "../../src/large-results/write-large-result.js";
import { createPlainRedactor } from "../read/redaction/redactor.js";
import { type Content, contentForEvent, keepContent } from "./keep-content.js";
import type { FromThread, KeepSettings, ToThread } from "./keep-messages.js";

const { folder, maxBytes, redaction } = workerData as KeepSettings;
const redactWhole = createPlainRedactor(redaction, Number.POSITIVE_INFINITY);
const redactForEvent = createPlainRedactor(redaction);
const writer = folder === undefined ? undefined : new LargeResultWriter(folder, maxBytes);
let parts: string[] = [];

parentPort?.on("message", (message: ToThread) => {
  if ("part" in message) {
    parts.push(message.part);
    return;
  }
  const { name, form, to } = message.end;
  const content = { name, text: parts.join(""), form };
  parts = [];
  const done = guarded(() => (to === "file" ? keep(content) : { content: copyFor(content, to.room) }));
  parentPort?.postMessage(done, "content" in done ? [done.content.buffer as ArrayBuffer] : []);
});

function keep(content: Content): FromThread {
  if (writer === undefined) throw new Error("no folder is named");
  const kept = keepContent(content, redactWhole, writer);
  return kept === "full" ? { notKept: "full" } : kept;
}

// A buffer of its own, which can be handed over without a copy; small ones share one.
const copyFor = (content: Content, room: number): Uint8Array =>
  new Uint8Array(contentForEvent(content, redactForEvent, room));

function guarded(work: () => FromThread): FromThread {
  try {
    return work();
  } catch (error) {
    return { notKept: "failed", why: describeError(error).message };
  }
}
