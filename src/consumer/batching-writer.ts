/**
 * Group commit: items of all partitions meet here and are written together.
 *
 * When a write begins, it takes all that waits, up to its bounds in rows and bytes. It begins
 * - at once when no write is under way: under light load a batch is small and waits for nobody;
 * - beside a write under way when `batchSize` items wait, or one of them for `batchTimeoutMillis`;
 * - never beyond `maxWritesInFlight`: what comes meanwhile gathers, so batches grow with the load.
 *
 * What waits and what is being written counts against the queue's bounds. Whoever adds has to ask for room first, and
 * may then go over them by what it adds in one go, so an item larger than the bound passes too.
 */
export interface BatchingWriterOptions<Item> {
  readonly batchSize: number;
  readonly batchTimeoutMillis: number;
  readonly maxBatchRows: number;
  readonly maxBatchBytes: number;
  readonly maxWritesInFlight: number;
  readonly maxQueuedRows: number;
  readonly maxQueuedBytes: number;
  readonly sizeOf: (item: Item) => number;
  /** Brings every item of a batch to an end. When it rejects, the writer stops: it cannot know what was done. */
  readonly write: (batch: readonly Item[]) => Promise<void>;
}

export interface BatchingWriter<Item> {
  add(items: readonly Item[]): void;
  readonly hasRoom: boolean;
  /** Resolves when there may be room, or after the time. Leaves nothing behind, however often it is called. */
  room(millis: number): Promise<void>;
  /** Resolves when nothing waits and nothing is being written, or when the writer has stopped. */
  drained(): Promise<void>;
  /** Begins no more writes. Those under way go on. */
  stop(): void;
  readonly queued: { readonly rows: number; readonly bytes: number };
}

/** Items that were added together. */
interface Arrival {
  count: number;
  readonly at: number;
}

export function createBatchingWriter<Item>(options: BatchingWriterOptions<Item>): BatchingWriter<Item> {
  return new QueueingWriter(options);
}

class QueueingWriter<Item> implements BatchingWriter<Item> {
  readonly #options: BatchingWriterOptions<Item>;
  readonly #waiting: Item[] = [];
  readonly #arrivals: Arrival[] = [];
  #waitingBytes = 0;
  #writing = { batches: 0, rows: 0, bytes: 0 };
  #stopped = false;
  #soon: NodeJS.Immediate | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #wakers = new Set<() => void>();

  constructor(options: BatchingWriterOptions<Item>) {
    // A batch smaller than the size that was asked for would be against the wish.
    this.#options = { ...options, maxBatchRows: Math.max(options.maxBatchRows, options.batchSize) };
  }

  get queued(): { rows: number; bytes: number } {
    return {
      rows: this.#waiting.length + this.#writing.rows,
      bytes: this.#waitingBytes + this.#writing.bytes,
    };
  }

  get hasRoom(): boolean {
    const { rows, bytes } = this.queued;
    return rows < this.#options.maxQueuedRows && bytes < this.#options.maxQueuedBytes;
  }

  add(items: readonly Item[]): void {
    if (items.length === 0) return;
    for (const item of items) {
      this.#waiting.push(item);
      this.#waitingBytes += this.#options.sizeOf(item);
    }
    this.#arrivals.push({ count: items.length, at: performance.now() });
    if (this.#waiting.length >= this.#options.maxBatchRows) this.#begin();
    // What other partitions bring in this same turn of the event loop goes into the same batch.
    else this.#soon ??= setImmediate(() => this.#begin());
  }

  room(millis: number): Promise<void> {
    return this.hasRoom || this.#stopped ? Promise.resolve() : this.#change(millis);
  }

  async drained(): Promise<void> {
    while (!this.#stopped && this.queued.rows > 0) await this.#change();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearImmediate(this.#soon);
    this.#wake();
  }

  #begin(): void {
    clearImmediate(this.#soon);
    this.#soon = undefined;
    while (this.#isDue()) this.#write(this.#takeBatch());
    this.#setTimer();
  }

  #isDue(): boolean {
    const { batchSize, batchTimeoutMillis, maxWritesInFlight } = this.#options;
    const [oldest] = this.#arrivals;
    if (this.#stopped || oldest === undefined || this.#writing.batches >= maxWritesInFlight) return false;
    if (this.#writing.batches === 0 || this.#waiting.length >= batchSize) return true;
    return performance.now() - oldest.at >= batchTimeoutMillis;
  }

  #takeBatch(): { items: Item[]; bytes: number } {
    const { maxBatchRows, maxBatchBytes, sizeOf } = this.#options;
    let bytes = 0;
    let rows = 0;
    for (const item of this.#waiting) {
      const size = sizeOf(item);
      if (rows > 0 && (rows >= maxBatchRows || bytes + size > maxBatchBytes)) break;
      bytes += size;
      rows += 1;
    }
    this.#waitingBytes -= bytes;
    this.#depart(rows);
    return { items: this.#waiting.splice(0, rows), bytes };
  }

  #depart(rows: number): void {
    for (let left = rows; left > 0; ) {
      const [oldest] = this.#arrivals;
      if (oldest === undefined) return;
      const gone = Math.min(left, oldest.count);
      oldest.count -= gone;
      left -= gone;
      if (oldest.count === 0) this.#arrivals.shift();
    }
  }

  #write({ items, bytes }: { readonly items: readonly Item[]; readonly bytes: number }): void {
    this.#count(1, items.length, bytes);
    this.#options
      .write(items)
      .then(() => {
        this.#count(-1, -items.length, -bytes);
        this.#wake();
        this.#begin();
      })
      // What was given up has not come to an end: it stays in the count.
      .catch(() => this.stop());
  }

  #count(batches: number, rows: number, bytes: number): void {
    this.#writing.batches += batches;
    this.#writing.rows += rows;
    this.#writing.bytes += bytes;
  }

  #setTimer(): void {
    clearTimeout(this.#timer);
    const [oldest] = this.#arrivals;
    const { batches } = this.#writing;
    if (this.#stopped || !oldest || batches === 0 || batches >= this.#options.maxWritesInFlight) return;
    const wait = oldest.at + this.#options.batchTimeoutMillis - performance.now();
    this.#timer = setTimeout(() => this.#begin(), Math.max(wait, 1));
    this.#timer.unref();
  }

  /** Resolves when something was written, when the writer stops, or after the time. */
  #change(millis?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = millis === undefined ? undefined : setTimeout(() => wake(), millis).unref();
      const wake = () => {
        clearTimeout(timer);
        this.#wakers.delete(wake);
        resolve();
      };
      this.#wakers.add(wake);
    });
  }

  #wake(): void {
    for (const wake of this.#wakers) wake();
  }
}
