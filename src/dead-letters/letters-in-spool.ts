/**
 * Dead letters of a spool that a consumer reads without Kafka: files in a folder of their own. Notes are further files beside them; a record
 * that is sent once more goes into the spool, for whoever reads it.
 */
import { join } from "node:path";
import type { DeadLetterMessage } from "../consumer/dead-letter.js";
import { headerText } from "../consumer/dead-letter-note.js";
import { DEAD_LETTER_FOLDER } from "../consumer/spool-dead-letters.js";
import { TransportError } from "../errors.js";
import { describeError } from "../internal/describe-error.js";
import { ownSegmentOwner } from "../spool/segment-owner.js";
import { segmentRecords } from "../spool/segment-records.js";
import { SpoolFolder } from "../spool/spool-folder.js";
import { encodeRecord } from "../spool/spool-record.js";
import { TopicSpool } from "../spool/topic-spool.js";
import type { LetterSource, LetterWriter, Take } from "./read-letters.js";

export interface LetterFolder {
  /** The folder of the spool. */
  readonly directory: string;
  readonly topic: string;
  readonly signal: AbortSignal;
}

/** More than a file of the spool has. */
const RECORDS_OF_A_FILE = 10_000_000;
const SEGMENT_BYTES = 8_388_608;

export function lettersInSpool({ directory, topic, signal }: LetterFolder): LetterSource {
  const folder = new SpoolFolder(join(directory, DEAD_LETTER_FOLDER));
  return {
    topic,
    signal,
    readAll: (take) => readAll(folder, signal, take),
    openWriter: () => openWriter(directory, folder, topic),
  };
}

// A letter's place: when its file was begun, and the how-manieth record it is of the files of that time.
async function readAll(folder: SpoolFolder, signal: AbortSignal, take: Take): Promise<void> {
  try {
    for (const { path, createdAt, number } of await folder.list()) {
      let nth = 0;
      for await (const { record } of segmentRecords(path)) {
        if (signal.aborted) return;
        const { key, value, headers, spooledAt } = record;
        const offset = String(number * RECORDS_OF_A_FILE + nth++);
        await take(
          createdAt,
          { key: Buffer.from(key), value, headers, offset, timestamp: String(spooledAt) },
          async () => undefined,
        );
      }
    }
  } catch (error) {
    if (error instanceof Error && "syscall" in error)
      throw new TransportError(`Dead letters in ${folder.path} cannot be read: ${error.message}`);
    throw error;
  }
}

function openWriter(directory: string, letters: SpoolFolder, deadLetterTopic: string): LetterWriter {
  const files = new Map<string, TopicSpool>();
  let number = 0;
  const filesOf = (topic: string): TopicSpool => {
    const known = files.get(topic);
    if (known !== undefined) return known;
    const made = new TopicSpool({
      folder: topic === deadLetterTopic ? letters : new SpoolFolder(directory),
      topic,
      nextName: () => ({
        createdAt: Date.now(),
        epoch: `dlq-${process.pid}`,
        number: ++number,
        owner: ownSegmentOwner(),
      }),
      segmentBytes: SEGMENT_BYTES,
      onProblem: () => undefined,
    });
    files.set(topic, made);
    return made;
  };
  return {
    async produce(topic, message) {
      try {
        const { segment } = filesOf(topic).append(encoded(topic, message), false);
        await segment.file?.flush();
      } catch (error) {
        throw new TransportError(
          `The spool in ${directory} takes no record: ${describeError(error).message}`,
        );
      }
    },
    async end() {
      for (const spool of files.values()) spool.release();
    },
  };
}

const encoded = (topic: string, { key, value, headers }: DeadLetterMessage): Buffer =>
  encodeRecord({
    topic,
    key: key?.toString() ?? "",
    headers: Object.fromEntries(Object.keys(headers).map((name) => [name, headerText(headers, name) ?? ""])),
    value: value ?? Buffer.alloc(0),
    spooledAt: Date.now(),
  });
