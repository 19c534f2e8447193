import { createHash } from "node:crypto";
import type { SegmentName } from "../spool/segment-name.js";

/** The columns `kafka_partition` and `kafka_offset` of a record that came from a segment of the spool, and by no Kafka. */
export interface SpoolPlace {
  /** Of the producer whose segment it is: 2^30 and 30 bits of its epoch's SHA-256. No topic of Kafka has so many partitions. */
  readonly partition: number;
  /** Offset of the segment's first byte: milliseconds since 2020 at which it was begun, times 8 MiB, which no segment exceeds. */
  readonly base: bigint;
}

const FIRST_PARTITION = 2 ** 30;
const YEAR_2020 = Date.UTC(2020);
const LAST_MILLIS = 2 ** 40 - 1;
const SEGMENT_BITS = 23n;

/** The same for every reader, however often a segment is read; and later for what one producer wrote later. */
export function spoolPlace({ epoch, createdAt }: Pick<SegmentName, "epoch" | "createdAt">): SpoolPlace {
  const digest = createHash("sha256").update(epoch).digest().readUInt32BE(0);
  // A clock that is wrong must not make an offset that PostgreSQL refuses.
  const millis = Math.min(Math.max(createdAt - YEAR_2020, 0), LAST_MILLIS);
  return { partition: FIRST_PARTITION + (digest % FIRST_PARTITION), base: BigInt(millis) << SEGMENT_BITS };
}
