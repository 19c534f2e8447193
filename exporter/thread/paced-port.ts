import type { MessagePort } from "node:worker_threads";
import { describeError } from "../../src/internal/describe-error.js";
import { runDetached } from "../deliver/run-detached.js";
import { type BatchPart, messagesOf, PART_LENGTH } from "./batch-parts.js";
import type { ToThread } from "./thread-messages.js";

/** Posts messages in their order: large ones a part in each turn of the event loop, and what comes after them behind them. */
export class PacedPort {
  readonly #port: Pick<MessagePort, "postMessage">;
  readonly #onFailure: (why: string) => void;
  #waiting: Iterator<ToThread | BatchPart, void>[] = [];
  #isUnderWay = false;

  /** @param onFailure told what was thrown in a later turn; what waits is not posted then */
  constructor(port: Pick<MessagePort, "postMessage">, onFailure: (why: string) => void) {
    this.#port = port;
    this.#onFailure = onFailure;
  }

  /** @throws what posting throws in this turn */
  post(message: ToThread): void {
    const isSmall = !("values" in message) || message.bytes <= PART_LENGTH;
    if (isSmall && this.#waiting.length === 0) {
      this.#port.postMessage(message);
      return;
    }
    this.#waiting.push("values" in message ? messagesOf(message) : [message].values());
    if (!this.#isUnderWay) this.#goOn();
  }

  /** Posts all that waits, in this turn. */
  postAll(): void {
    while (this.#waiting.length > 0) this.#postNext();
  }

  /** What waits is not posted any more. */
  stop(): void {
    this.#waiting = [];
  }

  #goOn(): void {
    this.#isUnderWay = true;
    runDetached(() => setImmediate(() => this.#turn()));
  }

  #turn(): void {
    this.#isUnderWay = false;
    try {
      for (let room = PART_LENGTH; room > 0 && this.#waiting.length > 0; ) room -= this.#postNext();
    } catch (error) {
      this.stop();
      this.#onFailure(describeError(error).message);
    }
    if (this.#waiting.length > 0) this.#goOn();
  }

  /** Returns how many characters it was, about. */
  #postNext(): number {
    const next = this.#waiting[0]?.next();
    if (next === undefined || next.done) {
      this.#waiting.shift();
      return 0;
    }
    this.#port.postMessage(next.value);
    if ("partOf" in next.value) return next.value.length;
    return "values" in next.value ? next.value.text.length : 0;
  }
}
