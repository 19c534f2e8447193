import type { TransportError } from "../../src/errors.js";
import type { ActionRecord } from "./serialize.js";

/** What became of the records of one `send`. An outage is an expected outcome, so it is a value and not an exception. */
export type SendResult =
  /** Every record is acknowledged. */
  | { readonly status: "sent" }
  /**
   * Not known to have arrived: `remaining`, in their order. They may be sent again, and only as they are: a transport may
   * recognise a repetition by the records being the same ones in the same order. All others are acknowledged.
   */
  | {
      readonly status: "retryable";
      readonly error: TransportError;
      readonly remaining: readonly ActionRecord[];
    }
  /** `refused` will never be taken, for their own sake; all others are acknowledged. */
  | { readonly status: "failed"; readonly error: TransportError; readonly refused: readonly ActionRecord[] };

/** How records leave the process. Decorators (a spool on disk) have the same face. */
export interface Transport {
  /**
   * Sends records of one kind. Never rejects. One call per kind at a time: that is what keeps the order of a key.
   * It settles in bounded time, whatever the network does.
   */
  send(records: readonly ActionRecord[]): Promise<SendResult>;
  /** Lets go of connections and timers, at the latest after the deadline. Never rejects. No `send` may follow. */
  close(deadlineMillis: number): Promise<void>;
}
