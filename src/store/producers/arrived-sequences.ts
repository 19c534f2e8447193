import { MAX_EPOCH_CHARS, sanitizeText } from "../../event/index.js";
import { isoTime, type KafkaRecord } from "../stored-event.js";

/** Which numbers of one producer some records have, and when Kafka got them. */
export interface ArrivedSequences {
  readonly epoch: string;
  /** Text of an `int8multirange`. */
  readonly sequences: string;
  /** ISO 8601; `undefined` where no record has a time that PostgreSQL takes. */
  readonly firstSeenAt: string | undefined;
  readonly lastSeenAt: string | undefined;
}

/** What the headers `producer-epoch` and `producer-sequence` of the records say, by epoch; records without a number are passed over. */
export function arrivedSequences(records: Iterable<KafkaRecord>): readonly ArrivedSequences[] {
  const producers = new Map<string, Arrivals>();
  // Records of one producer mostly stand together, and each has its epoch in bytes of its own.
  let bytes: Buffer | undefined;
  let producer: Arrivals | undefined;
  for (const { headers, timestampMillis } of records) {
    const sequence = sequenceOf(headers?.["producer-sequence"]);
    if (sequence === undefined) continue;
    const header = headers?.["producer-epoch"];
    if (bytes === undefined || !Buffer.isBuffer(header) || !header.equals(bytes)) {
      const epoch = epochOf(header);
      if (epoch === undefined) continue;
      bytes = Buffer.isBuffer(header) ? header : undefined;
      producer = producers.get(epoch);
      if (producer === undefined) {
        producer = new Arrivals();
        producers.set(epoch, producer);
      }
    }
    producer?.add(sequence, timestampMillis);
  }
  return [...producers].map(([epoch, arrivals]) => arrivals.ofEpoch(epoch)).sort(byEpoch);
}

/** Whether a record counts among its producer's numbers. */
export const hasSequence = ({ headers }: KafkaRecord): boolean =>
  sequenceOf(headers?.["producer-sequence"]) !== undefined &&
  epochOf(headers?.["producer-epoch"]) !== undefined;

class Arrivals {
  readonly #sequences: number[] = [];
  #isSorted = true;
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;

  add(sequence: number, timestampMillis = Number.NaN): void {
    if (sequence < (this.#sequences.at(-1) ?? 0)) this.#isSorted = false;
    this.#sequences.push(sequence);
    if (timestampMillis < this.#first) this.#first = timestampMillis;
    if (timestampMillis > this.#last) this.#last = timestampMillis;
  }

  ofEpoch(epoch: string): ArrivedSequences {
    if (!this.#isSorted) this.#sequences.sort((one, other) => one - other);
    return {
      epoch,
      sequences: multirange(this.#sequences),
      firstSeenAt: isoTime(this.#first),
      lastSeenAt: isoTime(this.#last),
    };
  }
}

function multirange(sorted: readonly number[]): string {
  const ranges: string[] = [];
  let [from = 0] = sorted;
  let to = from;
  for (const sequence of sorted) {
    if (sequence > to + 1) {
      ranges.push(`[${from},${to}]`);
      from = sequence;
    }
    to = sequence;
  }
  return `{${[...ranges, `[${from},${to}]`].join(",")}}`;
}

const byEpoch = ({ epoch: one }: ArrivedSequences, { epoch: other }: ArrivedSequences): number =>
  one < other ? -1 : one > other ? 1 : 0;

// As a column the header may have 18 digits; a producer that counts beyond 2^53 does not exist.
const MAX_DIGITS = 15;

/** The number that a header says; `undefined` for anything but a positive decimal. Most are bytes of digits, read without a text. */
function sequenceOf(header: unknown): number | undefined {
  if (!Buffer.isBuffer(header)) {
    const isDecimal = typeof header === "string" && /^\d{1,15}$/.test(header);
    return isDecimal && Number(header) > 0 ? Number(header) : undefined;
  }
  if (header.length === 0 || header.length > MAX_DIGITS) return undefined;
  let sequence = 0;
  for (const byte of header) {
    if (byte < 0x30 || byte > 0x39) return undefined;
    sequence = sequence * 10 + byte - 0x30;
  }
  return sequence > 0 ? sequence : undefined;
}

function epochOf(header: unknown): string | undefined {
  if (!Buffer.isBuffer(header) && typeof header !== "string") return undefined;
  const epoch = sanitizeText(header.toString());
  return epoch !== "" && epoch.length <= MAX_EPOCH_CHARS ? epoch : undefined;
}
