/** What one reader of a stream has not taken yet: bounded in bytes, whatever it does. */

/** A reader that has so much to take is not given more for now, as long as it takes something and has taken all of it now and then. */
const ENOUGH = 256_000;
const PATIENCE_MILLIS = 5_000;
/** Whoever takes something, but never all, costs what it is behind: after so many times the patience, it is too slow. */
const BEHIND_FACTOR = 12;
/** What it is given at once may be more than that. A reader that lets so much lie gets one `reload` in the place of it. */
const MAX_PENDING = 2_000_000;

const encoder = new TextEncoder();

export interface StreamEvent {
  /** Where to go on: `Last-Event-ID`. */
  readonly id: string;
  /** Encoded once, for all readers. */
  readonly bytes: Uint8Array;
  /** Of how many actions it tells. */
  readonly count: number;
}

export const streamEvent = (id: string, text: string, count = 0): StreamEvent => ({
  id,
  bytes: encoder.encode(text),
  count,
});

export class Subscriber {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #onClose: () => void;
  readonly #patienceMillis: number;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #pending: StreamEvent[] = [];
  #size = 0;
  #missed = 0;
  #mustReload = false;
  #place = "";
  #isClosed = false;
  #tookAt = performance.now();
  #behindSince: number | undefined;

  /**
   * @param onClose called once, when the reader is gone or {@link close} was called
   * @param patienceMillis for how long it may take nothing before it is given more than it takes
   */
  constructor(onClose: () => void, patienceMillis = PATIENCE_MILLIS) {
    this.#onClose = onClose;
    this.#patienceMillis = patienceMillis;
    this.stream = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.#flush(),
        cancel: () => this.close(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: 65_536 }),
    );
  }

  /** It gets more when it has taken what lies here: whoever is behind for being cut off takes what it missed in its own time. */
  hasEnough(now: number): boolean {
    return (
      this.#size >= ENOUGH &&
      now - this.#tookAt < this.#patienceMillis &&
      now - (this.#behindSince ?? now) < this.#patienceMillis * BEHIND_FACTOR
    );
  }

  push(event: StreamEvent): void {
    if (this.#mustReload || this.#size + event.bytes.length > MAX_PENDING) {
      this.#missed += event.count;
      this.reload(event.id);
      return;
    }
    this.#place = event.id;
    this.#pending.push(event);
    this.#size += event.bytes.length;
    this.#behindSince ??= performance.now();
    this.#flush();
  }

  /** Instead of what lies here, and of what may have been missed: the reader has to read its list anew. */
  reload(place: string): void {
    this.#place = place;
    for (const { count } of this.#pending) this.#missed += count;
    this.#pending = [];
    this.#size = 0;
    this.#mustReload = true;
    this.#flush();
  }

  /** From here on nothing is missed: whoever reads a list now, and then what the stream tells, has everything. */
  ready(place: string): void {
    this.push(streamEvent(place, `id: ${place}\nevent: ready\ndata: {}\n\n`));
  }

  /** The tables cannot be read for now, or can be again. Nothing is missed by that, so the place stays what it is. */
  tell(event: "away" | "back"): void {
    this.push(streamEvent(this.#place, `event: ${event}\ndata: {}\n\n`));
  }

  /** Keeps the connection open, and tells where it stands, although there was nothing for this reader. */
  beat(place: string): void {
    if (this.#size === 0 && !this.#mustReload) this.push(streamEvent(place, `id: ${place}\n\n`));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#pending = [];
    try {
      this.#controller?.close();
    } catch {
      // The reader has closed it.
    }
    this.#onClose();
  }

  #flush(): void {
    const controller = this.#controller;
    if (controller === undefined || this.#isClosed) return;
    while ((controller.desiredSize ?? 0) > 0) {
      const bytes = this.#mustReload ? this.#reloadBytes() : this.#pending.shift()?.bytes;
      if (bytes === undefined) {
        this.#behindSince = undefined;
        return;
      }
      this.#size = Math.max(0, this.#size - bytes.length);
      this.#tookAt = performance.now();
      controller.enqueue(bytes);
    }
  }

  #reloadBytes(): Uint8Array {
    const missed = this.#missed;
    this.#mustReload = false;
    this.#missed = 0;
    this.#size = 0;
    return encoder.encode(`id: ${this.#place}\nevent: reload\ndata: {"missed":${missed}}\n\n`);
  }
}
