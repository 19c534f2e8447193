/** Reads the tree of a run off the page's main thread: of 300,000 actions that takes seconds. */
import { buffersOf, runColumns } from "./run-columns.js";
import type { RunMessage } from "./run-reader.js";
import type { Skeleton } from "./skeleton.js";

self.onmessage = async ({ data }: MessageEvent<Blob>) => {
  let message: RunMessage = null;
  let buffers: readonly ArrayBuffer[] = [];
  try {
    const columns = runColumns(JSON.parse(await data.text()) as Skeleton);
    message = columns;
    buffers = buffersOf(columns);
  } catch {
    // The page reads it itself then, and says what is wrong with it.
  }
  self.postMessage(message, { transfer: [...buffers] });
};
