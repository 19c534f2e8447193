import { TransportError } from "../../src/errors.js";
import { describeError } from "../../src/internal/describe-error.js";
import type { ActionRecord } from "./serialize.js";
import type { SendResult, Transport } from "./transport.js";

/**
 * A transport that is loaded with the first record. Kafka's client is half of what this package would load at a start, and many a process that
 * could record actions records none. While it cannot be loaded, records wait as they do while Kafka is away.
 */
export class TransportWhenNeeded implements Transport {
  readonly #load: () => Promise<Transport>;
  #loading: Promise<Transport> | undefined;
  #loaded: Transport | undefined;

  constructor(load: () => Promise<Transport>) {
    this.#load = load;
  }

  send(records: readonly ActionRecord[]): Promise<SendResult> {
    return this.#loaded === undefined ? this.#sendWhenLoaded(records) : this.#loaded.send(records);
  }

  async #sendWhenLoaded(records: readonly ActionRecord[]): Promise<SendResult> {
    this.#loading ??= this.#load();
    const loading = this.#loading;
    let transport: Transport;
    try {
      transport = await loading;
      this.#loaded = transport;
    } catch (error) {
      // Another kind's records may have begun the next attempt.
      if (this.#loading === loading) this.#loading = undefined;
      const reason = `Kafka's client could not be loaded: ${describeError(error).message}. Was the package replaced while the program runs? Then start it again.`;
      return { status: "retryable", error: new TransportError(reason, { cause: error }), remaining: records };
    }
    return transport.send(records);
  }

  async close(deadlineMillis: number): Promise<void> {
    const transport = await this.#loading?.catch(() => undefined);
    await transport?.close(deadlineMillis);
  }
}
