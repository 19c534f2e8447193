import { open } from "node:fs/promises";

/** So much is read at once. */
const CHUNK_BYTES = 1_048_576;
const NEWLINE = 10;

/** The complete lines of a file that grows, each once. */
export class FileTail {
  readonly #path: string;
  #offset = 0;
  #rest: Buffer[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  /** Bytes that are read. */
  get offset(): number {
    return this.#offset;
  }

  /** What stands behind the last line end: a line that somebody is writing, or that never becomes complete. */
  get rest(): string {
    return Buffer.concat(this.#rest).toString("utf8");
  }

  /** The lines that are complete since the last time. Throws what the file system throws. */
  async *lines(): AsyncGenerator<string> {
    const file = await open(this.#path, "r");
    try {
      for (;;) {
        const { bytesRead, buffer } = await file.read(
          Buffer.allocUnsafe(CHUNK_BYTES),
          0,
          CHUNK_BYTES,
          this.#offset,
        );
        if (bytesRead === 0) return;
        this.#offset += bytesRead;
        yield* this.#linesIn(buffer.subarray(0, bytesRead));
      }
    } finally {
      await file.close();
    }
  }

  *#linesIn(chunk: Buffer): Generator<string> {
    let from = 0;
    for (let to = chunk.indexOf(NEWLINE); to !== -1; to = chunk.indexOf(NEWLINE, from)) {
      const line = Buffer.concat([...this.#rest, chunk.subarray(from, to)]).toString("utf8");
      this.#rest = [];
      from = to + 1;
      yield line;
    }
    if (from < chunk.length) this.#rest.push(chunk.subarray(from));
  }
}
