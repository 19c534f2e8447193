import { randomBytes } from "node:crypto";
import { type ActionRecord, numberedHeaders } from "./serialize.js";

/** The numbers of one pipeline's records, over all topics. */
export class RecordNumbers {
  /** Header `producer-epoch`: which pipeline numbered a record. */
  readonly epoch = randomBytes(9).toString("base64url");
  #last = 0;

  /** The highest that was given; 0 for none. */
  get last(): number {
    return this.#last;
  }

  /** The record with the place that it has among those of this pipeline. Retries and requeues keep it. */
  numbered(record: ActionRecord): ActionRecord {
    const { kind, key, value } = record;
    return { kind, key, value, headers: numberedHeaders(record, this.epoch, String(++this.#last)) };
  }

  /** A number that nobody has been given is the next one's. */
  takeBack(number: number): void {
    if (this.#last === number) this.#last--;
  }
}
