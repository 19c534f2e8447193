/** A reader of server-sent events that keeps what they tell, and may break off and resume, as a browser's EventSource does. */
import { setTimeout as sleep } from "node:timers/promises";

type Connect = (headers: Record<string, string>) => Promise<Response>;

interface Told {
  readonly actions: readonly {
    readonly id: string;
    readonly state: string;
    readonly status: string | null;
  }[];
  readonly gone: readonly string[];
}

export class StreamReader {
  /** State and status of every action that was told of, as it was told last. */
  readonly seen = new Map<string, string>();
  /** How many actions were told, repeats included. */
  told = 0;
  /** How many ids were told to be gone. */
  gone = 0;
  reloads = 0;
  missed = 0;
  /** Events away and back, in their order. */
  readonly outages: string[] = [];
  reconnections = 0;
  readonly #connect: Connect;
  #lastEventId = "";
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #reading: Promise<void> = Promise.resolve();
  #isPaused = false;

  private constructor(connect: Connect) {
    this.#connect = connect;
  }

  /** Resolves when the stream has told where it stands. */
  static async open(connect: Connect): Promise<StreamReader> {
    const reader = new StreamReader(connect);
    await reader.#start();
    await reader.until(() => reader.#lastEventId !== "");
    return reader;
  }

  async #start(): Promise<void> {
    const headers = this.#lastEventId === "" ? {} : { "last-event-id": this.#lastEventId };
    const response = await this.#connect(headers);
    if (response.status !== 200 || response.body === null) throw new Error(await response.text());
    this.#reader = response.body.getReader();
    this.#reading = this.#read(this.#reader);
  }

  async #read(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = "";
    for (;;) {
      while (this.#isPaused) await sleep(5);
      const { done, value } = await reader.read();
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const events = text.split("\n\n");
      // An event that was cut off is none.
      text = events.pop() ?? "";
      for (const event of events) this.#take(event);
    }
  }

  #take(event: string): void {
    const fields = new Map(
      event.split("\n").map((line) => {
        const colon = line.indexOf(": ");
        return [line.slice(0, colon), line.slice(colon + 2)] as const;
      }),
    );
    this.#lastEventId = fields.get("id") ?? this.#lastEventId;
    const data = fields.get("data");
    const name = fields.get("event");
    if (data === undefined || name === "ready") return;
    if (name === "away" || name === "back") {
      this.outages.push(name);
      return;
    }
    if (name === "reload") {
      this.reloads++;
      this.missed += (JSON.parse(data) as { missed: number }).missed;
      return;
    }
    const { actions, gone } = JSON.parse(data) as Told;
    for (const { id, state, status } of actions) {
      this.told++;
      this.seen.set(id, [state, status].filter((word) => word !== null).join(" "));
    }
    this.gone += gone.length;
    for (const id of gone) this.seen.delete(id);
  }

  async reconnect(): Promise<void> {
    await this.close();
    this.reconnections++;
    await this.#start();
  }

  async close(): Promise<void> {
    await this.#reader?.cancel();
    await this.#reading;
  }

  ended(): Promise<void> {
    return this.#reading;
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
  }

  isAt(expected: ReadonlyMap<string, string>): boolean {
    return [...expected].every(([id, state]) => this.seen.get(id) === state);
  }

  /** Waits for what the stream is to tell; the test's own time limit ends it. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await sleep(10);
  }
}
