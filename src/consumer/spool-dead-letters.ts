import { join } from "node:path";
import { ownSegmentOwner } from "../spool/segment-owner.js";
import { SpoolFolder } from "../spool/spool-folder.js";
import { encodeRecord } from "../spool/spool-record.js";
import { TopicSpool } from "../spool/topic-spool.js";
import { type DeadLetter, deadLetterMessage } from "./dead-letter.js";
import type { DeadLetterProducer } from "./dead-letter-producer.js";

/** Where dead letters are, in the folder of a spool. */
export const DEAD_LETTER_FOLDER = "dead-letters";

export interface SpoolDeadLettersOptions {
  /** The folder of the spool. */
  readonly directory: string;
  /** The topic that they would go to. */
  readonly topic: string;
  readonly groupId: string;
  /** Called with what the file system says when a file could not be released. */
  readonly onProblem: (error: unknown) => void;
}

const SEGMENT_BYTES = 8_388_608;

/**
 * Dead letters where there is no Kafka: files of the same form in a folder of their own, with the original bytes and the same headers
 * as in the topic. `send` resolves when they are on the disk itself.
 */
export function createSpoolDeadLetters(options: SpoolDeadLettersOptions): DeadLetterProducer {
  const { directory, topic, groupId, onProblem } = options;
  let number = 0;
  const files = new TopicSpool({
    folder: new SpoolFolder(join(directory, DEAD_LETTER_FOLDER)),
    topic,
    nextName: () => ({
      createdAt: Date.now(),
      epoch: `consumer-${process.pid}`,
      number: ++number,
      owner: ownSegmentOwner(),
    }),
    segmentBytes: SEGMENT_BYTES,
    onProblem,
  });
  return {
    async send(letters) {
      const at = new Date();
      const bytes = Buffer.concat(letters.map((letter) => encoded(letter, { topic, groupId, at })));
      const { segment } = files.append(bytes, false);
      await segment.file?.flush();
    },
    async close() {
      files.release();
    },
  };
}

function encoded(
  letter: DeadLetter,
  { topic, groupId, at }: { topic: string; groupId: string; at: Date },
): Buffer {
  const { key, value, headers } = deadLetterMessage(letter, groupId, at);
  return encodeRecord({
    topic,
    key: key?.toString() ?? "",
    // The records of a spool have texts only.
    headers: Object.fromEntries(Object.entries(headers).map(([name, header]) => [name, String(header)])),
    value: value ?? Buffer.alloc(0),
    spooledAt: at.getTime(),
  });
}
