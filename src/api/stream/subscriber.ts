/** What one reader of a stream has not taken yet: bounded in bytes, whatever it does. */

/** A reader that lets so much lie gets one `reload` in the place of it. UTF-16 units, about bytes. */
const MAX_PENDING = 2_000_000;

export interface StreamEvent {
  /** Where to go on: `Last-Event-ID`. */
  readonly id: string;
  readonly text: string;
  /** Of how many actions it tells. */
  readonly count: number;
}

export class Subscriber {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #encoder = new TextEncoder();
  readonly #onClose: () => void;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #pending: StreamEvent[] = [];
  #size = 0;
  #missed = 0;
  #mustReload = false;
  #place = "";
  #isClosed = false;

  /** @param onClose called once, when the reader is gone or {@link close} was called */
  constructor(onClose: () => void) {
    this.#onClose = onClose;
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

  push(event: StreamEvent): void {
    if (this.#mustReload || this.#size + event.text.length > MAX_PENDING) {
      this.#missed += event.count;
      this.reload(event.id);
      return;
    }
    this.#place = event.id;
    this.#pending.push(event);
    this.#size += event.text.length;
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
    this.push({ id: place, text: `id: ${place}\nevent: ready\ndata: {}\n\n`, count: 0 });
  }

  /** The tables cannot be read for now, or can be again. Nothing is missed by that, so the place stays what it is. */
  tell(event: "away" | "back"): void {
    this.push({ id: this.#place, text: `event: ${event}\ndata: {}\n\n`, count: 0 });
  }

  /** Keeps the connection open, and tells where it stands, although there was nothing for this reader. */
  beat(place: string): void {
    if (this.#size === 0 && !this.#mustReload) this.push({ id: place, text: `id: ${place}\n\n`, count: 0 });
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
      const text = this.#mustReload ? this.#reloadText() : this.#pending.shift()?.text;
      if (text === undefined) return;
      this.#size = Math.max(0, this.#size - text.length);
      controller.enqueue(this.#encoder.encode(text));
    }
  }

  #reloadText(): string {
    const missed = this.#missed;
    this.#mustReload = false;
    this.#missed = 0;
    this.#size = 0;
    return `id: ${this.#place}\nevent: reload\ndata: {"missed":${missed}}\n\n`;
  }
}
