import { startWorker } from "../start-worker.js";
import { type RunColumns, runColumns } from "./run-columns.js";
import type { Skeleton } from "./skeleton.js";

/** What the worker responds to a skeleton in JSON; null where it could not read it. */
export type RunMessage = RunColumns | null;

/** Reads skeletons in a worker, and on the page where that fails. One at a time. */
export class RunReader {
  #worker: Worker | undefined;
  /** Workers fail in this browser: it is not tried again. */
  #isWithout = false;

  /** @param body a skeleton in JSON. Rejects when it is none */
  async read(body: Blob): Promise<RunColumns> {
    const columns = this.#isWithout ? null : await this.#readInWorker(body);
    if (columns !== null) return columns;
    this.#isWithout = true;
    this.end();
    return runColumns(JSON.parse(await body.text()) as Skeleton);
  }

  #readInWorker(body: Blob): Promise<RunMessage> {
    return new Promise((resolve) => {
      try {
        this.#worker ??= startWorker("run-worker");
        this.#worker.onmessage = ({ data }: MessageEvent<RunMessage>) => resolve(data);
        this.#worker.onmessageerror = () => resolve(null);
        this.#worker.onerror = () => resolve(null);
        this.#worker.postMessage(body);
      } catch {
        resolve(null);
      }
    });
  }

  /** Gives the worker's memory back; a later read starts another one. What is being read is never told. */
  end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }
}
