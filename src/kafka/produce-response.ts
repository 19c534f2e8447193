/** The response to a Produce request in which nothing was refused: https://kafka.apache.org/protocol#The_Messages_Produce */

/** As kafkajs decodes it. Offsets and times are digits. */
export interface Produced {
  readonly topics: readonly {
    readonly topicName: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly errorCode: number;
      readonly baseOffset: string;
      readonly logAppendTime: string;
      readonly logStartOffset?: string;
    }[];
  }[];
  readonly throttleTime: number;
  /** Where the client has to see to it: from version 6 on. */
  readonly clientSideThrottleTime?: number;
}

/** From these on a partition has the first offset of its log, and a broker that throttles answers first. */
const [WITH_LOG_START, CLIENT_THROTTLES] = [5, 6];

/**
 * Reads a response of versions 3 to 7 in one go, where kafkajs makes an object a number and some promises.
 *
 * @returns `undefined` where a partition has an error, or the bytes are others than they should be
 */
export function readProduced(bytes: Buffer, version: number): Produced | undefined {
  try {
    return read(bytes, version);
  } catch {
    // Beyond the end: whoever is asked next says what is wrong with it.
    return undefined;
  }
}

function read(bytes: Buffer, version: number): Produced | undefined {
  const hasLogStart = version >= WITH_LOG_START;
  let at = 4;
  const topics = [];
  for (let left = bytes.readInt32BE(0); left > 0; left--) {
    const nameEnd = at + 2 + bytes.readInt16BE(at);
    const topicName = bytes.toString("utf8", at + 2, nameEnd);
    const partitions = [];
    at = nameEnd + 4;
    for (let parts = bytes.readInt32BE(nameEnd); parts > 0; parts--) {
      const errorCode = bytes.readInt16BE(at + 4);
      if (errorCode !== 0) return undefined;
      const partition = bytes.readInt32BE(at);
      const baseOffset = digitsAt(bytes, at + 6);
      const logAppendTime = digitsAt(bytes, at + 14);
      const said = { partition, errorCode, baseOffset, logAppendTime };
      partitions.push(hasLogStart ? { ...said, logStartOffset: digitsAt(bytes, at + 22) } : said);
      at += hasLogStart ? 30 : 22;
    }
    topics.push({ topicName, partitions });
  }
  const throttleTime = bytes.readInt32BE(at);
  if (at + 4 !== bytes.length) return undefined;
  return version >= CLIENT_THROTTLES
    ? { topics, throttleTime: 0, clientSideThrottleTime: throttleTime }
    : { topics, throttleTime };
}

const digitsAt = (bytes: Buffer, at: number): string => bytes.readBigInt64BE(at).toString();
