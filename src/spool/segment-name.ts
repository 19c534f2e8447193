/**
 * The name of a segment file says when it was begun, by which writer, and whose it is:
 *
 *     1764400000000.Ab3dE_fgh-12.000001.1f3a5b7d-4711-88123.spool      of the process 4711
 *     1764400000000.Ab3dE_fgh-12.000001.free.spool                     of nobody: whoever renames it has it
 *
 * So a claim is one `rename`, which succeeds for exactly one of those who try, and leaves nothing behind that has to be removed.
 */
import type { SegmentOwner } from "./segment-owner.js";

export interface SegmentName {
  /** Unix milliseconds. */
  readonly createdAt: number;
  /** The epoch of the pipeline that wrote it, as in the header `producer-epoch`. */
  readonly epoch: string;
  /** Counts the segments of one epoch, from 1. */
  readonly number: number;
  /** `undefined`: it is free. */
  readonly owner: SegmentOwner | undefined;
}

const FREE = "free";
const FORM =
  /^(?<at>\d{13})\.(?<epoch>[\w-]+)\.(?<number>\d{6,})\.(?:free|(?<machine>[0-9a-f]{8})-(?<pid>\d+)-(?<start>\w+))\.spool$/;

/** What was cut out of a segment because it cannot be read is kept beside it under this ending. */
export const CORRUPT_ENDING = ".corrupt";

export function formatSegmentName({ owner, ...name }: SegmentName): string {
  const holder = owner === undefined ? FREE : `${owner.machine}-${owner.pid}-${owner.start}`;
  return `${baseOf(name)}.${holder}.spool`;
}

/** What of the name does not change when the segment gets another owner. */
export function baseOf({ createdAt, epoch, number }: Omit<SegmentName, "owner">): string {
  return `${String(createdAt).padStart(13, "0")}.${epoch}.${String(number).padStart(6, "0")}`;
}

/** `undefined` for a file that is no segment. */
export function parseSegmentName(file: string): SegmentName | undefined {
  const parts = FORM.exec(file)?.groups;
  if (parts === undefined) return undefined;
  const { at, epoch = "", number, machine, pid, start } = parts;
  const owner =
    machine === undefined || start === undefined ? undefined : { machine, pid: Number(pid), start };
  return { createdAt: Number(at), epoch, number: Number(number), owner };
}

/** The oldest first; those of one writer in the order in which it wrote them. */
export function byAge(one: SegmentName, other: SegmentName): number {
  return (
    one.createdAt - other.createdAt ||
    (one.epoch < other.epoch ? -1 : one.epoch > other.epoch ? 1 : one.number - other.number)
  );
}
