import { crc32c } from "../../src/kafka/crc32c.js";
import { payloadText, sequenceText, type WorkResult } from "./agent-work.js";

/** What arrived somewhere: how many actions, how many different ones, and a checksum over the texts of all of them. */
export class Arrived {
  readonly #payload: string;
  readonly #sequences = new Set<string>();
  records = 0;
  /** Records whose text is another one than was recorded. */
  damaged = 0;

  constructor(payloadBytes: number) {
    this.#payload = payloadText(payloadBytes);
  }

  /** @param result as it was recorded, JSON or what that stands for */
  add(result: unknown): void {
    this.records++;
    const { sequence, text } = (typeof result === "string" ? JSON.parse(result) : result) as WorkResult;
    if (text === this.#payload) this.#sequences.add(sequence);
    else this.damaged++;
  }

  get distinct(): number {
    return this.#sequences.size;
  }

  get checksum(): number {
    return sumOf(this.#sequences, this.#payload);
  }
}

/** That of as many actions, from the first on. */
export function checksumOf(actions: number, payloadBytes: number): number {
  return sumOf(
    Array.from({ length: actions }, (_, action) => sequenceText(action)),
    payloadText(payloadBytes),
  );
}

// A sum, because neither Kafka's partitions nor requests of OTLP arrive in order.
function sumOf(sequences: Iterable<string>, payload: string): number {
  let sum = 0;
  for (const sequence of sequences) sum = (sum + crc32c(Buffer.from(sequence + payload, "latin1"))) % 2 ** 32;
  return sum;
}
